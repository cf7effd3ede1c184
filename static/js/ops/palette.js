/** The palette: arrow keys move between the field and its results, Enter opens the first; actions on the selected rows come first. */

const buttons = () => [...document.querySelectorAll(".bulk.is-open button:not([disabled])")];

/** Wire #palette. */
export function startPalette() {
  const palette = document.getElementById("palette");
  if (!palette) return;
  const list = document.getElementById("palette-actions");
  palette.addEventListener("keydown", (event) => {
    const { key, target } = event;
    const stops = [...palette.querySelectorAll("input[type=search],.palette-list :is(a[href],button)")];
    const step = { ArrowDown: 1, ArrowUp: -1 }[key];
    // While results are on their way, or nothing was typed, Enter goes to the page of results.
    const first = key === "Enter" && target.value && !palette.querySelector(".htmx-request") && palette.querySelector("#palette-results a");
    if (!step && !first) return;
    event.preventDefault();
    if (first) first.click();
    else stops.at((stops.indexOf(document.activeElement) + step) % stops.length)?.focus();
  });
  // What can be done with the selected rows is what their bar offers, by its own buttons.
  palette.addEventListener("dialog:shown", () => {
    list.replaceChildren(...buttons().map((button) => {
      const choice = document.createElement("button");
      choice.textContent = `${button.textContent.trim()} ${document.querySelector("[data-bulk-count]").textContent} selected`;
      const line = document.createElement("li");
      line.append(choice);
      return line;
    }));
    list.hidden = !list.firstChild;
  });
  list.addEventListener("click", ({ target }) => {
    const button = buttons()[[...list.children].indexOf(target.parentNode)];
    palette.close();
    button?.click();
  });
}
