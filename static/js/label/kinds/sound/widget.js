// @ts-check
// One question about a sound or video: joins its segments, the time line, the player, the list and the tools.
import { say } from "../../../live.js";
import { answered, nothingBox, optionsOf } from "../../question.js";
import { fillIn } from "../../strings.js";
import { Book } from "../marks/book.js";
import { Classes } from "../marks/classes.js";
import { MarkList } from "../marks/list.js";
import { Tools } from "../marks/tools.js";
import { Marking } from "./marking.js";
import { Player } from "./player.js";
import { watchTimeline } from "./pointer.js";
import { inOrder, pulled } from "./segment.js";
import { Timeline } from "./timeline.js";
import { waveformOf } from "./waveform.js";

/** @typedef {import("./segment.js").Segment} Segment */

const ZOOM = 2;
const STEP = 0.1; // seconds
const EXCERPT = 60; // characters of a transcript in the list

export class SoundWidget {
  /** @param {HTMLFieldSetElement} question */
  constructor(question) {
    this.question = question;
    this.words = /** @type {HTMLElement} */ (question.querySelector("[data-words]")).dataset;
    this.frame = /** @type {HTMLElement} */ (question.querySelector("[data-timeline]"));
    this.time = /** @type {HTMLElement} */ (question.querySelector("[data-time]"));
    this.speed = /** @type {HTMLElement} */ (question.querySelector("[data-speed]"));
    this.classes = new Classes(question);
    this.part = "";
    this.isTyping = false;
    /** @type {Segment[]} */
    this.others = [];
    /** @type {Book<Segment>} */
    this.book = new Book((isEdit) => this.#changed(isEdit));
    this.list = new MarkList(question, this.classes, (mark) => this.#line(mark), {
      select: (n) => this.#select(n),
      typed: (name, value) => this.#typed(name, value),
    });
    this.tools = new Tools(question, this.#actions());
    this.marking = new Marking(this);
    question.addEventListener("change", (event) => this.#onClass(event));
    this.list.fields.get("text")?.addEventListener("input", () => this.#transcribe());
  }

  /** @returns {Record<string, () => unknown>} */
  #actions() {
    return {
      play: () => this.player?.toggle(),
      "play-segment": () => this.book.mark && this.player?.playRange(this.book.mark),
      loop: () => this.#loop(),
      back: () => this.player?.seek(this.player.now - STEP),
      forward: () => this.player?.seek(this.player.now + STEP),
      slower: () => this.#changeSpeed(-1),
      faster: () => this.#changeSpeed(1),
      "set-start": () => this.marking.setStart(),
      "set-end": () => this.marking.setEnd(),
      new: () => this.marking.addFresh(),
      delete: () => this.remove(),
      previous: () => this.#walk(-1),
      next: () => this.#walk(1),
      undo: () => this.#step("undo"),
      redo: () => this.#step("redo"),
      "zoom-in": () => this.timeline?.zoomBy(ZOOM),
      "zoom-out": () => this.timeline?.zoomBy(1 / ZOOM),
      fit: () => this.timeline?.fit(),
    };
  }

  /** @param {string} key @param {Record<string, string | number>} [values] */
  say(key, values = {}) {
    say(fillIn(this.words[key] ?? "", values));
  }

  get duration() {
    return this.timeline?.duration || Infinity;
  }

  /** @param {{key: string, kind: string, url?: string, duration?: number}[]} parts */
  start(parts) {
    if (this.player) return;
    const wanted = optionsOf(this.question).part;
    const part = parts.find(({ key, kind }) => (wanted ? key === wanted : kind === "audio" || kind === "video"));
    const figure = part && this.question.form?.querySelector(`figure[data-part="${CSS.escape(part.key)}"]`);
    const media = /** @type {HTMLMediaElement | null | undefined} */ (figure?.querySelector("audio, video"));
    if (!part || !media) {
      this.#warn("missingPart");
      return;
    }
    this.part = part.key;
    const timeline = new Timeline(this.frame, this.classes, { start: this.words.start ?? "", end: this.words.end ?? "" });
    this.timeline = timeline;
    this.player = new Player(media, () => this.#moved());
    watchTimeline(this, timeline);
    timeline.setDuration(part.duration ?? 0);
    const url = part.url || media.currentSrc || media.src;
    waveformOf(url, part.duration ?? 0).then((waveform) => {
      if (waveform) {
        timeline.setDuration(waveform.duration);
        timeline.setPeaks(waveform.peaks);
      } else if (media instanceof HTMLAudioElement) this.#warn("plain"); // a film may be silent
    });
    media.addEventListener("error", () => this.#warn("failed"), { once: true });
    this.load([...this.others, ...this.book.marks]);
    this.#moved();
  }

  /** @param {string} key */
  #warn(key) {
    const line = /** @type {HTMLElement} */ (this.question.querySelector("[data-warning]"));
    line.textContent = this.words[key] ?? "";
    line.hidden = false;
  }

  /** @param {Segment[]} marks */
  load(marks) {
    const isHere = (/** @type {Segment} */ { part }) => !this.part || part === this.part;
    this.others = marks.filter((mark) => !isHere(mark));
    this.marking.begin(null);
    this.book.load(inOrder(marks.filter(isHere)));
  }

  read() {
    const marks = [...this.others, ...this.book.marks];
    return marks.length ? marks : null;
  }

  /** @param {boolean} isEdit */
  #changed(isEdit) {
    const { marks, selected, mark } = this.book;
    this.timeline?.draw(marks, selected);
    this.list.draw(marks, selected);
    this.isTyping &&= isEdit;
    if (mark) {
      this.#showFields(mark, isEdit && !this.isTyping);
      this.classes.chosen = mark.choice;
    }
    if (this.player?.isLoop) this.player.setLoop(true, mark ?? null);
    const has = marks.length > 0;
    this.tools.enable({ delete: Boolean(mark), "play-segment": Boolean(mark), undo: this.book.canUndo, redo: this.book.canRedo, previous: has, next: has });
    if (!isEdit) return;
    const nothing = nothingBox(this.question);
    if (nothing && marks.length) nothing.checked = false;
    answered(this.question);
  }

  /** @param {Segment} mark */
  #showFields(mark, isForced = false) {
    this.list.show({ start: mark.start.toFixed(2), end: mark.end.toFixed(2), text: mark.text }, isForced);
  }

  /** The play head moved, or playing began or ended. */
  #moved() {
    const { player, timeline } = this;
    if (!player || !timeline) return;
    const { duration, playbackRate } = player.media;
    timeline.setDuration(duration);
    if (player.isPlaying) timeline.reveal(player.now);
    timeline.setNow(player.now);
    this.time.textContent = fillIn(this.time.dataset.text ?? "", { now: player.now.toFixed(2), all: timeline.duration.toFixed(2) });
    this.speed.textContent = `${playbackRate}×`;
    this.tools.press({ play: player.isPlaying });
    this.marking.sketch();
  }

