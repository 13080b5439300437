// @ts-check
// Paints spans: a tint through the Highlight API, and under the words a line with the class's name,
// one below the other where spans overlap. The text itself is never touched.

const SVG = "http://www.w3.org/2000/svg";
const LEVEL = 5; // px between the lines of overlapping spans
const MOST_LEVELS = 4;

/** @typedef {{start: number, end: number, choice: string}} Span */
/** @typedef {{name: string, color: number}} Class */

/** @param {Span} span */
export const keyOf = (span) => `${span.start}-${span.end}-${span.choice}`;

export class Marks {
  /**
   * @param {HTMLElement} body the element with the text
   * @param {import("./offsets.js").Offsets} offsets
   * @param {Map<string, Class>} classes
   */
  constructor(body, offsets, classes) {
    this.body = body;
    this.offsets = offsets;
    this.classes = classes;
    /** @type {Map<string, {span: Span, range: Range, level: number, group: SVGGElement}>} */
    this.drawn = new Map();
    this.layer = document.createElementNS(SVG, "svg");
    this.layer.classList.add("text-marks");
    this.layer.setAttribute("aria-hidden", "true");
    this.width = 0;
    this.watch = new ResizeObserver(() => this.redraw());
  }

  get node() {
    return /** @type {Text} */ (this.body.firstChild);
  }

  open() {
    // Beside the text, not in it: a node within would have all its lines laid out again.
    this.body.parentElement?.append(this.layer);
    for (let hue = 0; hue < 10; hue += 1) CSS.highlights?.set(`hue-${hue}`, new Highlight());
    for (const name of ["span-selected", "span-caret"]) CSS.highlights?.set(name, Object.assign(new Highlight(), { priority: 2 }));
    for (const { span, range } of this.drawn.values()) this.tint(span, range, true);
    this.watch.observe(this.body);
  }

  close() {
    this.watch.disconnect();
    for (const highlight of CSS.highlights?.values() ?? []) highlight.clear();
  }

  /** @param {number} start @param {number} end in code points */
  range(start, end) {
    const range = new Range();
    range.setStart(this.node, this.offsets.toUnit(start));
    range.setEnd(this.node, this.offsets.toUnit(end));
    return range;
  }

  /** @param {Span} span @param {Range} range @param {boolean} isOn */
  tint(span, range, isOn) {
    const highlight = CSS.highlights?.get(`hue-${this.classes.get(span.choice)?.color ?? 9}`);
    if (isOn) highlight?.add(range);
    else highlight?.delete(range);
  }

  /** Draw what is new, take away what is gone. @param {Span[]} spans */
  draw(spans) {
    const wanted = new Map(spans.map((span) => [keyOf(span), span]));
    for (const [key, { span, range, group }] of this.drawn) {
      if (wanted.has(key)) continue;
      this.tint(span, range, false);
      group.remove();
      this.drawn.delete(key);
    }
    const fresh = [];
    for (const [key, span] of wanted) {
      if (this.drawn.has(key)) continue;
      const entry = { span, range: this.range(span.start, span.end), level: this.levelFor(span), group: document.createElementNS(SVG, "g") };
      this.drawn.set(key, entry);
      this.tint(span, entry.range, true);
      fresh.push(entry);
    }
    this.place(fresh);
  }

  /** The first line that no overlapping span uses. @param {Span} span */
  levelFor(span) {
    const taken = new Set();
    for (const other of this.drawn.values()) {
      if (other.span.start < span.end && span.start < other.span.end) taken.add(other.level);
    }
    let level = 0;
    while (taken.has(level) && level < MOST_LEVELS - 1) level += 1;
    return level;
  }

  /** All reading of the layout comes before all writing. @param {{span: Span, range: Range, level: number, group: SVGGElement}[]} entries */
  place(entries) {
    if (!entries.length || !this.body.isConnected) return;
    const origin = this.body.getBoundingClientRect();
    const measured = entries.map((entry) => ({ entry, rects: [...entry.range.getClientRects()] }));
    this.layer.style.left = `${this.body.offsetLeft}px`;
    this.layer.style.top = `${this.body.offsetTop}px`;
    this.layer.setAttribute("width", String(Math.ceil(origin.width)));
    this.layer.setAttribute("height", String(Math.ceil(origin.height + LEVEL * MOST_LEVELS)));
    for (const { entry, rects } of measured) this.drawOne(entry, rects, origin);
  }

  /** @param {{span: Span, level: number, group: SVGGElement}} entry @param {DOMRect[]} rects @param {DOMRect} origin */
  drawOne({ span, level, group }, rects, origin) {
    const shown = this.classes.get(span.choice);
    group.replaceChildren();
    group.setAttribute("class", `hue-${shown?.color ?? 9}`);
    const seen = new Set();
    for (const rect of rects) {
      const place = `${Math.round(rect.left)} ${Math.round(rect.top)}`;
      if (!rect.width || seen.has(place)) continue;
      seen.add(place);
      const line = document.createElementNS(SVG, "line");
      const y = rect.bottom - origin.top + 1 + level * LEVEL;
      line.setAttribute("x1", String(rect.left - origin.left));
      line.setAttribute("x2", String(rect.right - origin.left));
      line.setAttribute("y1", String(y));
      line.setAttribute("y2", String(y));
      group.append(line);
    }
    if (rects.length && level === 0) {
      const name = document.createElementNS(SVG, "text");
      name.setAttribute("x", String(rects[0].left - origin.left));
      name.setAttribute("y", String(rects[0].top - origin.top - 1));
      name.textContent = shown?.name ?? span.choice;
      group.append(name);
    }
    if (!group.isConnected) this.layer.append(group);
  }

  redraw() {
    const width = this.body.getBoundingClientRect().width;
    if (width === this.width) return;
    this.width = width;
    this.place([...this.drawn.values()]);
  }

  /** @param {Span | null} span */
  select(span) {
    const highlight = CSS.highlights?.get("span-selected");
    highlight?.clear();
    if (span) highlight?.add(this.range(span.start, span.end));
  }

  /** @param {number | null} point */
  caret(point) {
    const highlight = CSS.highlights?.get("span-caret");
    highlight?.clear();
    if (point === null || !highlight) return;
    const { offsets } = this;
    const [from, to] = point < offsets.length ? [point, offsets.step(point, 1, "grapheme")] : [offsets.step(point, -1, "grapheme"), point];
    highlight.add(this.range(from, to));
  }

  /** Bring a place into view. @param {number} point */
  reveal(point) {
    const scroller = this.body.closest(".item-body, .item-card > .item-text");
    const rect = this.range(point, Math.min(point + 1, this.offsets.length)).getBoundingClientRect();
    const view = scroller?.getBoundingClientRect();
    if (!scroller || !view || (rect.top >= view.top && rect.bottom <= view.bottom)) return;
    scroller.scrollTop += rect.top - view.top - view.height / 2;
  }
}
