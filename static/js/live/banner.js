/** The state of the connection as word and class, and the banners for "paused", "signed out" and "new version". */

import { clockText } from "./clock.js";
import { isChanged } from "./morph.js";

const WORDS = { live: "Live", stale: "Reconnecting" };
const RELOADED = "orderdeck.reloaded";
const RELOAD_PAUSE_MS = 30000;
let shown;

/** Show connection state in .live-state and #live-banner. */
export function startBanner() {
  document.addEventListener("live:state", ({ detail }) => {
    if (detail.state !== shown) showState(detail.state);
    if (detail.paused) showBanner("live-banner", `Live updates paused since ${clockText(detail.since)}. Reconnecting…`);
    else hideBanner("live-banner");
  });
  document.addEventListener("live:denied", signIn);
}

/** Offer a reload when the server runs another build than the one that made this page. */
export function offerNewBuild() {
  document.addEventListener("live:beat", ({ detail }) => {
    const { build } = document.body.dataset;
    if (build && detail.build && detail.build !== build) showBanner("build-banner", "A new version is ready.", "Reload");
  });
}

/** Show text, and a link that loads this page again, in the banner with this id (made when the page has none). */
export function showBanner(id, text, linkText) {
  const banner = document.getElementById(id) || makeBanner(id);
  if (!banner.hidden && banner.dataset.text === text) return;
  banner.dataset.text = text;
  const place = banner.querySelector("[data-live-text]") || banner;
  place.textContent = text;
  if (linkText) {
    const link = document.createElement("a");
    link.href = location.href;
    link.textContent = linkText;
    link.addEventListener("click", (event) => {
      event.preventDefault();
      location.reload();
    });
    place.append(" ", link);
  }
  banner.hidden = false;
}

/** Hide the banner with this id. */
export function hideBanner(id) {
  const banner = document.getElementById(id);
  if (banner) banner.hidden = true;
}

function makeBanner(id) {
  const banner = document.createElement("div");
  const words = document.createElement("p");
  Object.assign(banner, { id, className: "banner warn connection", hidden: true });
  banner.setAttribute("role", "status");
  words.dataset.liveText = "";
  banner.append(words);
  document.body.insertBefore(banner, document.querySelector("main"));
  return banner;
}

function showState(state) {
  for (const place of document.querySelectorAll(".live-state")) {
    place.dataset.state = state;
    place.hidden = false;
    (place.querySelector("[data-live-word]") || place).textContent = WORDS[state];
  }
  shown = state;
}

// The reload leads to the login page. Typed text is never thrown away, and a refusal that persists must not reload for ever.
function signIn() {
  const last = Number(sessionStorage.getItem(RELOADED));
  const typed = [...document.querySelectorAll("input:not([type=checkbox]),textarea")].some(isChanged);
  if (typed || Date.now() - last < RELOAD_PAUSE_MS) {
    showBanner("live-banner", "Live updates have stopped: you are signed out or may no longer see this page.", "Reload");
    return;
  }
  sessionStorage.setItem(RELOADED, Date.now());
  location.reload();
}
