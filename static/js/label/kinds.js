// @ts-check
// How each kind of question is read, filled and answered by key: one module per kind, loaded where
// a guideline asks for it.
import { kindOf, loaded, nothingBox } from "./question.js";

/** @type {Record<string, () => Promise<{kind: import("./question.js").Kind}>>} */
const modules = {
  choice: () => import("./kinds/choice.js"),
  choices: () => import("./kinds/choices.js"),
  soft_choice: () => import("./kinds/soft_choice.js"),
  rating: () => import("./kinds/rating.js"),
  number: () => import("./kinds/number.js"),
  text: () => import("./kinds/text.js"),
  spans: () => import("./kinds/spans.js"),
  relations: () => import("./kinds/relations.js"),
  pairwise: () => import("./kinds/pairwise.js"),
  ranking: () => import("./kinds/ranking.js"),
  boxes: () => import("./kinds/boxes.js"),
  polygons: () => import("./kinds/polygons.js"),
  points: () => import("./kinds/points.js"),
  segments: () => import("./kinds/segments.js"),
};

/** Those of these kinds whose module is not here yet. @param {Iterable<string>} names */
export const missingKinds = (names) => [...new Set(names)].filter((name) => name && !loaded.has(name));

/** @param {Iterable<string>} names */
export const loadKinds = (names) =>
  Promise.all(missingKinds(names).map(async (name) => loaded.set(name, (await modules[name]()).kind)));

/** The answer, null while there is none; an empty list where somebody says that there is nothing. @param {HTMLElement} question */
export const readAnswer = (question) =>
  kindOf(question).read(question) ?? (nothingBox(question)?.checked ? [] : null);

/** @param {HTMLElement} question @param {unknown} value */
export const writeAnswer = (question, value) => {
  const nothing = nothingBox(question);
  if (nothing) nothing.checked = Array.isArray(value) && !value.length;
  kindOf(question).write(question, value);
};
