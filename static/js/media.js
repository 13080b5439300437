// @ts-check
// Files that are dropped or chosen are sent one by one, each with its progress and its own answer.
// Without this module the form sends them all at once.
import { csrfToken } from "./csrf.js";
import { say } from "./live.js";

const AT_ONCE = 2;

/**
 * @typedef {object} Answer
 * @property {number} [added]
 * @property {number} [known]
 * @property {string} [message]
 */

/**
 * @param {string} url
 * @param {File} file
 * @param {(share: number) => void} onProgress
 * @returns {Promise<{ok: boolean, answer: Answer}>}
 */
const send = (url, file, onProgress) =>
  new Promise((resolve) => {
    const request = new XMLHttpRequest();
    const failed = () => resolve({ ok: false, answer: {} });
    request.open("POST", url);
    request.setRequestHeader("Accept", "application/json");
    request.setRequestHeader("X-CSRFToken", csrfToken());
    request.responseType = "json";
    request.upload.addEventListener("progress", (event) => {
      if (event.lengthComputable) onProgress(event.loaded / event.total);
    });
    request.addEventListener("load", () =>
      resolve({ ok: request.status === 200, answer: request.response ?? {} }),
    );
    request.addEventListener("error", failed);
    request.addEventListener("abort", failed);
    const body = new FormData();
    body.append("files", file, file.name);
    request.send(body);
  });

/** @param {HTMLFormElement} form */
const start = (form) => {
  const input = /** @type {HTMLInputElement} */ (form.querySelector("input[type=file]"));
  const list = /** @type {HTMLElement} */ (form.querySelector("[data-uploads]"));
  const again = /** @type {HTMLElement} */ (form.querySelector("[data-show]"));
  const words = form.dataset;
  /** @type {(() => Promise<void>)[]} */
  const waiting = [];
  let running = 0;
  let refused = 0;

  /** @param {File} file */
  const row = (file) => {
    const line = document.createElement("li");
    const name = document.createElement("span");
    const bar = document.createElement("progress");
    name.className = "truncate";
    name.textContent = file.name;
    bar.max = 1;
    bar.value = 0;
    bar.setAttribute("aria-label", file.name);
    line.append(name, bar);
    list.append(line);
    return { line, bar };
  };

  /** @param {File} file */
  const add = (file) => {
    const { line, bar } = row(file);
    waiting.push(async () => {
      const { ok, answer } = await send(form.action, file, (share) => {
        bar.value = share;
      });
      const state = document.createElement("span");
      if (ok) {
        state.className = "badge ok";
        state.textContent = (answer.added ? words.added : words.known) ?? "";
      } else {
        refused += 1;
        state.className = "problem";
        state.textContent = answer.message || words.failed || "";
      }
      bar.remove();
      line.append(state);
    });
  };

  const next = () => {
    while (running < AT_ONCE && waiting.length) {
      const work = /** @type {() => Promise<void>} */ (waiting.shift());
      running += 1;
      work().finally(() => {
        running -= 1;
        next();
      });
    }
    if (running || waiting.length) return;
    // What was refused must stay readable, so the page is only renewed by itself without it.
    if (!refused) window.location.reload();
    again.hidden = false;
    say(words.done ?? "");
  };

  /** @param {Iterable<File>} files */
  const take = (files) => {
    for (const file of files) add(file);
    if (waiting.length) next();
  };

  /** @type {HTMLElement} */ (form.querySelector("[data-send]")).hidden = true;
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    take(input.files ?? []);
    input.value = "";
  });
  input.addEventListener("change", () => form.requestSubmit());
  form.addEventListener("dragover", (event) => {
    event.preventDefault();
    form.classList.add("over");
  });
  form.addEventListener("dragleave", () => form.classList.remove("over"));
  form.addEventListener("drop", (event) => {
    event.preventDefault();
    form.classList.remove("over");
    take(event.dataTransfer?.files ?? []);
  });
};

for (const form of document.querySelectorAll("form[data-upload]")) {
  start(/** @type {HTMLFormElement} */ (form));
}
