// @ts-check
// What was there before each change. Lists are never changed in place, so a step costs one pointer.

const MOST = 200;

/** @template T */
export class History {
  constructor() {
    /** @type {T[]} */
    this.before = [];
    /** @type {T[]} */
    this.after = [];
  }

  clear() {
    this.before = [];
    this.after = [];
  }

  /** @param {T} now what the coming change replaces */
  note(now) {
    this.before.push(now);
    if (this.before.length > MOST) this.before.shift();
    this.after = [];
  }

  /** @param {T} now @returns {T | undefined} */
  undo(now) {
    const found = this.before.pop();
    if (found !== undefined) this.after.push(now);
    return found;
  }

  /** @param {T} now @returns {T | undefined} */
  redo(now) {
    const found = this.after.pop();
    if (found !== undefined) this.before.push(now);
    return found;
  }
}
