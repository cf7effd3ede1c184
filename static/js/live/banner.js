/** The state of the connection as word and class, and the banners for "paused", "signed out" and "new version". */

import { clockText } from "./clock.js";
import { isChanged } from "./morph.js";

const WORDS = { live: "Live", stale: "Reconnecting", over: "Not live" };
const RELOADED = "orderdeck.reloaded";
const RELOAD_PAUSE_MS = 30000;
let shown;

/** Show connection state in .live-state and #live-banner. */
export function startBanner() {
  document.addEventListener("live:state", ({ detail }) => {
    if (detail.state !== shown) showState(detail.state);
    if (detail.state === "over") return;
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

/** Show text, and a link to the place (this page again without one), in the banner with this id (made when the page has none). */
export function showBanner(id, text, linkText, target = "", href = location.pathname + location.search) {
  const banner = document.getElementById(id) || makeBanner(id);
  if (!banner.hidden && banner.dataset.text === text) return;
  banner.dataset.text = text;
  const place = banner.querySelector("p") || banner;
  place.textContent = text;
  if (linkText) {
    place.append(" ", Object.assign(document.createElement("a"), { href, target, textContent: linkText }));
  }
  banner.hidden = false;
}

/** Hide the banner with this id. */
export function hideBanner(id) {
  const banner = document.getElementById(id);
  if (banner) banner.hidden = true;
}

function makeBanner(id) {
  const banner = Object.assign(document.createElement("div"), { id, className: "banner warn connection", role: "status" });
  banner.append(document.createElement("p"));
  document.querySelector("main").before(banner);
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

/** Whether a person has typed anything on this page that is not sent yet. */
export function isTyped() {
  return [...document.querySelectorAll("input:not([type=checkbox]),textarea")].some(isChanged);
}

// The reload leads to the login page. Typed text is never thrown away, and a refusal that persists must not reload for ever.
function signIn() {
  const last = Number(sessionStorage.getItem(RELOADED));
  const way = isTyped() ? ["Sign in (new tab)", "_blank", "/signed-in"] : Date.now() - last < RELOAD_PAUSE_MS && ["Reload"];
  if (way) return showBanner("live-banner", "Live updates have stopped: you are signed out or may no longer see this page.", ...way);
  sessionStorage.setItem(RELOADED, Date.now());
  location.reload();
}
