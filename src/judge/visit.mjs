// One visit to the local HubSpot, in a browser that remembers nothing: what HubSpot's user does there with an app, and what the app says.
import { stripVTControlCharacters } from "node:util";
import { NotJudged, NotReached, Stopped, within, wordsOf } from "./limits.mjs";
import { Watch } from "./misbehaviour.mjs";

/** @import { FrameLocator, Page } from "@playwright/test" */
/** @import { Session, Step } from "../rules/session.ts" */
/** @import { Fields } from "../call/messages.ts" */
/** @import { Place } from "./places.mjs" */
/** @import { Options, StepName } from "./walk.mjs" */

/** After so many ms, an error page or a redirection is why an app is silent. */
const suspicious = 3000;
/** ms that HubSpot's own page may take to be loaded */
const navigation = 30_000;
/** More messages than this in one visit are a flood. */
const mostMessages = 1500;
/** A contact of the local HubSpot's, and the user's own. */
const numbers = { from: "+1 212 555 0143", to: "+1 212 555 0100" };
const frame = "#hubspot-calling-extension-iframe";

/** Why an app's own step failed, and what a click that timed out waited for, and met. @param {unknown} error */
function whyOf(error) {
  const log = stripVTControlCharacters(error instanceof Error ? error.message : "");
  const [, awaited] = /- (waiting for .*)/.exec(log) ?? [];
  const obstacle = /- (.* intercepts pointer events|element is (?:not|outside) .*)/g;
  const [, met] = [...log.matchAll(obstacle)].at(-1) ?? [];
  return [wordsOf(error), awaited && ` It was ${awaited}`, met && `, and found: ${met}`].join("");
}

export class Visit {
  /** Whether a call is still open because no step was there to end it. */
  hasOpenCall = false;
  /** Whether the next step of the walk is better off with another visit. */
  isSpent = false;
  /** Whether the app has been there once. */
  wasOpened = false;
  /** What HubSpot asked for last. @type {Fields | undefined} */
  dialled;
  /** @type {Step[]} */
  #steps = [];
  /** The calling window. @type {Page | undefined} */
  #window;

  /**
   * @param {Page} tab
   * @param {Place} place
   * @param {Options} options
   */
  constructor(tab, place, options) {
    this.tab = tab;
    this.place = place;
    this.options = options;
    this.limits = options.limits;
    this.watch = new Watch(tab, options.address, options.url);
  }

  /**
   * Opens HubSpot with the app under "Call from".
   * @param {() => Promise<Page>} newPage
   * @param {Place} place
   * @param {Options} options
   */
  static async begin(newPage, place, options) {
    const visit = new Visit(await newPage(), place, options);
    const { tab } = visit;
    const { address, url } = options;
    const app = JSON.stringify({ isReady: true, name: "The app", url, ...place.settings });
    const context = tab.context();
    context.setDefaultNavigationTimeout(navigation);
    context.setDefaultTimeout(options.limits.step);
    await context.addInitScript(prepare, { origin: new URL(address).origin, app });
    await tab.goto(address);
    return visit;
  }

  /** Another step of the walk begins. @param {string} name */
  begins(name) {
    this.#steps.push({ name, frame: this.place.frame, at: Date.now() });
  }

  /** Keeps why the step is not walked to its end. @param {string} words */
  trouble(words) {
    const step = this.#steps.at(-1);
    if (step) step.trouble = [step.trouble, words].filter(Boolean).join(" ");
  }

  /** Keeps that the app's own step failed, or is missing. @param {StepName} name */
  failed(name) {
    const now = this.#steps.at(-1);
    if (now) now.failed = [...(now.failed ?? []), name];
  }

