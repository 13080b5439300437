// @ts-check
// The sound as a picture: loudness on a canvas, segments over it, the play head. Only what is in the window is drawn.
import { follow } from "../marks/rows.js";
import { columnsOf } from "./waveform.js";

/** @typedef {import("./segment.js").Segment} Segment */

const STEPS = [0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 1800];
const TICK = 72; // pixels that a tick needs at least
const AXIS = 20; // pixels
const CLOSEST = 0.25; // seconds in the window

/** @param {string} tag @param {string} className */
const make = (tag, className) => {
  const node = document.createElement(tag);
  node.className = className;
  return node;
};

export class Timeline {
  /** @param {HTMLElement} frame @param {import("../marks/classes.js").Classes} classes @param {{start: string, end: string}} names of the two ends */
  constructor(frame, classes, names) {
    this.frame = frame;
    this.classes = classes;
    this.names = names;
    this.canvas = /** @type {HTMLCanvasElement} */ (make("canvas", "sound-canvas"));
    this.canvas.setAttribute("aria-hidden", "true");
    this.regions = make("div", "sound-regions");
    this.head = make("div", "sound-head");
    this.draft = make("div", "sound-region is-draft");
    this.draft.hidden = true;
    this.ends = { start: this.#end("start"), end: this.#end("end") };
    frame.append(this.canvas, this.regions, this.draft, this.ends.start, this.ends.end, this.head);
    this.duration = 0;
    this.from = 0;
    this.span = 1;
    /** @type {Float32Array | null} */
    this.peaks = null;
    this.loudest = 1;
    /** @type {Segment[]} */
    this.shown = [];
    /** @type {HTMLElement[]} */
    this.nodes = [];
    this.selected = -1;
    this.now = 0;
    new ResizeObserver(() => this.#paint()).observe(frame);
  }

  /** @param {"start" | "end"} name */
  #end(name) {
    const end = make("div", `sound-end is-${name}`);
    end.dataset.end = name;
    end.tabIndex = 0;
    end.hidden = true;
    end.setAttribute("role", "slider");
    end.setAttribute("aria-label", this.names[name]);
    return end;
  }

  /** @param {number} duration seconds */
  setDuration(duration) {
    if (!Number.isFinite(duration) || duration <= 0 || duration === this.duration) return;
    this.duration = duration;
    this.fit();
  }

  /** @param {Float32Array} peaks */
  setPeaks(peaks) {
    this.peaks = peaks;
    this.loudest = peaks.reduce((most, peak) => Math.max(most, peak), 0.01); // a quiet file fills the height too
    this.#paint();
  }

  /** @param {{clientX: number}} place @returns {number} seconds */
  at({ clientX }) {
    const { left, width } = this.frame.getBoundingClientRect();
    return Math.max(0, Math.min(this.from + ((clientX - left) / (width || 1)) * this.span, this.duration));
  }

  fit() {
    this.#show(0, this.duration);
  }

  /** @param {number} factor @param {number} [around] seconds; the play head when it is in the window */
  zoomBy(factor, around) {
    const isHeadInside = this.now >= this.from && this.now <= this.from + this.span;
    const middle = around ?? (isHeadInside ? this.now : this.from + this.span / 2);
    const span = Math.max(Math.min(this.span / factor, this.duration), Math.min(CLOSEST, this.duration));
    this.#show(middle - ((middle - this.from) / this.span) * span, span);
  }

  /** @param {number} seconds */
  panBy(seconds) {
    this.#show(this.from + seconds, this.span);
  }

  /** @param {number} start @param {number} [end] */
  reveal(start, end = start) {
    if (start < this.from || end > this.from + this.span) this.#show(start - this.span * 0.1, this.span);
  }

  /** @param {number} from @param {number} span */
  #show(from, span) {
    this.span = span || 1;
    this.from = Math.max(0, Math.min(from, this.duration - this.span));
    this.#paint();
    this.shown.forEach((_, n) => this.#place(this.nodes[n], this.shown[n]));
    this.#placeEnds(this.shown[this.selected]);
    this.setNow(this.now);
  }

  /** @param {Segment[]} marks @param {number} selected */
  draw(marks, selected) {
    follow(
      { nodes: this.nodes, shown: this.shown, marks },
      { make: (n) => this.#add(n), fill: (n, mark) => this.fill(n, mark), drop: (node) => node.remove() },
    );
    this.shown = marks;
    this.nodes[this.selected]?.classList.remove("is-selected");
    this.selected = selected;
    this.nodes[selected]?.classList.add("is-selected");
    this.#placeEnds(marks[selected]);
  }

  /** @param {number} n */
  #add(n) {
    const region = make("div", "sound-region");
    region.append(make("span", "sound-name"));
    this.regions.insertBefore(region, this.regions.children[n] ?? null);
    return region;
  }

  /** @param {number} n @param {Segment} mark */
  fill(n, mark) {
    const { hue, name } = this.classes.of(mark.choice);
    const region = this.nodes[n];
    region.className = `sound-region hue-${hue}${n === this.selected ? " is-selected" : ""}`;
    /** @type {HTMLElement} */ (region.firstChild).textContent = name || mark.text;
    this.#place(region, mark);
    if (n === this.selected) this.#placeEnds(mark);
  }

  /** @param {number} seconds */
  #share(seconds) {
    return `${((seconds - this.from) / this.span) * 100}%`;
  }

