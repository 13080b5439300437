// @ts-check
// Messages in the corner. Good news leaves by itself, trouble stays until dismissed.

const STAY_MS = 8000;
const box = /** @type {HTMLElement} */ (document.getElementById("toasts"));
const LEVELS = ["ok", "warn", "bad", "note"];

/** @param {HTMLElement} toast */
const leaveLater = (toast) => {
  if (toast.matches(".bad, .warn")) return;
  let timer = setTimeout(() => toast.remove(), STAY_MS);
  toast.addEventListener("pointerenter", () => clearTimeout(timer));
  toast.addEventListener("focusin", () => clearTimeout(timer));
  toast.addEventListener("pointerleave", () => {
    timer = setTimeout(() => toast.remove(), STAY_MS);
  });
};

/** @param {string} text @param {string} [level] */
export const showToast = (text, level = "note") => {
  const template = /** @type {HTMLTemplateElement} */ (document.getElementById("toast-template"));
  const toast = /** @type {HTMLElement} */ (template.content.firstElementChild?.cloneNode(true));
  toast.classList.remove(...LEVELS);
  toast.classList.add(LEVELS.includes(level) ? level : "note");
  const line = toast.querySelector("p");
  if (line) line.textContent = text;
  box.append(toast);
  leaveLater(toast);
};

for (const toast of box.querySelectorAll(".toast")) leaveLater(/** @type {HTMLElement} */ (toast));
box.addEventListener("click", (event) => {
  const button = /** @type {Element} */ (event.target).closest("[data-dismiss]");
  button?.closest(".toast")?.remove();
});
// The server may answer an htmx request with `HX-Trigger: {"toast": {"level": "ok", "text": "…"}}`.
document.addEventListener("toast", (event) => {
  const { text, level } = /** @type {CustomEvent} */ (event).detail;
  showToast(text, level);
});
