/** Menus made of <details data-menu>: they close on Esc and on a click outside. */

/** Wire every menu of the page. */
export function startMenus() {
  document.addEventListener("click", ({ target }) => closeOthers(target));
  document.addEventListener("keydown", ({ key }) => {
    if (key !== "Escape") return;
    const open = document.querySelector("[data-menu][open]");
    if (open?.contains(document.activeElement)) open.querySelector("summary").focus();
    closeOthers(null);
  });
}

function closeOthers(target) {
  for (const menu of document.querySelectorAll("[data-menu][open]")) if (!menu.contains(target)) menu.open = false;
}