  /** The page in which the app has its calls. */
  get #talker() {
    return this.#window ?? this.tab;
  }

  /** @returns {FrameLocator} */
  get widget() {
    return this.#talker.frameLocator(frame);
  }

  /**
   * What was said in it.
   * @param {boolean} [isAttended] whether calls were somebody's to end
   * @returns {Promise<Session>}
   * @throws Stopped when HubSpot's page is too busy to tell
   */
  async end(isAttended = true) {
    const session = await this.#ask(() =>
      this.tab.evaluate(() => {
        const { messages, at } = window.hubspot.session;
        return { messages, at: at ?? Date.now() };
      }),
    ).catch((error) => {
      if (error instanceof Stopped) throw error;
      return { messages: [], at: Date.now() };
    });
    const { errors } = this.watch;
    const isOver = isAttended && !this.hasOpenCall;
    return { ...session, isOver, errors, steps: this.#steps };
  }

  /** Closes its pages, however long they would like to stay. */
  async close() {
    await within(this.limits.page, this.tab.context().close()).catch(() => {});
  }

  // ── What HubSpot does ──

  /**
   * Clicks Call: opens the app, and asks it to dial.
   * @param {Fields} [fields]
   * @returns what was asked, or nothing where HubSpot says to log in first
   */
  async dial(fields) {
    await this.#openWindow();
    const dialling = this.tab.evaluate((fields) => window.hubspot.dial(fields), fields);
    // A page that goes while it dials, goes for a reason that is told otherwise.
    dialling.catch(() => {});
    await this.opened();
    const dialled = await within(this.limits.page, dialling).catch(() => undefined);
    this.dialled = dialled;
    await this.settle();
    return dialled;
  }

  /** @param {string} type @param {Fields} [data] */
  async send(type, data) {
    // An app that has loaded itself again is waited for.
    await this.opened();
    /** @type {[string, Fields | undefined]} */
    const message = [type, data];
    await this.#ask(() =>
      this.#talker.evaluate(([type, data]) => window.hubspot.send(type, data), message),
    );
  }

  async #openWindow() {
    if (this.place.frame !== "window" || (this.#window && !this.#window.isClosed())) return;
    const opening = this.tab.waitForEvent("popup", { timeout: this.limits.page });
    opening.catch(() => {});
    await this.#ask(() => this.tab.evaluate(() => window.hubspot.openCallingWindow()));
    this.#window = await opening;
    await this.#window.waitForLoadState("domcontentloaded");
  }

  /**
   * Waits until the app has initialized; where it is not there at all, clicks Call.
   * @throws NotJudged when it cannot be loaded or does not shake hands, NotReached when it does no more than that
   */
  async opened() {
    await this.#openWindow();
    const { watch, limits } = this;
    const began = Date.now();
    let shaken = 0;
    for (;;) {
      const { hasFrame, status, words, isAsked, isAnswered, apps } = await this.#ask(() =>
        this.#talker.evaluate(lookAtPanel, this.place.frame),
      );
      this.#refuseFloods(apps);
      if (status === "open" && words === "") {
        this.wasOpened = true;
        return;
      }
      if (watch.refused) throw new NotJudged(watch.suspicion ?? watch.refused);
      const waited = Date.now() - began;
      if (isAnswered) shaken ||= Date.now();
      else if (watch.suspicion && waited > suspicious) throw new NotJudged(watch.suspicion);
      if (!hasFrame) await this.#ask(() => this.tab.evaluate(clickCall));
      const isLate = Date.now() - (shaken || began) > limits.handshake;
      if (status === "failed" || isLate) throw this.#silence(isAsked, isAnswered, isLate);
      await this.#pause(100);
    }
  }

  /**
   * @param {boolean} isAsked the app's page was loaded, and asked to shake hands
   * @param {boolean} isAnswered
   * @param {boolean} isLate it was given up here, not by HubSpot
   */
  #silence(isAsked, isAnswered, isLate) {
    const { url } = this.options;
    const { suspicion, errors } = this.watch;
    const waited = `for ${isLate ? this.limits.handshake / 1000 : 30} s`;
    if (isAnswered)
      return new NotReached(`The app answered SYNC, but sent no INITIALIZED ${waited}.`);
    if (suspicion) return new NotJudged(suspicion);
    if (!isAsked) return new NotJudged(`${url} did not finish loading ${waited}.`);
    const [error] = errors;
    return new NotJudged(
      `${url} loads, but did not answer SYNC ${waited}: does its page create the SDK, with new CallingExtensions({ eventHandlers })?${error ? ` The first error in it: ${error}` : ""}`,
    );
  }

  /** Loads the app's page again, from outside: a page that reloads itself is its own referrer, and older SDKs take that for HubSpot. */
  async reload() {
    const mark = await this.mark();
    await this.#ask(() =>
      this.#talker.evaluate((frame) => {
        const iframe = document.querySelector(frame);
        if (iframe instanceof HTMLIFrameElement) iframe.src = String(iframe.src);
      }, frame),
    );
    await this.heard(["INITIALIZED"], mark, "after its page was loaded again");
    await this.opened();
    await this.settle();
  }

  /** Opens HubSpot's page again for the call that is on, as navigateToRecord does. The calling window stays where it is: there the app's page is loaded again. */
  async comeBack() {
    if (this.#window) return this.reload();
    const engagementId = await this.#ask(() =>
      this.tab.evaluate(() => {
        const created = window.hubspot.messages.findLast(
          ({ type }) => type === "CREATE_ENGAGEMENT_SUCCEEDED",
        );
        return Object(created?.data).engagementId;
      }),
    );
    const isId = typeof engagementId === "number" || typeof engagementId === "string";
    await this.tab.goto(`${this.options.address}${isId ? `?engagementId=${engagementId}` : ""}`);
    // A call that is on the timeline already is not opened again.
    await this.opened();
    await this.settle();
  }

  /** What is not HubSpot's at all, such as browser extensions send. The SDK itself throws at it, to no harm. */
  async malformed() {
    this.watch.isWatchingErrors = false;
    await this.#ask(() =>
      this.#talker.evaluate(() => {
        const frame = document.querySelector("iframe");
        for (const odd of [null, 0, "text", [], {}, { type: 1 }, { type: "webpackOk" }])
          frame?.contentWindow?.postMessage(odd, "*");
      }),
    );
    await this.settle();
    this.watch.isWatchingErrors = true;
  }

  // ── What the app's user does ──

  /**
   * Does a step of the app's, and waits for the message that it is for.
   * @param {StepName} name
   * @param {string[]} [types] any of them
   * @throws NotReached when the steps have no such step, it fails, or the message does not come
   */
  async step(name, types) {
    const step = this.options.steps[name];
    if (!step) throw new NotReached(`The steps export no ${name}.`);
    const mark = await this.mark();
    await this.#showApp();
    try {
      // A click says itself what it waited for in vain, before the step's time is over.
      await within(2 * this.limits.step, Promise.resolve(step(this.widget, numbers)));
    } catch (error) {
      this.failed(name);
      throw new NotReached(`The step ${name} failed: ${whyOf(error)}.`.replace(/\.\.$/, "."));
    }
    if (types) await this.heard(types, mark, `after the step ${name}`);
  }

  /** Opens the caller's record by the app's step: the tab is loaded again, and the app in it, where that has the call, begins anew. */
  async openRecord() {
    const mark = await this.mark();
    await this.step("openRecord", ["NAVIGATE_TO_RECORD"]);
    if (!this.#window) await this.heard(["INITIALIZED"], mark, "on the record’s page");
    await this.opened();
    await this.settle();
  }

  /** Some apps are hidden after a call. */
  async #showApp() {
    for (const id of ["toggle", "reopen"]) {
      const show = this.#talker.locator(`#${id}`, { hasText: /^Show/ });
      if (await show.isVisible()) await show.click({ timeout: this.limits.page });
    }
  }

  // ── What the app says ──

  /** How many messages have been said. */
  mark() {
    return this.#ask(() => this.tab.evaluate(() => window.hubspot.session.messages.length));
  }

  /**
   * Whether the app has said one of those types since.
   * @param {readonly string[]} types
   * @param {number} mark
   */
  async hasSaid(types, mark) {
    const said = await this.#ask(() =>
      this.tab.evaluate(
        (mark) => window.hubspot.session.messages.slice(mark).map(({ from, type }) => from + type),
        mark,
      ),
    );
    this.#refuseFloods(said.length);
    return types.some((type) => said.includes(`app${type}`));
  }

  /**
   * Waits for a message of the app's after those that were there.
   * @param {readonly string[]} types any of them
   * @param {number} mark
   * @param {string} [when]
   * @throws NotReached when none comes
   */
  async heard(types, mark, when = "after HubSpot asked for it") {
    const { step } = this.limits;
    const until = Date.now() + step;
    while (!(await this.hasSaid(types, mark))) {
      if (Date.now() > until)
        throw new NotReached(
          `The app did not send ${types.join(" or ")} within ${step / 1000} s ${when}.`,
        );
      await this.#pause(100);
    }
  }

  /** Whether the app has told HubSpot that its user is logged out. */
  isLoggedOut() {
    return this.#ask(() =>
      this.tab.evaluate(() => {
        const told = window.hubspot.session.messages.findLast(
          ({ from, type }) =>
            from === "app" && ["INITIALIZED", "LOGGED_IN", "LOGGED_OUT"].includes(type),
        );
        return (
          told?.type === "LOGGED_OUT" ||
          (told?.type === "INITIALIZED" && Object(told.data).isLoggedIn === false)
        );
      }),
    );
  }

  /** Whether the app has told HubSpot that its user is available. */
  isAvailable() {
    return this.#ask(() =>
      this.tab.evaluate(() => {
        const told = window.hubspot.session.messages.findLast(
          ({ from, type, data }) =>
            from === "app" &&
            (/^USER_(UN)?AVAILABLE$/.test(type) ||
              (type === "INITIALIZED" && "isAvailable" in Object(data))),
        );
        return told?.type === "USER_AVAILABLE" || Object(told?.data).isAvailable === true;
      }),
    );
  }

  /** Lets the app do what it does about the last message, before anything else happens: most, where it has a call. */
  async settle() {
    const { hasCalled, silence } = await this.#ask(() =>
      this.tab.evaluate(() => {
        const { messages } = window.hubspot.session;
        return {
          hasCalled: messages.some(({ type }) => /^DIAL_NUMBER$|_CALL/.test(type)),
          silence: Date.now() - (messages.at(-1)?.at ?? 0),
        };
      }),
    );
    const { reaction } = this.limits;
    await this.#pause((hasCalled ? reaction : reaction / 6) - silence);
  }

  /** Waits until so many ms have passed since `at`. @param {number} ms @param {number} at */
  async hold(ms, at) {
    await this.#pause(at + ms - Date.now());
  }

  /** @throws Stopped when a script of the app's page does not end */
  async checkPulse() {
    const app = this.#talker.frames().find((frame) => frame.parentFrame()?.parentFrame() === null);
    if (!app || app.isDetached()) return;
    await within(
      this.limits.page,
      app.evaluate("1").catch(() => 1),
      () => this.#stopped("has stopped answering: a script in it does not end"),
    );
  }

  /** @param {number} ms none where it is negative */
  #pause(ms) {
    return new Promise((resolve) => setTimeout(resolve, ms));
  }

  /** @param {number} count */
  #refuseFloods(count) {
    if (count > mostMessages) throw this.#stopped(`floods HubSpot with messages, ${count} so far`);
  }

  /** @param {string} what */
  #stopped(what) {
    return new Stopped(`${this.options.url} ${what}.`);
  }

  /**
   * Asks one of HubSpot's pages, which may just be being replaced, as by navigateToRecord.
   * @template T
   * @param {() => Promise<T>} evaluate
   * @returns {Promise<T>}
   */
  async #ask(evaluate) {
    const until = Date.now() + this.limits.page;
    for (;;) {
      try {
        return await within(this.limits.page, evaluate(), () =>
          this.#stopped(
            "keeps HubSpot’s page too busy to go on: a script in it does not end, or it floods HubSpot",
          ),
        );
      } catch (error) {
        if (error instanceof Stopped) throw error;
        if (Date.now() > until || this.tab.isClosed()) throw new NotReached(wordsOf(error));
        await this.#pause(100);
      }
    }
  }
}

