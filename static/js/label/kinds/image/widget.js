// @ts-check
// One question about an image: joins its marks, the drawing over the image, the list and the tools.
import { say } from "../../../live.js";
import { answered, nothingBox, optionsOf } from "../../question.js";
import { fillIn } from "../../strings.js";
import { Book } from "../marks/book.js";
import { Classes } from "../marks/classes.js";
import { MarkList } from "../marks/list.js";
import { Tools } from "../marks/tools.js";
import { Drawing } from "./drawing.js";
import { MarksLayer } from "./marks_layer.js";
import { watchPointer } from "./pointer.js";
import { View } from "./view.js";

const ZOOM = 1.4;
const FRESH = 40; // half a side of a new mark, screen pixels
const SMALL = { width: 1, height: 1 };

/** Several questions may share an image. @type {WeakMap<Element, View>} */
const views = new WeakMap();

export class ImageWidget {
  /** @param {HTMLFieldSetElement} question @param {any} shape */
  constructor(question, shape) {
    this.question = question;
    this.shape = shape;
    this.words = /** @type {HTMLElement} */ (question.querySelector("[data-words]")).dataset;
    this.classes = new Classes(question);
    this.part = "";
    this.handle = 0;
    /** Marks on other parts of the item: kept, not shown. @type {any[]} */
    this.others = [];
    /** @type {Book<any>} */
    this.book = new Book((isEdit) => this.#changed(isEdit));
    this.list = new MarkList(question, this.classes, (mark) => fillIn(this.words.line ?? "", this.#lineOf(mark)), {
      select: (n) => this.#pickFromList(n),
      typed: (name, value) => this.#typed(name, value),
    });
    this.tools = new Tools(question, {
      draw: () => this.setHand(false),
      pan: () => this.setHand(true),
      new: () => this.addFresh(),
      delete: () => this.remove(),
      previous: () => this.walk(-1),
      next: () => this.walk(1),
      undo: () => this.step("undo"),
      redo: () => this.step("redo"),
      "zoom-in": () => this.view?.zoomBy(ZOOM),
      "zoom-out": () => this.view?.zoomBy(1 / ZOOM),
      fit: () => this.view?.fit(),
      names: () => this.#toggleNames(),
    });
    this.drawing = new Drawing(this);
    question.addEventListener("change", (event) => this.#onClass(event));
  }

  /** @param {string} key @param {Record<string, string | number>} [values] */
  say(key, values = {}) {
    say(fillIn(this.words[key] ?? "", values));
  }

  get size() {
    return this.view ?? SMALL;
  }

  /** Whole pixels, and tenths once a pixel is larger than that on the screen. */
  get grain() {
    return this.size === this.view && this.view.zoom > 1 ? 0.1 : 1;
  }

  /** @param {{key: string, kind: string, width?: number, height?: number}[]} parts */
  start(parts) {
    if (this.view) return;
    const wanted = optionsOf(this.question).part;
    const part = parts.find(({ key, kind }) => (wanted ? key === wanted : kind === "image"));
    const figure = part && this.question.form?.querySelector(`figure[data-part="${CSS.escape(part.key)}"]`);
    const image = figure?.querySelector("img");
    if (!part || !figure || !image) {
      this.#warn("missingPart");
      return;
    }
    this.part = part.key;
    this.#watchLoading(image);
    let view = views.get(figure);
    if (!view) {
      view = new View(image, part);
      views.set(figure, view);
      watchPointer(view);
      view.frame.setAttribute("aria-label", this.words.view ?? "");
    }
    this.view = view;
    this.layer = new MarksLayer(view, this.shape, this.classes, (name, values) => fillIn(this.words[name] ?? "", values));
    this.layer.handles.addEventListener("focusin", (event) => this.#onHandle(event));
    this.layer.handles.addEventListener("click", (event) => this.#onHandleClick(event));
    view.drawers.add(this.drawing);
    this.load([...this.others, ...this.book.marks]);
  }

  /** @param {HTMLImageElement} image */
  #watchLoading(image) {
    const failed = () => this.#warn("failed");
    if (image.complete && !image.naturalWidth) failed();
    else image.addEventListener("error", failed, { once: true });
  }

  /** @param {string} key */
  #warn(key) {
    const line = /** @type {HTMLElement} */ (this.question.querySelector("[data-warning]"));
    line.textContent = this.words[key] ?? "";
    line.hidden = false;
  }

  /** @param {any[]} marks */
  load(marks) {
    const isHere = (/** @type {any} */ { part }) => !this.part || part === this.part;
    this.others = marks.filter((mark) => !isHere(mark));
    this.drawing.discard();
    this.book.load(marks.filter(isHere));
  }

  read() {
    const marks = [...this.others, ...this.book.marks];
    return marks.length ? marks : null;
  }

  /** @param {boolean} isEdit */
  #changed(isEdit) {
    const { marks, selected, mark } = this.book;
    this.layer?.draw(marks, selected);
    this.list.draw(marks, selected);
    if (mark) {
      this.handle = Math.min(this.handle, Math.max(this.shape.handles(mark).length - 1, 0));
      this.list.show(this.shape.numbers(mark, this.handle), isEdit);
      this.classes.chosen = mark.choice;
    }
    this.tools.enable({ delete: Boolean(mark), undo: this.book.canUndo, redo: this.book.canRedo, previous: marks.length > 0, next: marks.length > 0 });
    if (!isEdit) return;
    const nothing = nothingBox(this.question);
    if (nothing && marks.length) nothing.checked = false;
    answered(this.question);
  }

  /** A change that is not stored before the pointer is let go. @param {any} mark */
  preview(mark) {
    this.layer?.place(this.book.selected, mark);
    this.layer?.handle(mark);
    this.list.show(this.shape.numbers(mark, this.handle), true);
  }

  /** @param {any} made geometry of a new mark */
  add(made) {
    const choice = this.classes.chosen;
    this.handle = 0;
    this.book.add({ part: this.part, ...made, choice });
    this.#saySelected("added");
  }

  addFresh() {
    const { view } = this;
    if (!view) return;
    const reach = Math.min(view.length(FRESH), view.width / 4, view.height / 4);
    this.add(this.shape.fresh(view.centre(), view, this.grain, reach));
  }

  /** @param {string} key */
  #saySelected(key) {
    const { mark, selected } = this.book;
    if (!mark) return;
    const { name } = this.classes.of(mark.choice);
    this.say(key, { number: selected + 1, name, line: fillIn(this.words.line ?? "", this.#lineOf(mark)) });
  }

  /** @param {any} mark @returns {Record<string, number>} */
  #lineOf(mark) {
    return this.shape.numbers(mark, 0);
  }

  /** A corner of a polygon while a handle is focused, else the whole mark. */
  remove() {
    const { book, shape, layer } = this;
    const isOnHandle = layer?.handles.contains(document.activeElement);
    const shorter = isOnHandle ? shape.without?.(book.mark, this.handle) : null;
    if (shorter) {
      book.change(shorter);
      layer?.focusHandle(Math.min(this.handle, shorter.points.length - 1));
      return true;
    }
    const isOnRow = this.list.list.contains(document.activeElement);
    if (!book.remove()) return false;
    this.say("removed", { count: book.marks.length });
    if (isOnRow && book.mark) this.list.focusSelected();
    else if (isOnRow || isOnHandle) this.view?.frame.focus({ preventScroll: true });
    return true;
  }

  /** @param {1 | -1} step */
  walk(step) {
    if (!this.book.walk(step)) return false;
    this.view?.reveal(this.shape.bounds(this.book.mark));
    this.#saySelected("selected");
    return true;
  }

  /** @param {number} n */
  #pickFromList(n) {
    this.book.select(n);
    this.view?.reveal(this.shape.bounds(this.book.mark));
  }

  /** @param {"undo" | "redo"} way @returns {boolean} false leaves the key to the screen */
  step(way) {
    if (way === "undo" && this.drawing.back()) return true;
    const done = this.book.step(way);
    this.say(done ? `${way}ne` : "noStep", { count: this.book.marks.length });
    return done || this.book.marks.length > 0 || this.book.canRedo;
  }

  /** @param {boolean} isHand */
  setHand(isHand) {
    this.view?.setHand(isHand);
    this.tools.press({ pan: isHand, draw: !isHand });
  }

  #toggleNames() {
    const hasNames = !this.layer?.hasNames;
    this.layer?.setNames(hasNames);
    this.tools.press({ names: hasNames });
  }

