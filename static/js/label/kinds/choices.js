// @ts-check
// Several choices: check boxes, toggled by their keys.
import { answered } from "../question.js";
import "./find.js";

/** @param {HTMLElement} question @returns {HTMLInputElement[]} */
const boxes = (question) => [...question.querySelectorAll("input[type=checkbox]:not([data-nothing])")].map((each) => /** @type {HTMLInputElement} */ (each));

/** @type {import("../question.js").Kind} */
export const kind = {
  read(question) {
    const chosen = boxes(question).filter((box) => box.checked);
    return chosen.length ? chosen.map((box) => box.value) : null;
  },
  write(question, value) {
    const wanted = new Set(Array.isArray(value) ? value : []);
    for (const box of boxes(question)) box.checked = wanted.has(box.value);
  },
  press(question, key) {
    const box = boxes(question).find((each) => each.dataset.hotkey === key);
    if (box) box.checked = !box.checked;
    return Boolean(box);
  },
  summary(question) {
    const names = boxes(question)
      .filter((box) => box.checked)
      .map((box) => box.closest("label")?.querySelector(".choice-name")?.firstChild?.textContent ?? box.value);
    return names.join(", ") || (question.querySelector("[data-nothing]:checked") ? "–" : "");
  },
};

document.addEventListener("change", (event) => {
  const box = /** @type {Element} */ (event.target);
  const question = /** @type {HTMLElement | null} */ (box.closest("form.item [data-kind=choices]"));
  if (question && box.matches("input[type=checkbox]")) answered(question);
});
