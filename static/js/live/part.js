/** Refetch the visible parts of the page, once for any number of requests, and morph them in place. */

import { parse, queue, settle } from "./apply.js";
import { morph } from "./morph.js";
import { advance } from "./state.js";

const JITTER_MS = 2000;
const BUSY_MS = 10000;
const REFUSED = [401, 403, 410];

let timer = 0;
let last = -Infinity;
let work = Promise.resolve();

/** Ask for a refetch within 2 s (within 4 s when the last one was under 10 s ago). */
export function refetchSoon() {
  const pause = performance.now() - last < BUSY_MS ? JITTER_MS : 0;
  timer ||= setTimeout(() => {
    timer = 0;
    last = performance.now();
    work = work.then(refetch).catch(refetchSoon);
  }, pause + Math.random() * JITTER_MS);
}

async function refetch() {
  const answers = await Promise.all(visibleParts().map(refetchPart));
  const seqs = answers.map((answer) => Number(answer?.headers.get("X-Live-Seq"))).filter(Boolean);
  const epoch = answers[0]?.headers.get("X-Live-Epoch");
  if (!epoch || !seqs.length) return;
  const seq = Math.min(...seqs);
  for (const batch of advance(epoch, seq)) queue(batch);
  document.dispatchEvent(new CustomEvent("live:applied", { detail: { room: "*", seq } }));
}

function visibleParts() {
  const parts = [...document.querySelectorAll("[data-live-part]")].filter((part) => !part.parentElement.closest("[data-live-part]"));
  return parts.length ? parts : [...document.querySelectorAll("main")];
}

async function refetchPart(part) {
  const name = `${part.localName}#${part.id}`;
  const headers = { "HX-Request": "true", "HX-Request-Type": "partial", "HX-Target": name, "HX-Source": name, Accept: "text/html" };
  const answer = await fetch(part.dataset.livePart || location.href, { headers });
  if (REFUSED.includes(answer.status) || answer.redirected) {
    document.dispatchEvent(new CustomEvent("live:denied", { detail: { reason: String(answer.status) } }));
    return null;
  }
  if (!answer.ok) throw new Error(`part ${name}: ${answer.status}`);
  const content = parse(await answer.text());
  const fresh = (part.id && content.getElementById(part.id)) || content.querySelector(part.localName);
  if (fresh && part.isConnected) settle(part, morph(part, fresh));
  return answer;
}
