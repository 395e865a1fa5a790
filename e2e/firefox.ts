// Firefox for the page specs, where it is installed: how it is started, and what Playwright has to be told for it.
import { existsSync } from "node:fs";
import { delimiter, join } from "node:path";
import type { Browser } from "@playwright/test";
import { isFields } from "../src/call/messages.ts";

const { FIREFOX_PATH, PATH = "" } = process.env;
const commands = ["firefox-esr", "firefox"];
const places =
  process.platform === "darwin"
    ? ["/Applications/Firefox.app/Contents/MacOS/firefox"]
    : process.platform === "win32"
      ? [join(process.env.ProgramFiles ?? "", "Mozilla Firefox", "firefox.exe")]
      : PATH.split(delimiter).flatMap((folder) => commands.map((command) => join(folder, command)));

/** Firefox's program: the one FIREFOX_PATH names, or an installed one. */
export const firefoxPath = [FIREFOX_PATH ?? "", ...places].find((path) => existsSync(path));

export const firefoxUserPrefs = {
  // As Firefox is by default: each site has its own storage under each other site.
  "network.cookie.cookieBehavior": 5,
  // All pages in one process: else clicks and keys of a driver do not reach frames of other sites.
  "fission.webContentIsolationStrategy": 0,
  // Speakers that are not there: without any, Firefox makes no sound at all.
  "media.cubeb.force_mock_context": true,
  // A tab behind another draws as often as it: the driver waits for two frames before each click.
  "layout.throttled_frame_rate": 60,
};

type Send = (method: string, params?: unknown) => Promise<unknown>;

/**
 * Playwright's way to send a command, with what Firefox 153 needs besides:
 * - It does not know the command that sets a context's media features, and Playwright gives up the context then. The
 *   command is answered in Firefox's place.
 * - It has broken off a reload that nothing interrupted (NS_BINDING_ABORTED), too seldom to find out why. The page
 *   reloads itself then. Playwright waits for the new document in either case.
 */
export function mended(send: Send): Send {
  return async function (this: unknown, method, params) {
    if (method === "emulation.setMediaFeaturesOverride") return {};
    try {
      return await send.call(this, method, params);
    } catch (error) {
      if (method !== "browsingContext.reload" || !String(error).includes("NS_BINDING_ABORTED"))
        throw error;
      const target = { context: isFields(params) && params.context };
      const expression = "location.reload()";
      return send.call(this, "script.evaluate", { expression, target, awaitPromise: false });
    }
  };
}

/** The kinds of sessions that are mended already. */
const done = new WeakSet();

/** Lets Playwright drive that Firefox. */
export function mendDriver(browser: Browser): void {
  const connection = Reflect.get(browser, "_connection");
  const session = Reflect.get(connection.toImpl(browser), "_browserSession");
  const sessions = Object.getPrototypeOf(session);
  if (done.has(sessions)) return;
  done.add(sessions);
  sessions.send = mended(sessions.send);
}
