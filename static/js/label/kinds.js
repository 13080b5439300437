// @ts-check
// How each kind of question is read, filled and answered by key. A new kind is one entry here.

/**
 * @typedef {{
 *   read: (question: HTMLElement) => unknown,
 *   write: (question: HTMLElement, value: unknown) => void,
 *   press: (question: HTMLElement, key: string) => boolean,
 *   summary: (question: HTMLElement) => string,
 * }} Kind
 */

/** @param {HTMLElement} question @returns {HTMLInputElement[]} */
const radios = (question) => [...question.querySelectorAll("input")];

/** @type {Record<string, Kind>} */
export const kinds = {
  choice: {
    read: (question) => radios(question).find((radio) => radio.checked)?.value ?? null,
    write(question, value) {
      for (const radio of radios(question)) radio.checked = radio.value === value;
    },
    press(question, key) {
      const radio = radios(question).find((each) => each.dataset.hotkey === key);
      if (radio) radio.checked = true;
      return Boolean(radio);
    },
    summary(question) {
      const chosen = radios(question).find((radio) => radio.checked);
      return chosen?.closest("label")?.querySelector(".choice-name")?.firstChild?.textContent ?? "";
    },
  },
};

/** @param {HTMLElement} question */
export const kindOf = (question) => kinds[question.dataset.kind ?? ""];
