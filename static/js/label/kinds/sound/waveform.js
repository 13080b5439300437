// @ts-check
// How loud a file is over time. Decoded once per file at a low rate, kept as one number per hundredth of a second.

const MOST_BYTES = 30 * 2 ** 20;
const MOST_SECONDS = 45 * 60; // a longer file would fill the memory when decoded
const RATE = 8000; // samples per second while decoding
export const PER_SECOND = 100;

/** @typedef {{peaks: Float32Array, duration: number}} Waveform */

/** @type {Map<string, Promise<Waveform | null>>} */
const known = new Map();

/** @param {string} url @param {number} seconds 0 when unknown @returns {Promise<Waveform | null>} null: too large, or not to be decoded here */
export const waveformOf = (url, seconds) => {
  const found = known.get(url) ?? load(url, seconds).catch(() => null);
  known.clear(); // one file is on screen at a time
  known.set(url, found);
  return found;
};

/** @param {string} url @param {number} seconds @returns {Promise<Waveform | null>} */
const load = async (url, seconds) => {
  if (seconds > MOST_SECONDS) return null;
  const response = await fetch(url);
  if (!response.ok || Number(response.headers.get("content-length")) > MOST_BYTES) {
    await response.body?.cancel();
    return null;
  }
  const bytes = await response.arrayBuffer();
  if (bytes.byteLength > MOST_BYTES) return null;
  const sound = await new OfflineAudioContext(1, 1, RATE).decodeAudioData(bytes);
  return { peaks: peaksOf(sound), duration: sound.duration };
};

/** The largest amplitude of any channel, 0 to 1. @param {AudioBuffer} sound */
const peaksOf = (sound) => {
  const step = sound.sampleRate / PER_SECOND;
  const peaks = new Float32Array(Math.ceil(sound.length / step));
  for (let channel = 0; channel < sound.numberOfChannels; channel += 1) {
    const samples = sound.getChannelData(channel);
    for (let n = 0; n < samples.length; n += 1) {
      const place = Math.floor(n / step);
      const loud = Math.abs(samples[n]);
      if (loud > peaks[place]) peaks[place] = loud;
    }
  }
  return peaks;
};

/** The largest peak of each column. @param {Float32Array} peaks @param {number} from @param {number} span seconds @param {number} columns */
export const columnsOf = (peaks, from, span, columns) => {
  const loud = new Float32Array(columns);
  for (let column = 0; column < columns; column += 1) {
    const first = Math.floor((from + (span * column) / columns) * PER_SECOND);
    const last = Math.max(first + 1, Math.floor((from + (span * (column + 1)) / columns) * PER_SECOND));
    for (let n = first; n < last && n < peaks.length; n += 1) loud[column] = Math.max(loud[column], peaks[n]);
  }
  return loud;
};
