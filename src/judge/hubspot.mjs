// The local HubSpot for the judge: served on a port of its own, and a browser to which it is HubSpot.
import { createHash, X509Certificate } from "node:crypto";
import { chromium } from "@playwright/test";
import { certificate } from "../server/certificate.mjs";
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
  // The browser trusts this key, and no other: what the widget’s certificate is worth stays to be seen.
  const { publicKey } = new X509Certificate(
    (await certificate()).cert.replace(/^[\s\S]*?(?=-----BEGIN CERTIFICATE)/, ""),
  );
  const key = createHash("sha256").update(publicKey.export({ type: "spki", format: "der" }));
  return chromium.launch({
    executablePath,
    headless: !headed,
    // People's browsers block the windows that a page opens by itself.
    ignoreDefaultArgs: ["--disable-popup-blocking"],
    args: [
      ...browserArguments([], port),
      `--ignore-certificate-errors-spki-list=${key.digest("base64")}`,
    ],
  });
}
