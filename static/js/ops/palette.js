/** The palette: arrow keys move between the field and its results, Enter opens the first; actions on the selected rows come first. */

const FIELD = "#palette-query";

/** Wire #palette. */
export function startPalette() {
  const palette = document.getElementById("palette");
  if (!palette) return;
  document.addEventListener("keydown", (event) => {
    if (!palette.open) return;
    if (event.key === "ArrowDown" || event.key === "ArrowUp") move(palette, event);
    else if (event.key === "Enter" && event.target.matches(FIELD)) openFirst(palette, event);
  });
  palette.addEventListener("dialog:shown", offerActions);
  palette.addEventListener("click", ({ target }) => press(palette, target.closest("[data-press]")));
}

function stops(palette) {
  return [...palette.querySelectorAll("input[type=search],.palette-list :is(a[href],button)")];
}

function move(palette, event) {
  const all = stops(palette);
  const at = all.indexOf(document.activeElement);
  all[(at + (event.key === "ArrowDown" ? 1 : -1) + all.length) % all.length]?.focus();
  event.preventDefault();
}

// The results of what was typed last may still be on their way: then the form goes to the page with them.
function openFirst(palette, event) {
  if (palette.querySelector(".htmx-request") || !palette.querySelector(FIELD).value.trim()) return;
  const first = palette.querySelector("#palette-results a[href]");
  if (!first) return;
  event.preventDefault();
  first.click();
}

// What can be done with the selected rows is what their bar offers, by its own buttons.
function offerActions() {
  const list = document.getElementById("palette-actions");
  const bar = document.querySelector(".bulk.is-open");
  const count = bar?.querySelector("[data-bulk-count]")?.textContent || "";
  const buttons = bar ? [...bar.querySelectorAll("button:not([disabled])")] : [];
  list.replaceChildren(...buttons.map((button, place) => item(`${button.textContent.trim()} ${count} selected`, place)));
  list.hidden = !buttons.length;
}

function item(text, place) {
  const line = document.createElement("li");
  const button = document.createElement("button");
  button.type = "button";
  button.dataset.press = place;
  button.textContent = text;
  line.append(button);
  return line;
}

function press(palette, choice) {
  if (!choice) return;
  const button = document.querySelectorAll(".bulk.is-open button:not([disabled])")[Number(choice.dataset.press)];
  palette.close();
  button?.click();
}
