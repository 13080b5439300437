// @ts-check
// Keys over the time line: arrows step, on an end of a segment they move it; all others stand on their buttons.
import { pulled } from "./segment.js";

const STEP = 0.1; // seconds
const LARGE = 1;

/** @param {import("./widget.js").SoundWidget} widget @param {KeyboardEvent} event @returns {boolean} whether the key was used */
export const pressKey = (widget, event) => {
  const { book, tools, timeline, player, frame, duration } = widget;
  const target = /** @type {HTMLElement} */ (event.target);
  const way = { ArrowLeft: -1, ArrowDown: -1, ArrowRight: 1, ArrowUp: 1 }[event.key];
  if (way && timeline && player && !event.ctrlKey && !event.metaKey && !event.altKey && frame.contains(target)) {
    const by = way * (event.shiftKey ? LARGE : STEP);
    const end = /** @type {"start" | "end" | undefined} */ (target.dataset.end);
    if (end && book.mark) widget.replace(pulled(book.mark, end, book.mark[end] + by, duration));
    else player.seek(player.now + by);
    return true;
  }
  if (event.key === "Escape") return widget.escape();
  if (event.key === "Backspace" || event.key === "Delete") return widget.remove();
  return tools.key(event, widget.classes);
};
