// @ts-check
// Review by keys: A accepts, O goes to the answer to correct it, B to the comment to send it back,
// U opens the last reviewed answer again, the right arrow puts this one aside.
import { choiceKey, isTyping } from "./label/keys.js";

const form = /** @type {HTMLFormElement | null} */ (document.getElementById("review-form"));
const questions = () => [.../** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll("#review-form [data-question]"))];
const comment = /** @type {HTMLTextAreaElement | null} */ (document.getElementById("id_comment"));

/** @param {string} verdict */
const press = (verdict) => /** @type {HTMLElement | null} */ (form?.querySelector(`[name=do][value="${verdict}"]`))?.click();

/** Enter sends what one was about to do: a correction from the answer, Ctrl and Enter a comment. @param {KeyboardEvent} event */
const onEnter = (event) => {
  const isInAnswer = questions().some((question) => question.contains(document.activeElement));
  const sends = (event.ctrlKey || event.metaKey) && document.activeElement === comment;
  if (sends) press("sent_back");
  else if (isInAnswer && !isTyping(event) && !(event.target instanceof HTMLButtonElement)) press("fixed");
  else return;
  event.preventDefault();
};

document.addEventListener("keydown", (event) => {
  if (event.defaultPrevented || event.repeat || event.isComposing || document.querySelector("dialog:modal")) return;
  if (event.key === "Enter") return onEnter(event);
  if (isTyping(event) && event.key !== "Escape") return;
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  const isInside = questions().some((question) => question.contains(document.activeElement));
  if (event.key === "Escape" && (isInside || document.activeElement === comment)) {
    /** @type {HTMLElement | null} */ (document.getElementById("item-text"))?.focus();
    return;
  }
  if (isInside) return;
  const key = choiceKey(event);
  const button = /** @type {HTMLElement | null} */ (document.querySelector(`:is(#review-form .form-actions, .notice) [data-key="${CSS.escape(key)}"]`));
  if (button) button.click();
  else if (key === "o") questions()[0]?.focus();
  else if (key === "b") comment?.focus();
  else if (event.key === "ArrowRight") /** @type {HTMLElement | null} */ (document.querySelector("[data-do=aside]"))?.click();
  else return;
  event.preventDefault();
});
