/** On hand edited in its cell: compare and set. What somebody else did meanwhile is shown beside it, never overwritten unseen. */

import { post } from "./cellpost.js";
import { newKey } from "./key.js";

const MOST_UNDO = 50;
const UNDO_SECONDS = 10;
const SCAN_GAP_MS = 35;
const SCAN_LENGTH = 4;

const open = new Map();
const undone = [];

/** Mark the cells being edited that change under the person's hands. */
export function startCells() {
  document.addEventListener("live:applied", () => {
    for (const [id, state] of open) {
      if (state.box.isConnected) markChange(state);
      else open.delete(id);
    }
  });
}

/** Open the editor of a cell; `typed` replaces its figure. move(cell, down, right) moves the focus. Returns true. */
export function edit(cell, typed, move) {
  const known = open.get(cell.id);
  if (known?.box.isConnected) return focusOn(known);
  const state = { cell, move, seen: onHandOf(cell), key: newKey(), fast: 0, last: -Infinity };
  build(state, typed);
  open.set(cell.id, state);
  return focusOn(state);
}

/** Take back the last figure that was saved here. Returns true when there was one. */
export function undoLast() {
  const entry = undone.pop();
  if (!entry) return false;
  takeBack(entry);
  return true;
}

function build(state, typed) {
  const id = `edit-${state.cell.id}`;
  const label = labelOf(state.cell);
  state.input = Object.assign(document.createElement("input"), { className: "input", id, value: typed || state.seen, autocomplete: "off", inputMode: "numeric", maxLength: 14, ariaLabel: `On hand, ${label}` });
  state.input.setAttribute("aria-describedby", `${id}-note`);
  state.note = Object.assign(document.createElement("div"), { className: "cell-note", id: `${id}-note`, role: "status" });
  state.box = Object.assign(document.createElement("div"), { className: "cell-editor" });
  state.box.dataset.liveKeep = "";
  state.box.append(state.input, state.note);
  state.isTyped = Boolean(typed);
  state.box.addEventListener("keydown", (event) => press(state, event));
  state.box.addEventListener("focusout", () => setTimeout(() => leave(state)));
  state.cell.after(state.box);
}

function focusOn(state) {
  (state.note.querySelector("button") || state.input).focus();
  if (!state.isTyped) state.input.select();
  return true;
}

function press(state, event) {
  const { key, shiftKey, timeStamp } = event;
  state.fast = timeStamp - state.last < SCAN_GAP_MS ? state.fast + 1 : 0;
  state.last = timeStamp;
  const isInField = event.target === state.input;
  const way = { Enter: [shiftKey ? -1 : 1, 0], Tab: [0, shiftKey ? -1 : 1], ArrowUp: [-1, 0], ArrowDown: [1, 0] }[key];
  event.stopPropagation();
  if (key === "Escape") close(state, true);
  else if (isInField && way) commit(state, way, event);
  else return;
  if (key !== "Tab") event.preventDefault();
}

// A scanner types and presses Enter by itself: a barcode is no figure anybody counted.
function commit(state, way, event) {
  if (state.input.readOnly) return;
  if (event.key === "Enter" && state.fast >= SCAN_LENGTH) {
    tell({ text: "That was a scan, not a count: nothing was changed.", role: "warn" });
    return close(state, true);
  }
  const wanted = state.input.value.replace(/\s/g, "");
  if (wanted === String(state.seen)) close(state, false);
  else save(state, wanted, state.seen);
  if (state.move(state.cell, ...way)) event.preventDefault();
  else if (!open.has(state.cell.id)) state.cell.focus();
}

async function save(state, wanted, expected) {
  state.input.readOnly = true;
  state.box.ariaBusy = "true";
  const answer = await post(state.cell, { how: "set", units: wanted, expected, reason: reason(), _key: state.key });
  state.input.readOnly = false;
  state.box.ariaBusy = "false";
  if (answer.isFinal) state.key = newKey();
  if (answer.isSaved) saved(state, answer, Number(wanted) - expected);
  else if (answer.choices) choose(state, answer, wanted);
  else refuse(state, answer.text);
}

