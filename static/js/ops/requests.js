/** htmx requests: a progress bar after 150 ms, problems in their place, network errors, retries with the same key. */

import { hideBanner, isTyped, showBanner } from "../live/banner.js";
import { showToast } from "./toasts.js";

const QUIET_MS = 150;
const TRIES = 3;
const LONGEST_WAIT_S = 15;
let running = 0;
let timer = 0;

/** Wire the page's htmx requests. */
export function startRequests() {
  document.addEventListener("htmx:config:request", ({ detail }) => { detail.ctx.fetch = patientFetch; });
  document.addEventListener("htmx:before:request", () => count(1));
  document.addEventListener("htmx:finally:request", () => count(-1));
  document.addEventListener("htmx:after:request", ({ detail }) => {
    hideBanner("net-banner");
    const { ctx } = detail;
    if (ctx.response.status < 400 && ctx.request.method !== "GET") document.getElementById("problem")?.replaceChildren();
  });
  document.addEventListener("htmx:response:error", ({ detail }) => placeProblem(detail.ctx));
  document.addEventListener("htmx:after:swap", ({ detail }) => revealProblem(detail.ctx));
  document.addEventListener("htmx:error", ({ detail }) => {
    if (detail.ctx && !detail.ctx.response) reportLoss(detail.ctx);
  });
}

function count(step) {
  running = Math.max(0, running + step);
  clearTimeout(timer);
  if (running) timer = setTimeout(() => showProgress(true), QUIET_MS);
  else showProgress(false);
}

function showProgress(isOn) {
  document.documentElement.classList.toggle("is-loading", isOn);
}

// Only a 422 may land in the form. The way to sign in is gone only where nothing was typed. Anything else goes where the server says, inside the dialog it belongs to if one is open.
function placeProblem(ctx) {
  const { status } = ctx.response;
  if (isTyped()) ctx.hx.redirect = "";
  if (status === 422 || ctx.hx.redirect) return;
  if (!ctx.hx.retarget) {
    ctx.hx.reswap = "none";
    showToast({ text: `The server answered ${status}. Nothing on this page was changed.`, role: "bad", seconds: 0 });
    return;
  }
  const inDialog = ctx.sourceElement.closest("dialog[open]")?.querySelector("[data-problem]");
  const place = inDialog || document.querySelector(ctx.hx.retarget);
  if (place) ctx.hx.retarget = place;
  else ctx.hx.reswap = "none";
  if (!place) showToast({ text: textOf(ctx.text), role: "bad", seconds: 0 });
}

function revealProblem(ctx) {
  if (!(ctx?.response?.status >= 400) || ctx.response.status === 422) return;
  if (ctx.target instanceof Element) ctx.target.scrollIntoView({ block: "nearest" });
}

function textOf(html) {
  return new DOMParser().parseFromString(html, "text/html").body.textContent.trim().replace(/\s+/g, " ").slice(0, 300);
}

function reportLoss(ctx) {
  const isSafe = ctx.request.method === "GET";
  const text = isSafe
    ? "The server could not be reached."
    : "The server could not be reached: we don't know if it went through. What you typed is still here; sending it again does not do it twice.";
  showToast({ text, role: "bad", seconds: 12 });
  showBanner("net-banner", "No connection to the server.");
}

/** fetch that waits out a busy server (429, 503, 409 with Retry-After), with the same body and so the same key. */
async function patientFetch(url, request) {
  for (let attempt = 1; ; attempt += 1) {
    const answer = await fetch(url, request);
    if (attempt > TRIES || !isBusy(answer) || !isRepeatable(request)) return answer;
    await countDown(waitSeconds(answer, attempt), attempt, request.signal);
  }
}

function isBusy({ status, headers }) {
  return status === 429 || status === 503 || (status === 409 && headers.has("Retry-After"));
}

function isRepeatable({ method, body }) {
  return method === "GET" || Boolean(body?.has?.("_key"));
}

function waitSeconds(answer, attempt) {
  const asked = Number(answer.headers.get("Retry-After"));
  return Math.min(LONGEST_WAIT_S, asked > 0 ? asked : 2 ** attempt);
}

async function countDown(seconds, attempt, signal) {
  const toast = showToast({ text: "", role: "warn", seconds: 0 });
  const words = toast.querySelector("p");
  try {
    for (let left = Math.ceil(seconds); left > 0; left -= 1) {
      words.textContent = `The server is busy. Trying again in ${left} s (${attempt} of ${TRIES}).`;
      await pause(1000, signal);
    }
  } finally {
    toast.remove();
  }
}

function pause(ms, signal) {
  return new Promise((resolve, reject) => {
    setTimeout(resolve, ms);
    signal?.addEventListener("abort", () => reject(new DOMException("aborted", "AbortError")), { once: true });
  });
}
