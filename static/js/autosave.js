// @ts-check
// The draft saves itself a moment after the last key. What could not be saved is always said.
import { csrfToken } from "./csrf.js";

const QUIET_MS = 1500;
const RETRY_MS = 10_000;

let timer = 0;
let running = false;
let typedSince = false;

const form = () => /** @type {HTMLFormElement | null} */ (document.querySelector("form[data-autosave]"));

/** @param {"saving" | "saved" | "waiting" | "conflict" | "faulty"} state @param {string} [time] */
const tell = (state, time = "") => {
  const line = form()?.querySelector("[data-autosave-state]");
  if (!(line instanceof HTMLElement)) return;
  line.textContent = (line.dataset[state] ?? "").replace("{time}", time);
  line.className = `badge ${{ saving: "", saved: "ok", waiting: "warn", conflict: "bad", faulty: "warn" }[state]}`;
};

const plan = (wait = QUIET_MS) => {
  clearTimeout(timer);
  timer = setTimeout(save, wait);
};

const save = async () => {
  const draft = form();
  if (!draft || running) return;
  running = true;
  typedSince = false;
  tell("saving");
  const body = new FormData(draft);
  body.set("do", "autosave");
  try {
    const response = await fetch(draft.action, {
      method: "POST",
      body,
      redirect: "manual",
      headers: { Accept: "application/json", "X-CSRFToken": csrfToken() },
    });
    if (response.ok) saved(draft, await response.json());
    else if (response.status === 409) tell("conflict");
    else if (response.status === 422) tell("faulty");
    else throw new Error(String(response.status));
  } catch {
    tell("waiting");
    plan(RETRY_MS);
  }
  running = false;
  if (typedSince) plan();
};

/** @param {HTMLFormElement} draft @param {{revision: number, time: string}} reply */
const saved = (draft, reply) => {
  const revision = /** @type {HTMLInputElement | null} */ (draft.elements.namedItem("revision"));
  if (revision) revision.value = String(reply.revision);
  tell("saved", reply.time);
  if (!typedSince) {
    draft.dataset.unsaved = "no";
    document.dispatchEvent(new Event("saved"));
  }
};

document.addEventListener("input", (event) => {
  if (!(/** @type {Element} */ (event.target).closest("form[data-autosave]"))) return;
  typedSince = true;
  if (!running) plan();
});
// A row was added or moved by the server: the form is new, and not stored yet.
document.addEventListener("htmx:afterSettle", () => {
  if (form()?.dataset.unsaved === "yes") plan();
});
