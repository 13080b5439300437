// @ts-check
// Boxes: geometry in image pixels, values in, values out.
import { between, rounded } from "./numbers.js";

/** @typedef {import("./numbers.js").Size} Size */
/** @typedef {import("./numbers.js").Place} Place */
/** @typedef {{part: string, x: number, y: number, width: number, height: number, choice: string}} Box */

const SMALLEST = 1;

/** Left, top, right, bottom from any two corners, inside the image and never empty. @param {Place} one @param {Place} other @param {Size} size @param {number} grain */
const spanned = ([ax, ay], [bx, by], size, grain) => {
  const [x, width] = side(ax, bx, size.width, grain);
  const [y, height] = side(ay, by, size.height, grain);
  return { x, y, width, height };
};

/** @param {number} a @param {number} b @param {number} room @param {number} grain @returns {[number, number]} */
const side = (a, b, room, grain) => {
  const start = rounded(between(Math.min(a, b), 0, Math.max(room - SMALLEST, 0)), grain);
  const end = rounded(between(Math.max(a, b), start + SMALLEST, room), grain);
  return [start, rounded(end - start, 0.01)];
};

/** Which sides a handle moves, as [horizontal, vertical]: -1 the first, 1 the second, 0 neither. @type {Record<string, [number, number]>} */
const HANDLES = {
  topLeft: [-1, -1],
  top: [0, -1],
  topRight: [1, -1],
  right: [1, 0],
  bottomRight: [1, 1],
  bottom: [0, 1],
  bottomLeft: [-1, 1],
  left: [-1, 0],
};
const NAMES = Object.keys(HANDLES);

export const box = {
  list: "boxes",
  clicks: 2,
  fields: ["x", "y", "width", "height"],

  /** @param {Place[]} places two corners @param {Size} size @param {number} grain */
  from: ([one, other], size, grain) => spanned(one, other, size, grain),

  /** @param {Place} centre @param {Size} size @param {number} grain @param {number} reach half of its side */
  fresh: ([x, y], size, grain, reach) => spanned([x - reach, y - reach], [x + reach, y + reach], size, grain),

  /** @param {any} raw @param {Size} size what a draft or an import holds, brought inside the image */
  within: (raw, size) => ({ ...raw, ...spanned([raw.x, raw.y], [raw.x + raw.width, raw.y + raw.height], size, 0.01) }),

  /** @param {Box} mark */
  path: ({ x, y, width, height }) => `M${x} ${y}h${width}v${height}h${-width}z`,

  /** @param {Place[]} places @param {Place} pointer */
  sketch: ([one], [x, y]) => `M${one[0]} ${one[1]}H${x}V${y}H${one[0]}z`,

  /** @param {Box} mark @returns {[number, number, number, number]} */
  bounds: ({ x, y, width, height }) => [x, y, x + width, y + height],

  /** @param {Box} mark */
  area: ({ width, height }) => width * height,

  /** @param {Box} mark @param {Place} place @param {number} slack */
  contains: ({ x, y, width, height }, [px, py], slack) =>
    px >= x - slack && px <= x + width + slack && py >= y - slack && py <= y + height + slack,

  /** @param {Box} mark @param {number} dx @param {number} dy @param {Size} size @param {number} grain @returns {Box} */
  moved: (mark, dx, dy, size, grain) => ({
    ...mark,
    x: rounded(between(rounded(mark.x + dx, grain), 0, size.width - mark.width), 0.01),
    y: rounded(between(rounded(mark.y + dy, grain), 0, size.height - mark.height), 0.01),
  }),

  /** Its right and bottom sides move. @param {Box} mark @param {number} dx @param {number} dy @param {Size} size @param {number} grain @returns {Box} */
  grown: (mark, dx, dy, size, grain) => ({
    ...mark,
    width: rounded(between(rounded(mark.width + dx, grain), SMALLEST, size.width - mark.x), 0.01),
    height: rounded(between(rounded(mark.height + dy, grain), SMALLEST, size.height - mark.y), 0.01),
  }),

  /** @param {Box} mark @returns {{name: string, place: Place}[]} */
  handles: ({ x, y, width, height }) =>
    NAMES.map((name) => {
      const [across, down] = HANDLES[name];
      return { name, place: [x + (width * (across + 1)) / 2, y + (height * (down + 1)) / 2] };
    }),

  /** @param {Box} mark @param {number} index @param {Place} place @param {Size} size @param {number} grain @returns {Box} */
  pulled: (mark, index, [px, py], size, grain) => {
    const [across, down] = HANDLES[NAMES[index]];
    const { x, y, width, height } = mark;
    const one = /** @type {Place} */ ([across < 0 ? px : x, down < 0 ? py : y]);
    const other = /** @type {Place} */ ([across > 0 ? px : x + width, down > 0 ? py : y + height]);
    return { ...mark, ...spanned(one, other, size, grain) };
  },

  /** @param {Box} mark */
  numbers: ({ x, y, width, height }) => ({ x, y, width, height }),

  /** @param {Box} mark @param {Record<string, number>} typed @param {Size} size @returns {Box} */
  typed: (mark, typed, size) => box.within({ ...mark, ...typed }, size),
};
