// @ts-check
// Half-done answers are kept on the server, so that another device or a reload finds them.
import { sendJson } from "../csrf.js";

const QUIET_MS = 1200;

/**
 * @param {string} url
 * @param {() => import("./serving.js").Serving | null} current
 * @returns {() => void} to be called after each change of an unfinished answer
 */
export const draftSaver = (url, current) => {
  let timer = 0;
  return () => {
    clearTimeout(timer);
    const serving = current();
    if (!serving || serving.supersedes) return;
    timer = setTimeout(() => {
      if (current() !== serving || serving.supersedes) return; // answered meanwhile, perhaps opened again
      // A draft that is lost costs a key press; it is not worth a message.
      sendJson(`${url}${serving.assignment}/`, { values: serving.values() }, { method: "PUT" }).catch(() => {});
    }, QUIET_MS);
  };
};
