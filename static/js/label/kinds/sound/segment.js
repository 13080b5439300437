// @ts-check
// Segments of a sound: seconds in, seconds out, never empty and never outside.

/** @typedef {{part: string, start: number, end: number, choice: string, text: string}} Segment */

export const SHORTEST = 0.02;

/** @param {number} seconds */
export const tidy = (seconds) => Number(seconds.toFixed(2));

/** @param {number} value @param {number} least @param {number} most */
const between = (value, least, most) => Math.max(least, Math.min(value, most));

/** From two moments in any order. @param {number} one @param {number} other @param {number} duration */
export const spanning = (one, other, duration) => {
  const start = tidy(between(Math.min(one, other), 0, Math.max(duration - SHORTEST, 0)));
  return { start, end: tidy(between(Math.max(one, other), start + SHORTEST, duration)) };
};

/** One end to another moment; it stops at the other end. @param {Segment} mark @param {"start" | "end"} end @param {number} moment @param {number} duration @returns {Segment} */
export const pulled = (mark, end, moment, duration) => {
  if (end === "start") return { ...mark, start: tidy(between(moment, 0, mark.end - SHORTEST)) };
  return { ...mark, end: tidy(between(moment, mark.start + SHORTEST, duration)) };
};

/** @param {Segment} mark @param {number} by seconds @param {number} duration @returns {Segment} */
export const moved = (mark, by, duration) => {
  const length = mark.end - mark.start;
  const start = tidy(between(mark.start + by, 0, duration - length));
  return { ...mark, start, end: tidy(start + length) };
};

/** By start, then by end: the order in which they are heard. @param {Segment[]} marks */
export const inOrder = (marks) => marks.toSorted((a, b) => a.start - b.start || a.end - b.end);
