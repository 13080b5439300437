// @ts-check
// Opens an answer of one's own again: from this page's memory, else from the server.
import { loadKinds } from "./kinds.js";
import { Serving } from "./serving.js";

/**
 * @param {string} id
 * @param {import("./strip.js").Strip} strip
 * @param {string} historyUrl
 * @returns {Promise<Serving | null>}
 */
export const openAnswer = async (id, strip, historyUrl) => {
  const local = strip.local.get(id);
  if (local) {
    const { serving, values } = local;
    serving.supersedes = id;
    serving.fill(values);
    serving.summaryBefore = strip.summary(id);
    return serving;
  }
  const serving = await fetchAnswer(id, historyUrl);
  if (serving) serving.summaryBefore = strip.summary(id) || serving.summaryBefore;
  return serving;
};

/** From the server, with what a reviewer said about it. @param {string} id @param {string} historyUrl @returns {Promise<Serving | null>} */
export const fetchAnswer = async (id, historyUrl) => {
  try {
    const response = await fetch(`${historyUrl}${id}/`, {
      headers: { Accept: "application/json" },
      redirect: "manual",
    });
    if (response.status !== 200) return null;
    const served = await response.json();
    await loadKinds(served.kinds);
    const serving = Serving.parse(served);
    serving.supersedes ??= id;
    serving.summaryBefore ||= serving.summary();
    return serving;
  } catch {
    return null;
  }
};
