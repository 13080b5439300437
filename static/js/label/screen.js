// @ts-check
// What is on screen, and what each command does to it. A key swaps the item in the same task.
import { say } from "../live.js";
import { showToast } from "../toasts.js";
import { answerFor } from "./answer.js";
import { Clock } from "./clock.js";
import { openFlag, openKeys, openSkip, startFlag, startSkip } from "./dialogs.js";
import { draftSaver } from "./drafts.js";
import { compareVersion, searchGuide, startGuide, toggleGuide } from "./guide.js";
import { isTyping, leaveField, readKey } from "./keys.js";
import { loadKinds, missingKinds } from "./kinds.js";
import { kindOf, nothingBox } from "./question.js";
import { watchLeaving } from "./leaving.js";
import { Refill } from "./refill.js";
import { RefusedAnswers } from "./refused.js";
import { openAnswer } from "./reopen.js";
import { Returned } from "./returned.js";
import { Ring } from "./ring.js";
import { Serving } from "./serving.js";
import { Settings } from "./settings.js";
import { Stage } from "./stage.js";
import { followOutbox, showProgress } from "./status.js";
import { Strip } from "./strip.js";
import { text } from "./strings.js";

/** @typedef {import("./outbox.js").Outbox} Outbox */

/** @param {import("./serving.js").Served[]} served */
const kindsOf = (served) => served.flatMap(({ kinds }) => kinds ?? []);

/** @param {HTMLElement} question */
const focusOn = (question) => question.focus();

export class LabelScreen {
  /**
   * @param {HTMLElement} root
   * @param {(ring: () => {want: number, have: number[]}) => Outbox} makeOutbox
   */
  constructor(root, makeOutbox) {
    this.root = root;
    this.ring = new Ring();
    this.stage = new Stage(root.dataset.projectName ?? "");
    this.strip = new Strip(root.dataset.history ?? "");
    this.clock = new Clock();
    this.settings = new Settings();
    this.gate = /** @type {{url: string} | null} */ (null);
    this.outbox = makeOutbox(() => ({ want: this.ring.want(), have: this.ring.have() }));
    this.refill = new Refill(root.dataset.next ?? "", this.ring, {
      take: (reply) => this.take(reply),
      asked: () => this.pause(),
      refused: (message) => this.onNoItems(message),
      isBusy: () => this.outbox.running,
    });
    this.refusedAnswers = new RefusedAnswers(this.outbox, this.strip, {
      reopen: (id) => this.reopen(id),
      change: (serving) => this.change(serving),
      leave: () => this.stage.focus(),
    });
    this.returned = new Returned(root.dataset.returned ?? "", root.dataset.history ?? "", this.ring, () => this.onReturned());
    this.saveDraft = draftSaver(root.dataset.drafts ?? "", () => this.ring.current);
    this.toldWhy = "";
    this.commands = new Map(
      Object.entries({
        submit: () => this.submit(),
        undo: () => this.undo(),
        skip: () => this.ring.current && openSkip(),
        flag: () => this.ring.current && openFlag(),
        guideline: toggleGuide,
        search: searchGuide,
        keys: openKeys,
        keep: () => this.keep(),
        returned: () => this.showReturned(),
        escape: () => this.keep(),
      }),
    );
  }

  async start() {
    followOutbox(this.outbox);
    startSkip((reason) => this.finish("skip", reason));
    startFlag(this.root.dataset.flags ?? "", () => this.ring.current?.assignment);
    startGuide(() => this.stage.focus());
    watchLeaving(this.outbox, this.ring, this.root.dataset.return ?? "");
    // What this device still holds is not asked a second time.
    for (const { answer, summary } of await this.outbox.pendingRows()) {
      this.ring.answered.add(answer.assignment);
      this.strip.add(answer, null, summary);
    }
    const served = JSON.parse(document.getElementById("servings")?.textContent ?? "[]") ?? [];
    await loadKinds([...(this.root.dataset.kinds ?? "").split(" "), ...kindsOf(served)]);
    this.ring.add(served);
    this.begin();
    this.listen();
    this.outbox.flush();
    this.refusedAnswers.draw();
    this.refill.start();
    this.returned.start();
    if (document.activeElement === document.body) this.stage.focus();
  }

  /** The server drew the first item; keep its node unless it was answered on this device. */
  begin() {
    const form = document.querySelector("#slot form");
    const first = this.ring.next();
    if (first && form instanceof HTMLFormElement && Number(form.dataset.assignment) === first.assignment) {
      const drawn = new Serving(form, first.parts);
      drawn.fill(first.values());
      if (drawn.supersedes) this.returned.seen.add(drawn.supersedes);
      this.show(drawn, { isDrawn: true });
      if (drawn.supersedes) this.stage.showReopened(drawn.summaryBefore || drawn.summary());
    } else this.show(first);
  }

