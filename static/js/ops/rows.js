/** Rows of a list: the cursor (j, k), selection (x, shift+x, checkboxes), and the bulk bar. */

const ROW = "[data-row],[data-live-list]>[id]";
const BOX = "tbody .sel input[type=checkbox]";
const ALL = "thead .sel input[type=checkbox]";

let cursorId = "";
let anchorId = "";

/** Follow checkboxes: aria-selected, the count and the bulk bar. */
export function startRows() {
  document.addEventListener("change", ({ target }) => {
    if (target.matches("[data-whole]")) tally();
    else if (target.matches(ALL)) selectAll(target.checked);
    else if (target.matches(BOX)) mark(target);
  });
  document.addEventListener("click", ({ target, shiftKey }) => {
    if (!target.matches?.(BOX)) return;
    setCursor(target.closest(ROW));
    if (shiftKey) selectRange(anchorId, cursorId, target.checked);
    anchorId = cursorId;
  });
  document.addEventListener("focusin", ({ target }) => {
    const row = target.closest(ROW);
    if (row) setCursor(row);
  });
  for (const name of ["htmx:after:swap", "live:applied"]) document.addEventListener(name, tally);
  document.addEventListener("toggle", ({ target }) => fill(target), true);
  for (const box of document.querySelectorAll(BOX)) if (box.checked) mark(box);
}

// What a peek shows comes with its first opening, from below the address that its link leads to.
function fill(peek) {
  const link = peek.open && peek.querySelector(".peek>div>a");
  if (link) htmx.ajax("GET", `${link.pathname}/peek`, { target: link.parentNode });
}

/** Move the cursor by one row; the row's link gets the focus, so that Enter opens it. */
export function moveCursor(step) {
  const rows = allRows();
  const at = rows.findIndex((row) => row.id === cursorId);
  const row = rows[at < 0 ? 0 : Math.min(rows.length - 1, Math.max(0, at + step))];
  if (!row) return;
  setCursor(row);
  linkOf(row)?.focus();
  row.scrollIntoView({ block: "nearest" });
}

/** Open the row under the cursor, unless something else has the focus. */
export function openRow() {
  if (document.activeElement === document.body) linkOf(document.getElementById(cursorId))?.click();
}

/** Open or close the peek of the row under the cursor. */
export function peekRow() {
  document.getElementById(cursorId)?.querySelector("details.peek > summary")?.click();
}

/** Select or deselect the row under the cursor. */
export function toggleRow() {
  const box = boxOf(cursorId);
  if (box) set(box, !box.checked);
  anchorId = cursorId;
}

/** Select every row from the last one selected to the cursor. */
export function extendSelection() {
  selectRange(anchorId || cursorId, cursorId, true);
}

/** Deselect everything. */
export function clearSelection() {
  for (const box of document.querySelectorAll("[data-whole]:checked")) box.checked = false;
  selectAll(false);
}

function allRows() {
  return [...document.querySelectorAll(ROW)];
}

function linkOf(row) {
  return row?.querySelector("[data-row-link]") || row?.querySelector("a[href]");
}

function boxOf(id) {
  return document.getElementById(id)?.querySelector(".sel input[type=checkbox]");
}

function setCursor(row) {
  document.getElementById(cursorId)?.classList.remove("is-cursor");
  row.classList.add("is-cursor");
  cursorId = row.id;
}

function selectRange(from, to, checked) {
  const rows = allRows();
  const ends = [from, to].map((id) => rows.findIndex((row) => row.id === id));
  if (ends.includes(-1)) return;
  for (const row of rows.slice(Math.min(...ends), Math.max(...ends) + 1)) {
    const box = boxOf(row.id);
    if (box) set(box, checked);
  }
}

function selectAll(checked) {
  for (const box of document.querySelectorAll(BOX)) set(box, checked);
}

function set(box, checked) {
  if (box.checked === checked || box.disabled) return;
  box.checked = checked;
  mark(box);
}

function mark(box) {
  box.closest(ROW)?.setAttribute("aria-selected", box.checked);
  tally();
}

function tally() {
  const boxes = [...document.querySelectorAll(BOX)];
  const count = boxes.filter((other) => other.checked).length;
  const whole = document.querySelector("[data-whole]:checked")?.closest("label");
  const said = whole ? `all ${whole.querySelector("[data-whole-count]")?.textContent ?? ""}`.trim() : count;
  for (const place of document.querySelectorAll("[data-bulk-count]")) place.textContent = said;
  for (const bar of document.querySelectorAll(".bulk")) bar.classList.toggle("is-open", count > 0);
  for (const all of document.querySelectorAll(ALL)) {
    all.checked = count > 0 && count === boxes.length;
    all.indeterminate = count > 0 && count < boxes.length;
  }
  if (count) document.dispatchEvent(new CustomEvent("rows:selected"));
}
