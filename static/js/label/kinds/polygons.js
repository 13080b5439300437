// @ts-check
// Polygons on an image.
import { imageKind } from "./image/kind.js";
import { polygon } from "./image/shapes/polygon.js";

/** @type {import("../question.js").Kind} */
export const kind = imageKind(polygon);
