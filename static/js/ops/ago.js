/** Relative times: `<time datetime data-ago>` says "5 min" like the server's `ago` filter; with data-ago="since" it says "5 min ago". */

import { serverTime } from "../live/clock.js";

const REFRESH_MS = 30000;

/** Keep relative times true, those that arrive later included. */
export function startAgo() {
  refresh();
  setInterval(refresh, REFRESH_MS);
  document.addEventListener("mouseover", ({ target }) => {
    if (target.matches("time[data-ago]:not([title])")) target.title = new Date(target.dateTime).toLocaleString();
  });
}

function refresh() {
  for (const time of document.querySelectorAll("time[data-ago]")) {
    const text = agoText((serverTime() - Date.parse(time.dateTime)) / 60000);
    const shown = time.dataset.ago === "since" && text !== "just now" ? `${text} ago` : text;
    if (text && time.textContent !== shown) time.textContent = shown;
  }
}

function agoText(minutes) {
  if (Number.isNaN(minutes)) return "";
  if (minutes < 1) return "just now";
  const [count, unit] = minutes < 60 ? [minutes, "min"] : minutes < 2880 ? [minutes / 60, "h"] : [minutes / 1440, "d"];
  return `${Math.floor(count)} ${unit}`;
}
