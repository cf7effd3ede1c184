/** The export page: the file is fetched while it is written, with a bar of the orders that are in it so far. Without this, a link. */

const LINE_END = 10;

document.addEventListener("click", (event) => {
  const link = event.target.closest("[data-export]");
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  if (link.getAttribute("aria-disabled") !== "true") download(link);
});

async function download(link) {
  const stopper = new AbortController();
  const stop = part("stop");
  stop.onclick = () => stopper.abort();
  link.setAttribute("aria-disabled", "true");
  part("running").hidden = false;
  say("The file is being written.");
  show(0, link.dataset.total);
  try {
    const { file, orders } = await read(link, stopper.signal);
    save(file.blob, file.name);
    say(`${orders.toLocaleString("en-GB")} orders are in ${file.name}.`);
  } catch (error) {
    say(error.name === "AbortError" ? "Stopped: no file was saved." : "The file broke off, so nothing was saved. Try again.");
  }
  part("running").hidden = true;
  link.removeAttribute("aria-disabled");
  link.focus();
}

async function read(link, signal) {
  const answer = await fetch(link.href, { signal });
  if (!answer.ok) throw new Error(String(answer.status));
  const pieces = [];
  let orders = -1; // the first line names the columns
  const reader = answer.body.getReader();
  for (let step = await reader.read(); !step.done; step = await reader.read()) {
    pieces.push(step.value);
    for (const byte of step.value) if (byte === LINE_END) orders += 1;
    show(orders, link.dataset.total);
  }
  const name = /filename="([^"]+)"/.exec(answer.headers.get("Content-Disposition"))[1];
  return { file: { blob: new Blob(pieces, { type: "text/csv" }), name }, orders };
}

function show(orders, total) {
  const bar = part("bar");
  const count = Math.max(0, orders).toLocaleString("en-GB");
  if (total) Object.assign(bar, { max: Number(total) || 1, value: Math.max(0, orders) });
  part("count").textContent = total ? `${count} of ${Number(total).toLocaleString("en-GB")}` : count;
}

function save(blob, name) {
  const link = Object.assign(document.createElement("a"), { href: URL.createObjectURL(blob), download: name });
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60000);
}

function say(text) {
  part("said").textContent = text;
}

function part(name) {
  return document.querySelector(`[data-export-${name}]`);
}
