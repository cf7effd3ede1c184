/** Ctrl+Enter sends the form that is typed in. */

document.addEventListener("keydown", ({ target, key, ctrlKey, metaKey }) => {
  if (key === "Enter" && (ctrlKey || metaKey)) target.form?.requestSubmit();
});
