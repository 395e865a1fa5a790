// Walks a calling app through the local HubSpot, in each place where HubSpot shows apps: what needs no clicks, then whole calls by the app's own steps.
import { limits as defaults, NotJudged, NotReached, Stopped, within, wordsOf } from "./limits.mjs";
import { everywhere, placeFor, placeNames } from "./places.mjs";
import {
  inbound,
  NoCall,
  oneAfterAnother,
  outbound,
  tour,
  turnedAway,
  unattended,
} from "./tour.mjs";
import { Visit } from "./visit.mjs";

/** @import { FrameLocator, Page } from "@playwright/test" */
/** @import { Message, Session } from "../rules/session.ts" */
/** @import { Limits } from "./limits.mjs" */
/** @import { AppSettings, Place } from "./places.mjs" */
/** @import { Part, TourStep } from "./tour.mjs" */

/**
 * An app's clicks, all optional: what the app does by itself, or cannot do, is left out. See steps.mjs, which are our widget's.
 * @typedef {Partial<Record<StepName, (widget: FrameLocator, numbers: { from: string, to: string }) => unknown>>} Steps
 * @typedef {"logIn" | "goAvailable" | "startCall" | "receiveCall" | "openRecord" | "answerCall" | "endCall" | "transferCall" | "finalizeCall" | "completeCall" | "others"} StepName
 */

/** @type {readonly StepName[]} */
export const stepNames = [
  "logIn",
  "goAvailable",
  "startCall",
  "receiveCall",
  "openRecord",
  "answerCall",
  "endCall",
  "transferCall",
  "finalizeCall",
  "completeCall",
  "others",
];

/** @typedef {{ address: string, url: string, steps: Steps, limits: Limits }} Options of a visit */

/**
 * @param {() => Promise<Page>} newPage gives a page of a browser that remembers nothing, and to which `address` is the local HubSpot
 * @param {object} options
 * @param {string} options.address HubSpot's
 * @param {string} options.url the app's
 * @param {Steps | undefined} [options.steps] without any, no whole calls are walked
 * @param {AppSettings | undefined} [options.settings] the app's calling settings: it is walked where they put it, and without them everywhere
 * @param {readonly Part[]} [options.parts] those of the tour's that are walked, where the app has them; without any given, all
 * @param {Partial<Limits>} [options.limits]
 * @param {(what: string) => void} [options.say] hears what is being done
 * @returns {Promise<{ sessions: Session[], stopped?: string }>} the sessions, to be judged one by one, and merged; and what the app did that ended the walk early
 * @throws NotJudged when the app cannot be loaded, or shakes hands nowhere
 */
export async function walk(
  newPage,
  { address, url, steps, settings, parts = tour, limits, say = () => {} },
) {
  const options = { address, url, steps: steps ?? {}, limits: { ...defaults, ...limits } };
  const places = settings ? [placeFor(settings)] : everywhere;
  const stop = new Stop(options.limits.whole, url);
  try {
    const results = await Promise.all(
      places.map(async (place, index) => {
        const walks = partsOf(place, index === 0, steps, settings !== undefined)
          .filter((part) => parts.includes(part))
          .map((part) => new Walk(newPage, place, part, options, stop, say).walk());
        return { place, walked: await Promise.all(walks) };
      }),
    );
    const walked = results.filter((result) => result.walked.length > 0);
    return conclude(walked, stop.reason, url);
  } finally {
    stop.end();
  }
}

/**
 * What needs no clicks is the same everywhere.
 * @param {Place} place
 * @param {boolean} isFirst
 * @param {Steps | undefined} steps
 * @param {boolean} isSaid the app's settings say so: an app that takes calls, and has no step for it, is told
 * @returns {Part[]}
 */
function partsOf({ frame, settings }, isFirst, steps, isSaid) {
  const receives = steps && frame !== "widget" && settings.supportsInboundCalling;
  return [
    ...(isFirst || !steps ? [unattended] : []),
    ...(steps ? [outbound, oneAfterAnother] : []),
    ...(receives && (steps.receiveCall || isSaid) ? [inbound] : []),
    ...(receives && steps.receiveCall ? [turnedAway] : []),
  ];
}

/**
 * @param {{ place: Place, walked: Walked[] }[]} results
 * @param {string | undefined} stopped
 * @param {string} url
 */
function conclude(results, stopped, url) {
  const opened = results.filter(({ walked }) => walked.some(({ wasOpened }) => wasOpened));
  const sessions = results.flatMap((result) => {
    const all = result.walked.flatMap((walked) => walked.sessions);
    // HubSpot may never show the app in such a place: only the settings could tell.
    if (opened.length > 0 && !opened.includes(result)) return [notThere(result)];
    const frame = result.place.frame;
    const refusals = result.walked.flatMap(({ refused }) => refused?.message ?? []);
    return [...all, ...refusals.map((trouble) => emptySession(frame, trouble))];
  });
  const isHeard = sessions.some(({ messages }) => messages.some(({ type }) => type === "SYNC_ACK"));
  if (!isHeard) {
    const [error] = results.flatMap(({ walked }) => walked.flatMap(({ refused }) => refused ?? []));
    throw new NotJudged(stopped ?? error?.message ?? `${url} said nothing.`);
  }
  return { sessions, ...(stopped && { stopped }) };
}

