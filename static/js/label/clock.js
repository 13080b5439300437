// @ts-check
// Active milliseconds on an item: only while the page is visible.

export class Clock {
  constructor() {
    this.spent = 0;
    this.since = 0;
    document.addEventListener("visibilitychange", () => (document.hidden ? this.#stop() : this.#go()));
  }

  restart() {
    this.spent = 0;
    this.#go();
  }

  read() {
    const running = this.since ? performance.now() - this.since : 0;
    return Math.round(this.spent + running);
  }

  #go() {
    this.since = performance.now();
  }

  #stop() {
    this.spent = this.read();
    this.since = 0;
  }
}

/** A version 4 UUID; `crypto.randomUUID` is missing on pages that are not secure. */
export const newId = () => {
  if (crypto.randomUUID) return crypto.randomUUID();
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 0x0f) | 0x40;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
};
