// @ts-check
// A plain form with questions of any kind (training, gold items): keys answer as while labeling, and
// every answer is sent as JSON beside its controls.
import { choiceKey, isTyping } from "./label/keys.js";
import { loadKinds, readAnswer } from "./label/kinds.js";
import { kindOf, nothingBox } from "./label/question.js";

const form = /** @type {HTMLFormElement | null} */ (document.querySelector("[data-kinds-form]"));

/** @returns {HTMLElement[]} */
const questions = () => [...(form?.querySelectorAll("[data-question]") ?? [])].map((each) => /** @type {HTMLElement} */ (each));

/** The question that has the focus, else the first without an answer. */
const active = () =>
  questions().find((question) => question.contains(document.activeElement)) ??
  questions().find((question) => readAnswer(question) === null) ??
  questions()[0];

const isComplete = () => questions().every((question) => readAnswer(question) !== null);

/** @param {KeyboardEvent} event */
const onKey = (event) => {
  const question = active();
  if (!question || isTyping(event)) return;
  // Where keys mean something else around the question, they belong to it only while it has the focus.
  if (form && "keysInside" in form.dataset && !question.contains(document.activeElement)) return;
  const kind = kindOf(question);
  if (kind.keys?.(question, event)) return event.preventDefault();
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  const key = choiceKey(event);
  const nothing = nothingBox(question);
  if (key === "0" && nothing) nothing.checked = !nothing.checked;
  else if (!key || !kind.press(question, key)) return;
  event.preventDefault();
  if (kind.advances && form && "advance" in form.dataset && isComplete()) form.requestSubmit();
};

if (form) {
  await loadKinds(questions().map((question) => question.dataset.kind ?? ""));
  const parts = JSON.parse(document.getElementById("parts-data")?.textContent ?? "[]");
  for (const question of questions()) kindOf(question).start?.(question, parts);
  document.addEventListener("keydown", onKey);
  // Conditional questions appear after their answers.
  const ask = () => {
    /** @type {Map<string, unknown>} */
    const given = new Map();
    for (const question of questions()) {
      const { after, when } = question.dataset;
      const said = /** @type {unknown[]} */ ([]).concat(given.get(after ?? "") ?? []).map(String);
      question.hidden = Boolean(after) && !when?.split(" ").some((choice) => said.includes(choice));
      if (!question.hidden && question.dataset.question) given.set(question.dataset.question, readAnswer(question));
    }
  };
  for (const name of ["answered", "change", "keyup"]) document.addEventListener(name, ask);
  ask();
  form.addEventListener("submit", (event) => {
    if (form.method !== "post") event.preventDefault();
    for (const question of questions()) {
      const field = document.createElement("input");
      field.type = "hidden";
      field.name = `j:${question.dataset.question}`;
      field.value = JSON.stringify(readAnswer(question));
      form.append(field);
    }
  });
}
