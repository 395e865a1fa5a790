// Walks a calling app through the local HubSpot, in a browser: what needs no clicks, then whole calls by an app's own steps.

/** @import { FrameLocator, Page, Response } from "@playwright/test" */
/** @import { Session } from "../rules/session.ts" */
/** @import { Fields } from "../call/messages.ts" */
/** @import { Settings } from "../hubspot/apps.ts" */

/**
 * An app's clicks; those that are left out are not walked, and their rules stay untried. See steps.mjs, which are our widget's.
 * @typedef {Partial<Record<Step, (widget: FrameLocator, numbers: { from: string, to: string }) => unknown>>} Steps
 * @typedef {"logIn" | "goAvailable" | "startCall" | "receiveCall" | "openRecord" | "answerCall" | "endCall" | "transferCall" | "finalizeCall" | "completeCall" | "others"} Step
 */

/** @type {readonly Step[]} */
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

/** The app cannot be judged, and why, in a sentence. */
export class NotJudged extends Error {}

/** Longer, in ms, than the rules take an app's message for its answer to HubSpot's. */
const reaction = 600;
/** How long, in ms, a step's message may take. */
const patience = 10_000;
/** A contact of the local HubSpot's, and the user's own. */
const numbers = { from: "+1 212 555 0143", to: "+1 212 555 0100" };

/**
 * @param {() => Promise<Page>} newPage gives a page of a browser that remembers nothing, and to which `address` is the local HubSpot
 * @param {{ address: string, url: string, steps?: Steps | undefined, say?: (what: string) => void }} options
 * @returns {Promise<Session[]>} to be judged one by one, and merged
 * @throws NotJudged when the app does not load, or a step does not do what it is for
 */
export async function walk(newPage, { address, url, steps, say = () => {} }) {
  /** @param {(walker: Walker) => Promise<Session>} part */
  const walked = async (part) => {
    const page = await newPage();
    try {
      return await part(new Walker(page, address, url, steps ?? {}, say));
    } finally {
      await page.context().close();
    }
  };
  // Most of a part is waiting, so they go side by side.
  return Promise.all([
    walked((walker) => walker.unattended()),
    ...(steps ? [walked((walker) => walker.outbound())] : []),
    ...(steps?.receiveCall ? [walked((walker) => walker.inbound())] : []),
  ]);
}

class Walker {
  /** @type {string[]} */
  #errors = [];
  #isWatching = true;
  /** Why the app's page cannot be shown. @type {string | undefined} */
  #refused;

