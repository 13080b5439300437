// @ts-check
// The marks of one question with their history: the one place where they change.
import { History } from "./history.js";

/** @template {{choice: string}} Mark */
export class Book {
  /** @param {(isEdit: boolean) => void} changed isEdit is false when only the selection changed */
  constructor(changed) {
    this.changed = changed;
    /** @type {Mark[]} */
    this.marks = [];
    this.selected = -1;
    /** @type {History<Mark[]>} */
    this.history = new History();
  }

  /** The selected mark. */
  get mark() {
    return this.marks[this.selected];
  }

  /** What was stored; it begins a new history. @param {Mark[]} marks */
  load(marks) {
    this.history.clear();
    this.marks = marks;
    this.selected = -1;
    this.changed(false);
  }

  /** @param {Mark[]} marks @param {number} selected */
  put(marks, selected) {
    this.history.note(this.marks);
    this.#take(marks, selected);
  }

  /** @param {Mark[]} marks @param {number} selected */
  #take(marks, selected) {
    this.marks = marks;
    this.selected = Math.min(selected, marks.length - 1);
    this.changed(true);
  }

  /** @param {Mark} mark */
  add(mark) {
    this.put([...this.marks, mark], this.marks.length);
  }

  /** The selected mark becomes this one. @param {Mark} mark @param {boolean} isSameStep whether the change before is undone with it */
  change(mark, isSameStep = false) {
    if (!this.mark || JSON.stringify(mark) === JSON.stringify(this.mark)) return;
    const marks = this.marks.with(this.selected, mark);
    if (isSameStep) this.#take(marks, this.selected);
    else this.put(marks, this.selected);
  }

  remove() {
    if (!this.mark) return false;
    this.put(this.marks.toSpliced(this.selected, 1), this.selected);
    return true;
  }

  /** @param {number} selected -1 for none */
  select(selected) {
    if (selected === this.selected) return;
    this.selected = selected;
    this.changed(false);
  }

  /** To the next or the previous one, round and round. @param {1 | -1} step */
  walk(step) {
    const { length } = this.marks;
    if (!length) return false;
    const from = this.selected < 0 && step < 0 ? 0 : this.selected;
    this.select((from + step + length) % length);
    return true;
  }

  get canUndo() {
    return this.history.before.length > 0;
  }

  get canRedo() {
    return this.history.after.length > 0;
  }

  /** @param {"undo" | "redo"} way */
  step(way) {
    const found = this.history[way](this.marks);
    if (found) this.#take(found, this.selected);
    return Boolean(found);
  }
}
