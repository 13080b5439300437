// @ts-check
// Forms with `data-unsaved` ask before the page is left while something in them is not saved.

let leaving = false;
let typed = false;

/** The server says `data-unsaved="yes"` when it sends back what was not stored. */
const unsaved = () => typed || document.querySelector("[data-unsaved=yes]") !== null;

document.addEventListener("input", (event) => {
  if (/** @type {Element} */ (event.target).closest("[data-unsaved]")) typed = true;
});
document.addEventListener("saved", () => {
  typed = false;
});
document.addEventListener("submit", (event) => {
  if (!event.defaultPrevented) leaving = true;
});
window.addEventListener("beforeunload", (event) => {
  if (unsaved() && !leaving) event.preventDefault();
});
