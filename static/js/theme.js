// Runs in <head> before the first paint, so that the chosen colours never flash. A classic script.
"use strict";
(() => {
  const root = document.documentElement;
  const read = () => {
    try {
      return localStorage.getItem("theme") || "auto";
    } catch {
      return "auto"; // storage is forbidden: follow the device
    }
  };
  root.classList.add("js");
  const apply = (theme) => {
    root.dataset.theme = theme;
    for (const button of document.querySelectorAll("[data-theme-switch] button")) {
      button.setAttribute("aria-pressed", String(button.value === theme));
    }
  };
  apply(read());
  document.addEventListener("DOMContentLoaded", () => apply(read()));
  document.addEventListener("click", (event) => {
    const button = event.target.closest?.("[data-theme-switch] button");
    if (!button) return;
    try {
      localStorage.setItem("theme", button.value);
    } catch {
      // not remembered, but applied
    }
    apply(button.value);
  });
  window.addEventListener("storage", (event) => {
    if (event.key === "theme") apply(read());
  });
})();