/**
 * Runs in each page and frame before its own scripts.
 * @param {{ origin: string, app: string }} hubspot where HubSpot is, and its setting that offers the app
 */
function prepare({ origin, app }) {
  // Nobody could close a print dialog.
  window.print = () => {};
  if (location.origin === origin)
    localStorage.setItem("LocalSettings:Calling:CallingExtensions", app);
}

/** Runs in HubSpot's page. What comes of it is seen elsewhere. */
function clickCall() {
  window.hubspot.dial().catch(() => {});
}

/**
 * Runs in HubSpot's page: how the app is shown, and whether the page that is in its frame now has shaken hands.
 * @param {import("../rules/session.ts").Message["frame"]} place
 */
function lookAtPanel(place) {
  const said = window.hubspot.messages.filter(({ frame }) => frame === place);
  const { load } = said.at(-1) ?? {};
  const now = said.filter((message) => message.load === load);
  return {
    hasFrame: document.querySelector("#frame iframe") !== null,
    status: document.getElementById("panel")?.dataset.status,
    words: document.getElementById("panel-status")?.textContent ?? "",
    isAsked: now.some(({ type }) => type === "SYNC"),
    isAnswered: now.some(({ type }) => type === "SYNC_ACK"),
    apps: said.filter(({ from }) => from === "app").length,
  };
}
