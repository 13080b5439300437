// @ts-check
// One leased item on this screen: its form, and what the form says.
import { readAnswer, writeAnswer } from "./kinds.js";
import { kindOf } from "./question.js";

/** @typedef {{html: string, kinds: string[], item?: object, parts?: import("./question.js").Part[], draft?: Record<string, unknown> | null, answer?: Record<string, unknown> | null, supersedes?: string | null}} Served */

export class Serving {
  /** @param {HTMLFormElement} form @param {import("./question.js").Part[]} parts of the item */
  constructor(form, parts) {
    this.form = form;
    this.parts = parts;
    const { assignment, item, external, version, lease, supersedes, summary } = form.dataset;
    /** An imported answer that is opened again has none. @type {number | null} */
    this.assignment = Number(assignment) || null;
    this.item = Number(item);
    this.external = external ?? "";
    this.version = Number(version);
    this.leaseUntil = lease ? Date.parse(lease) : Infinity;
    /** @type {string | null} the answer that a new one would replace */
    this.supersedes = supersedes || null;
    this.summaryBefore = summary ?? "";
    this.startedAt = "";
  }

  /** @param {Served} served */
  static parse(served) {
    const template = document.createElement("template");
    template.innerHTML = served.html;
    const form = template.content.querySelector("form");
    if (!form) throw new Error("an item without a form");
    const serving = new Serving(document.adoptNode(form), served.parts ?? []);
    serving.fill(served.answer ?? served.draft ?? {});
    if (served.supersedes) serving.supersedes = served.supersedes;
    return serving;
  }

  /** Those that are asked after the answers given so far. @returns {HTMLElement[]} */
  get questions() {
    this.#ask();
    return this.#all.filter((question) => !question.hidden);
  }

  /** @returns {HTMLElement[]} */
  get #all() {
    return [...this.form.querySelectorAll("[data-question]")].map((each) => /** @type {HTMLElement} */ (each));
  }

  /** Show what is asked after these answers; a hidden question is not answered. */
  #ask() {
    /** @type {Map<string, unknown>} */
    const given = new Map();
    for (const question of this.#all) {
      const { after, when } = question.dataset;
      const said = /** @type {unknown[]} */ ([]).concat(given.get(after ?? "") ?? []).map(String);
      question.hidden = Boolean(after) && !when?.split(" ").some((choice) => said.includes(choice));
      if (!question.hidden && question.dataset.question) given.set(question.dataset.question, readAnswer(question));
    }
  }

  get text() {
    return /** @type {HTMLElement} */ (this.form.querySelector("#item-text"));
  }

  get isExpired() {
    return this.leaseUntil < Date.now();
  }

  /** @param {Record<string, unknown>} values */
  fill(values) {
    for (const question of this.#all) {
      const key = question.dataset.question ?? "";
      if (key in values) writeAnswer(question, values[key]);
    }
    this.#ask();
  }

  values() {
    /** @type {Record<string, unknown>} */
    const values = {};
    for (const question of this.questions) {
      const value = readAnswer(question);
      if (value !== null) values[question.dataset.question ?? ""] = value;
    }
    return values;
  }

  /** The item comes on screen. */
  start() {
    for (const question of this.#all) kindOf(question).start?.(question, this.parts);
  }

  stop() {
    for (const question of this.#all) kindOf(question).stop?.(question);
  }

  summary() {
    const parts = this.questions.map((question) => kindOf(question).summary(question));
    return parts.filter(Boolean).join(", ");
  }

  firstUnanswered() {
    return this.questions.find((question) => readAnswer(question) === null);
  }

  firstMissing() {
    return this.questions.find(
      (question) => "required" in question.dataset && readAnswer(question) === null,
    );
  }

  /** The question that digits go to. */
  active() {
    return (
      this.questions.find((question) => question.contains(document.activeElement)) ??
      this.questions.find((question) => "active" in question.dataset) ??
      this.questions[0]
    );
  }

  /** @param {HTMLElement | undefined} question */
  activate(question) {
    for (const each of this.#all) each.toggleAttribute("data-active", each === question);
  }

  /** @param {Record<string, string[]>} errors */
  showErrors(errors) {
    for (const question of this.#all) {
      const line = /** @type {HTMLElement | null} */ (question.querySelector("[data-error]"));
      const found = errors[question.dataset.question ?? ""] ?? [];
      if (!line) continue;
      line.textContent = found.join(" ");
      line.hidden = !found.length;
    }
  }
}