  /** @param {string} name @param {string} value */
  #typed(name, value) {
    const { book, shape } = this;
    if (!book.mark) return;
    const number = Number(value);
    const now = shape.numbers(book.mark, this.handle);
    if (value.trim() === "" || !Number.isFinite(number)) this.list.show(now, true);
    else if (name === "corner") {
      this.handle = Math.round(number) - 1;
      this.list.show(shape.numbers(book.mark, this.handle), true);
    } else if (now[name] !== number) {
      book.change(shape.typed(book.mark, { ...now, [name]: number }, this.size));
      this.list.show(shape.numbers(book.mark, this.handle), true);
    }
  }

  /** @param {Event} event */
  #onClass(event) {
    if (!(event.target instanceof HTMLInputElement) || !("class" in event.target.dataset)) return;
    this.choose(event.target.value);
  }

  /** The class of the selected mark, and of the next one. @param {string} choice */
  choose(choice) {
    this.classes.chosen = choice;
    if (this.book.mark && !this.drawing.isDrawing) this.book.change({ ...this.book.mark, choice });
  }

  /** A middle handle becomes a corner. @param {number} index @returns {number} the corner */
  corner(index) {
    const [mark, corner] = this.shape.split?.(this.book.mark, index, this.size) ?? [this.book.mark, index];
    this.book.change(mark);
    this.handle = corner;
    return corner;
  }

  /** @param {Event} event */
  #onHandle(event) {
    this.handle = Number(/** @type {HTMLElement} */ (event.target).dataset.handle);
    if (this.book.mark && this.handle < (this.book.mark.points?.length ?? 0)) this.list.show(this.shape.numbers(this.book.mark, this.handle));
  }

  /** Enter or Space on a handle; a press of the pointer is a drag. @param {MouseEvent} event */
  #onHandleClick(event) {
    if (event.detail > 0) return;
    this.layer?.focusHandle(this.corner(Number(/** @type {HTMLElement} */ (event.target).dataset.handle)));
  }
}
