// @ts-check
// Translated sentences, carried by the page.

const carrier = /** @type {HTMLElement} */ (document.getElementById("strings"));
const numbers = new Intl.NumberFormat(document.documentElement.lang);

/** @param {string} key @param {Record<string, string | number>} [values] */
export const text = (key, values = {}) => fillIn(carrier.dataset[key] ?? "", values);

/** @param {string} sentence @param {Record<string, string | number>} values */
export const fillIn = (sentence, values) =>
  sentence.replace(/\{(\w+)\}/g, (_, name) => {
    const value = values[name];
    return typeof value === "number" ? numbers.format(value) : String(value ?? "");
  });
