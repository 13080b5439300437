// @ts-check
// From a keyboard event to a command. By physical key, so that Hangul mode changes nothing.

const COMMANDS = new Map([
  ["KeyU", "undo"],
  ["KeyS", "skip"],
  ["KeyF", "flag"],
  ["KeyG", "guideline"],
]);
const TEXT_ENTRY =
  "textarea, select, [contenteditable], input:not([type=radio], [type=checkbox], [type=range], [type=button], [type=submit])";
const PRESSED_BY_ENTER = "button, a[href], summary, input:not([type=radio], [type=checkbox])";

/** @param {KeyboardEvent} event */
export const isTyping = (event) =>
  event.isComposing ||
  (event.target instanceof Element && event.target.closest(TEXT_ENTRY) !== null);

/** Escape in a field of the item goes back to the item. @param {KeyboardEvent} event @returns {boolean} */
export const leaveField = (event) => isTyping(event) && event.target instanceof Element && event.target.closest("form.item") !== null;

/** The digit or letter a choice may be bound to: "0" for nothing, "1" to "18" (Shift adds nine), "a" to "z". @param {KeyboardEvent} event */
export const choiceKey = (event) => {
  const digit = /^(?:Digit|Numpad)([0-9])$/.exec(event.code)?.[1];
  if (digit) return event.shiftKey && digit !== "0" ? String(Number(digit) + 9) : digit;
  return /^Key([A-Z])$/.exec(event.code)?.[1].toLowerCase() ?? "";
};

/**
 * @param {KeyboardEvent} event
 * @param {boolean} singleKeys whether keys without Ctrl or Cmd count
 * @returns {{command: string} | {choice: string} | null}
 */
export const readKey = (event, singleKeys) => {
  if (event.defaultPrevented || event.repeat || event.altKey) return null;
  if (event.key === "Escape") return { command: "escape" };
  const submits = (event.ctrlKey || event.metaKey) && event.code === "Enter" && !event.isComposing;
  if (submits && event.target instanceof Element && event.target.closest("form.item")) return { command: "submit" };
  if (isTyping(event)) return null;
  const withControl = event.ctrlKey || event.metaKey;
  if (withControl) return event.code === "KeyZ" && !event.shiftKey ? { command: "undo" } : null;
  if (event.code === "Enter" || event.code === "NumpadEnter") {
    const native = event.target instanceof Element && event.target.closest(PRESSED_BY_ENTER);
    return native ? null : { command: "submit" };
  }
  if (event.key === "?" || (event.code === "Slash" && event.shiftKey)) return { command: "keys" };
  if (!singleKeys) return null;
  if (event.key === "/" || event.code === "Slash") return { command: "search" };
  const command = event.shiftKey ? undefined : COMMANDS.get(event.code);
  if (command) return { command };
  const choice = choiceKey(event);
  return choice ? { choice } : null;
};
