// @ts-check
// The buttons of a question with marks, and the keys that press them. Each key stands on its button.

const FIELD = "input, select, textarea, [contenteditable], [role=slider]";
const NATIVE = "button, a[href], summary, select, textarea, input:not([type=radio])";
const SIGNS = new Map([
  ["BracketLeft", "["],
  ["BracketRight", "]"],
  ["Equal", "+"],
  ["NumpadAdd", "+"],
  ["Minus", "-"],
  ["NumpadSubtract", "-"],
  ["Comma", ","],
  ["Period", "."],
]);

export class Tools {
  /** @param {HTMLElement} question @param {Record<string, () => unknown>} actions by `data-do` */
  constructor(question, actions) {
    this.actions = actions;
    /** @type {Map<string, HTMLElement>} */
    this.buttons = new Map();
    /** @type {Map<string, string>} */
    this.byKey = new Map();
    for (const node of question.querySelectorAll("[data-do]")) {
      const button = /** @type {HTMLElement} */ (node);
      const name = button.dataset.do ?? "";
      this.buttons.set(name, button);
      if (button.dataset.key) this.byKey.set(button.dataset.key, name);
      button.addEventListener("click", () => this.#run(name));
    }
  }

  /** @param {string} name @returns {boolean} */
  #run(name) {
    if (this.buttons.get(name)?.getAttribute("aria-disabled") === "true") return false;
    return this.actions[name]?.() !== false;
  }

  /** Switched off buttons keep the focus. @param {Record<string, boolean>} states */
  enable(states) {
    for (const [name, isOn] of Object.entries(states)) this.buttons.get(name)?.setAttribute("aria-disabled", String(!isOn));
  }

  /** @param {Record<string, boolean>} states */
  press(states) {
    for (const [name, isOn] of Object.entries(states)) this.buttons.get(name)?.setAttribute("aria-pressed", String(isOn));
  }

  /** @param {Event} event whether the browser presses what has the focus */
  isNative({ target }) {
    return target instanceof Element && target.closest(NATIVE) !== null;
  }

  /** @param {Event} event whether arrow keys belong to what has the focus */
  isField({ target }) {
    return target instanceof Element && target.closest(FIELD) !== null;
  }

  /**
   * @param {KeyboardEvent} event
   * @param {import("./classes.js").Classes} classes whose letters come first
   * @returns {boolean} whether a button was pressed
   */
  key(event, classes) {
    const { code, ctrlKey, metaKey, altKey, shiftKey } = event;
    if (altKey) return false;
    if (ctrlKey || metaKey) {
      if (code === "KeyZ") return this.actions[shiftKey ? "redo" : "undo"]() !== false;
      return code === "KeyY" && this.actions.redo() !== false;
    }
    if (document.documentElement.classList.contains("keys-off")) return false;
    const letter = /^Key([A-Z])$/.exec(code)?.[1].toLowerCase();
    if (letter && (shiftKey || event.repeat || classes.byHotkey(letter) !== undefined)) return false;
    const sign = SIGNS.get(code);
    const isShifted = shiftKey && (sign === "," || sign === ".");
    const name = this.byKey.get(letter ?? (isShifted ? { ",": "<", ".": ">" }[sign] : sign) ?? "");
    return name !== undefined && this.#run(name);
  }
}
