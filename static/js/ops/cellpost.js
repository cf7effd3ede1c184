/** One post of a cell's figure, and what came of it. */

const UNSURE = "No answer from the server: we don't know if it went through. Enter tries again and does not do it twice.";

/**
 * Post an adjustment from a cell of the matrix.
 * Returns {isSaved, isFinal (its key is used up), text (what to tell), cell (as it is now), choices (theirs and mine, to be shown)}.
 */
export async function post(cell, fields) {
  const asked = new URL(cell.getAttribute("hx-get"), location.href);
  const body = new URLSearchParams({ from: "cell", location: asked.searchParams.get("location"), ...fields });
  const token = document.querySelector("meta[name=csrf-token]").content;
  const headers = { "HX-Request": "true", "HX-Request-Type": "partial", "X-CSRFToken": token };
  const answer = await fetch(asked.pathname.replace(/\/new$/, ""), { method: "POST", body, headers }).catch(() => null);
  if (!answer || answer.status >= 500 || answer.headers.has("Retry-After")) return { isSaved: false, isFinal: false, text: UNSURE };
  return read(answer, await answer.text());
}

function read(answer, html) {
  const part = new DOMParser().parseFromString(html, "text/html").body;
  const said = answer.ok && JSON.parse(answer.headers.get("HX-Trigger")).toast.text;
  const outcome = answer.ok ? { isSaved: true, isFinal: true, cell: part.querySelector(".cell"), text: said } : refused(part);
  document.getElementById("problem").replaceChildren(...part.querySelectorAll("[data-over]")); // the way to sign in
  return outcome;
}

function refused(part) {
  const choices = part.querySelector("[data-theirs]");
  const said = part.querySelector(".problem-message") || part;
  return { isSaved: false, isFinal: true, choices, text: said.textContent.trim().replace(/\s+/g, " ").slice(0, 300) };
}
