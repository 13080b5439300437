// @ts-check
// The marks as a list of buttons, and the selected one as fields: what assistive technology reads and types into.
import { fillIn } from "../../strings.js";
import { follow } from "./rows.js";

/** @typedef {import("./classes.js").Classes} Classes */
/** @typedef {{select: (n: number) => void, typed: (name: string, value: string) => void}} Answers */

export class MarkList {
  /**
   * @param {HTMLElement} question
   * @param {Classes} classes
   * @param {(mark: any) => string} line where a mark is, in words
   * @param {Answers} answers
   */
  constructor(question, classes, line, answers) {
    this.classes = classes;
    this.line = line;
    this.list = /** @type {HTMLElement} */ (question.querySelector("[data-marks]"));
    this.count = /** @type {HTMLElement} */ (question.querySelector("[data-count]"));
    this.editor = /** @type {HTMLElement} */ (question.querySelector("[data-editor]"));
    this.title = /** @type {HTMLElement} */ (this.editor.querySelector("[data-selected]"));
    /** @type {Map<string, HTMLInputElement | HTMLTextAreaElement>} */
    this.fields = new Map();
    for (const field of this.editor.querySelectorAll("[data-field]")) {
      const input = /** @type {HTMLInputElement} */ (field);
      this.fields.set(input.dataset.field ?? "", input);
    }
    /** @type {{choice: string}[]} */
    this.shown = [];
    /** @type {HTMLElement[]} */
    this.rows = [];
    this.selected = -1;
    this.#listen(answers);
  }

  /** @param {Answers} answers */
  #listen({ select, typed }) {
    this.list.addEventListener("click", (event) => {
      const row = /** @type {HTMLElement | null} */ (/** @type {Element} */ (event.target).closest("[data-mark]"));
      if (row) select(this.rows.indexOf(row));
    });
    for (const [name, field] of this.fields) {
      field.addEventListener("change", () => typed(name, field.value));
      field.addEventListener("keydown", (event) => {
        const { key, isComposing, ctrlKey, metaKey } = /** @type {KeyboardEvent} */ (event);
        if (key !== "Enter" || isComposing || field instanceof HTMLTextAreaElement) return;
        // The number is taken over; only with Ctrl or Cmd the whole answer is sent.
        if (!ctrlKey && !metaKey) event.preventDefault();
        typed(name, field.value);
      });
    }
  }

  /** @param {{choice: string}[]} marks @param {number} selected */
  draw(marks, selected) {
    const lists = { nodes: this.rows, shown: this.shown, marks };
    const start = follow(lists, {
      make: (n) => this.#add(n),
      fill: (n, mark) => this.#fill(n, mark),
      drop: (row) => row.parentElement?.remove(),
    });
    for (let n = start; n < marks.length; n += 1) this.rows[n].children[0].textContent = `${n + 1}.`;
    this.shown = marks;
    this.count.textContent = fillIn(this.count.dataset.text ?? "", { count: marks.length });
    this.#select(selected);
  }

  /** @param {number} n */
  #add(n) {
    const item = document.createElement("li");
    const row = document.createElement("button");
    row.type = "button";
    row.dataset.mark = "";
    for (const name of ["marking-number", "marking-name", "marking-where"]) {
      const part = document.createElement("span");
      part.className = name;
      row.append(part, " ");
    }
    item.append(row);
    this.list.insertBefore(item, this.list.children[n] ?? null);
    return row;
  }

  /** @param {number} n @param {{choice: string}} mark */
  #fill(n, mark) {
    const [, name, line] = this.rows[n].children;
    const known = this.classes.of(mark.choice);
    this.rows[n].className = `marking-row hue-${known.hue}`;
    name.textContent = known.name;
    line.textContent = this.line(mark);
  }

  /** @param {number} selected */
  #select(selected) {
    this.rows[this.selected]?.removeAttribute("aria-current");
    this.selected = selected;
    const row = this.rows[selected];
    this.editor.hidden = !row;
    if (!row) return;
    row.setAttribute("aria-current", "true");
    const { name } = this.classes.of(this.shown[selected].choice);
    this.title.textContent = fillIn(this.title.dataset.text ?? "", { number: selected + 1, name });
    // Only the list scrolls to it; the page stays where the person looks.
    const item = /** @type {HTMLElement} */ (row.parentElement);
    const { scrollTop, clientHeight } = this.list;
    const top = item.offsetTop - this.list.offsetTop;
    if (top < scrollTop) this.list.scrollTop = top;
    else if (top + item.offsetHeight > scrollTop + clientHeight) this.list.scrollTop = top + item.offsetHeight - clientHeight;
  }

  /** The fields of the selected mark; what is being typed stays. @param {Record<string, number | string>} values */
  show(values, isForced = false) {
    for (const [name, field] of this.fields) {
      const value = String(values[name] ?? "");
      const isTyped = field === document.activeElement && !isForced;
      if (!isTyped && field.value !== value) field.value = value;
    }
  }

  focusSelected() {
    this.rows[this.selected]?.focus({ preventScroll: true });
  }
}
