// @ts-check
// What is sent about a finished item. The id is made here, so that a repeated send is recognised.
import { newId } from "./clock.js";

/**
 * @param {import("./serving.js").Serving} serving
 * @param {{kind: "answer" | "skip", reason: string, activeMs: number, screen: string}} finished
 * @returns {import("./store.js").Answer}
 */
export const answerFor = (serving, { kind, reason, activeMs, screen }) => ({
  id: newId(),
  assignment: serving.assignment,
  kind,
  values: kind === "answer" ? serving.values() : {},
  supersedes: serving.supersedes,
  version: serving.version,
  started_at: serving.startedAt,
  submitted_at: new Date().toISOString(),
  active_ms: activeMs,
  reason,
  comment: "",
  screen,
});
