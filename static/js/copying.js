// @ts-check
// Copy buttons: the text of the block they stand in.
import { say, sentence } from "./live.js";

document.addEventListener("click", async (event) => {
  const button = /** @type {Element} */ (event.target).closest("[data-copy]");
  if (!button) return;
  const code = button.parentElement?.querySelector("code, input");
  const text = code instanceof HTMLInputElement ? code.value : (code?.textContent ?? "");
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    // The clipboard is refused without HTTPS: select the text so that one shortcut finishes it.
    if (code) getSelection()?.selectAllChildren(code);
    return;
  }
  button.classList.add("done");
  say(sentence("copied"));
  setTimeout(() => button.classList.remove("done"), 1500);
});
