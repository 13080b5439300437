// @ts-check
// Answers that the server did not take: they stay visible, and say why, until dismissed.
import { say } from "../live.js";
import { text } from "./strings.js";

const section = /** @type {HTMLElement} */ (document.getElementById("refused"));
const list = /** @type {HTMLElement} */ (document.getElementById("refused-list"));
const template = /** @type {HTMLTemplateElement} */ (document.getElementById("refused-row"));

/** @typedef {import("./store.js").Row} Row */
/** @typedef {import("./serving.js").Serving} Serving */

export class RefusedAnswers {
  /**
   * @param {import("./outbox.js").Outbox} outbox
   * @param {import("./strip.js").Strip} strip
   * @param {{reopen: (id: string) => Promise<void>, change: (serving: Serving) => void, leave: () => void}} does
   */
  constructor(outbox, strip, does) {
    this.outbox = outbox;
    this.strip = strip;
    this.does = does;
  }

  async draw() {
    const rows = await this.outbox.refusedRows();
    const before = list.children.length;
    list.replaceChildren(...rows.map((row) => this.#line(row)));
    section.hidden = !rows.length;
    for (const row of rows) this.strip.mark(row.id, "refused");
    if (rows.length > before) say(rows.at(-1)?.refusal?.message ?? "");
  }

  focus() {
    section.focus();
  }

  /** @param {Row} row */
  #line(row) {
    const line = /** @type {HTMLElement} */ (template.content.cloneNode(true).firstChild);
    /** @param {string} name */
    const part = (name) => /** @type {HTMLElement} */ (line.querySelector(`[data-${name}]`));
    part("answer").textContent = row.summary;
    part("item").textContent = text("item", { id: row.external });
    part("message").textContent = row.refusal?.message ?? "";
    part("forget").addEventListener("click", async () => {
      await this.#forget(row);
      this.does.leave();
    });
    part("reopen").hidden = !this.#canReopen(row);
    part("reopen").addEventListener("click", () => this.#reopen(row));
    return line;
  }

  /** A conflict can open the stored answer; an invalid one can be corrected while its form is here. @param {Row} row */
  #canReopen({ id, refusal }) {
    return Boolean(refusal?.head) || (refusal?.status === 422 && this.strip.local.has(id));
  }

  /** @param {Row} row */
  async #reopen(row) {
    const local = this.strip.local.get(row.id);
    await this.#forget(row);
    if (row.refusal?.head) {
      await this.does.reopen(row.refusal.head);
    } else if (local) {
      local.serving.supersedes = row.answer.supersedes;
      this.does.change(local.serving);
      local.serving.showErrors(row.refusal?.errors ?? {});
    }
  }

  /** @param {Row} row */
  async #forget(row) {
    await this.outbox.forget(row.id);
    this.strip.remove(row.id);
    await this.draw();
  }
}