  /**
   * @param {Page} page
   * @param {string} address
   * @param {string} url
   * @param {Steps} steps
   * @param {(what: string) => void} say
   */
  constructor(page, address, url, steps, say) {
    this.page = page;
    this.address = address;
    this.url = url;
    this.steps = steps;
    this.say = say;
    this.widget = page.frameLocator("#hubspot-calling-extension-iframe");
    page.on("pageerror", ({ message }) => this.#isWatching && this.#errors.push(message));
    page.on("response", (response) => this.#look(response));
    page.on("requestfailed", (request) => {
      const why = request.failure()?.errorText ?? "";
      if (
        request.isNavigationRequest() &&
        request.frame() !== page.mainFrame() &&
        why !== "net::ERR_ABORTED"
      )
        this.#refused ??= refusal(why, url);
    });
    page.on("dialog", (dialog) => dialog.accept());
  }

  /** What needs nobody's clicks. A call that an app begins by itself stays as it is: nobody was there to end it. */
  async unattended() {
    await this.#install({});
    this.say("handshake");
    const dialled = await this.#open();
    if (!dialled)
      this.say("its user is logged out, so HubSpot dials nothing: steps with logIn go further");
    else {
      this.say("dial twice");
      await this.#dial(dialled);
      await this.#settle();
    }
    this.say("odd payloads");
    // Such as HubSpot has been seen to send, or may send one day.
    if (dialled) {
      const { objectType: _, ...rest } = dialled;
      await this.#dial({ ...rest, objectId: 0, ownerId: undefined, countryCode: undefined });
    }
    await this.#send("CALLER_ID_MATCH_SUCCEEDED", { callerIdMatches: [] });
    for (const type of ["SET_CALL_STATE", "INITIATE_CALL_ID_SUCCEEDED", "NEWER_THAN_THE_APP"])
      await this.#send(type, {});
    this.say("visibility");
    await this.#send("VISIBILITY_CHANGED", { isMinimized: false, isHidden: true });
    await this.#settle();
    await this.#send("VISIBILITY_CHANGED", { isMinimized: false, isHidden: false });
    this.say("engagement failure");
    await this.#send("CREATE_ENGAGEMENT_FAILED", { error: { message: "A failure, to try it" } });
    await this.#send("UPDATE_ENGAGEMENT_FAILED", { error: { message: "A failure, to try it" } });
    await this.#settle();
    this.say("malformed messages");
    await this.#malformed();
    this.say("reload");
    await this.#reload();
    return this.#session(false);
  }

  /** Whole calls that HubSpot asks for. */
  async outbound() {
    const { answerCall, finalizeCall, others } = this.steps;
    await this.#install({});
    this.say("an outbound call");
    await this.#call();
    await this.#dial({ phoneNumber: "+44 20 7946 0018", phone_number: "+44 20 7946 0018" });
    await this.#settle();
    await this.#send("VISIBILITY_CHANGED", { isMinimized: true, isHidden: false });
    await this.#settle();
    await this.#send("VISIBILITY_CHANGED", { isMinimized: false, isHidden: false });
    await this.#send("CREATE_ENGAGEMENT_FAILED", { error: { message: "A failure, to try it" } });
    await this.#settle();
    await this.#send("NEWER_THAN_THE_APP");
    await this.#settle();
    if (answerCall) await this.#step("answerCall", "CALL_ANSWERED");
    await this.#step("endCall", "CALL_ENDED");
    if (finalizeCall) await this.#step("finalizeCall");
    await this.#step("completeCall", "CALL_COMPLETED");

    this.say("an outbound call that HubSpot ends");
    await this.#call();
    const mark = await this.#mark();
    await this.#send("END_CALL");
    // The rules say so when it does not.
    const isEnded = await this.#heard("CALL_ENDED", mark).then(
      () => true,
      () => false,
    );
    if (!isEnded) await this.#step("endCall", "CALL_ENDED");
    await this.#step("completeCall", "CALL_COMPLETED");

    if (others) {
      this.say("what the app has besides");
      await this.#step("others");
      await this.#settle();
      await this.#opened();
    }

    this.say("a reload in mid-call");
    await this.#call();
    if (answerCall) await this.#step("answerCall", "CALL_ANSWERED");
    await this.#comeBack();
    try {
      await this.#step("endCall", "CALL_ENDED");
      await this.#step("completeCall", "CALL_COMPLETED");
    } catch {
      // An app may lose its call with its page, and the rules say so.
    }
    return this.#session(true);
  }

  /** Whole calls that come in: in the navigation bar, where each tab's frame talks to HubSpot. */
  async inbound() {
    const { goAvailable, openRecord, answerCall, transferCall } = this.steps;
    await this.#install({ supportsInboundCalling: true, usesCallingWindow: false });
    this.say("an inbound call");
    await this.#opened();
    if (await this.#isLoggedOut()) await this.#step("logIn", "LOGGED_IN");
    if (goAvailable) await this.#step("goAvailable", "USER_AVAILABLE");
    await this.#step("receiveCall", "INCOMING_CALL");
    await this.#settle();
    if (openRecord) {
      const mark = await this.#mark();
      await this.#step("openRecord", "NAVIGATE_TO_RECORD");
      await this.#heard("INITIALIZED", mark);
    }
    if (answerCall) await this.#step("answerCall", "CALL_ANSWERED");
    await this.#step("endCall", "CALL_ENDED");
    await this.#step("completeCall", "CALL_COMPLETED");
    this.say("an inbound call that is rejected");
    await this.#step("receiveCall", "INCOMING_CALL");
    await this.#step("endCall", "CALL_ENDED");
    await this.#step("completeCall", "CALL_COMPLETED");
    if (transferCall) {
      this.say("an inbound call that is transferred");
      await this.#step("receiveCall", "INCOMING_CALL");
      if (answerCall) await this.#step("answerCall", "CALL_ANSWERED");
      await this.#step("transferCall", "CALL_TRANSFERRED");
      await this.#step("completeCall", "CALL_COMPLETED");
    }
    return this.#session(true);
  }

  /** @param {Partial<Settings>} settings */
  async #install(settings) {
    const { page, url } = this;
    await page.goto(this.address);
    const app = { isReady: true, name: "The app", url, ...settings };
    await page.evaluate(
      (app) => localStorage.setItem("LocalSettings:Calling:CallingExtensions", app),
      JSON.stringify(app),
    );
    await page.reload();
  }

  /** Clicks Call: opens the app, and asks it to dial. Gives what was asked, or nothing where HubSpot says to log in first. */
  async #open() {
    const dialling = this.#dialled();
    // A page that goes while it dials, goes for a reason that is told otherwise.
    dialling.catch(() => {});
    await this.#opened();
    const dialled = await dialling;
    await this.#settle();
    return dialled;
  }

