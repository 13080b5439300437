// @ts-check
// Digits choose and check in training, as they do while labeling.

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  const form = /** @type {HTMLFormElement | null} */ (document.querySelector("#training-form"));
  const target = /** @type {HTMLElement} */ (event.target);
  if (!form || target.matches("textarea, input:not([type=radio]), select")) return;
  const key = /^(?:Digit|Numpad)([1-9])$/.exec(event.code)?.[1] ?? event.key.toLowerCase();
  const question = [...form.querySelectorAll("[data-question]")].find((each) => !each.querySelector(":checked")) ?? form;
  const radio = [...question.querySelectorAll("input[data-hotkey]")].find(
    (each) => /** @type {HTMLElement} */ (each).dataset.hotkey === key,
  );
  if (!(radio instanceof HTMLInputElement)) return;
  event.preventDefault();
  radio.checked = true;
  const isComplete = [...form.querySelectorAll("[data-question]")].every((each) => each.querySelector(":checked"));
  if (isComplete) form.requestSubmit();
});
