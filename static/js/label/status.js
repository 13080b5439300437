// @ts-check
// Saved state and progress: what the bar above the item says.
import { say } from "../live.js";
import { showToast } from "../toasts.js";
import { fillIn, text } from "./strings.js";

/** @typedef {import("./outbox.js").Outbox} Outbox */

const state = /** @type {HTMLElement} */ (document.getElementById("saved-state"));
const stateText = /** @type {HTMLElement} */ (document.getElementById("saved-text"));
const bar = /** @type {HTMLProgressElement} */ (document.getElementById("progress"));
const barText = /** @type {HTMLElement} */ (document.getElementById("progress-text"));
const time = new Intl.DateTimeFormat(document.documentElement.lang, { timeStyle: "short" });

const ALOUD = { offline: "offlineAloud", "signed-out": "signedOut", blocked: "blocked" };
let told = "";

/** @param {Outbox} outbox */
const showState = ({ phase, pending, refused, savedAt }) => {
  const shown = phase === "saved" && refused ? "refused" : phase;
  const sentence = {
    saved: savedAt ? text("savedAt", { time: time.format(savedAt) }) : text("saved"),
    saving: text("saving"),
    waiting: text("waiting", { count: pending }),
    refused: text("refused", { count: refused }),
  }[shown];
  if (state.dataset.state !== shown) state.dataset.state = shown;
  if (stateText.textContent !== sentence) stateText.textContent = sentence;
};

/** Trouble and its end are said aloud once; ordinary saving is not. @param {string} phase @param {string} [reason] */
const tell = (phase, reason, isDurable = true) => {
  if (phase === "waiting" && reason && reason !== told) {
    told = reason;
    const key = ALOUD[/** @type {keyof ALOUD} */ (reason)];
    const sentence = text(reason === "offline" && !isDurable ? "memoryWarning" : key);
    say(sentence);
    state.title = sentence;
    if (reason !== "offline") showToast(sentence, "warn");
  } else if (phase === "saved" && told) {
    told = "";
    state.title = "";
    say(text("onlineAloud"));
  }
};

/** @param {Outbox} outbox */
export const followOutbox = (outbox) => {
  outbox.addEventListener("phase", (event) => {
    const { phase, reason } = /** @type {CustomEvent} */ (event).detail;
    showState(outbox);
    tell(phase, reason, outbox.store.isDurable);
  });
  outbox.addEventListener("settled", () => showState(outbox));
};

/** @param {{done?: number, total?: number, mine?: number} | undefined} progress */
export const showProgress = (progress) => {
  if (progress?.total === undefined) return;
  const { done = 0, total, mine = 0 } = progress;
  bar.max = Math.max(total, 1);
  bar.value = done;
  barText.textContent = fillIn(barText.dataset.text ?? "", { done, total, mine });
};
