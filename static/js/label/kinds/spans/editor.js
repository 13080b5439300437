// @ts-check
// The spans of one question: adding, changing, removing, undoing; and the list that says it in words.
import { say } from "../../../live.js";
import { answered, nothingBox, optionsOf } from "../../question.js";
import { Caret } from "./caret.js";
import { Marks, keyOf } from "./marks.js";
import { Offsets } from "./offsets.js";

/** @typedef {import("./marks.js").Span} Span */

const order = (/** @type {Span} */ left, /** @type {Span} */ right) => left.start - right.start || left.end - right.end || left.choice.localeCompare(right.choice);

export class SpanEditor {
  /** @param {HTMLElement} question */
  constructor(question) {
    this.question = question;
    /** @type {Span[]} */
    this.spans = [];
    /** @type {Span[][]} */
    this.past = [];
    /** @type {Span[][]} */
    this.future = [];
    /** @type {Span | null} */
    this.current = null;
    this.brush = "";
    this.part = "text";
    /** @type {Marks | null} */
    this.marks = null;
    this.classes = new Map(
      [...question.querySelectorAll("button[data-choice]")].map((each) => {
        const button = /** @type {HTMLElement} */ (each);
        return [button.dataset.choice ?? "", { name: button.querySelector(".choice-name")?.firstChild?.textContent ?? "", color: Number(button.dataset.color) }];
      }),
    );
    this.words = /** @type {HTMLElement} */ (question.querySelector(".mark-list")).dataset;
    this.list = /** @type {HTMLElement} */ (question.querySelector("[data-list]"));
    this.row = /** @type {HTMLTemplateElement} */ (question.querySelector("template[data-row]"));
    /** @type {Map<string, HTMLElement>} */
    this.rows = new Map();
  }

  /** @param {import("../../question.js").Part[]} parts */
  open(parts) {
    const wanted = optionsOf(this.question).part;
    const part = parts.find((each) => each.kind === "text" && (!wanted || each.key === wanted));
    const body = this.question.closest("form")?.querySelector(`[data-text-part="${CSS.escape(part?.key ?? "")}"]`);
    if (!part || !(body instanceof HTMLElement)) return;
    this.part = part.key;
    if (this.marks?.body !== body) {
      // From data, since the parser of HTML may have changed line ends.
      if (body.textContent !== part.text || body.childNodes.length !== 1) body.textContent = part.text ?? "";
      this.marks = new Marks(body, new Offsets(part.text ?? ""), this.classes);
      this.caret = new Caret(this.marks);
      body.addEventListener("pointerup", (event) => this.onPointer(event));
      body.parentElement?.classList.add("has-spans");
    }
    this.marks.open();
    this.show();
  }

  close() {
    this.marks?.close();
  }

  /** @param {unknown} value */
  load(value) {
    const given = Array.isArray(value) ? value : [];
    this.spans = given.map(({ start, end, choice }) => ({ start, end, choice })).sort(order);
    this.past = [];
    this.future = [];
    this.current = null;
    this.show();
  }

  value() {
    if (!this.spans.length) return null;
    return this.spans.map((span) => ({ part: this.part, ...span, quote: this.quote(span) }));
  }

  /** @param {Span} span */
  quote(span) {
    return this.marks?.offsets.slice(span.start, span.end) ?? "";
  }

  /** @param {Span[]} spans @param {Span | null} current */
  change(spans, current) {
    this.past.push(this.spans);
    this.future = [];
    this.put(spans, current);
  }

  /** @param {Span[]} spans @param {Span | null} current */
  put(spans, current) {
    const distinct = new Map(spans.map((span) => [keyOf(span), span]));
    this.spans = [...distinct.values()].sort(order);
    this.current = current && (distinct.get(keyOf(current)) ?? null);
    const nothing = nothingBox(this.question);
    if (nothing && this.spans.length) nothing.checked = false;
    this.show();
    answered(this.question);
  }

  /** @param {number} start @param {number} end @param {string} choice */
  add(start, end, choice) {
    const span = { start, end, choice };
    if (!optionsOf(this.question).overlap && this.spans.some((each) => each.start < end && start < each.end)) {
      say(this.words.overlaps ?? "");
      return;
    }
    this.change([...this.spans, span], null);
    this.caret?.clear();
    say(`${this.classes.get(choice)?.name}: ${this.quote(span)}`);
  }

  /** @param {Span} span */
  remove(span) {
    const place = this.spans.indexOf(span);
    this.change(this.spans.filter((each) => each !== span), null);
    say(`${this.words.removed} ${this.quote(span)}`);
    const next = this.spans[Math.min(place, this.spans.length - 1)];
    (next ? this.rows.get(keyOf(next))?.querySelector("button") : this.question)?.focus({ preventScroll: true });
  }

  /** @param {Span[][]} from @param {Span[][]} to @returns {boolean} */
  travel(from, to) {
    const spans = from.pop();
    if (!spans) return false;
    to.push(this.spans);
    this.put(spans, null);
    return true;
  }

  /** A class was asked for: for the selection, else for the chosen span, else for what comes. @param {string} choice */
  choose(choice) {
    const selected = this.caret?.selected();
    if (selected) this.add(...selected, choice);
    else if (this.current) {
      const changed = { ...this.current, choice };
      this.change(this.spans.map((span) => (span === this.current ? changed : span)), changed);
    } else {
      this.brush = this.brush === choice ? "" : choice;
      this.showBrush();
    }
  }

