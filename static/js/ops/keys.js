/** Keyboard of the operations pages. Single-key shortcuts can be turned off; scanner bursts never trigger one. */

import { extendSelection, moveCursor, openRow, peekRow, toggleRow, clearSelection } from "./rows.js";
import { onHumanKey } from "./scan.js";

const OFF = "orderdeck.keys";
const SEQUENCE_MS = 1500;
const PLACES = { h: "/", o: "/orders", c: "/customers", i: "/inventory", p: "/pick", e: "/exceptions", k: "/kpis" };

let leader = -Infinity;

const ACTIONS = {
  "/": () => focusOn("[data-search]"),
  j: () => moveCursor(1),
  k: () => moveCursor(-1),
  o: peekRow,
  x: toggleRow,
  X: extendSelection,
  ".": () => click("[data-live-pill]:not([hidden])"),
  u: () => click("[data-back]") || history.back(),
  z: () => click(".toast-undo,[data-undo]"),
  "?": () => openDialog("shortcuts"),
  g: (event) => { leader = event.timeStamp; },
};

/** Listen for shortcuts, and keep the switch in the shortcuts dialog in step with what is stored. */
export function startKeys() {
  onHumanKey(press, isTyping);
  document.addEventListener("keydown", (event) => {
    if ((event.ctrlKey || event.metaKey) && event.key === "k") openDialog("palette");
    else if (event.key === "ArrowDown" && event.target.matches("[data-search]")) moveCursor(1);
    else return;
    event.preventDefault();
  });
  document.addEventListener("click", openByButton);
  document.addEventListener("change", ({ target }) => {
    if (target.matches("#single-keys")) localStorage.setItem(OFF, target.checked ? "on" : "off");
  });
}

/** Show a dialog of this page by id. Returns false when there is none. */
export function openDialog(id) {
  const dialog = document.getElementById(id);
  if (!dialog?.showModal) return false;
  for (const box of dialog.querySelectorAll("#single-keys")) box.checked = isOn();
  if (!dialog.open) dialog.showModal();
  dialog.dispatchEvent(new CustomEvent("dialog:shown"));
  const field = dialog.querySelector("select,[name=q]");
  field?.focus();
  field?.select?.();
  return true;
}

function isOn() {
  return localStorage.getItem(OFF) !== "off";
}

function isTyping(target) {
  const field = target.closest?.("input,textarea,select,[contenteditable]");
  return Boolean(field && !/^(checkbox|radio|button|submit)$/.test(field.type));
}

function press(key, event) {
  if (document.querySelector("dialog[open]:modal")) return;
  if (key === "Escape") return clearSelection();
  if (key === "Enter") return openRow(event);
  if (key.length > 1 || !isOn()) return;
  if (event.timeStamp - leader < SEQUENCE_MS) return goTo(key);
  const action = ACTIONS[key];
  if (action) action(event);
  else clickOrFocus(`[data-key="${CSS.escape(key)}"]`);
}

function goTo(key) {
  leader = -Infinity;
  if (click(`[data-go="${CSS.escape(key)}"]`)) return;
  click(`.sections a[href="${PLACES[key]}"]`); // only where the person's own navigation leads
}

function click(selector) {
  const element = document.querySelector(selector);
  element?.click();
  return Boolean(element);
}

function clickOrFocus(selector) {
  const element = document.querySelector(selector);
  if (!element || element.disabled || element.closest(".bulk:not(.is-open)")) return;
  if (isTyping(element)) element.focus();
  else element.click();
}

function focusOn(selector) {
  const field = document.querySelector(selector) || document.querySelector("main input[type=search],input[type=search]");
  field?.focus();
  field?.select();
}

function openByButton(event) {
  const opener = event.target.closest?.("[data-open]");
  if (opener && openDialog(opener.dataset.open)) event.preventDefault();
}
