/** Who else is on this page: says every few seconds that we are, and shows what the server says of others.
 * A bundle of its own beside ops.js, which has the socket: it passes on what is dispatched as `live:say`.
 */

const EVERY_MS = 2500; // the server forgets after 5 s of silence
const MOST = 4;

let place;
let editing = false;

/** Start on pages with a `data-presence` list. */
export function startPresence() {
  place = document.querySelector("[data-presence]");
  if (!place) return;
  setInterval(tell, EVERY_MS);
  document.addEventListener("live:beat", tell, { once: true });
  document.addEventListener("focusin", look);
  document.addEventListener("focusout", () => setTimeout(look));
  document.addEventListener("live:people", ({ detail }) => detail.room === place.dataset.presence && show(detail.people));
  document.addEventListener("live:state", ({ detail }) => detail.state === "stale" && show([]));
}

function tell() {
  if (document.hidden) return;
  document.dispatchEvent(new CustomEvent("live:say", { detail: ["present", { room: place.dataset.presence, editing }] }));
}

function look() {
  const field = document.activeElement?.closest("#main :is(input, textarea, select)");
  const now = Boolean(field) && !["search", "checkbox", "radio"].includes(field.type);
  if (now === editing) return;
  editing = now;
  tell();
}

function show(people) {
  place.replaceChildren(...people.slice(0, MOST).map(item));
  if (people.length > MOST) place.append(element("li", "muted", `and ${people.length - MOST} more`));
  place.hidden = !people.length;
}

function item({ name, initials, editing: typing }) {
  const shown = element("li", "presence", "");
  const avatar = element("span", "avatar", initials);
  avatar.ariaHidden = "true";
  shown.append(avatar, `${name} ${typing ? "is editing" : "is here"}`);
  return shown;
}

function element(name, className, text) {
  const made = document.createElement(name);
  made.className = className;
  made.textContent = text;
  return made;
}
