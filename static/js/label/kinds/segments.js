// @ts-check
// Segments of a sound or video, with classes and transcripts.
import { pressKey } from "./sound/keyboard.js";
import { SoundWidget } from "./sound/widget.js";

/** @type {WeakMap<HTMLElement, SoundWidget>} */
const widgets = new WeakMap();

/** @param {HTMLElement} question */
const widgetOf = (question) => {
  let widget = widgets.get(question);
  if (!widget) {
    widget = new SoundWidget(/** @type {HTMLFieldSetElement} */ (question));
    widgets.set(question, widget);
  }
  return widget;
};

/** @type {import("../question.js").Kind} */
export const kind = {
  /** @param {HTMLElement} question */
  read: (question) => widgetOf(question).read(),

  /** @param {HTMLElement} question @param {unknown} value */
  write: (question, value) => widgetOf(question).load(Array.isArray(value) ? value : []),

  /** @param {HTMLElement} question @param {string} key */
  press(question, key) {
    const widget = widgetOf(question);
    const choice = widget.classes.byHotkey(key);
    if (choice !== undefined) widget.choose(choice);
    return choice !== undefined;
  },

  /** @param {HTMLElement} question */
  summary: (question) => widgetOf(question).classes.count(widgetOf(question).read() ?? []),

  /** @param {HTMLElement} question @param {any[]} parts */
  start: (question, parts) => widgetOf(question).start(parts),

  /** @param {HTMLElement} question */
  stop: (question) => widgetOf(question).player?.media.pause(),

  /** @param {HTMLElement} question @param {KeyboardEvent} event */
  keys: (question, event) => pressKey(widgetOf(question), event),
};
