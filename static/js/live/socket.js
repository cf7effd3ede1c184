/** The one socket of a screen: connect, replay, heartbeat watch. Tells the page by live:* events on document. */

import { queue } from "./apply.js";
import { serverTime, setServerTime } from "./clock.js";
import { refetchSoon } from "./part.js";
import { begin, behind, counters, known, report, reset, seen, take } from "./state.js";

const ASK_AGAIN_MS = 2000;
const BEHIND_MS = 1000;
const LATE_MS = 8000; // a beat is due every 5 s
const DEAD_MS = 15000;
const MOST_EARLY = 200;
const asked = new Map();
const early = new Map();

let socket;
let heard = performance.now();
let downSince = 0; // until it is connected for the first time
let denied = false;

/** Connect this page's screen (`<body data-live>`). Safe to call twice. */
export function connect() {
  const { live, epoch, seq } = document.body.dataset;
  if (socket || !live) return;
  begin(epoch, Number(seq));
  window.__live = counters;
  socket = io({
    transports: ["websocket"],
    auth: (answer) => answer({ screen: document.body.dataset.live, epoch: seen.epoch, seqs: report() }),
    reconnectionDelay: 200,
    reconnectionDelayMax: 3000,
    timeout: 5000,
  });
  for (const [name, handler] of Object.entries({ batch, reset: restart, beat, people, denied: refuse })) {
    socket.on(name, (message) => {
      heard = performance.now();
      handler(message);
    });
  }
  socket.on("connect", () => {
    heard = downSince = performance.now();
    asked.clear();
  });
  socket.on("disconnect", revive);
  socket.on("connect_error", (error) => (error.message === "denied" ? refuse(error.data || {}) : revive()));
  addEventListener("online", reconnect);
  document.addEventListener("live:denied", () => {
    denied = true;
    socket.disconnect();
  });
  document.addEventListener("visibilitychange", () => document.hidden || socket.connected || reconnect());
  setInterval(watch, 500);
}

// Other bundles say something to the server by an event; nothing is said while there is no connection.
document.addEventListener("live:say", ({ detail }) => socket?.connected && socket.emit(...detail));

function people(message) {
  document.dispatchEvent(new CustomEvent("live:people", { detail: message }));
}

function batch(message) {
  const ready = take(message);
  if (!ready) return ask(message.room);
  show(ready);
}

function restart(message) {
  asked.delete(message.room);
  show(reset(message));
  refetchSoon();
}

function show(batches) {
  for (const message of batches) {
    asked.delete(message.room);
    queue(message);
    for (const { k, v } of [...(message.rows || []), ...(message.ids || [])]) remember(k, v);
    if (message.ids?.some(concernsPage)) refetchSoon();
  }
}

// What happens at once may be pushed before the answer that puts its place on the page: that place is looked at when it comes.
function remember(k, v) {
  early.delete(k);
  if (document.getElementById(k)) return;
  early.set(k, v);
  if (early.size > MOST_EARLY) early.delete(early.keys().next().value);
}

document.addEventListener("htmx:after:swap", () => {
  for (const [k, v] of early) {
    const element = document.getElementById(k);
    if (!element) continue;
    early.delete(k);
    if (!(Number(element.dataset.v) >= v)) refetchSoon();
  }
});

// Ids come instead of rows when too much changed at once: only a page that shows such rows needs to look.
function concernsPage({ k, v }) {
  const element = document.getElementById(k);
  if (element) return !(Number(element.dataset.v) >= v);
  return [...document.querySelectorAll("[data-live-list]")].some((list) => k.startsWith(list.dataset.liveList));
}

function beat(message) {
  setServerTime(message.now);
  const rooms = behind(message);
  if (rooms.length) setTimeout(() => behind(message).forEach(ask), BEHIND_MS);
  document.dispatchEvent(new CustomEvent("live:beat", { detail: message }));
}

function ask(room) {
  const now = performance.now();
  if (now - asked.get(room) < ASK_AGAIN_MS) return;
  asked.set(room, now);
  socket.emit("catchup", { room, seq: known(room), epoch: seen.epoch });
}

function refuse(message) {
  document.dispatchEvent(new CustomEvent("live:denied", { detail: message }));
}

// Socket.IO does not come back by itself when the server closed or refused the connection.
function revive() {
  if (denied || socket.active) return;
  setTimeout(() => socket.active || denied || socket.connect(), 200 + Math.random() * 2800);
}

function reconnect() {
  if (!denied) socket.disconnect().connect();
}

// A connection that died without a word (sleep, other network) never reports it: hang up and dial again.
function watch() {
  const now = performance.now();
  if (socket.connected) downSince = now;
  else if (!downSince && now < 5000) return;
  if (socket.connected && now - heard > DEAD_MS) socket.io.engine?.close();
  const state = denied ? "over" : now - downSince < 1000 && now - heard < LATE_MS ? "live" : "stale";
  const paused = !denied && (now - downSince > 5000 || now - heard > LATE_MS);
  document.dispatchEvent(new CustomEvent("live:state", { detail: { state, paused, since: serverTime(Math.min(heard, downSince)) } }));
}
