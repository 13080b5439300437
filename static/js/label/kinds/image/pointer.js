// @ts-check
// Mouse, pen and fingers on the image. One finger or button draws, two fingers move and zoom.

const STEADY = 4; // screen pixels that a click may tremble
const SLACK = { mouse: 6, pen: 8, touch: 16 };

/** @typedef {{clientX: number, clientY: number}} Spot */

/** @param {import("./view.js").View} view */
export const watchPointer = (view) => new Pointer(view);

class Pointer {
  /** @param {import("./view.js").View} view */
  constructor(view) {
    this.view = view;
    /** @type {Map<number, Spot>} */
    this.spots = new Map();
    this.mode = /** @type {"idle" | "draw" | "pan" | "pinch"} */ ("idle");
    this.isSpace = false;
    this.hasMoved = false;
    this.first = /** @type {Spot} */ ({ clientX: 0, clientY: 0 });
    const { frame } = view;
    frame.addEventListener("pointerdown", (event) => this.#down(event));
    frame.addEventListener("pointermove", (event) => this.#move(event));
    frame.addEventListener("pointerup", (event) => this.#up(event));
    frame.addEventListener("pointercancel", (event) => this.#lost(event));
    frame.addEventListener("wheel", (event) => this.#wheel(event), { passive: false });
    frame.addEventListener("keydown", (event) => this.#space(event, true));
    frame.addEventListener("keyup", (event) => this.#space(event, false));
    frame.addEventListener("blur", () => this.#hold(false));
  }

  /** @param {PointerEvent} event */
  #down(event) {
    if (event.button > 1) return;
    const { view } = this;
    this.spots.set(event.pointerId, event);
    view.frame.setPointerCapture(event.pointerId);
    if (this.spots.size === 2) {
      if (this.mode === "draw") view.drawer?.cancel();
      this.mode = "pinch";
    }
    if (this.spots.size > 1) return;
    this.first = event;
    this.hasMoved = false;
    const handle = /** @type {HTMLElement | null} */ (/** @type {Element} */ (event.target).closest("[data-handle]"));
    const slack = view.length(SLACK[/** @type {keyof SLACK} */ (event.pointerType)] ?? SLACK.mouse);
    const isTaken = !this.isSpace && event.button === 0 && view.drawer?.grab(view.at(event), slack, handle);
    this.mode = isTaken ? "draw" : "pan";
    if (event.button === 1) event.preventDefault();
  }

  /** @param {PointerEvent} event */
  #move(event) {
    const { view } = this;
    const before = this.spots.get(event.pointerId);
    if (!before) {
      view.drawer?.hover(view.at(event));
      return;
    }
    const { clientX, clientY } = event;
    this.hasMoved ||= Math.hypot(clientX - this.first.clientX, clientY - this.first.clientY) > STEADY;
    if (this.mode === "pinch") this.#pinch(event);
    else if (this.mode === "pan" && this.hasMoved) view.panBy(clientX - before.clientX, clientY - before.clientY);
    else if (this.mode === "draw" && this.hasMoved) view.drawer?.drag(view.at(event));
    if (this.mode !== "pan" || this.hasMoved) this.spots.set(event.pointerId, event);
  }

  /** @param {PointerEvent} event one of two fingers moved */
  #pinch(event) {
    const [one, other] = [...this.spots.values()];
    this.spots.set(event.pointerId, event);
    const [newOne, newOther] = [...this.spots.values()];
    if (!other) return;
    const was = middle(one, other);
    const is = middle(newOne, newOther);
    this.view.panBy(is.clientX - was.clientX, is.clientY - was.clientY);
    if (was.apart > 1) this.view.zoomBy(is.apart / was.apart, is);
  }

  /** @param {PointerEvent} event */
  #up(event) {
    const { view, mode, hasMoved } = this;
    if (!this.spots.delete(event.pointerId) || this.spots.size) return;
    this.mode = "idle";
    if (mode === "draw") view.drawer?.drop(view.at(event), hasMoved);
    else if (mode === "pan" && !hasMoved) view.drawer?.pick(view.at(event), view.length(SLACK.touch));
  }

  /** @param {PointerEvent} event */
  #lost(event) {
    if (this.mode === "draw") this.view.drawer?.cancel();
    this.spots.delete(event.pointerId);
    if (!this.spots.size) this.mode = "idle";
  }

  /** A pinch on a touch pad arrives as a wheel with Ctrl; a plain wheel scrolls the page. @param {WheelEvent} event */
  #wheel(event) {
    if (!event.ctrlKey && !event.metaKey) return;
    event.preventDefault();
    const lines = event.deltaMode === WheelEvent.DOM_DELTA_LINE ? 16 : 1;
    this.view.zoomBy(Math.exp(-Math.max(-60, Math.min(60, event.deltaY * lines)) / 200), event);
  }

  /** Space held on the image itself; on a button it presses that. @param {KeyboardEvent} event @param {boolean} isDown */
  #space(event, isDown) {
    if (event.code !== "Space" || event.target !== this.view.frame) return;
    event.preventDefault();
    this.#hold(isDown);
  }

  /** @param {boolean} isSpace */
  #hold(isSpace) {
    this.isSpace = isSpace;
    this.view.frame.classList.toggle("is-held", isSpace);
  }
}

/** @param {Spot} one @param {Spot} other */
const middle = (one, other) => ({
  clientX: (one.clientX + other.clientX) / 2,
  clientY: (one.clientY + other.clientY) / 2,
  apart: Math.hypot(one.clientX - other.clientX, one.clientY - other.clientY),
});
