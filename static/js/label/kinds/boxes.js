// @ts-check
// Boxes on an image.
import { imageKind } from "./image/kind.js";
import { box } from "./image/shapes/box.js";

/** @type {import("../question.js").Kind} */
export const kind = imageKind(box);
