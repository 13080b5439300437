// @ts-check
// What a module of a kind and the screen know of a question. It imports nothing: the modules of kinds
// import it, and files that import each other in a circle cannot get names made of their content.

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

/** The modules that were loaded, by kind. @type {Map<string, Kind>} */
export const loaded = new Map();

/** @param {HTMLElement} question */
export const kindOf = (question) => {
  const kind = loaded.get(question.dataset.kind ?? "");
  if (!kind) throw new Error(`no module for the kind ${question.dataset.kind}`);
  return kind;
};

/** @param {HTMLElement} question @returns {HTMLInputElement | null} the box that says: there is nothing to mark */
export const nothingBox = (question) => question.querySelector("input[data-nothing]");

/** Tell the screen that an answer changed. @param {HTMLElement} question @param {boolean} done whether it is complete */
export const answered = (question, done = false) =>
  question.dispatchEvent(new CustomEvent("answered", { bubbles: true, detail: { done } }));

/** @param {HTMLElement} question @returns {Record<string, any>} */
export const optionsOf = (question) => JSON.parse(question.dataset.options || "{}");
