// @ts-check
// Answers that a reviewer sent back: they are heard of here, and come next without a reload.
import { say } from "../live.js";
import { fetchAnswer } from "./reopen.js";
import { text } from "./strings.js";

const EVERY_MS = 6000;
/** After an answer: soon, but not with each of a quick row. */
const SOON_MS = 1500;

const notice = /** @type {HTMLElement} */ (document.getElementById("returned"));

export class Returned {
  /**
   * @param {string} url
   * @param {string} historyUrl
   * @param {import("./ring.js").Ring} ring
   * @param {() => void} came what to do when something is there that was not
   */
  constructor(url, historyUrl, ring, came) {
    this.url = url;
    this.historyUrl = historyUrl;
    this.ring = ring;
    this.came = came;
    /** Answers that this screen has shown or will show. @type {Set<string>} */
    this.seen = new Set();
    this.asking = false;
    this.askedAt = 0;
  }

  start() {
    setInterval(() => this.ask(), EVERY_MS);
    document.addEventListener("visibilitychange", () => this.ask());
  }

  /** The person has gone on: by the next item the screen knows what came back. */
  soon() {
    if (Date.now() - this.askedAt > SOON_MS) this.ask();
  }

  async ask() {
    if (this.asking || document.hidden) return;
    this.asking = true;
    this.askedAt = Date.now();
    try {
      const response = await fetch(this.url, { headers: { Accept: "application/json" }, redirect: "manual" });
      if (response.status === 200) await this.#take((await response.json()).returned);
    } catch {
      // The next turn asks again.
    } finally {
      this.asking = false;
    }
  }

  /** @param {string[]} answers ids of what waits to be answered again */
  async #take(answers) {
    for (const id of answers.filter((each) => !this.seen.has(each))) {
      const serving = await fetchAnswer(id, this.historyUrl);
      if (!serving || this.seen.has(id)) continue;
      this.seen.add(id);
      this.ring.returned.push(serving);
      say(text("returnedAloud"));
      this.came();
    }
    this.show();
  }

  /** The notice stands as long as something waits behind the item on screen. */
  show() {
    notice.hidden = !this.ring.returned.length;
  }
}
