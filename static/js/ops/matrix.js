/** The inventory matrix by keyboard: arrows move between its cells; Enter, being a link's own key, opens the adjust form. */

const STEPS = { ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [-1, 0], ArrowDown: [1, 0] };

/** Listen for arrows while a cell has the focus, and for Escape in an open adjust form. */
export function startMatrix() {
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.shiftKey) return;
    if (event.key === "Escape") closeForm(event.target);
    const cell = event.target.closest?.("[data-matrix] a.cell");
    if (!cell || !STEPS[event.key]) return;
    event.preventDefault();
    neighbour(cell, STEPS[event.key])?.focus();
  });
}

function neighbour(cell, [down, right]) {
  const rows = [...cell.closest("tbody").querySelectorAll("tr[data-row]")];
  const row = cell.closest("tr");
  const cells = cellsOf(row);
  if (right) return cells[cells.indexOf(cell) + right];
  const other = rows[rows.indexOf(row) + down];
  return other && cellsOf(other)[cells.indexOf(cell)];
}

function cellsOf(row) {
  return [...row.querySelectorAll("a.cell")];
}

// The form's row stands below the row of its SKU: leaving it puts the focus back there.
function closeForm(target) {
  const row = target.closest?.("[data-matrix] .adjust-row");
  if (!row) return;
  const back = row.previousElementSibling?.querySelector("a.cell");
  row.querySelector("a[hx-get]")?.click();
  back?.focus();
}
