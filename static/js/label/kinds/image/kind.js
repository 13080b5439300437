// @ts-check
// What the labeling screen calls, the same for every shape.
import { pressKey } from "./keyboard.js";
import { ImageWidget } from "./widget.js";

/** @param {any} shape */
export const imageKind = (shape) => {
  /** @type {WeakMap<HTMLElement, ImageWidget>} */
  const widgets = new WeakMap();

  /** @param {HTMLElement} question */
  const widgetOf = (question) => {
    let widget = widgets.get(question);
    if (!widget) {
      widget = new ImageWidget(/** @type {HTMLFieldSetElement} */ (question), shape);
      widgets.set(question, widget);
    }
    return widget;
  };

  return {
    /** @param {HTMLElement} question @returns {unknown[] | null} */
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

    /** @param {HTMLElement} question @param {KeyboardEvent} event */
    keys: (question, event) => pressKey(widgetOf(question), event),
  };
};
