// @ts-check
// Polygons on an image.
import { imageKind } from "./image/kind.js";
import { polygon } from "./image/shapes/polygon.js";

export const polygons = imageKind(polygon);
