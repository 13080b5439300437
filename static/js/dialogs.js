// @ts-check
// `data-open="id"` opens a dialog, `data-close` closes it, a click on the backdrop too.

document.addEventListener("click", (event) => {
  const target = /** @type {Element} */ (event.target);
  const opener = /** @type {HTMLElement | null} */ (target.closest("[data-open]"));
  if (opener) {
    const dialog = document.getElementById(opener.dataset.open ?? "");
    if (dialog instanceof HTMLDialogElement) dialog.showModal();
    return;
  }
  if (target.closest("[data-close]")) {
    target.closest("dialog")?.close();
    return;
  }
  // The backdrop is the dialog itself as a target; its content always lies in a child.
  if (target instanceof HTMLDialogElement && target.matches(":modal")) {
    const box = target.getBoundingClientRect();
    const { clientX: x, clientY: y } = /** @type {MouseEvent} */ (event);
    if (x < box.left || x > box.right || y < box.top || y > box.bottom) target.close();
  }
});
