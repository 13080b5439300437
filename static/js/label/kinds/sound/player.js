// @ts-check
// Plays the native element: all of it, one segment, round and round, slower and faster.

const SPEEDS = [0.5, 0.75, 1, 1.25, 1.5, 2];

export class Player {
  /** @param {HTMLMediaElement} media @param {() => void} moved the play head is elsewhere, or starts or stops */
  constructor(media, moved) {
    this.media = media;
    this.moved = moved;
    this.isLoop = false;
    /** What is played alone. @type {{start: number, end: number} | null} */
    this.range = null;
    media.addEventListener("play", () => this.#tick());
    for (const name of ["pause", "seeked", "timeupdate", "loadedmetadata", "durationchange", "ratechange"]) {
      media.addEventListener(name, () => this.#check());
    }
  }

  get now() {
    return this.media.currentTime;
  }

  get isPlaying() {
    return !this.media.paused;
  }

  #tick() {
    this.#check();
    if (this.isPlaying) requestAnimationFrame(() => this.#tick());
  }

  #check() {
    const { range, media } = this;
    if (range && this.isPlaying && media.currentTime >= range.end) {
      if (!this.isLoop) {
        media.pause();
        this.range = null;
      }
      media.currentTime = this.isLoop ? range.start : range.end;
    }
    this.moved();
  }

  /** A browser may refuse to play before the first press; then nothing happens. */
  async #play() {
    await this.media.play().catch(() => {});
  }

  toggle() {
    if (this.isPlaying) {
      this.media.pause();
      return;
    }
    if (!this.isLoop) this.range = null;
    this.#play();
  }

  /** @param {{start: number, end: number}} range */
  playRange(range) {
    this.range = range;
    this.media.currentTime = range.start;
    this.#play();
  }

  /** @param {boolean} isLoop @param {{start: number, end: number} | null} range the whole when null */
  setLoop(isLoop, range) {
    this.isLoop = isLoop;
    this.range = isLoop ? range : null;
    this.media.loop = isLoop && !range;
  }

  /** @param {number} moment */
  seek(moment) {
    const { duration } = this.media;
    this.media.currentTime = Math.max(0, Math.min(moment, Number.isFinite(duration) ? duration : moment));
    this.moved();
  }

  /** @param {1 | -1} step */
  changeSpeed(step) {
    const at = SPEEDS.indexOf(this.media.playbackRate);
    const next = SPEEDS[Math.max(0, Math.min((at < 0 ? SPEEDS.indexOf(1) : at) + step, SPEEDS.length - 1))];
    this.media.playbackRate = next;
    return next;
  }
}
