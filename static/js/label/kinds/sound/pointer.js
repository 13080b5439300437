// @ts-check
// Mouse, pen and finger on the time line: a drag makes a segment, moves the selected one or pulls one of its ends.
import { moved, pulled, spanning } from "./segment.js";

/** @typedef {import("./widget.js").SoundWidget} Widget */

const STEADY = 4; // screen pixels that a click may tremble

/** @param {Widget} widget @param {import("./timeline.js").Timeline} timeline */
export const watchTimeline = (widget, timeline) => {
  const { frame } = timeline;
  /** @type {{kind: "new" | "move" | "start" | "end", x: number, time: number, base: any, hasMoved: boolean, coming: any} | null} */
  let held = null;

  const drop = () => {
    held = null;
    timeline.sketch(null);
  };

  frame.addEventListener("pointerdown", (event) => {
    if (event.button || held) return;
    const time = timeline.at(event);
    const end = /** @type {HTMLElement} */ (event.target).dataset.end;
    const base = widget.book.mark;
    const isOnSelected = base && time >= base.start && time <= base.end;
    const kind = /** @type {"new" | "move" | "start" | "end"} */ (end ?? (isOnSelected ? "move" : "new"));
    held = { kind, x: event.clientX, time, base, hasMoved: false, coming: null };
    frame.setPointerCapture(event.pointerId);
  });

  frame.addEventListener("pointermove", (event) => {
    if (!held) return;
    held.hasMoved ||= Math.abs(event.clientX - held.x) > STEADY;
    if (!held.hasMoved) return;
    const time = timeline.at(event);
    const { kind, base } = held;
    if (kind === "new") timeline.sketch(spanning(held.time, time, timeline.duration));
    else {
      const by = time - held.time;
      held.coming = kind === "move" ? moved(base, by, timeline.duration) : pulled(base, kind, time, timeline.duration);
      widget.preview(held.coming);
    }
  });

  frame.addEventListener("pointerup", (event) => {
    if (!held) return;
    const { kind, time, hasMoved, coming } = held;
    drop();
    if (hasMoved && kind === "new") widget.add(spanning(time, timeline.at(event), timeline.duration));
    else if (hasMoved) widget.replace(coming);
    else if (kind === "new" || kind === "move") widget.click(time);
  });

  frame.addEventListener("pointercancel", () => {
    if (held?.coming) widget.preview(widget.book.mark);
    drop();
  });

  frame.addEventListener(
    "wheel",
    (event) => {
      if (event.ctrlKey || event.metaKey) timeline.zoomBy(Math.exp(-event.deltaY / 200), timeline.at(event));
      else if (Math.abs(event.deltaX) > Math.abs(event.deltaY)) timeline.panBy((event.deltaX / frame.clientWidth) * timeline.span);
      else return; // a plain wheel scrolls the page
      event.preventDefault();
    },
    { passive: false },
  );
};
