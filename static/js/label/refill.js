// @ts-check
// Leases more items when no answer is on its way that would bring them along.
import { sendJson } from "../csrf.js";

const DELAY_MS = 400;
const QUIET_MS = 20_000;
const LONGEST_MS = 60_000;

export class Refill {
  /**
   * @param {string} url
   * @param {import("./ring.js").Ring} ring
   * @param {{refused: (message: string) => void, take: (reply: {items: import("./serving.js").Served[], progress: object, gate: {url: string} | null}) => void, asked: () => void, isBusy: () => boolean}} does
   */
  constructor(url, ring, { take, asked, refused, isBusy }) {
    this.url = url;
    this.ring = ring;
    this.take = take;
    this.asked = asked;
    this.refused = refused;
    this.isBusy = isBusy;
    this.failed = false;
    this.isEmpty = false;
    this.running = false;
    this.wait = QUIET_MS;
    this.timer = 0;
  }

  start() {
    this.#plan(this.ring.want() ? DELAY_MS : QUIET_MS);
  }

  /** An answer left a gap. The outbox asks for items too; this is for when it brought none. */
  wanted() {
    if (this.ring.want() && !this.isEmpty) this.#plan(this.ring.current ? DELAY_MS * 4 : DELAY_MS);
  }

  /** A batch of answers came back; did it bring what was asked for? @param {number} items */
  heard(items) {
    this.failed = false;
    this.isEmpty = !items && this.ring.want() > 0;
  }

  async now() {
    clearTimeout(this.timer);
    if (this.running) return;
    this.running = true;
    await this.#ask();
    this.running = false;
    this.#plan(this.wait);
  }

  async #ask() {
    const want = this.ring.want();
    // A batch of answers on its way brings items along; asking twice would lease twice.
    if (!want || document.hidden || this.isBusy()) return;
    try {
      const response = await sendJson(this.url, { n: want, have: this.ring.have() });
      if (response.type === "opaqueredirect") throw new Error("signed out");
      const reply = await response.json();
      this.failed = false;
      this.isEmpty = !reply.items?.length;
      this.wait = this.isEmpty ? Math.min(LONGEST_MS, this.wait * 1.5) : QUIET_MS;
      // A closed project and a lost permission are no trouble with the connection.
      if (response.ok) this.take(reply);
      else this.refused(reply.message);
    } catch {
      this.failed = true;
      this.wait = Math.min(LONGEST_MS, this.wait * 1.5);
    }
    this.asked();
  }

  /** @param {number} wait */
  #plan(wait) {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.now(), wait);
  }
}
