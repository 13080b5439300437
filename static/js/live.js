// @ts-check
// The one polite live region: what is said aloud without being shown.

const region = /** @type {HTMLElement} */ (document.getElementById("live"));

/** @param {string} text */
export const say = (text) => {
  // A text equal to the last one would not be announced again; a no-break space makes it new.
  region.textContent = region.textContent === text ? `${text}\u00a0` : text;
};

/** Translated sentences that the base template carries. @param {string} key */
export const sentence = (key) => region.dataset[key] ?? "";
