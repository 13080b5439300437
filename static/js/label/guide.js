// @ts-check
// The rules beside the item: a drawer for the whole guideline, and a search over both.
import { say } from "../live.js";
import { fillIn, text } from "./strings.js";

const panel = /** @type {HTMLDialogElement} */ (document.getElementById("guide"));
const query = /** @type {HTMLInputElement} */ (document.getElementById("guide-query"));
const none = /** @type {HTMLElement} */ (document.getElementById("guide-none"));
const other = /** @type {HTMLElement} */ (document.getElementById("guide-other"));
const whole = /** @type {HTMLDetailsElement} */ (document.getElementById("guide-full"));
const rules = [...panel.querySelectorAll(".rule")].map((rule) => ({
  row: /** @type {HTMLElement} */ (rule),
  words: (rule.textContent ?? "").normalize("NFC").toLowerCase(),
}));
const isWide = matchMedia("(width >= 60rem)");
let openedBySearch = false;

const openDrawer = () => {
  if (panel.matches(":modal")) return;
  panel.close();
  panel.showModal();
};

// Beside the item the panel is an open dialog that is not modal; closing the drawer returns it there.
panel.addEventListener("close", () => {
  if (panel.matches(":modal")) return;
  panel.setAttribute("open", "");
  whole.open = false;
});

export const toggleGuide = () => {
  if (panel.matches(":modal")) {
    panel.close();
    return;
  }
  whole.open = true;
  openDrawer();
  /** @type {HTMLElement | null} */ (panel.querySelector(".guide-body"))?.focus();
};

export const searchGuide = () => {
  if (!isWide.matches) openDrawer();
  query.focus();
  query.select();
};

/** @param {string} needle @param {Node} root */
const rangesOf = (needle, root) => {
  const ranges = [];
  const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const words = (node.nodeValue ?? "").toLowerCase();
    for (let at = words.indexOf(needle); at >= 0; at = words.indexOf(needle, at + needle.length)) {
      const range = new Range();
      range.setStart(node, at);
      range.setEnd(node, at + needle.length);
      ranges.push(range);
    }
  }
  return ranges;
};

/** @param {string} needle */
const highlight = (needle) => {
  if (!CSS.highlights) return; // older browsers filter without marks
  const ranges = needle ? rangesOf(needle, /** @type {Node} */ (panel.querySelector(".guide-body"))) : [];
  CSS.highlights.set("guide-matches", new Highlight(...ranges));
};

const search = () => {
  const needle = query.value.normalize("NFC").trim().toLowerCase();
  let found = 0;
  for (const { row, words } of rules) {
    row.hidden = !words.includes(needle);
    found += row.hidden ? 0 : 1;
  }
  const inProse = (whole.textContent ?? "").toLowerCase().includes(needle);
  if (needle && inProse && !found) {
    openedBySearch = !whole.open;
    whole.open = true;
  } else if (openedBySearch && !needle) {
    openedBySearch = false;
    whole.open = false;
  }
  none.hidden = found > 0 || !rules.length;
  highlight(needle);
  if (needle) say(text("matches", { count: found }));
};

/** An item keeps the version it was served with; say so when the rules beside it are others. @param {number} number */
export const compareVersion = (number) => {
  const shown = Number(other.dataset.shown);
  other.hidden = number === shown;
  other.textContent = other.hidden ? "" : fillIn(other.dataset.text ?? "", { number, shown });
};

/** Lights up the rules about a choice. @param {Element} choice */
const relate = (choice) => {
  const question = /** @type {HTMLElement | null} */ (choice.closest("[data-question]"))?.dataset.question;
  const key = `${question}.${choice.querySelector("input")?.value}`;
  let first = true;
  for (const { row } of rules) {
    const isAbout = (row.dataset.choices ?? "").split(" ").includes(key);
    row.classList.toggle("is-about", isAbout);
    if (isAbout && first && !panel.matches(":modal")) row.scrollIntoView({ block: "nearest" });
    if (isAbout) first = false;
  }
};

/** @param {Event} event */
const onChoice = (event) => {
  const choice = /** @type {Element} */ (event.target).closest("#slot .choice");
  if (choice && isWide.matches) relate(choice);
};

/** @param {() => void} backToItem */
export const startGuide = (backToItem) => {
  document.addEventListener("pointerover", onChoice);
  document.addEventListener("focusin", onChoice);
  query.addEventListener("input", search);
  query.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || event.isComposing) return;
    event.preventDefault();
    event.stopPropagation();
    if (query.value) {
      query.value = "";
      search();
    } else if (panel.matches(":modal")) panel.close();
    else backToItem();
  });
};
