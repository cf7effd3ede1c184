/**
 * The queue of scans: form[data-scan-queue] is read and emptied at once and sent when its turn comes, each scan under a key of its
 * own, so that whoever scans faster than the server answers loses nothing, and a scan sent twice is received once.
 * It belongs to a person (data-scan-queue): what waits is sent under nobody else's sign-in, and waits until they are back.
 */

import { newKey } from "./key.js";
import { signal } from "./signal.js";

const form = document.querySelector("form[data-scan-queue]");
const STORES = "orderdeck.scans:";
const STORE = STORES + form?.dataset.scanQueue;
const LONGEST_MS = 8000;
const FAILURES = 4; // of the server itself; one that cannot be reached is asked for ever
const FAST_MS = 35;
const MOST_MISSED = 20;

const waiting = stored();
let isSending = false;
let pressed = -Infinity;

/** Wire the form of this page; scans that were waiting when the page was left are sent first. */
export function startScanQueue() {
  if (!form) return;
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    take();
  });
  document.addEventListener("keydown", endByTab, true);
  document.addEventListener("scan", ({ detail }) => {
    if (document.querySelector("dialog[open]:modal")) return;
    form.code.value = detail.code;
    take();
  });
  work();
}

// Some scanners end with Tab; a person's Tab comes slower than the last character.
function endByTab(event) {
  const isFast = event.timeStamp - pressed < FAST_MS;
  pressed = event.timeStamp;
  if (event.key !== "Tab" || !isFast || event.target !== form.code || !form.code.value) return;
  event.preventDefault();
  form.requestSubmit();
}

function take() {
  const code = form.code.value.trim();
  const fields = [...new FormData(form)].filter(([name]) => name !== "csrf_token" && name !== "_key");
  if (code) waiting.push({ action: form.getAttribute("action"), code, fields: [...fields, ["_key", newKey()]] });
  goInto(form.bin?.value);
  form.reset();
  form.code.focus();
  keep();
  work();
}

// The bin stays for the scans to come, while units and state do not.
function goInto(bin) {
  if (form.bin) form.bin.defaultValue = form.bin.value = bin;
}

async function work() {
  if (isSending) return;
  isSending = true;
  for (let failures = 0; waiting.length;) {
    tell(failures);
    const answer = await send(waiting[0], failures);
    failures = answer ? 0 : failures + 1;
    if (!answer) {
      await new Promise((done) => { setTimeout(done, Math.min(LONGEST_MS, 250 * 2 ** failures)); });
      continue;
    }
    const scan = waiting.shift();
    keep();
    show(answer, scan);
  }
  isSending = false;
  tell(0);
}

/** The answer to a scan, or null when it has to be sent again. */
async function send({ action, fields }, failures) {
  const token = document.querySelector("meta[name=csrf-token]").content;
  const headers = { "HX-Request": "true", "HX-Request-Type": "partial", "X-CSRFToken": token };
  const answer = await fetch(action, { method: "POST", body: new URLSearchParams(fields), headers }).catch(() => null);
  if (!answer || answer.status === 429 || answer.status === 503 || answer.headers.has("Retry-After")) return null;
  if (answer.status >= 500 && failures < FAILURES) return null;
  const { body } = new DOMParser().parseFromString(await answer.text(), "text/html");
  if (!body.querySelector("[data-over],[data-code=csrf_refused]")) return body;
  location.reload();
  return new Promise(() => {}); // signed out, or in anew: what waits is stored, and goes on when its person is back here
}

function show(body, { code, fields }) {
  const fresh = body.querySelector("#scan-result") || refusal(body);
  const old = document.getElementById("scan-result");
  const isOk = fresh.matches(".ok");
  old.replaceWith(document.adoptNode(fresh));
  signal(fresh, isOk, "sounds" in form.dataset);
  if (!isOk) miss(code, fresh);
  if (fresh.dataset.bin) enterBin(fresh.dataset.bin, new Map(fields).get("bin"));
  const due = body.querySelector("#dock-due");
  const shown = document.getElementById("dock-due");
  if (due && shown && !waiting.length && !shown.contains(document.activeElement)) shown.replaceWith(document.adoptNode(due));
}

// What was scanned after the bin goes into it, unless another bin was typed meanwhile.
function enterBin(bin, before) {
  for (const scan of waiting) scan.fields = scan.fields.map(([name, value]) => [name, name === "bin" && value === before ? bin : value]);
  if (form.bin.value === before) goInto(bin);
  keep();
}

function refusal(body) {
  const said = (body.querySelector(".problem-message") || body).textContent.trim().slice(0, 300);
  return Object.assign(document.createElement("div"), { id: "scan-result", className: "scan-result bad", role: "alert", textContent: said });
}

// The next scan's answer is there in a tenth of a second: what was refused must not go with it.
function miss(code, fresh) {
  const textContent = `${code}: ${(fresh.querySelector("p + p") || fresh).textContent.trim()}`;
  const list = document.getElementById("scan-missed");
  list.hidden = false;
  list.prepend(Object.assign(document.createElement("li"), { textContent }));
  list.children[MOST_MISSED]?.remove();
}

function tell(failures) {
  const place = document.getElementById("scan-waiting");
  const many = `${waiting.length} ${waiting.length === 1 ? "scan waits" : "scans wait"}`;
  const others = Object.keys(sessionStorage).some((key) => key.startsWith(STORES) && key !== STORE);
  place.hidden = !failures && !waiting[1] && !others;
  place.textContent = failures ? `${many}: no answer yet. They are kept and sent again.` : waiting[1] ? `${many}.` : "";
  if (others) place.append(" Scans of somebody else wait for them.");
}

function stored() {
  try {
    return JSON.parse(sessionStorage.getItem(STORE)) || [];
  } catch {
    return [];
  }
}

function keep() {
  if (waiting.length) sessionStorage.setItem(STORE, JSON.stringify(waiting));
  else sessionStorage.removeItem(STORE);
}