/** @param {{ place: Place, walked: Walked[] }} result @returns {Session} */
function notThere({ place: { frame }, walked }) {
  const words = walked.flatMap(({ refused, sessions }) => [
    refused?.message ?? "",
    ...sessions.flatMap(({ steps = [] }) => steps.map(({ trouble = "" }) => trouble)),
  ]);
  const trouble = `Not there, but no failure: --settings says where the app belongs. ${words.find(Boolean) ?? ""}`;
  return emptySession(frame, trouble);
}

/** @param {Message["frame"]} frame @param {string} trouble @returns {Session} */
const emptySession = (frame, trouble) => ({
  messages: [],
  steps: [{ name: "handshake", frame, at: Date.now(), trouble }],
});

/** Ends the whole walk, once, and for all that walk side by side. */
class Stop {
  /** @type {string | undefined} */
  reason;
  /** @type {(error: Stopped) => void} */
  #reject = () => {};
  /** @type {Promise<never>} */
  stopped = new Promise((_, reject) => {
    this.#reject = reject;
  });

  /** @param {number} limit ms @param {string} url */
  constructor(limit, url) {
    this.stopped.catch(() => {});
    const late = new Stopped(`${url} could not be walked within ${limit / 1000} s.`);
    this.timer = setTimeout(() => this.now(late), limit);
  }

  /** @param {Stopped} error */
  now(error) {
    this.reason ??= error.message;
    this.#reject(error);
  }

  end() {
    clearTimeout(this.timer);
  }
}

/**
 * What came of a part.
 * @typedef {{ sessions: Session[], wasOpened: boolean, refused?: NotJudged }} Walked
 */

/** One part of the tour in one place: a visit, and another after each step that could not be walked to its end. */
class Walk {
  /** @type {Session[]} */
  #sessions = [];
  #wasOpened = false;
  /** Why no call began, when one should have. @type {string | undefined} */
  #noCall;

  /**
   * @param {() => Promise<Page>} newPage
   * @param {Place} place
   * @param {Part} part
   * @param {Options} options
   * @param {Stop} stop
   * @param {(what: string) => void} say
   */
  constructor(newPage, place, part, options, stop, say) {
    this.newPage = newPage;
    this.place = place;
    this.part = part;
    this.options = options;
    this.stop = stop;
    this.say = say;
  }

  /** @returns {Promise<Walked>} */
  async walk() {
    /** @type {Visit | undefined} */
    let visit;
    try {
      for (const step of this.part.steps) {
        visit ??= await this.#visit();
        if (await this.#step(visit, step)) continue;
        await this.#leave(visit);
        visit = undefined;
        if (!this.#wasOpened) break;
      }
      if (visit) await this.#leave(visit);
    } catch (error) {
      // What was heard until then may still be told, unless the page is the trouble.
      if (visit) await within(3000, this.#leave(visit)).catch(() => {});
      if (error instanceof NotJudged && !this.stop.reason)
        return { sessions: [], wasOpened: this.#wasOpened, refused: error };
      this.stop.now(
        error instanceof Stopped
          ? error
          : new Stopped(`The browser could not go on: ${wordsOf(error)}`),
      );
    }
    return { sessions: this.#sessions, wasOpened: this.#wasOpened };
  }

  async #visit() {
    const beginning = Visit.begin(this.newPage, this.place, this.options);
    const visit = await Promise.race([beginning, this.stop.stopped]);
    visit.watch.stopped.catch((error) => this.stop.now(error));
    return visit;
  }

  /**
   * @param {Visit} visit
   * @param {TourStep} step
   * @returns {Promise<boolean>} whether this visit can go on
   */
  async #step(visit, { name, calls, needs, run }) {
    if (needs && !this.options.steps[needs]) return true;
    visit.begins(name);
    if (calls && this.#noCall) {
      visit.trouble(this.#noCall);
      return true;
    }
    this.say(`${name}, in ${placeNames[this.place.frame]}`);
    try {
      await Promise.race([run(visit), this.stop.stopped]);
      this.#wasOpened = true;
      return !visit.isSpent;
    } catch (error) {
      this.#wasOpened ||= visit.wasOpened;
      const isTrouble =
        error instanceof NotReached || (error instanceof NotJudged && this.#wasOpened);
      if (!isTrouble) throw error;
      if (error instanceof NoCall) this.#noCall = error.message;
      visit.trouble(error.message);
      await visit.checkPulse();
      return false;
    }
  }

  /** @param {Visit} visit */
  async #leave(visit) {
    try {
      this.#sessions.push(await visit.end(this.part.isAttended));
    } finally {
      await visit.close();
    }
  }
}
