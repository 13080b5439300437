// @ts-check
// Offsets: stored spans count code points, the DOM counts UTF-16 units, people count graphemes.

export class Offsets {
  /** @param {string} text */
  constructor(text) {
    this.text = text;
    /** UTF-16 index of each code point and of the end; null where both counts are the same. @type {Uint32Array | null} */
    this.units = null;
    if (/[\ud800-\udbff]/.test(text)) {
      const units = [];
      for (let unit = 0; unit < text.length; unit += (text.codePointAt(unit) ?? 0) > 0xffff ? 2 : 1) units.push(unit);
      this.units = Uint32Array.from([...units, text.length]);
    }
    /** @type {Map<string, number[]>} */
    this.edges = new Map();
  }

  get length() {
    return this.units ? this.units.length - 1 : this.text.length;
  }

  /** @param {number} point @returns {number} */
  toUnit(point) {
    return this.units ? this.units[Math.max(0, Math.min(point, this.units.length - 1))] : point;
  }

  /** @param {number} unit @returns {number} the code point that holds this unit */
  toPoint(unit) {
    if (!this.units) return unit;
    let low = 0;
    let high = this.units.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (this.units[middle] <= unit) low = middle;
      else high = middle - 1;
    }
    return low;
  }

  /** @param {number} start @param {number} end */
  slice(start, end) {
    return this.text.slice(this.toUnit(start), this.toUnit(end));
  }

  /** Where graphemes or words begin, in code points, the end of the text included. @param {"grapheme" | "word"} granularity */
  starts(granularity) {
    let starts = this.edges.get(granularity);
    if (!starts) {
      const segments = new Intl.Segmenter(document.documentElement.lang || "ko", { granularity }).segment(this.text);
      starts = [];
      for (const { index } of segments) starts.push(this.toPoint(index));
      starts.push(this.length);
      this.edges.set(granularity, starts);
    }
    return starts;
  }

  /** The nearest edge before (-1) or after (1) a place. @param {number} point @param {number} direction @param {"grapheme" | "word"} granularity */
  step(point, direction, granularity) {
    const starts = this.starts(granularity);
    const place = bisect(starts, point);
    if (direction > 0) return starts[Math.min(place + (starts[place] === point ? 1 : 0), starts.length - 1)];
    return starts[Math.max(place - 1, 0)];
  }

  /** Widen to whole graphemes: half a syllable or half a family is nobody's answer. @param {number} start @param {number} end */
  snap(start, end) {
    const starts = this.starts("grapheme");
    const left = bisect(starts, start);
    return [starts[left] === start ? start : starts[Math.max(left - 1, 0)], starts[Math.min(bisect(starts, end), starts.length - 1)]];
  }
}

/** The first place whose value is not below `wanted`. @param {number[]} values @param {number} wanted */
const bisect = (values, wanted) => {
  let low = 0;
  let high = values.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (values[middle] < wanted) low = middle + 1;
    else high = middle;
  }
  return low;
};
