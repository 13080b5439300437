// @ts-check
// Polygons: corners in image pixels, in the order in which they were set.
import { between, kept, rounded } from "./numbers.js";

/** @typedef {import("./numbers.js").Size} Size */
/** @typedef {import("./numbers.js").Place} Place */
/** @typedef {{part: string, choice: string, points: Place[]}} Polygon */

const LEAST = 3;
const MOST_WITH_MIDDLES = 60; // beyond, handles in the middle of each side would only be in the way

/** @param {Place[]} places @returns {Place[]} without corners that repeat the one before */
const distinct = (places) =>
  places.filter(([x, y], n) => {
    const [px, py] = places[(n || places.length) - 1];
    return places.length < 2 || x !== px || y !== py;
  });

/** @param {Place} a @param {Place} b @param {Place} place distance of a place from a side */
const distance = ([ax, ay], [bx, by], [x, y]) => {
  const [dx, dy] = [bx - ax, by - ay];
  const share = between(((x - ax) * dx + (y - ay) * dy) / (dx * dx + dy * dy || 1), 0, 1);
  return Math.hypot(x - ax - share * dx, y - ay - share * dy);
};

/** @param {Polygon} mark @returns {[Place, Place][]} */
const sides = ({ points }) => points.map((place, n) => [place, points[(n + 1) % points.length]]);

/** Even-odd rule. @param {Polygon} mark @param {Place} place */
const encloses = (mark, [x, y]) =>
  sides(mark).filter(([[ax, ay], [bx, by]]) => ay > y !== by > y && x < ((bx - ax) * (y - ay)) / (by - ay) + ax)
    .length % 2 === 1;

export const polygon = {
  list: "polygons",
  clicks: Infinity,
  least: LEAST,
  fields: ["corner", "x", "y"],

  /** @param {Place[]} places @param {Size} size @param {number} grain null when they span no area */
  from: (places, size, grain) => {
    const points = distinct(places.map((place) => kept(place, size, grain)));
    return points.length < LEAST ? null : { points };
  },

  /** @param {Place} centre @param {Size} size @param {number} grain @param {number} reach half of its side */
  fresh: ([x, y], size, grain, reach) => {
    const square = /** @type {Place[]} */ ([[-1, -1], [1, -1], [1, 1], [-1, 1]]);
    return polygon.from(square.map(([dx, dy]) => [x + dx * reach, y + dy * reach]), size, grain);
  },

  /** @param {any} raw @param {Size} size */
  within: (raw, size) => ({ ...raw, points: raw.points.map((/** @type {Place} */ place) => kept(place, size, 0.01)) }),

  /** @param {Polygon} mark */
  path: ({ points }) => `M${points.map((place) => place.join(" ")).join("L")}z`,

  /** @param {Place[]} places @param {Place} pointer */
  sketch: (places, pointer) => `M${[...places, pointer].map((place) => place.join(" ")).join("L")}`,

  /** @param {Polygon} mark @returns {[number, number, number, number]} */
  bounds: ({ points }) => {
    const xs = points.map(([x]) => x);
    const ys = points.map(([, y]) => y);
    return [Math.min(...xs), Math.min(...ys), Math.max(...xs), Math.max(...ys)];
  },

  /** @param {Polygon} mark */
  area: (mark) => Math.abs(sides(mark).reduce((sum, [[ax, ay], [bx, by]]) => sum + ax * by - bx * ay, 0)) / 2,

  /** @param {Polygon} mark @param {Place} place @param {number} slack */
  contains: (mark, place, slack) => encloses(mark, place) || polygon.touches(mark, place, slack),

  /** A click inside sets a corner; only one on the outline selects. @param {Polygon} mark @param {Place} place @param {number} slack */
  touches: (mark, place, slack) => sides(mark).some(([a, b]) => distance(a, b, place) <= slack),

  /** @param {Polygon} mark @param {number} dx @param {number} dy @param {Size} size @param {number} grain @returns {Polygon} */
  moved: (mark, dx, dy, size, grain) => {
    const [left, top, right, bottom] = polygon.bounds(mark);
    const across = between(rounded(dx, grain), -left, size.width - right);
    const down = between(rounded(dy, grain), -top, size.height - bottom);
    return { ...mark, points: mark.points.map(([x, y]) => [rounded(x + across, 0.01), rounded(y + down, 0.01)]) };
  },

  /** Stretched away from its top left. @param {Polygon} mark @param {number} dx @param {number} dy @param {Size} size @returns {Polygon} */
  grown: (mark, dx, dy, size) => {
    const [left, top, right, bottom] = polygon.bounds(mark);
    const across = between(right - left + dx, 1, size.width - left) / (right - left || 1);
    const down = between(bottom - top + dy, 1, size.height - top) / (bottom - top || 1);
    return { ...mark, points: mark.points.map(([x, y]) => kept([left + (x - left) * across, top + (y - top) * down], size, 0.01)) };
  },

  /** Corners first, then the middles of the sides. @param {Polygon} mark @returns {{name: string, number: number, place: Place}[]} */
  handles: (mark) => {
    const corners = mark.points.map((place, n) => ({ name: "corner", number: n + 1, place }));
    if (corners.length > MOST_WITH_MIDDLES) return corners;
    const middles = sides(mark).map(([[ax, ay], [bx, by]], n) => ({
      name: "middle",
      number: n + 1,
      place: /** @type {Place} */ ([(ax + bx) / 2, (ay + by) / 2]),
    }));
    return [...corners, ...middles];
  },

  /** A middle becomes a corner before it is moved. @param {Polygon} mark @param {number} index @param {Size} size @returns {[Polygon, number]} */
  split: (mark, index, size) => {
    const { name, number, place } = polygon.handles(mark)[index];
    if (name === "corner") return [mark, index];
    return [{ ...mark, points: mark.points.toSpliced(number, 0, kept(place, size, 0.1)) }, number];
  },

  /** @param {Polygon} mark @param {number} index @returns {Polygon | null} null when too few would be left */
  without: (mark, index) =>
    index >= mark.points.length || mark.points.length <= LEAST ? null : { ...mark, points: mark.points.toSpliced(index, 1) },

  /** @param {Polygon} mark @param {number} index @param {Place} place @param {Size} size @param {number} grain @returns {Polygon} */
  pulled: (mark, index, place, size, grain) => ({ ...mark, points: mark.points.with(index, kept(place, size, grain)) }),

  /** @param {Polygon} mark @param {number} index of the corner */
  numbers: ({ points }, index) => {
    const corner = between(index, 0, points.length - 1);
    return { corner: corner + 1, corners: points.length, x: points[corner][0], y: points[corner][1] };
  },

  /** @param {Polygon} mark @param {Record<string, number>} typed @param {Size} size @returns {Polygon} */
  typed: (mark, { corner, x, y }, size) => polygon.pulled(mark, between(corner, 1, mark.points.length) - 1, [x, y], size, 0.01),
};
