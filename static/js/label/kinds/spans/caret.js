// @ts-check
// A caret in a text that nobody can edit: arrows move it, Shift extends a selection.

export class Caret {
  /** @param {import("./marks.js").Marks} marks */
  constructor(marks) {
    this.marks = marks;
    this.anchor = 0;
    this.focus = 0;
    this.isShown = false;
  }

  get offsets() {
    return this.marks.offsets;
  }

  /** What is selected in the text, in whole graphemes; null for nothing. @returns {[number, number] | null} */
  selected() {
    const selection = getSelection();
    const { body, node } = this.marks;
    if (!selection || selection.isCollapsed || !selection.rangeCount) return null;
    const range = selection.getRangeAt(0);
    if (!body.contains(range.startContainer) && !range.intersectsNode(body)) return null;
    // A selection that leaves the text ends at its edge.
    const from = range.startContainer === node ? this.offsets.toPoint(range.startOffset) : 0;
    const to = range.endContainer === node ? this.offsets.toPoint(range.endOffset) : this.offsets.length;
    if (!body.contains(range.endContainer) && !body.contains(range.startContainer)) return null;
    const [start, end] = this.trimmed(from, to);
    if (start >= end) return null;
    const [left, right] = this.offsets.snap(start, end);
    return [left, right];
  }

  /** Without blanks at either end: a double click takes one along. @param {number} start @param {number} end @returns {[number, number]} */
  trimmed(start, end) {
    while (start < end && /\s/u.test(this.offsets.slice(start, start + 1))) start += 1;
    while (end > start && /\s/u.test(this.offsets.slice(end - 1, end))) end -= 1;
    return [start, end];
  }

  clear() {
    const selection = getSelection();
    if (selection?.rangeCount && this.marks.body.contains(selection.anchorNode)) selection.removeAllRanges();
  }

  /** @param {number} point @param {boolean} extend */
  go(point, extend) {
    this.focus = point;
    if (!extend) this.anchor = point;
    const { node } = this.marks;
    if (this.anchor === this.focus) this.clear();
    else getSelection()?.setBaseAndExtent(node, this.offsets.toUnit(this.anchor), node, this.offsets.toUnit(this.focus));
    this.isShown = true;
    this.marks.caret(point);
    this.marks.reveal(point);
  }

  hide() {
    if (this.isShown) this.marks.caret(null);
    this.isShown = false;
  }

  /** @param {KeyboardEvent} event @returns {boolean} whether it moved the caret */
  key(event) {
    const horizontal = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    const vertical = { ArrowUp: -1, ArrowDown: 1 }[event.key];
    if (horizontal !== undefined) {
      const point = this.isShown ? this.offsets.step(this.focus, horizontal, event.ctrlKey || event.metaKey ? "word" : "grapheme") : this.focus;
      this.go(point, event.shiftKey && this.isShown);
      return true;
    }
    if (vertical !== undefined && this.isShown) {
      const point = this.line(vertical);
      if (point === null) return false;
      this.go(point, event.shiftKey);
      return true;
    }
    return false;
  }

  /** The place one line above or below. @param {number} direction */
  line(direction) {
    const at = this.marks.range(Math.max(0, this.focus - 1), Math.min(this.focus + 1, this.offsets.length)).getBoundingClientRect();
    const height = Number.parseFloat(getComputedStyle(this.marks.body).lineHeight) || at.height;
    return this.pointAt(at.left + 1, at.top + at.height / 2 + direction * height);
  }

  /** The code point under a place on screen. @param {number} x @param {number} y @returns {number | null} */
  pointAt(x, y) {
    const found = document.caretPositionFromPoint?.(x, y) ?? null;
    const range = found ? null : document.caretRangeFromPoint?.(x, y);
    const node = found?.offsetNode ?? range?.startContainer;
    if (node !== this.marks.node) return null;
    return this.offsets.toPoint(found?.offset ?? range?.startOffset ?? 0);
  }
}