  /** @param {PointerEvent} event */
  onPointer(event) {
    const selected = this.caret?.selected();
    if (selected && this.brush) this.add(...selected, this.brush);
    else if (!selected) {
      const point = this.caret?.pointAt(event.clientX, event.clientY) ?? null;
      if (point === null) return;
      const under = this.spans.filter((span) => span.start <= point && point < span.end);
      under.sort((left, right) => left.end - left.start - (right.end - right.start));
      // Clicking again goes outwards through spans that are nested.
      const place = this.current ? under.indexOf(this.current) + 1 : 0;
      this.pick(under[place] ?? under[0] ?? null);
      if (this.caret) {
        this.caret.anchor = point;
        this.caret.focus = point;
      }
    }
  }

  /** @param {Span | null} span */
  pick(span) {
    this.current = span;
    this.marks?.select(span);
    if (span) this.marks?.reveal(span.start);
    this.showCurrent();
  }

  /** @param {number} step */
  walk(step) {
    if (!this.spans.length) return;
    const place = this.current ? this.spans.indexOf(this.current) + step : step > 0 ? 0 : -1;
    const span = this.spans[(place + this.spans.length) % this.spans.length];
    this.pick(span);
    say(`${this.classes.get(span.choice)?.name}: ${this.quote(span)}`);
  }

  /** Move an edge of the chosen span by a grapheme. @param {"start" | "end"} edge @param {number} direction */
  nudge(edge, direction) {
    const span = this.current;
    if (!span || !this.marks) return false;
    const moved = { ...span, [edge]: this.marks.offsets.step(span[edge], direction, "grapheme") };
    if (moved.start >= moved.end) return true;
    this.change(this.spans.map((each) => (each === span ? moved : each)), moved);
    return true;
  }

  /** @param {KeyboardEvent} event @returns {boolean} */
  key(event) {
    const withControl = event.ctrlKey || event.metaKey;
    if (withControl && event.code === "KeyZ") return event.shiftKey ? this.travel(this.future, this.past) : this.travel(this.past, this.future);
    const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    if (event.altKey && step !== undefined) return this.nudge(event.shiftKey ? "end" : "start", step);
    if (event.altKey) return false;
    if (event.code === "BracketLeft" || event.code === "BracketRight") {
      this.walk(event.code === "BracketLeft" ? -1 : 1);
      return true;
    }
    if ((event.key === "Delete" || event.key === "Backspace") && this.current) {
      this.remove(this.current);
      return true;
    }
    if (event.key === "Escape" && (this.current || this.caret?.selected() || this.brush)) {
      this.brush = "";
      this.caret?.clear();
      this.caret?.hide();
      this.showBrush();
      this.pick(null);
      return true;
    }
    const { target } = event;
    const inText = target instanceof Element && (target.id === "item-text" || this.marks?.body.parentElement?.contains(target));
    return Boolean(inText && this.caret?.key(event));
  }

  show() {
    if (!this.marks) return;
    this.marks.draw(this.spans);
    this.marks.select(this.current);
    this.showRows();
    this.showCurrent();
  }

  /** Only what changed: a long list must not cost a frame. */
  showRows() {
    const wanted = new Map(this.spans.map((span) => [keyOf(span), span]));
    for (const [key, row] of this.rows) {
      if (wanted.has(key)) continue;
      row.remove();
      this.rows.delete(key);
    }
    /** @type {Element | null} */
    let before = this.list.firstElementChild;
    for (const [key, span] of wanted) {
      let row = this.rows.get(key);
      if (!row) {
        row = this.newRow(span);
        this.rows.set(key, row);
        this.list.insertBefore(row, before);
      } else if (row === before) before = before.nextElementSibling;
      else this.list.insertBefore(row, before);
    }
    this.list.hidden = !this.spans.length;
  }

  /** @param {Span} span */
  newRow(span) {
    const row = /** @type {HTMLElement} */ (/** @type {Element} */ (this.row.content.firstElementChild).cloneNode(true));
    const shown = this.classes.get(span.choice);
    row.classList.add(`hue-${shown?.color ?? 9}`);
    row.dataset.span = keyOf(span);
    const quote = this.quote(span);
    /** @type {HTMLElement} */ (row.querySelector("[data-class]")).textContent = shown?.name ?? span.choice;
    /** @type {HTMLElement} */ (row.querySelector("[data-quote]")).textContent = quote.length > 80 ? `${quote.slice(0, 79)}…` : quote;
    return row;
  }

  showCurrent() {
    const key = this.current ? keyOf(this.current) : "";
    for (const pressed of this.list.querySelectorAll("[aria-pressed=true]")) pressed.setAttribute("aria-pressed", "false");
    this.rows.get(key)?.querySelector("[data-pick]")?.setAttribute("aria-pressed", "true");
  }

  showBrush() {
    for (const button of this.question.querySelectorAll("button[data-choice]")) {
      button.setAttribute("aria-pressed", String(/** @type {HTMLElement} */ (button).dataset.choice === this.brush));
    }
  }

  /** @param {string} key */
  spanOf(key) {
    return this.spans.find((span) => keyOf(span) === key) ?? null;
  }
}