  /** A change that is not stored before the pointer is let go. @param {Segment} mark */
  preview(mark) {
    this.timeline?.fill(this.book.selected, mark);
    this.#showFields(mark, true);
  }

  /** @param {{start: number, end: number}} range */
  add(range) {
    const mark = { part: this.part, ...range, choice: this.classes.chosen, text: "" };
    this.marking.begin(null);
    const marks = inOrder([...this.book.marks, mark]);
    this.book.put(marks, marks.indexOf(mark));
    this.#saySelected("added");
  }

  /** @param {Segment} mark what the selected one becomes */
  replace(mark) {
    const marks = inOrder(this.book.marks.with(this.book.selected, mark));
    if (JSON.stringify(mark) === JSON.stringify(this.book.mark)) this.preview(mark);
    else this.book.put(marks, marks.indexOf(mark));
  }

  /** A click on the time line: to this moment, and to the segment there. @param {number} time */
  click(time) {
    const { marks, selected } = this.book;
    const hits = marks.flatMap(({ start, end }, n) => (time >= start && time <= end ? [n] : []));
    this.player?.seek(time);
    this.book.select(hits.length ? hits[(hits.indexOf(selected) + 1) % hits.length] : -1);
  }

  /** @param {number} n */
  #select(n) {
    this.book.select(n);
    const { mark } = this.book;
    this.timeline?.reveal(mark.start, mark.end);
    this.player?.seek(mark.start);
  }

  /** @param {1 | -1} step */
  #walk(step) {
    if (!this.book.walk(step)) return false;
    this.#select(this.book.selected);
    this.#saySelected("selected");
    return true;
  }

  /** @param {string} key */
  #saySelected(key) {
    const { mark, selected } = this.book;
    this.say(key, { number: selected + 1, name: this.classes.of(mark.choice).name, line: this.#line(mark) });
  }

  /** @param {Segment} mark */
  #line({ start, end, text }) {
    const excerpt = text.length > EXCERPT ? `${text.slice(0, EXCERPT)}…` : text;
    return [fillIn(this.words.line ?? "", { start: start.toFixed(2), end: end.toFixed(2) }), excerpt].filter(Boolean).join(" · ");
  }

  remove() {
    const isOnRow = this.list.list.contains(document.activeElement) || this.frame.contains(document.activeElement);
    if (!this.book.remove()) return false;
    this.say("removed", { count: this.book.marks.length });
    if (isOnRow && this.book.mark) this.list.focusSelected();
    else if (isOnRow) this.frame.focus({ preventScroll: true });
    return true;
  }

  #loop() {
    const isLoop = !this.player?.isLoop;
    this.player?.setLoop(isLoop, this.book.mark ?? null);
    this.tools.press({ loop: isLoop });
  }

  /** @param {1 | -1} step */
  #changeSpeed(step) {
    const speed = this.player?.changeSpeed(step);
    if (speed) this.say("speed", { speed });
  }

  /** @param {"undo" | "redo"} way @returns {boolean} false leaves the key to the screen */
  #step(way) {
    if (way === "undo" && this.marking.giveUp()) return true;
    this.isTyping = false;
    const done = this.book.step(way);
    this.say(done ? `${way}ne` : "noStep", { count: this.book.marks.length });
    return done || this.book.marks.length > 0 || this.book.canRedo;
  }

  /** @param {string} name @param {string} value */
  #typed(name, value) {
    const { mark } = this.book;
    if (!mark) return;
    if (name === "text") this.isTyping = false;
    else if (value.trim() === "" || !Number.isFinite(Number(value))) this.#showFields(mark, true);
    else this.replace(pulled(mark, name === "start" ? "start" : "end", Number(value), this.duration));
  }

  /** Each letter is kept at once; the undo step is the whole of what was typed. */
  #transcribe() {
    const { mark } = this.book;
    const text = this.list.fields.get("text")?.value ?? "";
    if (!mark || text === mark.text) return;
    const isSameStep = this.isTyping;
    this.isTyping = true;
    this.book.change({ ...mark, text }, isSameStep);
  }

  /** @param {Event} event */
  #onClass(event) {
    if (event.target instanceof HTMLInputElement && "class" in event.target.dataset) this.choose(event.target.value);
  }

  /** The class of the selected segment, and of the next one. @param {string} choice */
  choose(choice) {
    this.classes.chosen = choice;
    if (this.book.mark) this.book.change({ ...this.book.mark, choice });
  }

  /** @returns {boolean} whether there was anything to leave */
  escape() {
    if (this.marking.giveUp()) return true;
    if (!this.book.mark) return false;
    this.book.select(-1);
    return true;
  }
}
