// Watches what an app's page does to the browser: why it cannot be shown, its errors, and what would hang the judge.
import { Stopped } from "./limits.mjs";

/** @import { BrowserContext, Dialog, Frame, Page, Request, Response } from "@playwright/test" */

/** More of them in one visit are no accident. The local HubSpot itself loads an app's page a few times. */
const mostPopups = 10;
const mostDialogs = 20;
const mostDownloads = 10;
const mostPrints = 10;
const mostLoads = 25;

export class Watch {
  /** Uncaught errors of pages, while they are watched for. @type {string[]} */
  errors = [];
  isWatchingErrors = true;
  /** Why the app's page cannot be shown at all. @type {string | undefined} */
  refused;
  /** What may be the reason when the app stays silent. @type {string | undefined} */
  suspicion;
  #popups = 0;
  #dialogs = 0;
  #downloads = 0;
  #prints = 0;
  #loads = 0;
  /** @type {(reason: Stopped) => void} */
  #stop = () => {};

  /** Rejects when the app does what ends the walk. @type {Promise<never>} */
  stopped = new Promise((_, reject) => {
    this.#stop = reject;
  });

  /**
   * @param {Page} tab HubSpot's
   * @param {string} address HubSpot's
   * @param {string} url the app's
   */
  constructor(tab, address, url) {
    this.tab = tab;
    this.address = address;
    this.url = url;
    // Whoever asks later finds it rejected.
    this.stopped.catch(() => {});
    const context = tab.context();
    this.#watchPage(tab);
    this.#watchContext(context);
  }

  /** @param {string} what that the app does */
  stop(what) {
    this.#stop(new Stopped(`${this.url} ${what}.`));
  }

  /** @param {BrowserContext} context */
  #watchContext(context) {
    context.on("page", (page) => this.#watchPage(page));
    context.on("weberror", (error) => {
      if (this.isWatchingErrors && this.errors.length < 100)
        this.errors.push(error.error().message || String(error.error()));
    });
    context.on("dialog", (dialog) => this.#answer(dialog));
    // A print preview would hold up a browser that is shown.
    const printing = context.exposeBinding("print", () => {
      this.#prints += 1;
      if (this.#prints > mostPrints) this.stop("prints one page after another");
    });
    // In a context of several visits the first counts.
    printing.catch(() => {});
    context.on("response", (response) => this.#look(response));
    context.on("request", (request) => {
      if (!this.#isOfApp(request)) return;
      this.#loads += 1;
      if (this.#loads > mostLoads) this.stop("loads itself again and again");
    });
    context.on("requestfailed", (request) => {
      const why = request.failure()?.errorText ?? "";
      if (this.#isOfApp(request) && why !== "net::ERR_ABORTED")
        this.refused ??= refusal(why, this.url);
    });
  }

  /** @param {Page} page */
  #watchPage(page) {
    page.on("crash", () => this.stop("takes the browser’s page down with it"));
    page.on("download", (download) => {
      download.cancel().catch(() => {});
      this.#downloads += 1;
      if (this.#downloads > mostDownloads) this.stop("downloads one file after another");
    });
    page.on("framenavigated", (frame) => this.#follow(page, frame));
    if (page !== this.tab) this.#admit(page);
  }

  /** The calling window is HubSpot's own. The app may have a few windows, such as one to log in. @param {Page} page */
  async #admit(page) {
    await page.waitForLoadState("domcontentloaded").catch(() => {});
    if (this.#isHubSpots(page.url())) return;
    this.#popups += 1;
    if (this.#popups <= mostPopups) return;
    this.stop("opens one window after another");
    page.close().catch(() => {});
  }

  /** @param {Dialog} dialog */
  #answer(dialog) {
    // HubSpot itself asks before its page is left during a call.
    dialog.accept().catch(() => {});
    if (dialog.type() === "beforeunload") return;
    this.#dialogs += 1;
    if (this.#dialogs > mostDialogs) this.stop("opens one dialog after another");
  }

  /** @param {Page} page @param {Frame} frame */
  #follow(page, frame) {
    const url = frame.url();
    if (page === this.tab && frame === page.mainFrame() && url !== "about:blank") {
      if (!this.#isHubSpots(url)) this.stop(`takes the place of HubSpot’s page with ${url}`);
      return;
    }
    const isApps = frame.parentFrame() === page.mainFrame() && /^https?:/.test(url);
    if (isApps && this.#isHubSpots(page.url()) && new URL(url).origin !== new URL(this.url).origin)
      this.suspicion ??= this.#moves(url);
  }

  /** @param {Response} response */
  #look(response) {
    if (!this.#isOfApp(response.request())) return;
    const status = response.status();
    if (status >= 400)
      this.suspicion ??= `${response.url()} answers ${status}: ${status === 404 ? "not found" : response.statusText() || "an error"}.`;
    const to = status < 400 && status >= 300 ? response.headers().location : undefined;
    if (!to || !URL.canParse(to, response.url())) return;
    if (new URL(to, response.url()).origin !== new URL(this.url).origin)
      this.suspicion ??= this.#moves(to);
  }

  /** @param {string} to */
  #moves(to) {
    return `${this.url} redirects to ${to}, another origin: HubSpot hears only the app’s own origin (SDK issue 230).`;
  }

  /** Whether it asks for the page in one of HubSpot's frames. @param {Request} request */
  #isOfApp(request) {
    if (!request.isNavigationRequest()) return false;
    try {
      return request.frame().parentFrame()?.parentFrame() === null;
    } catch {
      // Its page is not there yet: a window's own.
      return false;
    }
  }

  /** @param {string} url */
  #isHubSpots(url) {
    return URL.canParse(url) && new URL(url).origin === new URL(this.address).origin;
  }
}

/** Why a page cannot be shown, in a sentence. @param {string} why Chromium’s name of the error @param {string} url */
export function refusal(why, url) {
  if (why.includes("ERR_BLOCKED_BY"))
    return `${url} refuses to be framed by HubSpot: its X-Frame-Options or its Content-Security-Policy’s frame-ancestors must allow https://*.hubspot.com. (${why})`;
  if (why.includes("ERR_CERT"))
    return `${url} has a certificate that browsers do not trust (${why}). On loopback any works; elsewhere use --insecure.`;
  if (why.includes("NAME_NOT_RESOLVED"))
    return `There is no host ${new URL(url).hostname} (${why}).`;
  return `${url} cannot be loaded (${why}).`;
}
