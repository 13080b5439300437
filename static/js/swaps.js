// @ts-check
// What every htmx swap needs: focus is never lost, progress is announced, failures are told.
import { say, sentence } from "./live.js";
import { showToast } from "./toasts.js";

/** Focus the part that asks for it, but only when the swap took the focus away. */
document.addEventListener("htmx:afterSettle", (event) => {
  const target = /** @type {HTMLElement} */ (event.target);
  const invalid = /** @type {HTMLElement | null} */ (target.querySelector?.("[aria-invalid=true]"));
  if (invalid) {
    invalid.focus();
    return;
  }
  if (document.activeElement && document.activeElement !== document.body) return;
  const wanted = target.matches?.("[data-focus]") ? target : target.querySelector?.("[data-focus]");
  if (wanted) /** @type {HTMLElement} */ (wanted).focus({ preventScroll: false });
});

/** Jobs are announced at every quarter, not every second. */
const quarters = new Map();
document.addEventListener("htmx:afterSettle", (event) => {
  const swapped = /** @type {HTMLElement} */ (event.target);
  const job = document.getElementById(swapped.id);
  if (!job?.dataset.job) return;
  const total = Number(job.dataset.total);
  const quarter = job.dataset.job === "running" && total
    ? Math.floor((4 * Number(job.dataset.done)) / total)
    : job.dataset.job;
  if (quarters.get(job.id) === quarter) return;
  quarters.set(job.id, quarter);
  say(job.querySelector(".job-line")?.textContent?.replace(/\s+/g, " ").trim() ?? "");
});

document.addEventListener("htmx:sendError", () => showToast(sentence("offline"), "bad"));
document.addEventListener("htmx:responseError", (event) => {
  const polled = /** @type {HTMLElement} */ (event.target).matches?.(".job");
  if (!polled) showToast(sentence("failed"), "bad");
});
