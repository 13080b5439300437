// @ts-check
// Typed links between the spans of another question: from, to, and a class by its key.
import { say } from "../../live.js";
import { answered, kindOf, nothingBox, optionsOf } from "../question.js";

/** @typedef {{part: string, start: number, end: number, choice: string, quote?: string}} End */
/** @typedef {{choice: string, from: End, to: End}} Relation */

/** @type {WeakMap<HTMLElement, Relation[]>} */
const relations = new WeakMap();

/** @param {HTMLElement} question */
const relationsOf = (question) => relations.get(question) ?? [];

/** @param {End} end */
const keyOf = (end) => `${end.part} ${end.start} ${end.end} ${end.choice}`;

/** The question that marks the spans. @param {HTMLElement} question */
const marking = (question) =>
  /** @type {HTMLElement | null} */ (question.closest("form")?.querySelector(`[data-question="${CSS.escape(optionsOf(question).spans ?? "")}"]`));

/** @param {HTMLElement} question @returns {End[]} */
const spansOf = (question) => {
  const spans = marking(question);
  return /** @type {End[] | null} */ (spans && kindOf(spans).read(spans)) ?? [];
};

/** @param {HTMLElement} question @param {string} name @returns {HTMLSelectElement} */
const select = (question, name) => /** @type {HTMLSelectElement} */ (question.querySelector(`select[data-end=${name}]`));

/** @param {HTMLElement} question @param {string} choice */
const nameOf = (question, choice) => question.querySelector(`button[data-choice="${CSS.escape(choice)}"] .choice-name`)?.firstChild?.textContent ?? choice;

/** @param {HTMLElement} question */
const draw = (question) => {
  const spans = new Map(spansOf(question).map((span) => [keyOf(span), span]));
  const kept = relationsOf(question).filter(({ from, to }) => spans.has(keyOf(from)) && spans.has(keyOf(to)));
  relations.set(question, kept);
  for (const name of ["from", "to"]) {
    const field = select(question, name);
    const { value } = field;
    const options = [...spans].map(([key, span]) => new Option(span.quote ?? "", key, false, key === value));
    field.replaceChildren(field.options[0] ?? new Option("–", ""), ...options);
  }
  const list = /** @type {HTMLElement} */ (question.querySelector("[data-list]"));
  const row = /** @type {HTMLTemplateElement} */ (question.querySelector("template[data-row]"));
  list.hidden = !kept.length;
  list.replaceChildren(
    ...kept.map((relation, place) => {
      const line = /** @type {HTMLElement} */ (/** @type {Element} */ (row.content.firstElementChild).cloneNode(true));
      line.dataset.place = String(place);
      /** @type {HTMLElement} */ (line.querySelector("[data-from]")).textContent = spans.get(keyOf(relation.from))?.quote ?? "";
      /** @type {HTMLElement} */ (line.querySelector("[data-class]")).textContent = nameOf(question, relation.choice);
      /** @type {HTMLElement} */ (line.querySelector("[data-to]")).textContent = spans.get(keyOf(relation.to))?.quote ?? "";
      return line;
    }),
  );
};

/** @param {HTMLElement} question @param {Relation[]} next */
const change = (question, next) => {
  relations.set(question, next);
  const nothing = nothingBox(question);
  if (nothing && next.length) nothing.checked = false;
  draw(question);
  answered(question);
};

/** @param {HTMLElement} question @param {string} choice */
const add = (question, choice) => {
  const spans = new Map(spansOf(question).map((span) => [keyOf(span), span]));
  const [from, to] = ["from", "to"].map((name) => spans.get(select(question, name).value));
  if (!from || !to || from === to) {
    say(/** @type {HTMLElement | null} */ (question.querySelector("[data-needs]"))?.dataset.needs ?? "");
    select(question, from ? "to" : "from").focus();
    return;
  }
  const bare = (/** @type {End} */ { part, start, end, choice: type }) => ({ part, start, end, choice: type });
  change(question, [...relationsOf(question), { choice, from: bare(from), to: bare(to) }]);
  say(`${from.quote} – ${nameOf(question, choice)} – ${to.quote}`);
};

/** @type {import("../question.js").Kind} */
export const kind = {
  read: (question) => (relationsOf(question).length ? relationsOf(question) : null),
  write(question, value) {
    relations.set(question, Array.isArray(value) ? value : []);
  },
  start: draw,
  press(question, key) {
    const button = [...question.querySelectorAll("button[data-choice]")].find((each) => /** @type {HTMLElement} */ (each).dataset.hotkey === key);
    if (!(button instanceof HTMLElement)) return false;
    add(question, button.dataset.choice ?? "");
    return true;
  },
  summary: (question) => relationsOf(question).map(({ choice }) => nameOf(question, choice)).join(", ") || "–",
};

document.addEventListener("click", (event) => {
  const target = /** @type {Element} */ (event.target);
  const question = /** @type {HTMLElement | null} */ (target.closest("form.item [data-kind=relations]"));
  const button = /** @type {HTMLElement | null} */ (target.closest("button"));
  if (!question || !button) return;
  if (button.dataset.choice) add(question, button.dataset.choice);
  const place = /** @type {HTMLElement | null} */ (button.closest("[data-place]"))?.dataset.place;
  if (place === undefined) return;
  change(question, relationsOf(question).filter((_each, other) => other !== Number(place)));
  question.focus();
});

// Spans come and go while relations point at them.
document.addEventListener("answered", (event) => {
  const target = /** @type {HTMLElement} */ (event.target);
  if (target.dataset.kind !== "spans") return;
  for (const question of target.closest("form")?.querySelectorAll("[data-kind=relations]") ?? []) {
    const options = optionsOf(/** @type {HTMLElement} */ (question));
    if (options.spans === target.dataset.question) draw(/** @type {HTMLElement} */ (question));
  }
});
