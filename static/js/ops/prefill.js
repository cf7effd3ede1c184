/** A line that is looked up fills in what is missing, and never touches what was typed while the answer was on its way. */

const asked = new Map();
let typed = [];

/** Guard the fields of [data-line] against their own look-up. */
export function startPrefill() {
  document.addEventListener("htmx:before:request", ({ detail }) => {
    for (const { id, value } of fieldsOf(detail.ctx)) asked.set(id, value);
  });
  document.addEventListener("htmx:before:swap", ({ detail }) => {
    typed = fieldsOf(detail.ctx).filter(({ id, value }) => asked.has(id) && asked.get(id) !== value).map(({ id, value }) => [id, value]);
  });
  document.addEventListener("htmx:after:swap", ({ detail }) => {
    for (const [id, value] of typed) restore(document.getElementById(id), value);
    if (fieldsOf(detail.ctx).includes(document.activeElement)) selectFilled(document.activeElement);
    typed = [];
  });
}

function fieldsOf(ctx) {
  const line = ctx?.request.method === "GET" && ctx.sourceElement?.closest("[data-line]");
  return line ? [...line.querySelectorAll("input:not([type=hidden])")] : [];
}

function restore(field, value) {
  if (field && field.value !== value) field.value = value;
}

// Whoever is about to type a price of their own replaces the catalogue's instead of adding to it.
function selectFilled(field) {
  if (!typed.some(([id]) => id === field.id)) field.select();
}
