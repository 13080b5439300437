// @ts-check
// What a person set on this device: single keys, and going on at once after a choice.

/** @param {string} name @param {boolean} fallback */
const read = (name, fallback) => {
  try {
    const stored = localStorage.getItem(`label-${name}`);
    return stored === null ? fallback : stored === "yes";
  } catch {
    return fallback;
  }
};

export class Settings {
  constructor() {
    this.keys = read("keys", true);
    this.advance = read("advance", true);
    this.#bind("setting-keys", "keys");
    this.#bind("setting-advance", "advance");
  }

  #mark() {
    document.documentElement.classList.toggle("keys-off", !this.keys);
    document.documentElement.classList.toggle("advance-on", this.advance);
  }

  /** @param {string} id @param {"keys" | "advance"} name */
  #bind(id, name) {
    const box = /** @type {HTMLInputElement} */ (document.getElementById(id));
    box.checked = this[name];
    box.addEventListener("change", () => {
      this[name] = box.checked;
      try {
        localStorage.setItem(`label-${name}`, box.checked ? "yes" : "no");
      } catch {
        // holds for this visit only
      }
      this.#mark();
    });
    this.#mark();
  }
}
