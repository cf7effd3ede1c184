/** The inventory matrix as a grid: one tab stop; arrows, Home, End and Page keys move; Enter, F2 or a digit edits on hand in place. */

const ITEM = "[data-matrix] tr[data-row] > th > a, [data-matrix] tr[data-row] a.cell";
const PAGE_ROWS = 10;
const STEPS = {
  ArrowLeft: [0, -1],
  ArrowRight: [0, 1],
  ArrowUp: [-1, 0],
  ArrowDown: [1, 0],
  PageUp: [-PAGE_ROWS, 0],
  PageDown: [PAGE_ROWS, 0],
  Home: [0, -Infinity],
  End: [0, Infinity],
};

let editor; // ops/cells.js, fetched when a cell gets the focus: most people only look
let first; // the cell and what was typed into it before the editor was here

/** Listen for keys while a cell has the focus, and for Escape in an open adjust form; keep exactly one tab stop. */
export function startMatrix() {
  document.addEventListener("keydown", press);
  document.addEventListener("focusin", ({ target }) => {
    if (!target.matches?.(ITEM)) return;
    makeStop(target);
    fetchEditor(target);
  });
  for (const name of ["htmx:after:swap", "live:applied"]) document.addEventListener(name, keepOneStop);
  for (const tools of document.querySelectorAll("[data-matrix-tools]")) tools.hidden = false;
  keepOneStop();
}

function press(event) {
  if (event.defaultPrevented) return;
  if (event.key === "Escape") closeForm(event.target);
  const item = event.target.closest?.(ITEM);
  if (!item || event.altKey) return;
  if (handle(item, event)) event.preventDefault();
}

// Returns whether the key was for the grid.
function handle(item, { key, ctrlKey, metaKey, shiftKey }) {
  const withControl = ctrlKey || metaKey;
  if (withControl && !shiftKey && key.toLowerCase() === "z") return editor?.undoLast?.() ?? false;
  if (STEPS[key] && !shiftKey) return move(item, ...(withControl ? farthest(key) : STEPS[key]));
  if (withControl || !isEditable(item)) return false;
  if (key === "Enter" || key === "F2") return edit(item, "");
  return /^\d$/.test(key) && edit(item, key);
}

// Whoever types faster than the editor is fetched finds every digit in it.
function edit(item, typed) {
  if (editor?.edit) return editor.edit(item, typed, move);
  if (first) first.typed += typed;
  else first = { item, typed };
  return true;
}

function fetchEditor(item) {
  editor ??= import(item.closest("[data-matrix]").dataset.editor).then((loaded) => {
    editor = loaded;
    editor.startCells();
    if (first) edit(first.item, first.typed);
    first = null;
  }, () => { editor = null; });
}

// Ctrl with an arrow goes to the edge, with Home and End to a corner.
function farthest(key) {
  if (key === "Home") return [-Infinity, -Infinity];
  if (key === "End") return [Infinity, Infinity];
  return STEPS[key].map((step) => step * Infinity || 0);
}

function isEditable(item) {
  return item.matches("a.cell[hx-get]");
}

/** Move the focus so many rows down and cells to the right, as far as there are any. Returns whether it went anywhere. */
function move(item, down, right) {
  const row = item.closest("tr");
  const rows = [...row.parentElement.querySelectorAll("tr[data-row]")];
  const items = itemsOf(row);
  const other = rows[within(rows, rows.indexOf(row) + down)];
  const target = itemsOf(other)[within(items, items.indexOf(item) + right)];
  if (!target || target === item) return false;
  (target.parentElement.querySelector(".cell-editor :is(button,input)") || target).focus();
  target.parentElement.scrollIntoView({ block: "nearest", inline: "nearest" });
  return true;
}

function within(list, at) {
  return Math.max(0, Math.min(list.length - 1, at));
}

function itemsOf(row) {
  return [...row.querySelectorAll(":scope > th > a, a.cell")];
}

function makeStop(item) {
  for (const other of item.closest("[data-matrix]").querySelectorAll("[tabindex='0']")) if (other !== item) other.tabIndex = -1;
  item.tabIndex = 0;
}

// Rows that came later, and cells that were swapped, have no tab index yet.
function keepOneStop() {
  const grid = document.querySelector("[data-matrix]");
  if (!grid) return;
  for (const item of grid.querySelectorAll(":is(tr[data-row] > th > a, a.cell):not([tabindex])")) item.tabIndex = -1;
  if (grid.querySelector("[tabindex='0']")) return;
  const focused = document.activeElement.closest(ITEM);
  const stop = focused || grid.querySelector("a.cell, tr[data-row] > th > a");
  if (stop) stop.tabIndex = 0;
}

// The form's row stands below the row of its SKU: leaving it puts the focus back there.
function closeForm(target) {
  const row = target.closest?.("[data-matrix] .adjust-row");
  if (!row) return;
  const back = row.previousElementSibling?.querySelector("a.cell");
  row.querySelector("a[hx-get]")?.click();
  back?.focus();
}
