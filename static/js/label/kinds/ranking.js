// @ts-check
// An order from best to worst: press the keys (or buttons) in that order; up and down mend it.
import { answered } from "../question.js";

/** @param {HTMLElement} question @returns {HTMLElement[]} */
const rows = (question) => [...question.querySelectorAll("[data-entry]")].map((each) => /** @type {HTMLElement} */ (each));
/** @param {HTMLElement} question @returns {string[]} what was ranked so far */
const order = (question) => (question.dataset.order ?? "").split(" ").filter(Boolean);

/** @param {HTMLElement} question @param {string[]} keys */
const setOrder = (question, keys) => {
  question.dataset.order = keys.join(" ");
  for (const row of rows(question)) {
    const rank = keys.indexOf(row.dataset.entry ?? "") + 1;
    const input = /** @type {HTMLInputElement} */ (row.querySelector("input"));
    input.value = rank ? String(rank) : "";
    row.toggleAttribute("data-ranked", rank > 0);
    for (const [name, isOff] of Object.entries({ up: rank < 2, down: !rank || rank === keys.length })) {
      const button = /** @type {HTMLButtonElement | null} */ (row.querySelector(`[data-move=${name}]`));
      if (button) button.disabled = isOff;
    }
  }
};

/** Rank the next one; the last is placed by itself. @param {HTMLElement} question @param {string} entry */
const toggle = (question, entry) => {
  const keys = order(question);
  const place = keys.indexOf(entry);
  if (place >= 0) keys.splice(place);
  else keys.push(entry);
  const left = rows(question).map((row) => row.dataset.entry ?? "").filter((key) => !keys.includes(key));
  if (left.length === 1 && place < 0) keys.push(left[0]);
  setOrder(question, keys);
};

/** @param {HTMLElement} question @param {string} entry @param {number} step */
const move = (question, entry, step) => {
  const keys = order(question);
  const place = keys.indexOf(entry);
  const other = place + step;
  if (place < 0 || other < 0 || other >= keys.length) return;
  [keys[place], keys[other]] = [keys[other], keys[place]];
  setOrder(question, keys);
};

/** @type {import("../question.js").Kind} */
export const kind = {
  read: (question) => (order(question).length === rows(question).length ? order(question) : null),
  write: (question, value) => setOrder(question, Array.isArray(value) ? value : []),
  press(question, key) {
    const row = rows(question).find((each) => each.dataset.hotkey === key);
    if (row) toggle(question, row.dataset.entry ?? "");
    return Boolean(row);
  },
  summary: (question) =>
    order(question).map((key) => question.querySelector(`[data-entry="${CSS.escape(key)}"] .choice-name`)?.textContent?.trim()).join(" > "),
  keys(question, event) {
    const row = /** @type {HTMLElement | null} */ (/** @type {Element} */ (event.target).closest("[data-entry]"));
    const step = { ArrowUp: -1, ArrowDown: 1 }[event.key];
    if (!row || !event.altKey || step === undefined) return false;
    move(question, row.dataset.entry ?? "", step);
    answered(question);
    return true;
  },
};

document.addEventListener("click", (event) => {
  const target = /** @type {Element} */ (event.target);
  const question = /** @type {HTMLElement | null} */ (target.closest("form.item [data-kind=ranking]"));
  const row = /** @type {HTMLElement | null} */ (target.closest("[data-entry]"));
  const button = /** @type {HTMLElement | null} */ (target.closest("button"));
  if (!question || !row || !button) return;
  if (button.dataset.move) move(question, row.dataset.entry ?? "", button.dataset.move === "up" ? -1 : 1);
  else toggle(question, row.dataset.entry ?? "");
  answered(question, kind.read(question) !== null && !button.dataset.move);
});
