/** Entry of the order page: in its comments @ offers the people who can be named. */

import "./ops/send.js";

const START = /(^|[^\w.@])@([\w.-]*)$/u;
const MOST = 8;
let field = null;
let list = null;
let at = 0;

document.addEventListener("input", ({ target }) => (target.matches?.("[data-mentions]") ? offer(target) : null));
document.addEventListener("focusout", ({ target }) => target === field && setTimeout(close, 150));
document.addEventListener("keydown", choose, true);
document.addEventListener("live:applied", stay);
document.addEventListener("htmx:after:request", empty);

// The page knows nothing of the list: what is pushed beside it takes it away.
function stay() {
  if (!list || list.isConnected) return;
  if (!field.isConnected) return close();
  field.after(list);
  field.setAttribute("aria-controls", list.id);
  mark();
}

// What was sent must not stand there for a second time; a morph keeps what is typed.
function empty({ target, detail }) {
  const textarea = target.closest?.("#note-form")?.querySelector("textarea");
  if (textarea && detail.ctx.response.status < 400) textarea.value = "";
}

function offer(textarea) {
  const typed = textarea.value.slice(0, textarea.selectionStart).match(START)?.[2].toLowerCase();
  const people = textarea.dataset.mentions.split("\n").filter(Boolean).map((line) => [line.split(" ", 1)[0], line.slice(line.indexOf(" ") + 1)]);
  const found = typed === undefined ? [] : people.filter(([handle, name]) => `${handle} ${name}`.toLowerCase().includes(typed)).slice(0, MOST);
  close();
  if (!found.length) return;
  field = textarea;
  at = 0;
  list = document.createElement("ul");
  Object.assign(list, { id: "mention-list", className: "mention-list", role: "listbox", ariaLabel: "People" });
  list.append(...found.map(option));
  field.after(list);
  field.setAttribute("aria-controls", list.id);
  mark();
}

function option([handle, name], index) {
  const item = document.createElement("li");
  Object.assign(item, { id: `mention-${index}`, role: "option", textContent: `${name} @${handle}` });
  item.dataset.handle = handle;
  item.addEventListener("pointerdown", (event) => {
    event.preventDefault();
    insert(handle);
  });
  return item;
}

function choose(event) {
  if (!list || event.target !== field) return;
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (step) at = (at + step + list.children.length) % list.children.length;
  else if (event.key === "Enter" || event.key === "Tab") insert(list.children[at].dataset.handle);
  else if (event.key === "Escape") close();
  else return;
  event.preventDefault();
  event.stopPropagation();
  mark();
}

function mark() {
  for (const [index, item] of [...(list?.children || [])].entries()) item.setAttribute("aria-selected", index === at);
  list?.children[at].scrollIntoView({ block: "nearest" });
  if (list) field.setAttribute("aria-activedescendant", list.children[at].id);
}

function insert(handle) {
  const before = field.value.slice(0, field.selectionStart).replace(START, `$1@${handle} `);
  const after = field.value.slice(field.selectionStart);
  const { length } = before;
  const target = field;
  close();
  target.value = before + after;
  target.setSelectionRange(length, length);
  target.focus();
}

function close() {
  list?.remove();
  field?.removeAttribute("aria-activedescendant");
  field?.removeAttribute("aria-controls");
  list = field = null;
}