  listen() {
    document.addEventListener("keydown", (event) => this.onKey(event));
    document.addEventListener("click", (event) => this.onClick(event));
    document.addEventListener("submit", (event) => this.onSubmit(event));
    document.addEventListener("answered", (event) => this.onAnswered(/** @type {CustomEvent} */ (event)));
    this.outbox.addEventListener("settled", (event) => this.onSettled(/** @type {CustomEvent} */ (event).detail));
    this.outbox.addEventListener("phase", () => this.pause());
    this.outbox.addEventListener("answered", (event) => this.onAnsweredElsewhere(/** @type {CustomEvent} */ (event).detail));
    addEventListener("online", () => this.reconnect());
  }

  /** @param {KeyboardEvent} event */
  onKey(event) {
    const modal = document.querySelector("dialog:modal");
    if (!modal && this.usedByKind(event)) return event.preventDefault();
    const key = readKey(event, this.settings.keys);
    if (!key) return;
    const closesGuide = modal?.id === "guide" && "command" in key && key.command === "guideline";
    if (modal && !closesGuide) return; // a dialog has its own keys
    if ("command" in key) {
      if (key.command !== "escape") event.preventDefault();
      else if (leaveField(event)) return this.stage.focus();
      this.commands.get(key.command)?.();
    } else if (this.choose(key.choice)) event.preventDefault();
  }

  /** Arrows in a text, undo within a picture: what the kind of a question does with a key. @param {KeyboardEvent} event */
  usedByKind(event) {
    if (event.defaultPrevented || isTyping(event)) return false;
    const question = this.ring.current?.active();
    const { keys } = question ? kindOf(question) : {};
    return Boolean(question && keys?.(question, event));
  }

  /** @param {MouseEvent} event */
  onClick(event) {
    const target = /** @type {Element} */ (event.target);
    const command = /** @type {HTMLElement | null} */ (target.closest("[data-command]"))?.dataset.command;
    if (command) this.commands.get(command)?.();
    else if (target.closest("#saved-state") && this.outbox.refused) this.refusedAnswers.focus();
    else if (target.closest("#saved-state")) this.reconnect();
    const answer = /** @type {HTMLElement | null} */ (target.closest("#strip [data-annotation]"));
    if (answer && !event.ctrlKey && !event.metaKey) {
      event.preventDefault();
      this.reopen(answer.dataset.annotation ?? "");
    }
  }

  /** @param {CustomEvent<{done: boolean}>} event */
  onAnswered({ target, detail }) {
    const question = /** @type {HTMLElement} */ (target);
    if (!this.ring.current?.form.contains(question)) return;
    if (detail.done) this.chosen(question);
    else this.changed(question);
  }

  /** @param {SubmitEvent} event */
  onSubmit(event) {
    const form = /** @type {HTMLFormElement} */ (event.target);
    if (form.id !== "item-form") return;
    event.preventDefault();
    this.submit();
  }

  /** @param {string} message why the server hands nothing out */
  onNoItems(message) {
    if (this.toldWhy === message) return;
    this.toldWhy = message;
    showToast(text("refusedItems", { message }), "warn");
  }

  /** @param {string} key @returns {boolean} whether the question has an answer with this key */
  choose(key) {
    const question = this.ring.current?.active();
    if (!question) return false;
    const nothing = nothingBox(question);
    if (key === "0" && nothing) {
      nothing.checked = !nothing.checked;
      this.changed(question);
      return true;
    }
    const kind = kindOf(question);
    if (!kind.press(question, key)) return false;
    if (kind.advances) this.chosen(question);
    else this.changed(question);
    return true;
  }

  /** An answer that may still grow. @param {HTMLElement} question */
  changed(question) {
    this.saveDraft();
    this.ring.current?.showErrors({});
    this.ring.current?.activate(question);
  }

  /** @param {HTMLElement} question */
  chosen(question) {
    const serving = this.ring.current;
    if (!serving) return;
    if (serving.questions.length === 1 && this.settings.advance) {
      this.finish("answer");
      return;
    }
    this.saveDraft();
    serving.showErrors({});
    const next = serving.firstUnanswered();
    serving.activate(next ?? question);
    if (next) (kindOf(next).focus ?? focusOn)(next);
    else {
      this.stage.submit?.focus();
      say(text("complete"));
    }
  }

  submit() {
    const serving = this.ring.current;
    if (!serving) return;
    const missing = serving.firstMissing();
    if (!missing) {
      this.finish("answer");
      return;
    }
    serving.showErrors({ [missing.dataset.question ?? ""]: [text("missing")] });
    serving.activate(missing);
    missing.focus();
    say(text("missing"));
  }