  /** @returns {Promise<Fields | undefined>} */
  #dialled() {
    return this.page.evaluate(() => window.hubspot.dial());
  }

  /** Waits until the app has initialized. */
  async #opened() {
    for (;;) {
      const { status, words } = await this.page.evaluate(() => ({
        status: document.getElementById("panel")?.dataset.status,
        words: document.getElementById("panel-status")?.textContent ?? "",
      }));
      if (this.#refused) throw new NotJudged(this.#refused);
      if (status === "failed") throw new NotJudged(words.replace(/^The app/, this.url));
      if (status === "open" && words === "") return;
      await this.page.waitForTimeout(50);
    }
  }

  /** Has a call started: HubSpot asks for it, and the app does it by itself or by its step. */
  async #call() {
    const { startCall } = this.steps;
    let mark = await this.#mark();
    if (!(await this.#open())) {
      await this.#step("logIn", "LOGGED_IN");
      mark = await this.#mark();
      await this.#open();
    }
    if (startCall) await this.#step("startCall", "OUTGOING_CALL_STARTED");
    else await this.#heard("OUTGOING_CALL_STARTED", mark);
    await this.#settle();
  }

  async #isLoggedOut() {
    const { messages } = await this.#said();
    const told = messages.findLast(
      ({ from, type }) =>
        from === "app" && ["INITIALIZED", "LOGGED_IN", "LOGGED_OUT"].includes(type),
    );
    return (
      told?.type === "LOGGED_OUT" ||
      (told?.type === "INITIALIZED" && Object(told.data).isLoggedIn === false)
    );
  }

  /**
   * Does a step, and waits for the message that it is for.
   * @param {Step} name
   * @param {string} [type]
   */
  async #step(name, type) {
    const step = this.steps[name];
    if (!step) throw new NotJudged(`The steps export no ${name}.`);
    const mark = await this.#mark();
    // Some apps are hidden after a call.
    for (const id of ["toggle", "reopen"]) {
      const show = this.page.locator(`#${id}`, { hasText: /^Show/ });
      if (await show.isVisible()) await show.click();
    }
    try {
      await within(patience, Promise.resolve(step(this.widget, numbers)));
    } catch (error) {
      const [why = ""] = String(error instanceof Error ? error.message : error).split("\n");
      throw new NotJudged(`The step ${name} failed: ${why}`);
    }
    if (type) await this.#heard(type, mark, `after the step ${name}`);
  }

  /** @returns {Promise<Session>} */
  async #said() {
    for (let tries = 1; ; tries += 1) {
      try {
        return await this.page.evaluate(() => window.hubspot.session);
      } catch (error) {
        // The page is being replaced, as navigateToRecord does.
        if (tries > 50) throw error;
        await this.page.waitForTimeout(100);
      }
    }
  }

  async #mark() {
    return (await this.#said()).messages.length;
  }

  /**
   * Waits for a message of the app's after those that were there.
   * @param {string} type
   * @param {number} mark
   * @param {string} [when]
   */
  async #heard(type, mark, when = "after HubSpot asked for it") {
    const until = Date.now() + patience;
    for (;;) {
      const { messages } = await this.#said();
      if (messages.slice(mark).some((said) => said.from === "app" && said.type === type)) return;
      if (Date.now() > until)
        throw new NotJudged(`The app did not send ${type} within ${patience / 1000} s ${when}.`);
      await this.page.waitForTimeout(50);
    }
  }

  /** @param {string} type @param {Fields} [data] */
  async #send(type, data) {
    // An app that has loaded itself again is waited for.
    await this.#opened();
    await this.page.evaluate(
      ([type, data]) => window.hubspot.send(type, data),
      /** @type {const} */ ([type, data]),
    );
  }

  /** @param {Fields} fields */
  async #dial(fields) {
    await this.page.evaluate((fields) => window.hubspot.dial(fields), fields);
  }

  /** Lets the app do what it does about HubSpot's last message, before anything else happens: most, where it has a call. */
  async #settle() {
    const { messages } = await this.#said();
    const hasCalled = messages.some(({ type }) => /^DIAL_NUMBER$|_CALL/.test(type));
    await this.page.waitForTimeout(hasCalled ? reaction : reaction / 6);
  }

  /** What is not HubSpot's at all, such as browser extensions send. The SDK itself throws at it, to no harm. */
  async #malformed() {
    this.#isWatching = false;
    await this.page.evaluate(() => {
      const frame = document.querySelector("iframe");
      for (const odd of [null, 0, "text", [], {}, { type: 1 }, { type: "webpackOk" }])
        frame?.contentWindow?.postMessage(odd, "*");
    });
    await this.#settle();
    this.#isWatching = true;
  }

  /** Loads the app's page again, and waits until it is there. */
  async #reload() {
    const mark = await this.#mark();
    await this.widget.locator("html").evaluate(() => location.reload());
    await this.#heard("INITIALIZED", mark, "after its page was loaded again");
    await this.#opened();
    await this.#settle();
  }

  /** Opens HubSpot's page again for the call that is on, as navigateToRecord does. */
  async #comeBack() {
    const { messages } = await this.#said();
    const created = messages.findLast(({ type }) => type === "CREATE_ENGAGEMENT_SUCCEEDED");
    const id = created && Object(created.data).engagementId;
    await this.page.goto(`${this.address}${id ? `?engagementId=${id}` : ""}`);
    if (!id) await this.#open();
    await this.#opened();
    await this.#settle();
  }

  /** @param {boolean} isOver */
  async #session(isOver) {
    return { ...(await this.#said()), isOver, errors: this.#errors };
  }

  /** @param {Response} response */
  #look(response) {
    const request = response.request();
    if (!request.isNavigationRequest() || request.frame() === this.page.mainFrame()) return;
    const status = response.status();
    if (status >= 400)
      this.#refused ??= `${response.url()} answers ${status}: ${status === 404 ? "not found" : response.statusText() || "an error"}.`;
    const { origin } = new URL(this.url);
    const to = status < 400 && status >= 300 ? response.headers().location : undefined;
    if (to && new URL(to, response.url()).origin !== origin)
      this.#refused ??= `${this.url} redirects to ${to}, another origin: HubSpot hears the app’s own origin alone (SDK issue 230).`;
  }
}

/** @param {string} why Chromium's name of the error @param {string} url */
function refusal(why, url) {
  if (why.includes("ERR_BLOCKED_BY"))
    return `${url} refuses to be framed by HubSpot: its X-Frame-Options or its Content-Security-Policy’s frame-ancestors must allow https://*.hubspot.com. (${why})`;
  if (why.includes("ERR_CERT"))
    return `${url} has a certificate that browsers do not trust (${why}). On loopback any is accepted; elsewhere --insecure accepts it.`;
  if (why.includes("NAME_NOT_RESOLVED"))
    return `There is no host ${new URL(url).hostname} (${why}).`;
  return `${url} cannot be loaded (${why}).`;
}

/**
 * @template T
 * @param {number} ms
 * @param {Promise<T>} doing
 * @returns {Promise<T>}
 */
async function within(ms, doing) {
  /** @type {NodeJS.Timeout | undefined} */
  let timer;
  const late = new Promise((_, reject) => {
    timer = setTimeout(reject, ms, new Error(`it took more than ${ms / 1000} s`));
  });
  try {
    return await Promise.race([doing, /** @type {Promise<never>} */ (late)]);
  } finally {
    clearTimeout(timer);
  }
}
