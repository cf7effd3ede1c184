/** The palette's results: arrow keys move between the search field and the links htmx puts below it. */

/** Wire #palette. */
export function startPalette() {
  document.addEventListener("keydown", (event) => {
    const palette = document.getElementById("palette");
    if (!palette?.open || !["ArrowDown", "ArrowUp"].includes(event.key)) return;
    const stops = [...palette.querySelectorAll("input[type=search],#palette-results :is(a[href],button)")];
    const at = stops.indexOf(document.activeElement);
    const next = at + (event.key === "ArrowDown" ? 1 : -1);
    stops[(next + stops.length) % stops.length]?.focus();
    event.preventDefault();
  });
}
