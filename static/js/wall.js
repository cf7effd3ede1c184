/** Entry of the KPI wall: live tiles, a clock driven by heartbeats, stale states, safe reloads, burn-in care. */

import { clockText, serverTime, setServerTime } from "./live/clock.js";
import { connect } from "./live/socket.js";

const AMBER_MS = 15000;
const DEAD_MS = 60000;
const RELOAD_SPREAD_MS = 30000;
const RETRY_MS = 30000;
const REFUSED_RETRY_MS = 60000;
const SHIFT_MS = 180000;
const SHIFT_PX = 4;
const NIGHTLY = "04:00";
const GONE = "This display was switched off in Settings > Displays";

const root = document.documentElement;
const marked = document.querySelector("[data-stale]") || root;
const loaded = performance.now();
let beatAt = loaded;
let reload = 0;

document.addEventListener("live:beat", ({ detail }) => {
  setServerTime(detail.now);
  beatAt = performance.now();
  const time = clockText(serverTime(beatAt));
  write(".wall-clock time", time);
  showAge();
  const { build } = document.body.dataset;
  const isNight = time.startsWith(NIGHTLY) && beatAt - loaded > 3600000;
  if (isNight || (build && detail.build && detail.build !== build)) planReload(Math.random() * RELOAD_SPREAD_MS);
});
document.addEventListener("live:denied", () => {
  switchOff();
  planReload(REFUSED_RETRY_MS);
});
document.addEventListener("keydown", ({ key, ctrlKey, metaKey, altKey }) => {
  if (key === "f" && !ctrlKey && !metaKey && !altKey) toggleFullscreen();
});
document.addEventListener("visibilitychange", stayAwake);

setInterval(showAge, 1000);
setInterval(shiftPixels, SHIFT_MS);
stayAwake();
connect();

function showAge() {
  const age = performance.now() - beatAt;
  const stale = age > DEAD_MS ? "dead" : age > AMBER_MS ? "amber" : "live";
  if (marked.dataset.stale === stale || marked.dataset.stale === "off") return;
  marked.dataset.stale = stale;
  const time = clockText(serverTime(beatAt));
  write("[data-wall-note]", stale === "live" ? "Live" : "as of");
  write(".wall-stale", stale === "dead" ? `NO LIVE DATA since ${time}` : "");
}

function write(selector, text) {
  for (const place of document.querySelectorAll(selector)) place.textContent = text;
}

function planReload(delay) {
  reload ||= setTimeout(reloadWhenServed, delay);
}

// Never reload into an error page: the last board, marked stale, says more.
async function reloadWhenServed() {
  reload = 0;
  const answer = await fetch(location.href, { cache: "no-store", redirect: "manual" }).catch(() => ({ status: 0 }));
  if (answer.status === 200) return location.reload();
  if ([401, 403, 410].includes(answer.status)) switchOff();
  planReload(RETRY_MS);
}

function switchOff() {
  marked.dataset.stale = "off";
  const message = document.createElement("h1");
  message.className = "wall-off";
  message.setAttribute("role", "alert");
  message.textContent = GONE;
  document.body.replaceChildren(message);
}

function shiftPixels() {
  for (const name of ["--dx", "--dy"]) {
    root.style.setProperty(name, `${Math.round(Math.random() * 2 * SHIFT_PX) - SHIFT_PX}px`);
  }
}

function stayAwake() {
  if (!document.hidden) navigator.wakeLock?.request("screen").catch(() => {});
}

function toggleFullscreen() {
  if (document.fullscreenElement) document.exitFullscreen();
  else root.requestFullscreen?.().catch(() => {});
}
