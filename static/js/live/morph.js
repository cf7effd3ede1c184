/** Morph an element into fresh HTML in place: focus, caret, scroll, open details and whatever a person typed or ticked stay. */

const LOCAL_ATTRIBUTES = new Set(["open", "aria-selected", "tabindex", "data-htmx-powered"]);
const LOCAL_CLASSES = ["is-flash", "is-gone", "is-cursor", "htmx-request"];
const FIELDS = "input,select,textarea";

/**
 * What a kind of page adds: a row that is not here, an element after its morph, one to wire again, a row that left for good; and a row
 * of a [data-live-list] that is not in its fresh copy: none is ever inserted or removed under the reader.
 */
export const hooks = { missing() {}, morphed() {}, rewire() {}, gone() {}, absent() {} };

/** Make `old` like `fresh`. Returns true when an hx-* attribute changed, so that htmx must wire it again. */
export function morph(old, fresh) {
  if (Number(old.dataset?.v) > Number(fresh.dataset?.v)) return false;
  if (old.matches("[data-live-keep]") || old.isEqualNode(fresh)) return false;
  if (isField(old) && isInUse(old)) return false;
  if (old.isContentEditable && hasFocus(old)) return false;

  const rewired = copyAttributes(old, fresh);
  if (old.localName === "textarea") {
    old.value = old.defaultValue = fresh.defaultValue;
    return rewired;
  }
  const isList = old.matches("[data-live-list]") && old.querySelector(":scope > [id]");
  return (isList ? mergeRows(old, fresh) : morphChildren(old, fresh)) || rewired;
}

/** True when the element holds the focus or a field a person has changed. */
export function isHeld(element) {
  return hasFocus(element) || [element, ...element.querySelectorAll(FIELDS)].some((field) => isField(field) && isChanged(field));
}

/** True when a person changed this field and nothing has been sent yet. */
export function isChanged(field) {
  if (field.type === "hidden" || field.type === "submit" || field.type === "button") return false;
  if (field.type === "checkbox" || field.type === "radio") return field.checked !== field.defaultChecked;
  if (field.type === "file") return field.value !== "";
  if (field.localName !== "select") return field.value !== field.defaultValue;
  const preset = [...field.options].some((option) => option.defaultSelected);
  return [...field.options].some((option, index) => option.selected !== (preset || field.multiple ? option.defaultSelected : index === 0));
}

function isField(element) {
  return element.matches(FIELDS);
}

function hasFocus(element) {
  return element.contains(document.activeElement);
}

// A hidden version or key belongs to what is being typed beside it: renewing it would turn a conflict into a silent overwrite.
function isInUse(field) {
  if (field.type !== "hidden") return hasFocus(field) || isChanged(field);
  return [...(field.form || field.parentElement).querySelectorAll(FIELDS)].some((other) => other.type !== "hidden" && (hasFocus(other) || isChanged(other)));
}

function copyAttributes(old, fresh) {
  let rewired = false;
  const note = (name) => { rewired ||= /^(data-)?hx-/.test(name); };
  for (const { name } of [...old.attributes]) {
    if (fresh.hasAttribute(name) || LOCAL_ATTRIBUTES.has(name) || name === "class") continue;
    old.removeAttribute(name);
    note(name);
  }
  for (const { name, value } of fresh.attributes) {
    if (LOCAL_ATTRIBUTES.has(name) || name === "class" || old.getAttribute(name) === value) continue;
    old.setAttribute(name, value);
    note(name);
  }
  copyClasses(old, fresh);
  if (old.localName === "input") copyValue(old, fresh);
  return rewired;
}

function copyClasses(old, fresh) {
  const kept = LOCAL_CLASSES.filter((name) => old.classList.contains(name) && !fresh.classList.contains(name));
  const wanted = [fresh.getAttribute("class"), ...kept].filter(Boolean).join(" ");
  if ((old.getAttribute("class") || "") !== wanted) wanted ? old.setAttribute("class", wanted) : old.removeAttribute("class");
}

function copyValue(old, fresh) {
  if (old.type === "checkbox" || old.type === "radio") old.checked = fresh.defaultChecked;
  else if (old.type !== "file" && old.value !== fresh.value) old.value = fresh.value;
}

function morphChildren(parent, freshParent) {
  const freshIds = new Set([...freshParent.children].map((child) => child.id).filter(Boolean));
  let at = parent.firstChild;
  let rewired = false;
  for (const fresh of [...freshParent.childNodes]) {
    const match = findMatch(parent, at, fresh, freshIds);
    if (!match) {
      parent.insertBefore(fresh, at);
      continue;
    }
    if (match === at) at = at.nextSibling;
    else if (match.id) moveBefore(parent, match, at);
    else at = dropUntil(at, match).nextSibling;
    if (match.nodeType === Node.ELEMENT_NODE) rewired = morph(match, fresh) || rewired;
    else if (match.nodeValue !== fresh.nodeValue) match.nodeValue = fresh.nodeValue;
  }
  while (at) at = drop(at);
  return rewired;
}

function findMatch(parent, at, fresh, freshIds) {
  if (fresh.id) {
    const named = document.getElementById(fresh.id);
    return named?.parentNode === parent && named.localName === fresh.localName ? named : null;
  }
  for (let node = at; node; node = node.nextSibling) {
    if (node.id && freshIds.has(node.id)) return null;
    if (node.nodeName === fresh.nodeName && !node.id) return node;
    if (fresh.nodeType === Node.TEXT_NODE) return null;
  }
  return null;
}

function moveBefore(parent, node, at) {
  if (parent.moveBefore) return parent.moveBefore(node, at);
  const focused = node.contains(document.activeElement) && document.activeElement;
  const { selectionStart, selectionEnd } = focused || {};
  parent.insertBefore(node, at);
  if (!focused) return;
  focused.focus({ preventScroll: true });
  if (selectionStart != null) focused.setSelectionRange(selectionStart, selectionEnd);
}

function dropUntil(at, end) {
  while (at !== end) at = drop(at);
  return end;
}

function drop(node) {
  const next = node.nextSibling;
  if (node.nodeType === Node.ELEMENT_NODE && node.matches("[data-live-keep]")) return next;
  if (node.nodeType === Node.ELEMENT_NODE && isHeld(node)) node.classList.add("is-gone");
  else node.remove();
  return next;
}

function mergeRows(list, freshList) {
  let rewired = false;
  const fresh = [...freshList.children].filter((row) => row.id);
  const ids = new Set(fresh.map((row) => row.id));
  for (const row of [...list.children]) if (row.id && !ids.has(row.id)) hooks.absent(row);
  for (const row of fresh) {
    const old = document.getElementById(row.id);
    if (old) rewired = morph(old, row) || rewired;
    else hooks.missing(row, list);
  }
  return rewired;
}
