// @ts-check
// Keys over the image: arrows move, Alt resizes, Shift takes larger steps; all others stand on their buttons.

/** @typedef {import("./widget.js").ImageWidget} Widget */

const PAN = 60; // screen pixels per arrow key
const STEP = 1; // image pixels
const LARGE = 10;
const FINE = 0.1; // a mark keeps its tenths while it is moved by whole pixels
const ARROWS = new Map([
  ["ArrowLeft", [-1, 0]],
  ["ArrowRight", [1, 0]],
  ["ArrowUp", [0, -1]],
  ["ArrowDown", [0, 1]],
]);

/** @param {Widget} widget @param {KeyboardEvent} event @returns {boolean} whether the key was used */
export const pressKey = (widget, event) => {
  const { drawing, tools } = widget;
  const arrow = ARROWS.get(event.key);
  if (arrow) return !event.ctrlKey && !event.metaKey && pressArrow(widget, event, arrow);
  if (event.key === "Escape") return escape(widget);
  if (event.key === "Enter") return !tools.isNative(event) && drawing.close();
  if (event.key === "Backspace" && drawing.back()) return true;
  if (event.key === "Backspace" || event.key === "Delete") return widget.remove();
  return tools.key(event, widget.classes);
};

/** @param {Widget} widget */
const escape = ({ drawing, book }) => {
  if (drawing.discard()) return true;
  if (!book.mark) return false;
  book.select(-1);
  return true;
};

/** @param {Widget} widget @param {KeyboardEvent} event @param {number[]} arrow */
const pressArrow = (widget, event, [dx, dy]) => {
  const { book, shape, view, layer, tools } = widget;
  if (!view || tools.isField(event)) return false;
  const isOnHandle = layer?.handles.contains(/** @type {Node} */ (event.target));
  if (!book.mark || (view.isHand && !isOnHandle)) {
    if (event.target !== view.frame) return false;
    view.panBy(-dx * PAN, -dy * PAN);
    return true;
  }
  const step = event.shiftKey ? LARGE : STEP;
  const pulled = isOnHandle && !event.altKey ? shape.handles(book.mark)[widget.handle] : null;
  if (pulled && pulled.name !== "middle") {
    const place = [pulled.place[0] + dx * step, pulled.place[1] + dy * step];
    book.change(shape.pulled(book.mark, widget.handle, place, view, FINE));
  } else book.change(shape[event.altKey ? "grown" : "moved"](book.mark, dx * step, dy * step, view, FINE));
  view.reveal(shape.bounds(book.mark));
  return true;
};
