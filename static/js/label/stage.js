// @ts-check
// The place of the item: swaps nodes, keeps focus and title right, shows what stands in for an item.
import { say } from "../live.js";
import { text } from "./strings.js";

/** @typedef {import("./serving.js").Serving} Serving */

export class Stage {
  /** @param {string} projectName */
  constructor(projectName) {
    this.projectName = projectName;
    this.slot = /** @type {HTMLElement} */ (document.getElementById("slot"));
    this.submit = document.getElementById("submit");
    this.reopened = /** @type {HTMLElement} */ (document.getElementById("reopened"));
    this.reopenedAnswer = /** @type {HTMLElement} */ (document.getElementById("reopened-answer"));
    this.needingItem = /** @type {HTMLButtonElement[]} */ ([...document.querySelectorAll("[data-needs-item]")]);
    this.standIn = this.slot.querySelector("#item-form") ? "" : "loading";
  }

  /** @param {Serving | null} serving @param {{isDrawn: boolean}} how whether its node is in place */
  show(serving, { isDrawn }) {
    if (!this.reopened.hidden) this.reopened.hidden = true;
    for (const button of this.needingItem) button.disabled = !serving;
    if (!serving) return;
    this.standIn = "";
    if (!isDrawn) this.slot.replaceChildren(serving.form);
    document.title = `${serving.external} · ${this.projectName} · labelhub`;
    if (!isDrawn) this.focus();
  }

  /** @param {"loading" | "dry" | "done"} name */
  showStandIn(name) {
    if (this.standIn === name) return;
    this.standIn = name;
    const template = /** @type {HTMLTemplateElement} */ (document.getElementById(`state-${name}`));
    this.slot.replaceChildren(template.content.cloneNode(true));
    document.title = `${this.projectName} · labelhub`;
    this.focus();
    say(text(`${name}Aloud`));
  }

  /** @param {string} answer */
  showReopened(answer) {
    this.reopenedAnswer.textContent = answer;
    this.reopened.hidden = false;
    say(text("reopenedAloud", { answer }));
  }

  focus() {
    if (document.querySelector("dialog:modal")) return;
    const target = this.slot.querySelector("#item-text, [data-focus]");
    /** @type {HTMLElement | null} */ (target)?.focus({ preventScroll: true });
  }
}
