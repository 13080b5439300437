// @ts-check
// Boxes on an image.
import { imageKind } from "./image/kind.js";
import { box } from "./image/shapes/box.js";

export const boxes = imageKind(box);
