// @ts-check
// On a phone the project navigation is one row that scrolls: begin with the present page in view.

const row = document.querySelector(".sidenav ul");
const current = /** @type {HTMLElement | null} */ (row?.querySelector("[aria-current]"));
if (row && current && row.scrollWidth > row.clientWidth) {
  row.scrollLeft = current.offsetLeft - (row.clientWidth - current.offsetWidth) / 2;
}