  /** One finished decision: the next item is on screen before anything is sent. @param {"answer" | "skip"} kind */
  finish(kind, reason = "") {
    const serving = this.ring.current;
    if (!serving) return;
    const summary = kind === "answer" ? serving.summary() : text("skipped");
    const screen = this.root.dataset.screen ?? "";
    const answer = answerFor(serving, { kind, reason, activeMs: this.clock.read(), screen });
    this.ring.answered.add(serving.assignment);
    if (serving.supersedes) this.ring.changed.add(serving.supersedes);
    this.show(this.ring.next());
    this.strip.add(answer, serving, summary);
    this.outbox.add(answer, { summary, external: serving.external });
    this.refill.wanted();
  }

  /** @param {Serving | null} serving */
  show(serving, { isDrawn = false } = {}) {
    this.ring.current?.stop();
    this.ring.current = serving;
    if (serving) {
      serving.startedAt = new Date().toISOString();
      serving.showErrors({});
      serving.activate(serving.firstUnanswered() ?? serving.questions[0]);
    }
    if (serving) compareVersion(serving.version);
    this.clock.restart();
    this.stage.show(serving, { isDrawn });
    if (serving?.supersedes && !isDrawn) this.stage.showReopened(serving.summaryBefore);
    this.returned.show();
    serving?.start();
    const first = serving?.active();
    if (first) kindOf(first).focus?.(first);
    this.pause();
  }

  /** Says what stands in for an item; does nothing while there is one. */
  pause() {
    if (this.ring.current) return;
    if (this.gate && this.outbox.phase === "saved") location.assign(this.gate.url);
    const isOffline = this.refill.failed || this.outbox.phase === "waiting";
    this.stage.showStandIn(isOffline ? "dry" : this.refill.isEmpty ? "done" : "loading");
  }

  /** @param {{items?: import("./serving.js").Served[], progress?: object, gate?: {url: string} | null} | undefined} reply */
  take(reply) {
    const unknown = missingKinds(kindsOf(reply?.items ?? []));
    if (unknown.length) {
      // A newer version asks other kinds of questions: their sheets come with the page.
      if (this.outbox.phase === "saved") location.reload();
      else loadKinds(unknown).then(() => this.take(reply));
      return;
    }
    if (reply) this.gate = reply.gate ?? null;
    this.ring.add(reply?.items ?? []);
    showProgress(reply?.progress);
    if (!this.ring.current) this.show(this.ring.next());
  }

  undo() {
    const newest = this.strip.newest();
    if (newest) this.reopen(newest);
    else say(text("nothingToUndo"));
  }

  /** @param {string} id of the answer to change */
  async reopen(id) {
    const serving = await openAnswer(id, this.strip, this.root.dataset.history ?? "");
    if (serving) this.change(serving);
    else showToast(text("reopenFailed"), "warn");
  }

  /** @param {Serving} serving that was answered before */
  change(serving) {
    if (this.ring.current && !this.ring.current.supersedes) this.ring.putBack(this.ring.current);
    this.show(serving);
  }

  /** Something came back: the item on screen stays, and it comes after that. */
  onReturned() {
    if (!this.ring.current) this.show(this.ring.next());
  }

  /** What came back is looked at now; the item on screen waits as it is. */
  showReturned() {
    const serving = this.ring.returned.shift();
    if (serving) this.change(serving);
  }

  /** Leave a reopened answer as it was. */
  keep() {
    if (!this.ring.current?.supersedes) return;
    this.show(this.ring.next());
    this.refill.wanted();
  }

  reconnect() {
    this.outbox.flush();
    this.refill.now();
  }

  /** @param {number} assignment */
  onAnsweredElsewhere(assignment) {
    this.ring.drop(assignment);
    const isShown = this.ring.current?.assignment === assignment && !this.ring.current.supersedes;
    if (isShown) this.show(this.ring.next());
    this.refill.wanted();
  }

  /** @param {{results: import("./outbox.js").Result[], reply?: import("./outbox.js").Reply}} detail */
  onSettled({ results, reply }) {
    for (const { id, status } of results) {
      if (status < 500) this.strip.mark(id, status < 300 ? "saved" : "refused");
      // What was not taken may be handed out again, for instance under a newer version.
      if (status >= 400) this.ring.answered.delete(this.strip.assignment(id));
    }
    this.take(reply);
    if (reply) this.refill.heard(reply.items.length);
    if (reply) this.returned.soon();
    if (results.some(({ status }) => status >= 400)) this.refusedAnswers.draw();
  }
}
