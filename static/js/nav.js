// @ts-check
// Rows of links that scroll on a phone begin with the present page in view.

for (const row of document.querySelectorAll(".sidenav ul, .tabs")) {
  const current = /** @type {HTMLElement | null} */ (row.querySelector("[aria-current]"));
  if (current && row.scrollWidth > row.clientWidth) {
    const place = current.getBoundingClientRect().left - row.getBoundingClientRect().left;
    row.scrollLeft += place - (row.clientWidth - current.offsetWidth) / 2;
  }
}
