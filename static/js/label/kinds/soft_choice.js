// @ts-check
// A share for each class: sliders whose sum is shown as 100 %. A key adds ten to its class.
import { answered } from "../question.js";

/** @param {HTMLElement} question @returns {HTMLInputElement[]} */
const sliders = (question) => [...question.querySelectorAll("input[type=range]")].map((each) => /** @type {HTMLInputElement} */ (each));

/** @param {HTMLElement} question */
const show = (question) => {
  const total = sliders(question).reduce((sum, slider) => sum + Number(slider.value), 0);
  for (const slider of sliders(question)) {
    const share = total ? Math.round((100 * Number(slider.value)) / total) : 0;
    const output = slider.closest("label")?.querySelector("output");
    if (output) output.textContent = `${share} %`;
    slider.setAttribute("aria-valuetext", `${share} %`);
  }
};

/** @type {import("../question.js").Kind} */
export const kind = {
  read(question) {
    const given = sliders(question).filter((slider) => Number(slider.value) > 0);
    if (!given.length) return null;
    return Object.fromEntries(given.map((slider) => [slider.dataset.choice ?? "", Number(slider.value)]));
  },
  write(question, value) {
    const shares = Object.values(value ?? {}).map(Number);
    // Stored shares sum up to 1, those of a draft are per cent.
    const scale = shares.reduce((sum, share) => sum + share, 0) > 1.01 ? 1 : 100;
    for (const slider of sliders(question)) slider.value = String(Math.round(scale * Number(value?.[slider.dataset.choice ?? ""] ?? 0)));
    show(question);
  },
  press(question, key) {
    const slider = sliders(question).find((each) => each.dataset.hotkey === key);
    if (!slider) return false;
    const value = Number(slider.value) + 10;
    slider.value = String(value > 100 ? 0 : value);
    show(question);
    return true;
  },
  summary(question) {
    const given = sliders(question).filter((slider) => Number(slider.value) > 0);
    given.sort((left, right) => Number(right.value) - Number(left.value));
    return given.map((slider) => `${slider.closest("label")?.querySelector(".choice-name")?.firstChild?.textContent} ${slider.closest("label")?.querySelector("output")?.textContent}`).join(", ");
  },
};

document.addEventListener("input", (event) => {
  const question = /** @type {HTMLElement | null} */ (/** @type {Element} */ (event.target).closest("form.item [data-kind=soft_choice]"));
  if (!question) return;
  show(question);
  answered(question);
});
