// How long the judge waits for an app, and gives it, and the three ways in which a walk, or a part of it, comes to an early end.

/**
 * @typedef {object} Limits all in ms
 * @property {number} handshake until an app has answered SYNC, and again until it has sent INITIALIZED: HubSpot waits for 30 s
 * @property {number} step until a step's message has come, and each of its clicks may take; the step's code, twice as long
 * @property {number} reaction until an app has reacted to HubSpot's message: longer than the rules' own limit for a reaction
 * @property {number} call from answer to end of the first call, at least: seconds mistaken for milliseconds show from 2 s on
 * @property {number} page until a page has answered the browser: one that takes longer is in a loop, or is flooded
 * @property {number} whole until the whole walk is over
 */

/** @type {Limits} */
export const limits = {
  handshake: 32_000,
  step: 10_000,
  reaction: 600,
  call: 2500,
  page: 10_000,
  whole: 300_000,
};

/** The app cannot be loaded, or does not shake hands: it cannot be judged, and why, in a sentence. */
export class NotJudged extends Error {}

/** A step of the walk cannot be gone further, and why, in a sentence. The walk goes on with the next. */
export class NotReached extends Error {}

/** The app does something to the browser that ends the walk at once, and what, in a sentence. */
export class Stopped extends Error {}

/**
 * @template T
 * @param {number} ms
 * @param {Promise<T>} doing
 * @param {() => Error} [late] gives what is thrown when it takes longer
 * @returns {Promise<T>}
 */
export async function within(
  ms,
  doing,
  late = () => new Error(`it took more than ${ms / 1000} s`),
) {
  /** @type {NodeJS.Timeout | undefined} */
  let timer;
  /** @type {Promise<never>} */
  const limit = new Promise((_, reject) => {
    timer = setTimeout(() => reject(late()), ms);
  });
  try {
    return await Promise.race([doing, limit]);
  } finally {
    clearTimeout(timer);
  }
}

/** The first line of what an error says. @param {unknown} error */
export const wordsOf = (error) =>
  String(error instanceof Error ? error.message : error).split("\n")[0] ?? "";
