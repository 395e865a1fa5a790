// The local HubSpot for the judge: served on a port of its own, and a browser to which it is HubSpot.
import { chromium } from "@playwright/test";
import { trustArgument } from "../server/certificate.mjs";
import { serve } from "../server/serve.mjs";
import { findBrowser } from "./browser.mjs";
import { browserArguments, host } from "./flags.mjs";
import { NotJudged } from "./limits.mjs";

export const address = `https://${host}/`;

/** Serves the local HubSpot. @returns the port */
export const serveHubSpot = async () => (await serve({ port: 0 })).port;

/**
 * A browser to which the local HubSpot is HubSpot.
 * @param {number} port the local HubSpot's
 * @param {boolean} headed
 */
export async function launch(port, headed) {
  const executablePath = findBrowser();
  if (!executablePath)
    throw new NotJudged(
      "No browser found: install Chrome, Chromium or Edge, or name one in CHROME_PATH.",
    );
  return chromium.launch({
    executablePath,
    headless: !headed,
    // People's browsers block the windows that a page opens by itself.
    ignoreDefaultArgs: ["--disable-popup-blocking"],
    // What the widget’s certificate is worth stays to be seen.
    args: [...browserArguments([], port), await trustArgument()],
  });
}
