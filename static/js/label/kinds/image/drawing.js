// @ts-check
// What a press of the pointer means: a new mark by drag or by clicks, a move, a pulled handle, a selection.

/** @typedef {import("./shapes/numbers.js").Place} Place */
/** @typedef {import("./widget.js").ImageWidget} Widget */

const SMALLEST = 3; // screen pixels; a smaller box was a trembling hand
const CLOSING = 12; // screen pixels around the first corner that close a polygon

export class Drawing {
  /** @param {Widget} widget */
  constructor(widget) {
    this.widget = widget;
    /** Corners of what is being drawn by clicks. @type {Place[]} */
    this.places = [];
    /** @type {{kind: "draw" | "move" | "pull", start: Place, slack: number, base: any, handle: number} | null} */
    this.held = null;
    /** What the held mark would become. @type {any} */
    this.coming = null;
  }

  get question() {
    return this.widget.question;
  }

  /** Handles keep their size at every zoom. */
  zoomed() {
    const { layer } = this.widget;
    layer?.handle(layer.handled);
  }

  get isDrawing() {
    return this.places.length > 0;
  }

  /** @param {Place} start @param {number} slack @param {HTMLElement | null} handle @returns {boolean} false leaves it to the hand */
  grab(start, slack, handle) {
    const { book, shape, view, layer } = this.widget;
    const base = book.mark;
    this.coming = null;
    if (handle && base && layer.handles.contains(handle)) {
      const index = this.widget.corner(Number(handle.dataset.handle));
      this.held = { kind: "pull", start, slack, base: book.mark, handle: index };
      return true;
    }
    const isOnSelected = base && !this.isDrawing && shape.contains(base, start, slack);
    if (view.isHand && !isOnSelected) return false;
    this.held = { kind: isOnSelected ? "move" : "draw", start, slack, base, handle: 0 };
    return true;
  }

  /** @param {Place} at */
  drag(at) {
    const { shape, layer, size, grain } = this.widget;
    if (!this.held) return;
    const { kind, start, base, handle } = this.held;
    if (kind === "pull") this.#preview(shape.pulled(base, handle, at, size, grain));
    else if (kind === "move") this.#preview(shape.moved(base, at[0] - start[0], at[1] - start[1], size, grain));
    else if (shape.clicks === 2 && !this.isDrawing) layer.sketch(shape.sketch([start], this.#inside(at)));
    else this.hover(at);
  }

  /** @param {any} mark */
  #preview(mark) {
    this.coming = mark;
    this.widget.preview(mark);
  }

  /** @param {Place} at @param {boolean} hasMoved */
  drop(at, hasMoved) {
    const { book, shape, view } = this.widget;
    const held = this.held;
    this.held = null;
    if (!held) return;
    const { kind, start, slack, base } = held;
    if (kind === "draw" && hasMoved && shape.clicks === 2 && !this.isDrawing) this.#finish([start, at]);
    else if (kind === "draw") this.#click(at, slack);
    else if (hasMoved && this.coming) book.change(this.coming);
    else if (kind === "move") this.#clickAgain(at, slack, base);
    else if (view.isHand && !hasMoved) this.pick(at, slack); // handles cover a small mark
  }

  /** Forget this press; corners that were set before stay. */
  cancel() {
    if (this.coming) this.widget.preview(this.widget.book.mark);
    else if (!this.isDrawing) this.widget.layer.sketch("");
    this.held = null;
    this.coming = null;
  }

  /** @param {Place} at */
  hover(at) {
    const { shape, layer } = this.widget;
    if (this.isDrawing) layer.sketch(shape.sketch(this.places, this.#inside(at)));
  }

  /** A click with the hand: the next one of the marks beneath, the smallest first. @param {Place} at @param {number} slack */
  pick(at, slack) {
    const { book, shape } = this.widget;
    const hits = this.#under(at, (mark) => shape.contains(mark, at, slack));
    book.select(hits.length ? hits[(hits.indexOf(book.selected) + 1) % hits.length] : -1);
  }

  /** @param {Place} at @param {number} slack */
  #click(at, slack) {
    const { book, shape, view } = this.widget;
    const touches = shape.touches ?? shape.contains;
    const hit = this.isDrawing ? undefined : this.#under(at, (mark) => touches(mark, at, slack))[0];
    if (hit !== undefined) {
      book.select(hit);
      return;
    }
    const [first] = this.places;
    const isClosing =
      shape.clicks === Infinity && this.places.length >= 3 && Math.hypot(at[0] - first[0], at[1] - first[1]) <= Math.max(slack, view.length(CLOSING));
    if (!isClosing) this.places.push(this.#inside(at));
    if (isClosing || this.places.length === shape.clicks) this.#finish(this.places);
    else this.hover(at);
  }

  /** On the mark that is selected already: with the hand the next one beneath, else a new one inside. @param {Place} at @param {number} slack @param {any} base */
  #clickAgain(at, slack, base) {
    const { book, shape, view } = this.widget;
    const isOnOutline = (shape.touches ?? (() => false))(base, at, slack);
    if (view.isHand || shape.clicks === 1) this.pick(at, slack);
    else if (!isOnOutline) {
      book.select(-1);
      this.places.push(this.#inside(at));
      this.hover(at);
    }
  }

  /** @param {Place} at @param {(mark: any) => boolean} isHit @returns {number[]} */
  #under(at, isHit) {
    const { book, shape } = this.widget;
    const hits = book.marks.flatMap((mark, n) => (isHit(mark) ? [n] : []));
    return hits.sort((a, b) => shape.area(book.marks[a]) - shape.area(book.marks[b]));
  }

  /** @param {Place} at @returns {Place} */
  #inside([x, y]) {
    const { width, height } = this.widget.size;
    return [Math.min(Math.max(x, 0), width), Math.min(Math.max(y, 0), height)];
  }

  /** @param {Place[]} places @returns {boolean} whether there is a new mark */
  #finish(places) {
    const { shape, size, grain, view } = this.widget;
    const [one, other = one] = places;
    const isTiny = shape.clicks === 2 && Math.min(Math.abs(one[0] - other[0]), Math.abs(one[1] - other[1])) < view.length(SMALLEST);
    const made = isTiny ? null : shape.from(places, size, grain);
    if (!made && shape.clicks === Infinity) {
      this.widget.say("tooFew");
      return false;
    }
    this.discard();
    if (made) this.widget.add(made);
    return Boolean(made);
  }

  /** Throws away what is being drawn. @returns {boolean} whether there was anything */
  discard() {
    const was = this.isDrawing;
    this.places = [];
    this.widget.layer?.sketch("");
    return was;
  }

  /** Enter: closes a polygon. @returns {boolean} whether the key was used */
  close() {
    if (!this.isDrawing) return false;
    this.#finish(this.places);
    return true;
  }

  /** @returns {boolean} whether a corner was taken back */
  back() {
    const { shape, layer } = this.widget;
    if (!this.isDrawing) return false;
    const last = /** @type {Place} */ (this.places.pop());
    layer.sketch(this.isDrawing ? shape.sketch(this.places, last) : "");
    return true;
  }
}
