// @ts-check
// A number with its unit.
import { answered } from "../question.js";

/** @param {HTMLElement} question */
const field = (question) => /** @type {HTMLInputElement} */ (question.querySelector("input"));

/** @type {import("../question.js").Kind} */
export const kind = {
  read(question) {
    const text = field(question).value.trim().replace(",", ".");
    if (!text) return null;
    // What is no number goes to the server as it is: its message names the question.
    return Number.isFinite(Number(text)) ? Number(text) : text;
  },
  write(question, value) {
    field(question).value = value === undefined || value === null ? "" : String(value);
  },
  press: () => false,
  summary: (question) => [field(question).value.trim(), question.querySelector(".unit")?.textContent].filter(Boolean).join(" "),
  focus: (question) => field(question).focus({ preventScroll: true }),
};

document.addEventListener("input", (event) => {
  const question = /** @type {HTMLElement | null} */ (/** @type {Element} */ (event.target).closest("form.item [data-kind=number]"));
  if (question) answered(question);
});
