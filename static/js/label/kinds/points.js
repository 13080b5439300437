// @ts-check
// Points on an image.
import { imageKind } from "./image/kind.js";
import { point } from "./image/shapes/point.js";

/** @type {import("../question.js").Kind} */
export const kind = imageKind(point);