function saved(state, answer, change) {
  const hadFocus = state.box.contains(document.activeElement);
  const { cell } = state;
  remember({ cell, change });
  show(cell, answer);
  close(state, hadFocus);
  tell({ text: answer.text, seconds: UNDO_SECONDS, onUndo: undoLast });
}

// One toast at a time: whoever fills a column is not to be buried under them.
function tell(detail) {
  document.querySelector("#toasts .of-matrix")?.remove();
  document.dispatchEvent(new CustomEvent("toast", { detail: { mark: "of-matrix", ...detail } }));
}

// The push may have been here first, or the cell may be gone from the page by now.
function show({ id }, { cell: fresh }) {
  const cell = document.getElementById(id);
  if (!cell || !fresh || Number(cell.dataset.v) >= Number(fresh.dataset.v)) return;
  Object.assign(cell.dataset, { v: fresh.dataset.v, level: fresh.dataset.level });
  for (const part of ["[data-n=available]", "[data-n=on_hand]", "[data-n=allocated]", "[data-level-word]"]) {
    cell.querySelector(part).textContent = fresh.querySelector(part).textContent;
  }
}

// Theirs and mine, and two buttons; whoever is typing in another cell by now keeps the focus there.
function choose(state, answer, wanted) {
  clear(state);
  state.note.replaceChildren(answer.choices);
  state.box.classList.add("is-conflict");
  const theirs = Number(state.note.querySelector("[data-theirs]").dataset.theirs);
  state.note.querySelector("[data-keep=theirs]").addEventListener("click", () => close(state, true));
  state.note.querySelector("[data-keep=mine]").addEventListener("click", () => {
    clear(state);
    state.seen = theirs;
    state.input.focus();
    save(state, wanted, theirs);
  });
  if (isFree(state)) state.note.querySelector("button").focus();
}

function refuse(state, text) {
  state.note.textContent = text;
  state.input.setAttribute("aria-invalid", "true");
  if (isFree(state)) state.input.focus();
}

function clear(state) {
  state.note.replaceChildren();
  state.box.classList.remove("is-conflict", "is-stale");
  state.input.removeAttribute("aria-invalid");
}

function isFree(state) {
  const editor = document.activeElement.closest(".cell-editor");
  return !editor || editor === state.box;
}

function close(state, takesFocus) {
  open.delete(state.cell.id);
  state.box.remove();
  if (takesFocus) state.cell.focus();
}

// An editor nobody changed anything in closes by itself; what was typed stays until it is saved or given up.
function leave(state) {
  const isIdle = !state.input.readOnly && !state.note.hasChildNodes() && state.input.value === String(state.seen);
  if (isIdle && state.box.isConnected && !state.box.contains(document.activeElement)) close(state, false);
}

function markChange(state) {
  const now = onHandOf(state.cell);
  if (state.input.readOnly || state.box.classList.contains("is-conflict")) return;
  const isStale = now !== state.seen;
  if (isStale === state.box.classList.contains("is-stale") && (!isStale || state.shown === now)) return;
  clear(state);
  state.box.classList.toggle("is-stale", isStale);
  state.shown = now;
  if (isStale) state.note.textContent = `Changed: now ${now}, was ${state.seen}`;
}

function remember(entry) {
  undone.push(entry);
  if (undone.length > MOST_UNDO) undone.shift();
}

async function takeBack(entry) {
  const fields = { how: "change", units: -entry.change, reason: "correction", note: "Undo", _key: (entry.key ??= newKey()) };
  const answer = await post(entry.cell, fields);
  if (!answer.isSaved) {
    if (!answer.isFinal) remember(entry);
    tell({ text: `Not undone. ${answer.text}`, role: "bad", seconds: 0 });
    return;
  }
  show(entry.cell, answer);
  tell({ text: `Undone: ${answer.text}` });
}

function onHandOf(cell) {
  return Number(cell.querySelector("[data-n=on_hand]").textContent.replace(/[^\d-]/g, "") || 0);
}

function labelOf(cell) {
  const at = cell.closest("td").cellIndex;
  const head = cell.closest("table").tHead.rows[0].cells[at];
  return `${cell.closest("tr").cells[0].textContent.trim()} at ${head.textContent.trim()}`;
}

function reason() {
  return document.getElementById("matrix-reason")?.value || "counted";
}
