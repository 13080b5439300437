// @ts-check
// The three dialogs: why skip, what to ask, which keys.
import { sendJson } from "../csrf.js";
import { say } from "../live.js";
import { showToast } from "../toasts.js";
import { choiceKey } from "./keys.js";
import { text } from "./strings.js";

/** @param {string} id */
const dialog = (id) => /** @type {HTMLDialogElement} */ (document.getElementById(id));
const skipDialog = dialog("skip-dialog");
const flagDialog = dialog("flag-dialog");
const keysDialog = dialog("keys-dialog");
const comment = /** @type {HTMLTextAreaElement} */ (document.getElementById("flag-comment"));
const flagError = /** @type {HTMLElement} */ (document.getElementById("flag-error"));
const reasons = /** @type {HTMLButtonElement[]} */ ([...skipDialog.querySelectorAll("[data-reason]")]);

export const openKeys = () => keysDialog.showModal();
export const openSkip = () => skipDialog.showModal();
export const openFlag = () => {
  flagError.hidden = true;
  flagDialog.showModal();
  comment.focus();
};

/** @param {(reason: string) => void} skip */
export const startSkip = (skip) => {
  /** @param {HTMLButtonElement} button */
  const choose = (button) => {
    skipDialog.close();
    skip(button.dataset.reason ?? "");
  };
  for (const button of reasons) button.addEventListener("click", () => choose(button));
  skipDialog.addEventListener("keydown", (event) => {
    if (event.repeat || event.ctrlKey || event.metaKey || event.altKey) return;
    const button = reasons[Number(choiceKey(event)) - 1];
    if (!button) return;
    event.preventDefault();
    event.stopPropagation(); // the same press must not answer the item that comes next
    choose(button);
  });
};

/** @param {string} url @param {() => number | undefined} assignment */
export const startFlag = (url, assignment) => {
  const form = /** @type {HTMLFormElement} */ (document.getElementById("flag-form"));
  comment.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) form.requestSubmit();
  });
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const words = comment.value.trim();
    if (!words) {
      refuse(text("missing"));
      return;
    }
    try {
      const response = await sendJson(url, { assignment: assignment(), comment: words });
      if (!response.ok) throw new Error(String(response.status));
    } catch {
      refuse(text("flagFailed")); // the words stay where they are
      return;
    }
    comment.value = "";
    flagDialog.close();
    showToast(text("flagSent"), "ok");
    say(text("flagSent"));
  });
};

/** @param {string} message */
const refuse = (message) => {
  flagError.textContent = message;
  flagError.hidden = false;
  comment.focus();
};
