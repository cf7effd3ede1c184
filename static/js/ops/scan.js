/** Tell a scanner's burst of keys from a person's: at least 4 characters with gaps under 35 ms. */

const GAP_MS = 35;
const SETTLE_MS = 40;
const IDLE_MS = 300;
const LENGTH = 4;

let keys = [];
let last = -Infinity;
let waiting = null;
let single = 0;
let idle = 0;

/**
 * Call `press(key, event)` for each key a person pressed; bursts become a `scan` event on document.
 * The clock is when a key went down, not when a busy page got round to it: late keys of a person are no burst.
 */
export function onHumanKey(press, isTyping) {
  document.addEventListener("keydown", (event) => {
    if (event.isComposing || event.ctrlKey || event.metaKey || event.altKey || event.key === "Shift" || isTyping(event.target)) return;
    const isFast = event.timeStamp - last < GAP_MS;
    last = event.timeStamp;
    if (!isFast) settle();
    if (event.key.length === 1) collect(event, isFast, press);
    else if (isFast && keys.length > 1) end(event);
    else press(event.key, event);
  }, true);
}

function collect(event, isFast, press) {
  clearTimeout(single);
  clearTimeout(idle);
  waiting = null;
  if (!isFast) keys = [];
  keys.push(event.key);
  idle = setTimeout(finish, IDLE_MS);
  if (keys.length > 1) return event.preventDefault();
  if ("/?".includes(event.key)) event.preventDefault();
  waiting = () => press(event.key, event);
  single = setTimeout(settle, SETTLE_MS);
}

// Do what the key before this one asked for, when nothing followed it as fast as a scanner types.
function settle() {
  clearTimeout(single);
  const act = waiting;
  waiting = null;
  act?.();
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
