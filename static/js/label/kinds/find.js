// @ts-check
// Finding a class in a long list: what does not match is hidden, Enter takes the first that is left.

document.addEventListener("input", (event) => {
  const field = /** @type {HTMLInputElement} */ (event.target);
  if (!field.matches("[data-find]")) return;
  const words = field.value.normalize("NFKC").toLowerCase().split(/\s+/).filter(Boolean);
  for (const choice of field.closest("[data-question]")?.querySelectorAll(".choice") ?? []) {
    const name = (choice.textContent ?? "").normalize("NFKC").toLowerCase();
    /** @type {HTMLElement} */ (choice).hidden = !words.every((word) => name.includes(word));
  }
});

document.addEventListener("keydown", (event) => {
  const field = /** @type {HTMLInputElement} */ (event.target);
  if (!(field instanceof HTMLInputElement) || !field.matches("[data-find]") || event.isComposing) return;
  if (event.key === "Escape" && field.value) {
    field.value = "";
    field.dispatchEvent(new Event("input", { bubbles: true }));
    event.stopPropagation();
  }
  if (event.key !== "Enter" || event.ctrlKey || event.metaKey) return;
  event.preventDefault();
  const first = /** @type {HTMLElement | null} */ (field.closest("[data-question]")?.querySelector(".choice:not([hidden]) input") ?? null);
  if (!field.value || !first) return;
  first.closest("label")?.dispatchEvent(new MouseEvent("click", { bubbles: true, cancelable: true, detail: 1 }));
  field.value = "";
  field.dispatchEvent(new Event("input", { bubbles: true }));
});
