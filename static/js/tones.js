/** Entry of pages with a form that is scanned into, beside ops.js: each answer to form[data-answers] is heard and seen. */

import { signal } from "./ops/signal.js";

document.addEventListener("htmx:after:request", ({ target, detail }) => {
  const form = (target.form || target).closest?.("form[data-answers]");
  if (form) signal(form, detail.ctx.response.status < 400, "sounds" in form.dataset);
});
