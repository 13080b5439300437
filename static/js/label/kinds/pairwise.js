// @ts-check
// Which of two parts is better; which of them stood on the left is part of the answer.
import { kind as choice } from "./choice.js";
import { answered } from "../question.js";

/** @type {import("../question.js").Kind} */
export const kind = {
  ...choice,
  read(question) {
    const winner = choice.read(question);
    return winner === null ? null : { winner, left: question.dataset.left ?? "" };
  },
  write: (question, value) => choice.write(question, value?.winner ?? value ?? null),
  keys(question, event) {
    const number = { ArrowLeft: 0, ArrowRight: 1 }[event.key];
    if (number === undefined || event.target instanceof HTMLInputElement) return false;
    const sides = [...question.querySelectorAll("input[data-side]")];
    /** @type {HTMLInputElement} */ (sides[number]).checked = true;
    answered(question, true);
    return true;
  },
};
