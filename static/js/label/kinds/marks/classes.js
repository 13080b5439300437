// @ts-check
// The classes of a question: radios that hold the class for the next mark.

/** @typedef {{key: string, name: string, code: string, hue: string}} MarkClass */

export class Classes {
  /** @param {HTMLElement} question */
  constructor(question) {
    this.radios = /** @type {HTMLInputElement[]} */ ([...question.querySelectorAll("[data-class]")]);
    /** @type {Map<string, MarkClass>} */
    this.known = new Map(
      this.radios.map((radio) => {
        const { name = "", hue = "0", hotkey = "" } = radio.dataset;
        return [radio.value, { key: radio.value, name, code: hotkey.toUpperCase() || name.slice(0, 2), hue }];
      }),
    );
  }

  /** The class for the next mark. */
  get chosen() {
    return this.radios.find((radio) => radio.checked)?.value ?? "";
  }

  set chosen(key) {
    for (const radio of this.radios) radio.checked = radio.value === key;
  }

  /** @param {string} hotkey */
  byHotkey(hotkey) {
    return this.radios.find((radio) => radio.dataset.hotkey === hotkey)?.value;
  }

  /** A class that a later version dropped keeps its key as its name. @param {string} key @returns {MarkClass} */
  of(key) {
    return this.known.get(key) ?? { key, name: key, code: key.slice(0, 2), hue: "9" };
  }

  /** "Car 3, Person". @param {{choice: string}[]} marks */
  count(marks) {
    /** @type {Map<string, number>} */
    const counts = new Map();
    for (const { choice } of marks) counts.set(choice, (counts.get(choice) ?? 0) + 1);
    const named = [...counts].map(([key, count]) => {
      const { name } = this.of(key);
      return [name, count > 1 || !name ? String(count) : ""].filter(Boolean).join(" ");
    });
    return named.join(", ");
  }
}
