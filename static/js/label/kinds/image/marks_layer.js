// @ts-check
// The marks of one question as SVG, and the handles of the selected one as named buttons.
// Only what changed is drawn again; strokes and letters keep their size through attributes of the whole drawing.
import { follow } from "../marks/rows.js";
import { svg } from "./view.js";

const SMALL = 64; // screen pixels; below, only the corners have handles

/** @typedef {import("../marks/classes.js").Classes} Classes */
/** @typedef {{choice: string}} Mark */
/** @typedef {{root: Element, halo: Element, line: Element, letters: Element}} Drawn */

export class MarksLayer {
  /**
   * @param {import("./view.js").View} view
   * @param {any} shape
   * @param {Classes} classes
   * @param {(name: string, values: Record<string, number>) => string} handleName
   */
  constructor(view, shape, classes, handleName) {
    this.view = view;
    this.shape = shape;
    this.classes = classes;
    this.handleName = handleName;
    this.group = svg("g", `marks marks-${shape.list}`);
    this.draft = svg("path", "marking-draft");
    this.draftHalo = svg("path", "marking-draft-halo");
    /** @type {Mark[]} */
    this.shown = [];
    /** @type {Drawn[]} */
    this.drawn = [];
    this.hasNames = true;
    this.group.append(this.draftHalo, this.draft);
    view.drawing.append(this.group);
    this.handles = document.createElement("div");
    view.handles.append(this.handles);
    /** @type {Mark | null} */
    this.handled = null;
  }

  /** @param {Mark[]} marks @param {number} selected */
  draw(marks, selected) {
    const lists = { nodes: this.drawn, shown: this.shown, marks };
    follow(lists, {
      make: (n) => this.#add(n),
      fill: (n, mark) => this.place(n, mark),
      drop: ({ root }) => root.remove(),
    });
    this.shown = marks;
    this.select(selected);
  }

  /** @param {number} n */
  #add(n) {
    const [root, halo, line, letters] = [svg("g", "marking"), svg("path", "marking-halo"), svg("path", "marking-line"), svg("text", "marking-letters")];
    root.append(halo, line, letters);
    this.group.insertBefore(root, this.group.children[n]);
    return { root, halo, line, letters };
  }

  /** Also for a mark that is being moved and not stored yet. @param {number} n @param {Mark} mark */
  place(n, mark) {
    const { root, halo, line, letters } = this.drawn[n];
    const { hue, name, code } = this.classes.of(mark.choice);
    const path = this.shape.path(mark);
    const [x, y] = this.shape.bounds(mark);
    root.setAttribute("class", `marking hue-${hue}${root.classList.contains("is-selected") ? " is-selected" : ""}`);
    halo.setAttribute("d", path);
    line.setAttribute("d", path);
    letters.setAttribute("x", x);
    letters.setAttribute("y", y);
    letters.textContent = this.hasNames ? name : code;
  }

  /** @param {boolean} hasNames whole names, or only the letter of each class */
  setNames(hasNames) {
    this.hasNames = hasNames;
    this.shown.forEach(({ choice }, n) => {
      const { name, code } = this.classes.of(choice);
      this.drawn[n].letters.textContent = hasNames ? name : code;
    });
  }

  /** @param {number} selected */
  select(selected) {
    this.group.querySelector(".is-selected")?.classList.remove("is-selected");
    this.drawn[selected]?.root.classList.add("is-selected");
    this.handle(this.shown[selected] ?? null);
  }

  /** Handles stay the same buttons while a mark changes, so that focus stays too. @param {Mark | null} mark */
  handle(mark) {
    this.handled = mark;
    if (mark) {
      const [left, top, right, bottom] = this.shape.bounds(mark);
      const isSmall = Math.min(right - left, bottom - top) * this.view.zoom < SMALL;
      this.handles.classList.toggle("is-small", isSmall);
    }
    const wanted = mark ? this.shape.handles(mark) : [];
    while (this.handles.children.length > wanted.length) this.handles.lastElementChild?.remove();
    wanted.forEach((/** @type {any} */ { name, number, place: [x, y] }, /** @type {number} */ n) => {
      const button = /** @type {HTMLElement} */ (this.handles.children[n] ?? this.#button(n));
      button.className = `image-handle is-${name}`;
      button.setAttribute("aria-label", this.handleName(name, { number }));
      button.style.transform = `translate(${x * this.view.zoom}px, ${y * this.view.zoom}px)`;
    });
  }

  /** @param {number} n */
  #button(n) {
    const button = document.createElement("button");
    button.type = "button";
    button.dataset.handle = String(n);
    this.handles.append(button);
    return button;
  }

  /** @param {number} n */
  focusHandle(n) {
    /** @type {HTMLElement | undefined} */ (this.handles.children[n])?.focus({ preventScroll: true });
  }

  /** @param {string} path of what is being drawn, "" for nothing */
  sketch(path) {
    this.draft.setAttribute("d", path);
    this.draftHalo.setAttribute("d", path);
  }
}
