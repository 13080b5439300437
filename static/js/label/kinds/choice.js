// @ts-check
// One choice: radio buttons. A click or a key completes the answer; arrow keys and Space only choose.
import { answered } from "../question.js";
import "./find.js";

/** @param {HTMLElement} question @returns {HTMLInputElement[]} */
const radios = (question) => [...question.querySelectorAll("input[type=radio]")].map((each) => /** @type {HTMLInputElement} */ (each));

/** @type {import("../question.js").Kind} */
export const kind = {
  advances: true,
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
};

document.addEventListener("click", (event) => {
  const target = /** @type {Element} */ (event.target);
  // Arrow keys and Space also "click" a radio, with detail 0: they choose, Enter submits.
  const choice = event.detail > 0 ? target.closest("[data-kind=choice] .choice, [data-kind=rating] .choice, [data-kind=pairwise] .choice") : null;
  const radio = choice?.querySelector("input");
  const question = /** @type {HTMLElement | null} */ (choice?.closest("form.item [data-question]") ?? null);
  if (!radio || !question) return;
  if (target !== radio) event.preventDefault(); // else the label would click it once more
  radio.checked = true;
  answered(question, true);
});
