// @ts-check
// Numbers that all shapes share.

/** @typedef {[number, number]} Place x and y in image pixels */
/** @typedef {{width: number, height: number}} Size */

/** @param {number} value @param {number} least @param {number} most */
export const between = (value, least, most) => Math.max(least, Math.min(value, most));

/** To a multiple of the grain, without the tail of binary fractions. @param {number} value @param {number} grain */
export const rounded = (value, grain) => Number((Math.round(value / grain) * grain).toFixed(2));

/** @param {Place} place @param {Size} size @param {number} grain @returns {Place} */
export const kept = ([x, y], size, grain) => [
  between(rounded(x, grain), 0, size.width),
  between(rounded(y, grain), 0, size.height),
];
