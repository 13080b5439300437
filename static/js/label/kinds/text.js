// @ts-check
// Words of one's own, or a transcript.
import { answered } from "../question.js";

/** @param {HTMLElement} question */
const field = (question) => /** @type {HTMLTextAreaElement} */ (question.querySelector("textarea, input[type=text]"));

/** @type {import("../question.js").Kind} */
export const kind = {
  read: (question) => field(question).value.trim() || null,
  write(question, value) {
    field(question).value = typeof value === "string" ? value : "";
  },
  press: () => false,
  summary(question) {
    const text = field(question).value.trim().replace(/\s+/g, " ");
    return text.length > 60 ? `${text.slice(0, 59)}…` : text;
  },
  focus: (question) => field(question).focus({ preventScroll: true }),
};

document.addEventListener("input", (event) => {
  const question = /** @type {HTMLElement | null} */ (/** @type {Element} */ (event.target).closest("form.item [data-kind=text]"));
  if (question) answered(question);
});
