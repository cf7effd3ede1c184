/** Time on screens: the server's clock, measured against performance.now() so that a wrong wall clock does no harm. */

let offset = Date.now() - performance.now();

/** Set the clock by a heartbeat's `now`: an ISO 8601 string or epoch seconds. */
export function setServerTime(now) {
  const at = typeof now === "number" ? now * 1000 : Date.parse(now);
  if (at) offset = at - performance.now();
}

/** Server time in milliseconds since 1970 at a performance.now() reading. */
export function serverTime(reading = performance.now()) {
  return offset + reading;
}

/** "14:03:22" in the shop's zone (`<html data-tz>`), else the browser's. */
export function clockText(at) {
  const timeZone = document.documentElement.dataset.tz || undefined;
  return new Date(at).toLocaleTimeString("en-GB", { timeZone });
}
