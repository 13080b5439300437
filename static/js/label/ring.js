// @ts-check
// The items leased ahead: parsed nodes, ready to be put on screen.
import { Serving } from "./serving.js";

export const RING_SIZE = 5;

/** @typedef {import("./serving.js").Served} Served */

export class Ring {
  constructor() {
    /** @type {Serving[]} */
    this.waiting = [];
    /** @type {Serving | null} */
    this.current = null;
    /** Own answers that a reviewer sent back: they come before anything else. @type {Serving[]} */
    this.returned = [];
    /** Answers that were changed here. @type {Set<string>} */
    this.changed = new Set();
    /** Assignments that were answered here: never shown a second time. @type {Set<number | null>} */
    this.answered = new Set();
  }

  /** Assignment ids that this screen holds. */
  have() {
    const shown = this.current && !this.current.supersedes ? [this.current] : [];
    return [...shown, ...this.waiting].flatMap(({ assignment }) => assignment ?? []);
  }

  /** How many more to lease. */
  want() {
    return Math.max(0, RING_SIZE - this.have().length);
  }

  /** @param {Served[]} items */
  add(items) {
    const known = new Set([...this.have(), ...this.answered, this.current?.assignment]);
    for (const item of items) {
      const serving = Serving.parse(item);
      if (known.has(serving.assignment)) continue;
      known.add(serving.assignment);
      this.waiting.push(serving);
    }
  }

  /** The next item, leaving out leases that ran out while they waited. */
  next() {
    this.returned = this.returned.filter(({ supersedes }) => !this.changed.has(supersedes ?? ""));
    if (this.returned.length) return this.returned.shift() ?? null;
    this.waiting = this.waiting.filter(
      (serving) => !serving.isExpired && !this.answered.has(serving.assignment),
    );
    return this.waiting.shift() ?? null;
  }

  /** Another tab answered it. @param {number} assignment */
  drop(assignment) {
    this.answered.add(assignment);
    this.waiting = this.waiting.filter((serving) => serving.assignment !== assignment);
    this.returned = this.returned.filter((serving) => serving.assignment !== assignment);
  }

  /** The item that an older answer interrupted comes next. @param {Serving} serving */
  putBack(serving) {
    this.waiting.unshift(serving);
  }
}
