// @ts-check
// Points on an image.
import { imageKind } from "./image/kind.js";
import { point } from "./image/shapes/point.js";

export const points = imageKind(point);
