// @ts-check
// Leaving the page: answers are sent first, leased items are given back at sign-out.
import { sendJson } from "../csrf.js";
import { showToast } from "../toasts.js";
import { text } from "./strings.js";

/**
 * @param {import("./outbox.js").Outbox} outbox
 * @param {import("./ring.js").Ring} ring
 * @param {string} returnUrl
 */
export const watchLeaving = (outbox, ring, returnUrl) => {
  let isWarned = false;

  addEventListener("pagehide", () => outbox.flush({ leaving: true }));
  document.addEventListener("visibilitychange", () => outbox.flush({ leaving: document.hidden }));
  addEventListener("beforeunload", (event) => {
    const isUnkept = !outbox.store.isDurable && outbox.pending;
    if (isUnkept || outbox.writes.size) event.preventDefault();
  });
  document.addEventListener("submit", async (event) => {
    const form = /** @type {HTMLFormElement} */ (event.target);
    if (!("signOut" in form.dataset)) return;
    event.preventDefault();
    await outbox.kept();
    await outbox.flush();
    if (outbox.pending && !isWarned) {
      isWarned = true;
      showToast(text("unsent", { count: outbox.pending }), "warn");
      return;
    }
    // If this fails, the leases run out by themselves.
    await sendJson(returnUrl, { assignments: ring.have() }).catch(() => {});
    form.submit();
  });
};
