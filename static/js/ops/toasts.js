/** Toasts: short answers in #toasts; an undo counts down and waits while the toast is pointed at or has the focus. */

import { newKey } from "./key.js";

const TICK_MS = 250;
const SECONDS = 6;

/** Take over toasts the server rendered (shared/_toast.html) and the `toast` event of an HX-Trigger header. */
export function startToasts() {
  document.addEventListener("toast", ({ detail }) => showToast(detail));
  document.addEventListener("htmx:after:swap", adopt);
  document.addEventListener("click", ({ target }) => target.closest?.("[data-dismiss]")?.closest(".toast,.bulk-run").remove());
  adopt();
}

/** Show a toast. Fields: text, role (ok, warn, bad, info), seconds (0: stays), undo (URL to post to) or onUndo, label of the undo, mark (a class). */
export function showToast({ text, role = "ok", seconds = SECONDS, undo, onUndo, label = "Undo", mark = "" }) {
  const toast = make("div", { className: `toast ${role} ${mark}` }, make("p", { textContent: text }));
  toast.dataset.seconds = seconds;
  if (undo) toast.append(undoForm(undo, label));
  if (onUndo) toast.append(undoButton(onUndo, label));
  const close = make("button", { type: "button", className: "toast-close", textContent: "×", ariaLabel: "Dismiss" });
  close.dataset.dismiss = "";
  toast.append(close);
  shelf().append(toast);
  if (undo) htmx.process(toast);
  adopt();
  return toast;
}

function shelf() {
  const shelf = document.getElementById("toasts") || make("div", { id: "toasts", className: "toasts", role: "status" });
  if (!shelf.isConnected) document.body.append(shelf);
  return shelf;
}

function undoForm(url, label) {
  const form = make("form", {}, make("input", { type: "hidden", name: "_key", value: newKey() }), make("button", { className: "toast-undo", textContent: label }));
  form.setAttribute("hx-post", url);
  form.setAttribute("hx-swap", "none");
  form.addEventListener("htmx:after:request", ({ detail }) => detail.ctx.response.status < 400 && form.closest(".toast")?.remove());
  return form;
}

function undoButton(onUndo, label) {
  const button = make("button", { type: "button", className: "toast-undo", textContent: label });
  button.addEventListener("click", () => {
    button.closest(".toast").remove();
    onUndo();
  });
  return button;
}

function make(name, properties, ...children) {
  const element = Object.assign(document.createElement(name), properties);
  element.append(...children);
  return element;
}

function adopt() {
  for (const toast of document.querySelectorAll("#toasts .toast:not([data-ticking])")) tick(toast);
}

function tick(toast) {
  toast.dataset.ticking = "";
  let left = Number(toast.dataset.seconds ?? SECONDS) * 1000;
  if (!left) return;
  const countdown = make("span", { ariaHidden: "true" });
  toast.querySelector(".toast-undo")?.append(" ", countdown);
  const timer = setInterval(() => {
    if (!toast.isConnected) return clearInterval(timer);
    countdown.textContent = `(${Math.ceil(left / 1000)} s)`;
    if (toast.matches(":hover,:focus-within")) return;
    left -= TICK_MS;
    if (left <= 0) toast.remove();
  }, TICK_MS);
}
