// @ts-check
// Where unsent answers live: IndexedDB, or memory when the project or the browser forbids storage.

/**
 * @typedef {{
 *   id: string, assignment: number | null, kind: string, values: Record<string, unknown>,
 *   supersedes: string | null, version: number, started_at: string, submitted_at: string, active_ms: number,
 *   reason: string, comment: string, screen: string,
 * }} Answer
 * @typedef {{status: number, code: string, message: string, errors?: Record<string, string[]>, summary?: string, head?: string}} Refusal
 * @typedef {{id: string, scope: string, seq: number, answer: Answer, summary: string, external: string, refusal?: Refusal}} Row
 */

let lastSeq = 0;
/** Grows within a tab and across tabs and reloads: the order in which answers were given. */
export const nextSeq = () => {
  lastSeq = Math.max(lastSeq + 1, Date.now() * 1000);
  return lastSeq;
};

export class MemoryStore {
  isDurable = false;

  constructor() {
    /** @type {Map<string, Row>} */
    this.rows = new Map();
  }

  /** @param {Row} row */
  async put(row) {
    this.rows.set(row.id, row);
  }

  /** @param {string} id */
  async remove(id) {
    this.rows.delete(id);
  }

  async all() {
    return [...this.rows.values()].sort((a, b) => a.seq - b.seq);
  }
}

/** @template T @param {IDBRequest<T>} request @returns {Promise<T>} */
const settled = (request) =>
  new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });

export class DeviceStore {
  isDurable = true;

  /** @param {IDBDatabase} database @param {string} scope one person in one project */
  constructor(database, scope) {
    this.database = database;
    this.scope = scope;
  }

  /** @param {string} scope */
  static async open(scope) {
    const request = indexedDB.open("labelhub", 1);
    request.onupgradeneeded = () => {
      const rows = request.result.createObjectStore("outbox", { keyPath: "id" });
      rows.createIndex("scope", "scope");
    };
    return new DeviceStore(await settled(request), scope);
  }

  /** @param {IDBTransactionMode} mode */
  #rows(mode) {
    return this.database.transaction("outbox", mode).objectStore("outbox");
  }

  /** @param {Row} row */
  async put(row) {
    await settled(this.#rows("readwrite").put(row));
  }

  /** @param {string} id */
  async remove(id) {
    await settled(this.#rows("readwrite").delete(id));
  }

  /** @returns {Promise<Row[]>} */
  async all() {
    const rows = await settled(this.#rows("readonly").index("scope").getAll(this.scope));
    return rows.sort((a, b) => a.seq - b.seq);
  }
}

/** @param {string} scope @param {boolean} memoryOnly */
export const openStore = async (scope, memoryOnly) => {
  if (memoryOnly) return new MemoryStore();
  try {
    return await DeviceStore.open(scope);
  } catch {
    return new MemoryStore(); // private windows and full disks: the page warns before it is left
  }
};
