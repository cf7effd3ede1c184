/** Forms: a new idempotency key after each answer, focus on the first bad field, lines and quantity buttons. */

import { openDialog } from "./keys.js";
import { newKey } from "./key.js";

/** Wire forms of this page, those swapped in later included. */
export function startForms() {
  document.addEventListener("htmx:after:request", renewKey);
  document.addEventListener("htmx:after:request", closeDialog);
  document.addEventListener("htmx:after:swap", ({ detail }) => {
    if (detail.ctx?.response?.status === 422) focusFirstError();
    else if (detail.ctx?.target?.matches?.("[data-asks]")) openDialog(detail.ctx.target.closest("dialog").id);
    showAdders();
  });
  document.addEventListener("click", changeLines);
  showAdders();
  focusFirstError();
}

function focusFirstError() {
  document.querySelector("[aria-invalid=true]")?.focus();
}

// A stored refusal (409) would be replayed for ever under its old key; one that is still being worked on keeps it, and so does
// a form whose answer sends the person to another page: a second click while that page loads must not be a second order.
function renewKey({ target, detail }) {
  const { status, headers } = detail.ctx.response;
  const isFinal = (status < 400 && !headers.has("HX-Redirect")) || (status === 409 && !headers.has("Retry-After"));
  const form = target.closest?.("form") || target.form;
  const key = isFinal && form?.querySelector("input[type=hidden][name=_key]");
  if (key) key.value = newKey();
}

// A dialog whose form went through closes before the page under it is morphed: a morph would leave the page inert.
function closeDialog({ target, detail }) {
  if (detail.ctx.response.status < 400 && detail.ctx.request.method !== "GET") target.closest?.("dialog[open]")?.close();
}

// Buttons that need this script stay hidden without it: the server renders spare lines instead.
function showAdders() {
  for (const button of document.querySelectorAll("[data-line-add],[data-line-remove],[data-step]")) button.hidden = false;
}

function stepQuantity(button) {
  const field = button.closest("[data-quantity]").querySelector("input");
  if (Number(button.dataset.step) > 0) field.stepUp();
  else field.stepDown();
  field.dispatchEvent(new Event("input", { bubbles: true }));
  field.dispatchEvent(new Event("change", { bubbles: true }));
}

function changeLines({ target }) {
  const add = target.closest?.("[data-line-add]");
  const remove = target.closest?.("[data-line-remove]");
  const step = target.closest?.("[data-step]");
  if (step) stepQuantity(step);
  if (add) addLine(add.closest("form"));
  if (remove) removeLine(remove.closest("[data-line]"));
}

function addLine(form) {
  const template = form.querySelector("template[data-line-template]");
  const lines = form.querySelector("[data-lines]");
  const copy = document.createElement("template");
  copy.innerHTML = template.innerHTML.replaceAll("__i__", nextIndex(form));
  const line = copy.content.firstElementChild;
  lines.append(line);
  htmx.process(line);
  showAdders();
  line.querySelector("input:not([type=hidden]),select")?.focus();
}

function nextIndex(form) {
  const used = [...form.querySelectorAll("[data-line] [name]")].map(({ name }) => Number(name.match(/-(\d+)-/)?.[1] ?? -1));
  return Math.max(-1, ...used) + 1;
}

function removeLine(line) {
  const lines = line.closest("[data-lines]");
  const near = line.previousElementSibling || line.nextElementSibling;
  const form = line.closest("form");
  line.remove();
  if (!lines.querySelector("[data-line]")) addLine(form);
  near?.querySelector("input:not([type=hidden]),select")?.focus();
  form.dispatchEvent(new Event("change", { bubbles: true }));
}
