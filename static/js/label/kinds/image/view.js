// @ts-check
// The window onto one image: zoom, pan, and the layer that all questions about the image draw into.
//
// Panning only moves the layer, which the browser has painted already. Zooming by wheel or fingers
// stretches it, and gives it its new size when they rest, so that strokes and letters are sharp again. The list of marks, not the drawing, is what assistive
// technology reads.

const SVG = "http://www.w3.org/2000/svg";
const CLOSEST = 16; // screen pixels per image pixel
const MARGIN = 48; // how far an edge of the image may be pulled in, to draw near it
const LETTERS = 13;
const SETTLE_MS = 120; // after the last turn of the wheel

/** @param {string} name @param {string} className */
export const svg = (name, className) => {
  const node = document.createElementNS(SVG, name);
  node.setAttribute("class", className);
  return node;
};

/** @param {string} className */
const div = (className) => {
  const node = document.createElement("div");
  node.className = className;
  return node;
};

/** @typedef {import("./drawing.js").Drawing} Drawer */

export class View {
  /**
   * @param {HTMLImageElement} image
   * @param {{width?: number, height?: number}} part its size, when the item says it
   */
  constructor(image, part) {
    this.image = image;
    this.width = part.width || image.naturalWidth || 1;
    this.height = part.height || image.naturalHeight || 1;
    this.zoom = 1;
    this.x = 0;
    this.y = 0;
    /** The zoom for which the layer was laid out. */
    this.settled = 1;
    this.timer = 0;
    this.isFitted = true;
    this.isHand = false;
    /** @type {Set<Drawer>} */
    this.drawers = new Set();
    this.#build();
    if (!part.width && !image.complete) image.addEventListener("load", () => this.#measure(), { once: true });
    new ResizeObserver(() => this.#resized()).observe(this.frame);
  }

  #build() {
    this.frame = div("image-view");
    this.frame.tabIndex = 0;
    this.frame.setAttribute("role", "application");
    this.layer = div("image-layer");
    this.drawing = svg("svg", "image-drawing");
    this.drawing.setAttribute("aria-hidden", "true");
    this.handles = div("image-handles");
    this.image.replaceWith(this.frame);
    this.image.draggable = false;
    this.layer.append(this.image, this.drawing, this.handles);
    this.frame.append(this.layer);
    this.frame.style.aspectRatio = `${this.width} / ${this.height}`;
    this.fit();
  }

  #measure() {
    this.width = this.image.naturalWidth || 1;
    this.height = this.image.naturalHeight || 1;
    this.frame.style.aspectRatio = `${this.width} / ${this.height}`;
    this.fit();
  }

