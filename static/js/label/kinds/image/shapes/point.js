// @ts-check
// Points: one place in image pixels each.
import { kept } from "./numbers.js";

/** @typedef {import("./numbers.js").Size} Size */
/** @typedef {import("./numbers.js").Place} Place */
/** @typedef {{part: string, x: number, y: number, choice: string}} Point */

/** @param {Place} place @param {Size} size @param {number} grain */
const at = (place, size, grain) => {
  const [x, y] = kept(place, size, grain);
  return { x, y };
};

export const point = {
  list: "points",
  clicks: 1,
  fields: ["x", "y"],

  /** @param {Place[]} places @param {Size} size @param {number} grain */
  from: ([place], size, grain) => at(place, size, grain),

  /** @param {Place} centre @param {Size} size @param {number} grain */
  fresh: (centre, size, grain) => at(centre, size, grain),

  /** @param {any} raw @param {Size} size */
  within: (raw, size) => ({ ...raw, ...at([raw.x, raw.y], size, 0.01) }),

  /** A line without length: its round ends are the dot, as large at every zoom. @param {Point} mark */
  path: ({ x, y }) => `M${x} ${y}h0`,

  sketch: () => "",

  /** @param {Point} mark @returns {[number, number, number, number]} */
  bounds: ({ x, y }) => [x, y, x, y],

  area: () => 0,

  /** @param {Point} mark @param {Place} place @param {number} slack */
  contains: ({ x, y }, [px, py], slack) => Math.hypot(px - x, py - y) <= slack,

  /** @param {Point} mark @param {number} dx @param {number} dy @param {Size} size @param {number} grain @returns {Point} */
  moved: (mark, dx, dy, size, grain) => ({ ...mark, ...at([mark.x + dx, mark.y + dy], size, grain) }),

  /** @param {Point} mark */
  grown: (mark) => mark,

  /** @param {Point} mark @returns {{name: string, place: Place}[]} */
  handles: ({ x, y }) => [{ name: "point", place: [x, y] }],

  /** @param {Point} mark @param {number} index @param {Place} place @param {Size} size @param {number} grain @returns {Point} */
  pulled: (mark, index, place, size, grain) => ({ ...mark, ...at(place, size, grain) }),

  /** @param {Point} mark */
  numbers: ({ x, y }) => ({ x, y }),

  /** @param {Point} mark @param {Record<string, number>} typed @param {Size} size @returns {Point} */
  typed: (mark, typed, size) => point.within({ ...mark, ...typed }, size),
};
