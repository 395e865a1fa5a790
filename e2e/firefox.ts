// Firefox for the page specs, where it is installed: how it is started, and what Playwright has to be told for it.
import { existsSync } from "node:fs";
import { delimiter, join } from "node:path";
import type { Browser } from "@playwright/test";

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

/** The kinds of sessions that are answered already. */
const answered = new WeakSet();

/**
 * Playwright sets each context's media features by a command that Firefox 153 does not know, and gives up the
 * context then. Here, it is answered in Firefox's place.
 */
export function answerMediaFeatures(browser: Browser): void {
  const connection = Reflect.get(browser, "_connection");
  const session = Reflect.get(connection.toImpl(browser), "_browserSession");
  const sessions = Object.getPrototypeOf(session);
  if (answered.has(sessions)) return;
  answered.add(sessions);
  const { send } = sessions;
  sessions.send = function (method: string, ...rest: unknown[]) {
    return method === "emulation.setMediaFeaturesOverride"
      ? Promise.resolve({})
      : send.call(this, method, ...rest);
  };
}
