/**
 * The queue of scans: form[data-scan-queue] is read and emptied at once and sent when its turn comes, each scan under a key of its
 * own, so that whoever scans faster than the server answers loses nothing, and a scan sent twice is received once.
 */

const STORE = "orderdeck.scans";
const WAITS_MS = [500, 1000, 2000, 4000, 8000];
const FAILURES = 4; // of the server itself; one that cannot be reached is asked for ever
const FAST_MS = 35;
const MOST_MISSED = 20;

const waiting = stored();
let isSending = false;
let pressed = -Infinity;

/** Wire the form of this page; scans that were waiting when the page was left are sent first. */
export function startScanQueue() {
  document.addEventListener("submit", (event) => {
    if (!event.target.matches("form[data-scan-queue]")) return;
    event.preventDefault();
    take(event.target);
  });
  document.addEventListener("keydown", endByTab, true);
  document.addEventListener("scan", ({ detail }) => {
    const form = document.querySelector("form[data-scan-queue]");
    if (!form || document.querySelector("dialog[open]:modal")) return;
    codeField(form).value = detail.code;
    take(form);
  });
  work();
}

function codeField(form) {
  return form.elements.namedItem("code");
}

// Some scanners end with Tab; a person's Tab comes slower than the last character.
function endByTab(event) {
  const isFast = event.timeStamp - pressed < FAST_MS;
  pressed = event.timeStamp;
  const { form, value } = event.target;
  if (event.key !== "Tab" || !isFast || !value || !form?.matches("[data-scan-queue]") || event.target !== codeField(form)) return;
  event.preventDefault();
  form.requestSubmit();
}

function take(form) {
  const code = codeField(form).value.trim();
  const fields = [...new FormData(form)].filter(([name]) => name !== "csrf_token" && name !== "_key");
  if (code) waiting.push({ action: form.getAttribute("action"), code, fields: [...fields, ["_key", [...crypto.getRandomValues(new Uint32Array(4))].join("-")]] });
  form.reset();
  codeField(form).focus();
  keep();
  work();
}

async function work() {
  if (isSending) return;
  isSending = true;
  for (let failures = 0; waiting.length;) {
    tell(failures);
    const answer = await send(waiting[0], failures);
    failures = answer ? 0 : failures + 1;
    if (!answer) {
      await new Promise((done) => { setTimeout(done, WAITS_MS[Math.min(failures, WAITS_MS.length) - 1]); });
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
  if (answer.headers.has("HX-Redirect")) {
    location.assign(answer.headers.get("HX-Redirect"));
    return new Promise(() => {}); // signed out: what waits is stored, and goes on when this page is open again
  }
  return new DOMParser().parseFromString(await answer.text(), "text/html").body;
}

function show(body, { code }) {
  const fresh = body.querySelector("#scan-result") || refusal(body);
  const old = document.getElementById("scan-result");
  old.replaceWith(document.adoptNode(fresh));
  if (!fresh.classList.contains("ok")) miss(code, fresh);
  const due = body.querySelector("#dock-due");
  const shown = document.getElementById("dock-due");
  if (due && shown && !waiting.length && !shown.contains(document.activeElement)) shown.replaceWith(document.adoptNode(due));
}

function refusal(body) {
  const said = (body.querySelector(".problem-message") || body).textContent.trim().slice(0, 300);
  return Object.assign(document.createElement("div"), { id: "scan-result", className: "scan-result bad", role: "alert", textContent: said });
}

// The next scan's answer is there in a tenth of a second: what was refused must not go with it.
function miss(code, { textContent }) {
  const said = textContent.trim().split(/\s*\n\s*|(?=“)/).join(" ");
  const text = said.includes(code) ? said : `${code}: ${said}`;
  const list = document.getElementById("scan-missed");
  list.hidden = false;
  list.prepend(Object.assign(document.createElement("li"), { textContent: text }));
  list.children[MOST_MISSED]?.remove();
}

function tell(failures) {
  const place = document.getElementById("scan-waiting");
  const many = `${waiting.length} ${waiting.length === 1 ? "scan waits" : "scans wait"}`;
  place.hidden = !failures && waiting.length < 2;
  place.textContent = failures ? `${many}: no answer yet. They are kept and sent again.` : `${many}.`;
}

function stored() {
  try {
    return JSON.parse(sessionStorage.getItem(STORE)) || [];
  } catch {
    return [];
  }
}

function keep() {
  sessionStorage.setItem(STORE, JSON.stringify(waiting));
}
