/** Show batches: the newest version of every row and cell, all in one animation frame. */

import { counters } from "./state.js";
import { hooks, isChanged, isHeld, morph } from "./morph.js";

const FLASH_MS = 1200;
const HIDDEN_TAB_MS = 300;
const WORDS = { ok: "In stock", low: "Low", out: "Out" };

const rows = new Map();
const cells = new Map();
const gone = new Set();
const facets = new Map();
const waiting = new Map();
const flashing = new Map();
let places = [];
let frame = 0;
let timer = 0;

/** Put a batch in line for the next frame. */
export function queue(batch) {
  for (const row of batch.rows || []) {
    gone.delete(row.k);
    if (!(rows.get(row.k)?.v >= row.v)) rows.set(row.k, row);
  }
  for (const cell of batch.cells || []) queueCell(cell);
  for (const k of batch.gone || []) {
    rows.delete(k);
    gone.add(k);
  }
  for (const [view, count] of Object.entries(batch.facets || {})) facets.set(view, count);
  places.push({ room: batch.room, seq: batch.seq });
  counters.batches += 1;
  schedule();
}

/** Wire what a morph brought in and flash it. */
export function settle(element, rewired) {
  hooks.rewire(element, rewired);
  hooks.morphed(element);
}

/** HTML as a fragment, table rows included. */
export function parse(html) {
  const template = document.createElement("template");
  template.innerHTML = html;
  return template.content;
}

/** Flash an element for 1.2 s, unless the person asked for less motion. */
export function flash(element) {
  if (matchMedia("(prefers-reduced-motion: reduce)").matches) return;
  clearTimeout(flashing.get(element));
  element.classList.add("is-flash");
  flashing.set(element, setTimeout(() => {
    element.classList.remove("is-flash");
    flashing.delete(element);
  }, FLASH_MS));
}

/** A number as the server writes it (12,345); nothing is a dash, never 0. */
function numberText(value) {
  if (value === null || value === undefined) return "–";
  return String(value).replace(/^-?\d{4,}/, (digits) => digits.replace(/\B(?=(\d{3})+$)/g, ","));
}

function queueCell(cell) {
  const queued = cells.get(cell.k);
  if (queued?.v > cell.v) return;
  cells.set(cell.k, queued ? { ...cell, n: { ...queued.n, ...cell.n } } : cell);
}

// A hidden tab gets no animation frames: without the timer its queue would grow all night.
function schedule() {
  if (frame) return;
  timer = setTimeout(flush, HIDDEN_TAB_MS);
  frame = requestAnimationFrame(flush);
}

function flush() {
  clearTimeout(timer);
  cancelAnimationFrame(frame);
  frame = 0;
  for (const row of rows.values()) showRow(row);
  for (const cell of cells.values()) showCell(cell);
  for (const k of gone) showGone(k);
  for (const [view, count] of facets) showFacet(view, count);
  for (const pending of [rows, cells, gone, facets]) pending.clear();
  const shown = places;
  places = [];
  counters.applied += shown.length;
  for (const detail of shown) document.dispatchEvent(new CustomEvent("live:applied", { detail }));
}

function showRow({ v, html }) {
  const fresh = parse(html).firstElementChild;
  fresh.dataset.v ??= v;
  const old = document.getElementById(fresh.id);
  if (!old) return hooks.missing(fresh);
  if (Number(old.dataset.v) >= Number(fresh.dataset.v)) return;
  settle(old, morph(old, fresh));
  flash(old);
}

function showCell({ k, v, n }) {
  const cell = document.getElementById(k);
  if (!cell || Number(cell.dataset.v) >= v) return;
  if (isEdited(cell)) return waiting.set(k, { k, v, n: { ...waiting.get(k)?.n, ...n } });
  cell.dataset.v = v;
  for (const place of [cell, ...cell.querySelectorAll("[data-n]")]) {
    if (place.dataset.n in n) place.textContent = numberText(n[place.dataset.n]);
  }
  if ("available" in n) showLevel(cell, n.available);
  flash(cell);
}

function isEdited(cell) {
  return [...cell.querySelectorAll("input,select,textarea")].some((field) => field === document.activeElement || isChanged(field));
}

function showLevel(cell, available) {
  const level = available <= 0 ? "out" : available <= Number(cell.dataset.reorder) ? "low" : "ok";
  cell.dataset.level = level;
  const word = cell.querySelector("[data-level-word]");
  if (word) word.textContent = word.dataset[level] ?? WORDS[level];
}

function showGone(k) {
  const element = document.getElementById(k);
  hooks.gone(k);
  if (!element) return;
  if (isHeld(element)) element.classList.add("is-gone");
  else element.remove();
}

function showFacet(view, count) {
  for (const place of document.querySelectorAll(`[data-facet="${CSS.escape(view)}"]`)) place.textContent = numberText(count);
}

// A cell somebody was typing in catches up as soon as they let go of it.
function retryWaiting() {
  if (!waiting.size) return;
  for (const cell of waiting.values()) queueCell(cell);
  waiting.clear();
  schedule();
}

document.addEventListener("focusout", () => setTimeout(retryWaiting));
document.addEventListener("htmx:after:swap", retryWaiting);
document.addEventListener("reset", () => setTimeout(retryWaiting));
