// @ts-check
// Segments made at the play head, while listening: here it starts, here it ends.
import { pulled, spanning, tidy } from "./segment.js";

const FRESH = 1; // seconds of a new segment

export class Marking {
  /** @param {import("./widget.js").SoundWidget} widget */
  constructor(widget) {
    this.widget = widget;
    /** Where a segment begins whose end is not set yet. @type {number | null} */
    this.begun = null;
  }

  get now() {
    return tidy(this.widget.player?.now ?? 0);
  }

  /** @param {number | null} moment */
  begin(moment) {
    this.begun = moment;
    this.widget.tools.press({ "set-start": moment !== null });
    this.widget.timeline?.sketch(null);
  }

  /** @returns {boolean} whether there was a begun segment to give up */
  giveUp() {
    const isBegun = this.begun !== null;
    if (isBegun) this.begin(null);
    return isBegun;
  }

  /** From the beginning to the play head. */
  sketch() {
    if (this.begun === null) return;
    this.widget.timeline?.sketch({ start: Math.min(this.begun, this.now), end: Math.max(this.begun, this.now) });
  }

  /** Before the end of the selected segment it moves its start; behind it, a new one begins. */
  setStart() {
    const { widget, now } = this;
    const { mark } = widget.book;
    if (mark && now < mark.end) widget.replace(pulled(mark, "start", now, widget.duration));
    else {
      widget.book.select(-1);
      this.begin(now);
      widget.say("begun", { time: now.toFixed(2) });
    }
  }

  /** Ends the segment that was begun, or moves the end of the selected one. */
  setEnd() {
    const { widget, now, begun } = this;
    const { mark } = widget.book;
    if (begun !== null && now > begun) widget.add(spanning(begun, now, widget.duration));
    else if (begun === null && mark && now > mark.start) widget.replace(pulled(mark, "end", now, widget.duration));
    else widget.say("noEnd");
  }

  addFresh() {
    const { widget, now } = this;
    const start = Math.max(0, Math.min(now, widget.duration - FRESH));
    widget.add(spanning(start, start + FRESH, widget.duration));
  }
}
