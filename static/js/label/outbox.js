// @ts-check
// Answers on their way to the server: kept first, sent in batches, removed when acknowledged.
import { sendJson } from "../csrf.js";
import { nextSeq } from "./store.js";

/**
 * @typedef {import("./store.js").Row} Row
 * @typedef {import("./store.js").Answer} Answer
 * @typedef {import("./store.js").Refusal & {id: string}} Result
 * @typedef {{results: Result[], items: import("./serving.js").Served[], progress: object, gate: {url: string} | null}} Reply
 * @typedef {"saved" | "saving" | "waiting"} Phase
 */

const BATCH = 20;
const FIRST_WAIT_MS = 1000;
const LONGEST_WAIT_MS = 30_000;
const RETRY = new Set([408, 425, 429]);

export class Outbox extends EventTarget {
  /**
   * @param {{all(): Promise<Row[]>, put(row: Row): Promise<void>, remove(id: string): Promise<void>, isDurable: boolean}} store
   * @param {{url: string, scope: string, user: number, ring: () => {want: number, have: number[]}}} options
   */
  constructor(store, { url, scope, user, ring }) {
    super();
    this.store = store;
    this.url = url;
    this.scope = scope;
    this.user = user;
    this.ring = ring;
    this.pending = 0;
    this.refused = 0;
    /** @type {Set<Promise<void>>} Answers on their way into the store. */
    this.writes = new Set();
    /** @type {Phase} */
    this.phase = "saved";
    this.wait = 0;
    this.running = false;
    this.again = false;
    this.timer = 0;
    /** @type {Date | null} */
    this.savedAt = null;
    // Other tabs of the same person: they share the store, and hear what became of it.
    this.channel = store.isDurable ? new BroadcastChannel(`labelhub-outbox-${scope}`) : null;
    this.channel?.addEventListener("message", (event) => this.#heard(event.data));
  }

  /** @param {Answer} answer @param {{summary: string, external: string}} about */
  async add(answer, about) {
    const row = { id: answer.id, scope: this.scope, seq: nextSeq(), answer, ...about };
    this.#phase(this.phase === "waiting" ? "waiting" : "saving");
    this.channel?.postMessage({ answered: answer.assignment });
    const write = this.store.put(row);
    this.writes.add(write);
    await write;
    this.writes.delete(write);
    this.pending += 1; // now it is kept, and is called so
    this.#phase(this.phase === "waiting" ? "waiting" : "saving");
    if (this.phase !== "waiting") this.flush();
  }

  /** Until every answer so far is in the store. */
  async kept() {
    await Promise.all(this.writes);
  }

  async refusedRows() {
    return (await this.store.all()).filter((row) => row.refusal);
  }

  async pendingRows() {
    return (await this.store.all()).filter((row) => !row.refusal);
  }

  /** @param {string} id */
  async forget(id) {
    await this.store.remove(id);
    await this.#count();
  }

  /** Send what waits. One flush at a time in this tab, and by a lock in all tabs. */
  async flush({ leaving = false } = {}) {
    if (this.running) {
      this.again = true;
      return;
    }
    this.running = true;
    clearTimeout(this.timer);
    try {
      do {
        this.again = false;
        await this.#locked(() => this.#drain(leaving));
      } while (this.again && this.phase !== "waiting");
    } finally {
      this.running = false;
    }
  }

  /** @param {() => Promise<void>} work */
  async #locked(work) {
    // Web Locks need a secure page; without them a double send is harmless, ids are the answer's.
    if (!navigator.locks || !this.channel) return work();
    return navigator.locks.request(`labelhub-outbox-${this.scope}`, work);
  }

  /** @param {boolean} leaving */
  async #drain(leaving) {
    for (;;) {
      const rows = (await this.pendingRows()).slice(0, BATCH);
      if (!rows.length) break;
      this.#phase(this.phase === "waiting" ? "waiting" : "saving");
      const reply = await this.#send(rows, leaving);
      if (!reply || !(await this.#settle(rows, reply))) return;
    }
    await this.#count();
  }

  /** @param {Row[]} rows @param {boolean} leaving @returns {Promise<Reply | null>} */
  async #send(rows, leaving) {
    const body = { answers: rows.map((row) => row.answer), user: this.user, ...this.ring() };
    let response;
    try {
      response = await sendJson(this.url, body, { keepalive: leaving });
    } catch {
      this.#later("offline");
      return null;
    }
    if (response.status === 200) return response.json().catch(() => this.#later("offline"));
    const isSignedOut = response.type === "opaqueredirect" || response.status === 401;
    const isBlocked = response.status >= 400 && response.status < 500 && !RETRY.has(response.status);
    this.#later(isSignedOut ? "signed-out" : isBlocked ? "blocked" : "offline");
    return null;
  }

  /** True when every answer of the batch was judged. @param {Row[]} rows @param {Reply} reply */
  async #settle(rows, reply) {
    const results = new Map(reply.results.map((result) => [result.id, result]));
    let unheard = false;
    for (const row of rows) {
      const result = results.get(row.id);
      if (!result || result.status >= 500 || result.code === "busy") unheard = true;
      else if (result.status < 300) await this.store.remove(row.id);
      else await this.store.put({ ...row, refusal: result });
    }
    this.channel?.postMessage({ results: reply.results });
    if (unheard) this.#later("offline");
    else this.wait = 0;
    await this.#tell(reply.results, reply);
    return !unheard;
  }

  /** @param {Result[]} results @param {Reply} [reply] */
  async #tell(results, reply) {
    await this.#count();
    this.dispatchEvent(new CustomEvent("settled", { detail: { results, reply } }));
  }

  /** @param {{answered?: number, results?: Result[]}} message */
  #heard({ answered, results }) {
    if (answered) this.dispatchEvent(new CustomEvent("answered", { detail: answered }));
    if (results) this.#tell(results);
  }

  async #count() {
    await this.kept();
    const rows = await this.store.all();
    this.refused = rows.filter((row) => row.refusal).length;
    this.pending = rows.length - this.refused;
    if (!this.pending) this.wait = 0;
    this.#phase(!this.pending ? "saved" : this.wait ? "waiting" : "saving");
  }

  /** @param {string} reason @returns {null} */
  #later(reason) {
    this.wait = Math.min(LONGEST_WAIT_MS, this.wait ? this.wait * 2 : FIRST_WAIT_MS);
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.flush(), this.wait * (0.8 + 0.4 * Math.random()));
    this.#phase("waiting", reason);
    return null;
  }

  /** @param {Phase} phase @param {string} [reason] */
  #phase(phase, reason) {
    if (phase === "saved" && this.phase !== "saved") this.savedAt = new Date();
    this.phase = phase;
    this.dispatchEvent(new CustomEvent("phase", { detail: { phase, reason } }));
  }
}
