// @ts-check
// The last ten answers. Those given on this page can be opened again without the server.
import { text } from "./strings.js";

const LENGTH = 10;

/** @typedef {import("./serving.js").Serving} Serving */

export class Strip {
  /** @param {string} historyUrl */
  constructor(historyUrl) {
    this.historyUrl = historyUrl;
    this.list = /** @type {HTMLElement} */ (document.getElementById("strip"));
    this.empty = /** @type {HTMLElement} */ (document.getElementById("strip-empty"));
    /** @type {Map<string, {serving: Serving, values: Record<string, unknown>}>} */
    this.local = new Map();
  }

  /**
   * A new answer; it takes the place of the one it supersedes.
   * @param {import("./store.js").Answer} answer
   * @param {Serving | null} serving null when it was given before this page was loaded
   * @param {string} summary
   */
  add(answer, serving, summary) {
    if (this.#link(answer.id)) return; // stored by a page that could not hear of it any more
    if (answer.supersedes) this.remove(answer.supersedes);
    if (serving) this.local.set(answer.id, { serving, values: answer.values });
    const row = document.createElement("li");
    const link = document.createElement("a");
    link.href = `${this.historyUrl}${answer.id}/`;
    link.title = text("openAgain");
    link.textContent = summary;
    Object.assign(link.dataset, { annotation: answer.id, kind: answer.kind, state: "pending" });
    row.append(link);
    this.list.prepend(row);
    while (this.list.children.length > LENGTH) this.#forget(this.list.lastElementChild);
    this.empty.hidden = true;
  }

  /** @param {string} id */
  remove(id) {
    this.#forget(this.#link(id)?.parentElement ?? null);
    this.local.delete(id);
  }

  /** @param {string} id @param {"saved" | "refused"} state */
  mark(id, state) {
    const link = this.#link(id);
    if (link) link.dataset.state = state;
  }

  /** Id of the last answer that the server may know, newest first. */
  newest() {
    const links = [...this.list.querySelectorAll("a")];
    return links.find((link) => link.dataset.state !== "refused")?.dataset.annotation ?? null;
  }

  /** @param {string} id */
  assignment(id) {
    return this.local.get(id)?.serving.assignment ?? null;
  }

  /** @param {string} id */
  summary(id) {
    return this.#link(id)?.textContent ?? "";
  }

  /** @param {string} id @returns {HTMLElement | null} */
  #link(id) {
    return this.list.querySelector(`[data-annotation="${CSS.escape(id)}"]`);
  }

  /** @param {Element | null} row */
  #forget(row) {
    const id = row?.querySelector("a")?.dataset.annotation;
    if (id) this.local.delete(id);
    row?.remove();
  }
}
