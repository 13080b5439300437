// @ts-check
// Adjudication by keys: a digit adopts, O goes to one's own answer, M joins the marks of all, U undoes
// the decision before.
import { choiceKey, isTyping } from "./label/keys.js";
import { loadKinds, writeAnswer } from "./label/kinds.js";
import { say } from "./live.js";

const form = /** @type {HTMLFormElement | null} */ (document.getElementById("adjudication-form"));
const question = /** @type {HTMLElement | null} */ (form?.querySelector("[data-question]"));
/** @type {{answers: Record<string, unknown>, merged: unknown}} */
const data = JSON.parse(document.getElementById("answers-data")?.textContent ?? "{}");

/** Take an answer into the controls below, to be changed there. @param {unknown} raw */
const edit = async (raw) => {
  if (!question) return;
  await loadKinds([question.dataset.kind ?? ""]);
  writeAnswer(question, raw);
  question.scrollIntoView({ block: "nearest" });
  question.focus();
  say(question.querySelector("legend")?.textContent?.trim() ?? "");
};

const merge = () => {
  if (data.merged) edit(data.merged);
};

/** In the form of the item, or that of the decision before, which can be undone. @param {string} key @returns {HTMLElement | null} */
const buttonOf = (key) => document.querySelector(`:is(#adjudication-form, .notice) button[data-key="${CSS.escape(key)}"]`);

document.addEventListener("keydown", (event) => {
  if (document.querySelector("dialog:modal")) return; // a dialog has its own keys
  if (event.defaultPrevented || event.repeat || isTyping(event) || event.ctrlKey || event.metaKey || event.altKey) return;
  const isInside = question?.contains(document.activeElement);
  if (event.key === "Escape" && isInside) {
    /** @type {HTMLElement | null} */ (document.getElementById("item-text"))?.focus();
    return;
  }
  if (isInside && event.key === "Enter" && !(event.target instanceof HTMLButtonElement)) {
    event.preventDefault();
    /** @type {HTMLElement | null} */ (form?.querySelector("[value=own]"))?.click();
  }
  if (isInside) return;
  const key = choiceKey(event);
  const button = buttonOf(key);
  if (button) button.click();
  else if (key === "o" && question) question.focus();
  else if (key === "m") merge();
  else if (key === "q") {
    const gap = /** @type {HTMLDetailsElement | null} */ (document.getElementById("gap"));
    if (!gap) return;
    gap.open = true;
    const words = gap.querySelector("textarea");
    words?.focus();
    words?.setSelectionRange(words.value.length, words.value.length);
  } else if (event.key === "ArrowRight") /** @type {HTMLElement | null} */ (document.querySelector("[data-do=aside]"))?.click();
  else return;
  event.preventDefault();
});

document.addEventListener("click", (event) => {
  const target = /** @type {Element} */ (event.target);
  const annotation = /** @type {HTMLElement | null} */ (target.closest("[data-edit]"))?.dataset.edit;
  if (annotation) edit(data.answers[annotation]);
  if (target.closest("[data-merge]")) merge();
});
