// @ts-check
// Spans of a text: select and press a class, or press a class and then select.
import { SpanEditor } from "./spans/editor.js";

/** @type {WeakMap<HTMLElement, SpanEditor>} */
const editors = new WeakMap();

/** @param {HTMLElement} question */
export const editorOf = (question) => {
  let editor = editors.get(question);
  if (!editor) {
    editor = new SpanEditor(question);
    editors.set(question, editor);
  }
  return editor;
};

/** @type {import("../question.js").Kind} */
export const kind = {
  read: (question) => editorOf(question).value(),
  write: (question, value) => editorOf(question).load(value),
  start: (question, parts) => editorOf(question).open(parts),
  stop: (question) => editorOf(question).close(),
  keys: (question, event) => editorOf(question).key(event),
  press(question, key) {
    const button = [...question.querySelectorAll("button[data-choice]")].find((each) => /** @type {HTMLElement} */ (each).dataset.hotkey === key);
    if (!(button instanceof HTMLElement)) return false;
    editorOf(question).choose(button.dataset.choice ?? "");
    return true;
  },
  summary(question) {
    const editor = editorOf(question);
    /** @type {Map<string, number>} */
    const counts = new Map();
    for (const span of editor.spans) counts.set(span.choice, (counts.get(span.choice) ?? 0) + 1);
    return [...counts].map(([choice, count]) => `${editor.classes.get(choice)?.name} ${count}`).join(", ") || "–";
  },
};

/** @param {Event} event */
const questionOf = (event) => /** @type {HTMLElement | null} */ (/** @type {Element} */ (event.target).closest("form.item [data-kind=spans]"));

// The press of a button must not take the selection away.
document.addEventListener("pointerdown", (event) => {
  if (questionOf(event) && /** @type {Element} */ (event.target).closest("button[data-choice]")) event.preventDefault();
});

document.addEventListener("click", (event) => {
  const question = questionOf(event);
  const button = /** @type {HTMLElement | null} */ (/** @type {Element} */ (event.target).closest("button"));
  if (!question || !button) return;
  const editor = editorOf(question);
  if (button.dataset.choice) editor.choose(button.dataset.choice);
  const span = editor.spanOf(/** @type {HTMLElement | null} */ (button.closest("[data-span]"))?.dataset.span ?? "");
  if (!span) return;
  if ("remove" in button.dataset) editor.remove(span);
  else editor.pick(span === editor.current ? null : span);
});
