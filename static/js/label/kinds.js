// @ts-check
// How each kind of question is read, filled and answered by key: one module per kind, loaded where
// a guideline asks for it.

/** @typedef {{key: string, kind: string, text?: string, url?: string, width?: number, height?: number, duration?: number}} Part */

/**
 * `advances`: one press completes the answer. `start` is called when the question comes on screen,
 * `stop` when it leaves. `keys` gets key presses first and says whether it used them.
 *
 * @typedef {{
 *   read: (question: HTMLElement) => unknown,
 *   write: (question: HTMLElement, value: any) => void,
 *   press: (question: HTMLElement, key: string) => boolean,
 *   summary: (question: HTMLElement) => string,
 *   advances?: boolean,
 *   start?: (question: HTMLElement, parts: Part[]) => void,
 *   stop?: (question: HTMLElement) => void,
 *   keys?: (question: HTMLElement, event: KeyboardEvent) => boolean,
 *   focus?: (question: HTMLElement) => void,
 * }} Kind
 */

/** @type {Record<string, () => Promise<{kind: Kind}>>} */
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

/** @type {Map<string, Kind>} */
const loaded = new Map();

/** Those of these kinds whose module is not here yet. @param {Iterable<string>} names */
export const missingKinds = (names) => [...new Set(names)].filter((name) => name && !loaded.has(name));

/** @param {Iterable<string>} names */
export const loadKinds = (names) =>
  Promise.all(missingKinds(names).map(async (name) => loaded.set(name, (await modules[name]()).kind)));

/** @param {HTMLElement} question */
export const kindOf = (question) => {
  const kind = loaded.get(question.dataset.kind ?? "");
  if (!kind) throw new Error(`no module for the kind ${question.dataset.kind}`);
  return kind;
};

/** @param {HTMLElement} question @returns {HTMLInputElement | null} the box that says: there is nothing to mark */
export const nothingBox = (question) => question.querySelector("input[data-nothing]");

/** The answer, null while there is none; an empty list where somebody says that there is nothing. @param {HTMLElement} question */
export const readAnswer = (question) =>
  kindOf(question).read(question) ?? (nothingBox(question)?.checked ? [] : null);

/** @param {HTMLElement} question @param {unknown} value */
export const writeAnswer = (question, value) => {
  const nothing = nothingBox(question);
  if (nothing) nothing.checked = Array.isArray(value) && !value.length;
  kindOf(question).write(question, value);
};

/** Tell the screen that an answer changed. @param {HTMLElement} question @param {boolean} done whether it is complete */
export const answered = (question, done = false) =>
  question.dispatchEvent(new CustomEvent("answered", { bubbles: true, detail: { done } }));

/** @param {HTMLElement} question @returns {Record<string, any>} */
export const optionsOf = (question) => JSON.parse(question.dataset.options || "{}");
