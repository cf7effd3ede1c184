/** Copy buttons: `[data-copy="text"]`, or `[data-copy="#id"]` for the text of an element. */

const SAID_MS = 1500;

/** Wire copy buttons. */
export function startCopy() {
  document.addEventListener("click", async ({ target }) => {
    const button = target.closest?.("[data-copy]");
    if (!button || button.dataset.said) return;
    const source = button.dataset.copy;
    const text = source.startsWith("#") ? document.querySelector(source)?.textContent.trim() : source;
    say(button, (await copy(text ?? "")) ? "Copied" : "Not copied");
  });
}

async function copy(text) {
  if (navigator.clipboard) return navigator.clipboard.writeText(text).then(() => true, () => false);
  const field = document.createElement("textarea"); // plain http has no clipboard API
  field.value = text;
  document.body.append(field);
  field.select();
  const done = document.execCommand("copy");
  field.remove();
  return done;
}

function say(button, word) {
  const place = button.querySelector("[data-copy-word]") || button;
  const before = place.textContent;
  button.dataset.said = word;
  place.textContent = word;
  setTimeout(() => {
    place.textContent = before;
    delete button.dataset.said;
  }, SAID_MS);
}
