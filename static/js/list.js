/** Entry of a page with a list that never jumps: rows that arrive wait behind a pill, rows that left the view stay, dimmed. */

const fresh = new Set();
const changed = new Set();

const rules = {
  missing: (row, list = listOf(row.id)) => countRow(row, list),
  morphed(element) {
    const rows = element.matches("[data-views]") ? [element] : element.querySelectorAll("[data-views]");
    for (const row of rows) markRow(row);
  },
  absent(row) {
    row.dataset.absent = "";
    markLeft(row, "no longer on this page");
  },
  gone(id) {
    if (fresh.delete(id) || changed.delete(id)) showPill(listOf(id));
  },
};

document.dispatchEvent(new CustomEvent("live:rules", { detail: rules }));
document.addEventListener("htmx:after:swap", dropDoubles);

// A row that a refetch left behind comes again with the page it belongs to.
function dropDoubles() {
  for (const row of document.querySelectorAll("[data-live-list]>[data-absent]")) {
    if (document.querySelectorAll(`#${CSS.escape(row.id)}`).length > 1) row.remove();
  }
}

function listOf(id) {
  return [...document.querySelectorAll("[data-live-list]")].find((list) => id.startsWith(list.dataset.liveList));
}

function inView(row, list) {
  const { view } = list.dataset;
  return !view || (row.dataset.views || "").split(" ").includes(view);
}

// An order of another page that merely changed is no arrival: it counts only where it may have entered the view.
function countRow(row, list) {
  if (!list) return;
  const { since, view } = list.dataset;
  const filtered = list.dataset.filtered === "1";
  const isOld = since && (row.dataset.created || row.id.slice(row.id.lastIndexOf("-") + 1)) < Number(since);
  fresh.delete(row.id);
  changed.delete(row.id);
  if (inView(row, list)) {
    if (!isOld && !filtered) fresh.add(row.id);
    else if (filtered || (view && view !== "all")) changed.add(row.id);
  }
  showPill(list);
}

function showPill(list) {
  const pill = document.querySelector("[data-live-pill]");
  if (!pill || !list) return;
  const count = fresh.size + changed.size;
  const { noun = "orders" } = pill.dataset;
  const what = changed.size ? "new or changed" : `new ${count === 1 ? noun.replace(/s$/, "") : noun}`;
  (pill.querySelector("span") || pill).textContent = `${count.toLocaleString("en")} ${what}`;
  pill.hidden = !count;
}

function markRow(row) {
  const list = row.closest("[data-live-list]");
  if (!list || "absent" in row.dataset) return;
  if (!inView(row, list)) markLeft(row, `moved to ${row.dataset.phaseLabel || row.querySelector("[data-status]")?.textContent || "another view"}`);
  else if (row.classList.contains("is-gone")) unmark(row);
}

function markLeft(row, text) {
  row.classList.add("is-gone");
  noteOf(row).textContent = text;
}

function unmark(row) {
  row.classList.remove("is-gone");
  noteOf(row).textContent = "";
}

function noteOf(row) {
  const note = row.querySelector("[data-left-note]");
  if (note) return note;
  const added = document.createElement("span");
  added.dataset.leftNote = "";
  (row.lastElementChild || row).append(" ", added);
  return added;
}
