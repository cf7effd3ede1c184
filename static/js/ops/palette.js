/** The palette: arrow keys move between the field and its results, Enter opens the first; actions on the selected rows come first. */

/** Wire #palette. */
export function startPalette() {
  const palette = document.getElementById("palette");
  if (!palette) return;
  const list = document.getElementById("palette-actions");
  const query = document.getElementById("palette-query");
  palette.addEventListener("keydown", (event) => {
    const { key, target } = event;
    const stops = [...palette.querySelectorAll("input,li :is(a,button)")];
    const step = { ArrowDown: 1, ArrowUp: -1 }[key];
    // While results are on their way, or nothing was typed, Enter goes to the page of results.
    const first = key === "Enter" && target.value && (list.firstChild || !palette.querySelector(".htmx-request")) && stops[1];
    if (!step && !first) return;
    event.preventDefault();
    if (first) first.click();
    else stops.at((stops.indexOf(document.activeElement) + step) % stops.length)?.focus();
  });
  // What can be done with the selected rows is what their bar offers, by its own buttons; of it, what is typed.
  const offer = () => {
    const typed = query.value.toLowerCase();
    list.replaceChildren();
    for (const button of document.querySelectorAll(".bulk.is-open button:not([disabled])")) {
      const label = button.textContent.trim();
      if (!label.toLowerCase().includes(typed)) continue;
      const line = document.createElement("li");
      const choice = line.appendChild(document.createElement("button"));
      choice.textContent = `${label} ${document.querySelector("[data-bulk-count]").textContent} selected`;
      choice.onclick = () => (palette.close(), button.click());
      list.append(line);
    }
  };
  palette.addEventListener("dialog:shown", offer);
  query.addEventListener("input", offer);
}