  #resized() {
    if (this.isFitted) this.fit();
    else this.#place();
  }

  /** The question whose marks the pointer makes. @returns {Drawer | undefined} */
  get drawer() {
    const all = [...this.drawers].filter(({ question }) => question.isConnected && !question.hidden);
    return all.find(({ question }) => "active" in question.dataset) ?? all[0];
  }

  /** Image pixels of a place on screen. @param {{clientX: number, clientY: number}} place @returns {[number, number]} */
  at({ clientX, clientY }) {
    const { left, top } = this.frame.getBoundingClientRect();
    const { clientLeft, clientTop } = this.frame;
    return [(clientX - left - clientLeft - this.x) / this.zoom, (clientY - top - clientTop - this.y) / this.zoom];
  }

  /** What is in the middle of the window. @returns {[number, number]} */
  centre() {
    const { clientWidth, clientHeight } = this.frame;
    const x = (clientWidth / 2 - this.x) / this.zoom;
    const y = (clientHeight / 2 - this.y) / this.zoom;
    return [Math.min(Math.max(x, 0), this.width), Math.min(Math.max(y, 0), this.height)];
  }

  /** A length on the screen in image pixels. @param {number} screen */
  length(screen) {
    return screen / this.zoom;
  }

  get whole() {
    const { clientWidth, clientHeight } = this.frame;
    if (!clientWidth || !clientHeight) return 1;
    return Math.min(clientWidth / this.width, clientHeight / this.height, CLOSEST);
  }

  fit() {
    const { clientWidth, clientHeight } = this.frame;
    this.zoom = this.whole;
    this.x = (clientWidth - this.width * this.zoom) / 2;
    this.y = (clientHeight - this.height * this.zoom) / 2;
    this.isFitted = true;
    this.#scale();
  }

  /** @param {number} factor @param {{clientX: number, clientY: number}} [around] */
  zoomBy(factor, around) {
    const { left, top } = this.frame.getBoundingClientRect();
    const { clientLeft, clientTop, clientWidth, clientHeight } = this.frame;
    const x = around ? around.clientX - left - clientLeft : clientWidth / 2;
    const y = around ? around.clientY - top - clientTop : clientHeight / 2;
    const zoom = Math.min(Math.max(this.zoom * factor, this.whole / 2), CLOSEST);
    this.x = x - ((x - this.x) / this.zoom) * zoom;
    this.y = y - ((y - this.y) / this.zoom) * zoom;
    this.zoom = zoom;
    this.isFitted = false;
    clearTimeout(this.timer);
    if (!around) this.#scale();
    else {
      this.timer = setTimeout(() => this.#scale(), SETTLE_MS);
      this.#place();
    }
  }

  /** @param {number} dx @param {number} dy screen pixels */
  panBy(dx, dy) {
    this.x += dx;
    this.y += dy;
    this.isFitted = false;
    this.#place();
  }

  /** Brings a part of the image into the window. @param {[number, number, number, number]} bounds left, top, right, bottom */
  reveal([left, top, right, bottom]) {
    const { clientWidth, clientHeight } = this.frame;
    const dx = shift(left * this.zoom + this.x, right * this.zoom + this.x, clientWidth);
    const dy = shift(top * this.zoom + this.y, bottom * this.zoom + this.y, clientHeight);
    if (dx || dy) this.panBy(dx, dy);
  }

  /** @param {boolean} isHand whether the pointer moves the image instead of drawing */
  setHand(isHand) {
    this.isHand = isHand;
    this.frame.classList.toggle("is-hand", isHand);
  }

  #scale() {
    clearTimeout(this.timer);
    this.settled = this.zoom;
    const width = `${this.width * this.zoom}`;
    const height = `${this.height * this.zoom}`;
    for (const { style } of [this.layer, this.image]) {
      style.width = `${width}px`;
      style.height = `${height}px`;
    }
    this.drawing.setAttribute("width", width);
    this.drawing.setAttribute("height", height);
    this.drawing.setAttribute("viewBox", `0 0 ${this.width} ${this.height}`);
    this.drawing.setAttribute("font-size", String(this.length(LETTERS)));
    for (const drawer of this.drawers) drawer.zoomed();
    this.#place();
  }

  #place() {
    const { clientWidth, clientHeight } = this.frame;
    this.x = inside(this.x, this.width * this.zoom, clientWidth);
    this.y = inside(this.y, this.height * this.zoom, clientHeight);
    this.layer.style.transform = `translate(${this.x}px, ${this.y}px) scale(${this.zoom / this.settled})`;
  }
}

/** A smaller image stays inside the window, a larger one keeps covering it up to a margin. @param {number} offset @param {number} size @param {number} room */
const inside = (offset, size, room) => {
  if (size <= room) return Math.min(Math.max(offset, 0), room - size);
  return Math.min(Math.max(offset, room - size - MARGIN), MARGIN);
};

/** @param {number} start @param {number} end @param {number} room how far to move so that both are visible */
const shift = (start, end, room) => {
  if (end - start > room || start < 0) return start < 0 && end > room ? 0 : 8 - start;
  return end > room ? room - 8 - end : 0;
};
