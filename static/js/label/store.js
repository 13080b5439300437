// @ts-check
// Where unsent answers live: IndexedDB, or memory when the project, the browser or a full disk
// forbids storage.

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

/** @param {Row} a @param {Row} b */
const inOrder = (a, b) => a.seq - b.seq;

export class MemoryStore {
  isDurable = false;

  constructor() {
    /** @type {Map<string, Row>} */
    this.rows = new Map();
  }

  get isEmpty() {
    return !this.rows.size;
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
    return [...this.rows.values()].sort(inOrder);
  }
}

/** @template T @param {IDBRequest<T>} request @returns {Promise<T>} */
const settled = (request) =>
  new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });

/**
 * A request that succeeded may still be undone, when the page is closed or the disk is full: only
 * what is committed is kept.
 * @param {IDBTransaction} transaction
 */
const committed = (transaction) =>
  new Promise((resolve, reject) => {
    transaction.oncomplete = () => resolve(undefined);
    transaction.onabort = () => reject(transaction.error);
    transaction.commit?.();
  });

const openDatabase = () => {
  const request = indexedDB.open("labelhub", 1);
  request.onupgradeneeded = () => {
    const rows = request.result.createObjectStore("outbox", { keyPath: "id" });
    rows.createIndex("scope", "scope");
  };
  return settled(request);
};

export class DeviceStore {
  /** @param {IDBDatabase} database @param {string} scope one person in one project */
  constructor(database, scope) {
    this.database = database;
    this.scope = scope;
    // What the device did not take: better in memory, with a warning, than nowhere.
    this.untaken = new MemoryStore();
  }

  get isDurable() {
    return this.untaken.isEmpty;
  }

  /** @param {string} scope */
  static async open(scope) {
    return new DeviceStore(await openDatabase(), scope);
  }

  /** Opened anew when the browser has closed it, as when somebody clears the site's data. @param {IDBTransactionMode} mode */
  async #begin(mode) {
    try {
      return this.database.transaction("outbox", mode);
    } catch {
      this.database = await openDatabase();
      return this.database.transaction("outbox", mode);
    }
  }

  /** @param {(rows: IDBObjectStore) => void} change */
  async #write(change) {
    const transaction = await this.#begin("readwrite");
    change(transaction.objectStore("outbox"));
    await committed(transaction);
  }

  /** @param {Row} row */
  async put(row) {
    try {
      await this.#write((rows) => rows.put(row));
      await this.untaken.remove(row.id);
    } catch {
      await this.untaken.put(row);
    }
  }

  /** @param {string} id */
  async remove(id) {
    await this.untaken.remove(id);
    await this.#write((rows) => rows.delete(id));
  }

  /** @returns {Promise<Row[]>} */
  async all() {
    const rows = (await this.#begin("readonly")).objectStore("outbox");
    const taken = await settled(rows.index("scope").getAll(this.scope));
    const untaken = await this.untaken.all();
    const newer = new Set(untaken.map((row) => row.id));
    return [...taken.filter((row) => !newer.has(row.id)), ...untaken].sort(inOrder);
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
