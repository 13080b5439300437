// @ts-check
// A point of a scale: radio buttons whose keys are the points themselves.
import { kind as choice } from "./choice.js";

/** @type {import("../question.js").Kind} */
export const kind = {
  ...choice,
  read(question) {
    const value = choice.read(question);
    return value === null ? null : Number(value);
  },
  write: (question, value) => choice.write(question, value === undefined || value === null ? null : String(value)),
  summary: (question) => String(kind.read(question) ?? ""),
};