  /** @param {HTMLElement} node @param {{start: number, end: number}} range */
  #place(node, { start, end }) {
    node.style.left = this.#share(start);
    node.style.width = `${((end - start) / this.span) * 100}%`;
  }

  /** @param {Segment | undefined} mark */
  #placeEnds(mark) {
    for (const name of /** @type {("start" | "end")[]} */ (["start", "end"])) {
      const end = this.ends[name];
      const isInside = Boolean(mark) && mark[name] >= this.from && mark[name] <= this.from + this.span;
      end.hidden = !isInside;
      if (!mark) continue;
      end.style.left = this.#share(mark[name]);
      end.setAttribute("aria-valuemin", String(name === "start" ? 0 : mark.start));
      end.setAttribute("aria-valuemax", String(name === "start" ? mark.end : this.duration));
      end.setAttribute("aria-valuenow", String(mark[name]));
      end.setAttribute("aria-valuetext", `${mark[name].toFixed(2)} s`);
    }
  }

  /** @param {{start: number, end: number} | null} range what is being drawn */
  sketch(range) {
    this.draft.hidden = !range;
    if (range) this.#place(this.draft, range);
  }

  /** @param {number} now seconds */
  setNow(now) {
    this.now = now;
    this.head.style.left = this.#share(now);
    this.head.hidden = now < this.from || now > this.from + this.span;
  }

  #paint() {
    const { clientWidth: width, clientHeight: height } = this.frame;
    const ratio = devicePixelRatio || 1;
    this.canvas.width = width * ratio;
    this.canvas.height = height * ratio;
    const pen = this.canvas.getContext("2d");
    if (!pen || !width) return;
    pen.scale(ratio, ratio);
    const { color, fontFamily } = getComputedStyle(this.canvas);
    pen.fillStyle = color;
    this.#paintAxis(pen, width, height, fontFamily);
    const middle = (height - AXIS) / 2;
    if (!this.peaks) {
      pen.fillRect(0, middle, width, 1);
      return;
    }
    const loud = columnsOf(this.peaks, this.from, this.span, width);
    loud.forEach((peak, x) => {
      const half = Math.max(0.5, (peak / this.loudest) * (middle - 2));
      pen.fillRect(x, middle - half, 1, half * 2);
    });
  }

  /** @param {CanvasRenderingContext2D} pen @param {number} width @param {number} height @param {string} family */
  #paintAxis(pen, width, height, family) {
    pen.font = `12px ${family}`;
    const step = STEPS.find((each) => (each / this.span) * width >= TICK) ?? 3600;
    for (let n = Math.ceil(this.from / step); n * step <= this.from + this.span; n += 1) {
      const x = ((n * step - this.from) / this.span) * width;
      pen.fillRect(x, height - AXIS, 1, 5);
      pen.fillText((n * step).toFixed(2), x + 3, height - 5);
    }
  }
}
