/** Tell a scanner's burst of keys from a person's: at least 4 characters with gaps under 35 ms. */

const GAP_MS = 35;
const SETTLE_MS = 40;
const IDLE_MS = 300;
const LENGTH = 4;

let keys = [];
let last = -Infinity;
let single = 0;
let idle = 0;

/** Call `press(key, event)` for each key a person pressed; bursts become a `scan` event on document. */
export function onHumanKey(press, isTyping) {
  document.addEventListener("keydown", (event) => {
    if (event.isComposing || event.ctrlKey || event.metaKey || event.altKey || event.key === "Shift" || isTyping(event.target)) return;
    const now = performance.now();
    const isFast = now - last < GAP_MS;
    last = now;
    if (event.key.length === 1) collect(event, isFast, press);
    else if (isFast && keys.length > 1) end(event);
    else press(event.key, event);
  }, true);
}

function collect(event, isFast, press) {
  clearTimeout(single);
  clearTimeout(idle);
  if (!isFast) keys = [];
  keys.push(event.key);
  idle = setTimeout(finish, IDLE_MS);
  if (keys.length > 1) return event.preventDefault();
  if ("/?".includes(event.key)) event.preventDefault();
  single = setTimeout(() => press(event.key, event), SETTLE_MS);
}

// Enter or Tab that ends a burst belongs to the scanner, not to the link that has the focus.
function end(event) {
  event.preventDefault();
  event.stopImmediatePropagation();
  finish();
}

function finish() {
  clearTimeout(idle);
  const code = keys.join("");
  keys = [];
  if (code.length >= LENGTH) document.dispatchEvent(new CustomEvent("scan", { detail: { code } }));
}
