// How the tests run: against the built files, served as they are deployed, in an installed browser.
import { defineConfig } from "@playwright/test";
import { findBrowser } from "../src/judge/browser.mjs";
import type { HubSpotWorkerOptions } from "../src/judge/playwright/index.ts";
import { trustArgument } from "../src/server/certificate.mjs";
import { firefoxPath, firefoxUserPrefs } from "./firefox.ts";
import { hostRules, proxyPrefs } from "./hosts.ts";
import { port } from "./ports.ts";
import { miniBrowser } from "./webkit/installed.ts";

/** The seed of the messages that the hostile specs make up: another one in each run, and the same in each of its processes. */
process.env.HOSTILE_SEED ??= String(Date.now() % 1_000_000);
const executablePath = findBrowser();

/** The same in each of the run's processes. */
process.env.TRUST_ARGUMENT ??= await trustArgument();

/** How the browser is started. */
export const launchOptions = {
  ...(executablePath && { executablePath }),
  args: [
    "--disable-background-networking",
    "--disable-gpu",
    // Browsers keep nothing that came with a certificate they complain of.
    process.env.TRUST_ARGUMENT,
    hostRules,
  ],
};
/** Two browsers that talk to each other need no click to be heard, and no certificate for their server. */
const talking = ["--autoplay-policy=no-user-gesture-required", "--ignore-certificate-errors"];
/** A microphone and speakers that are not there, and nobody who is asked for them. */
const sounds = [
  "--use-fake-device-for-media-stream",
  "--use-fake-ui-for-media-stream",
  "--autoplay-policy=no-user-gesture-required",
];

/** How the browser is started where it is listened to. */
export const withSound = { ...launchOptions, args: [...launchOptions.args, ...sounds] };

/** Whether an engine that is not Chromium's is tried: with ENGINES=all, and where its project is asked for. One that is not installed is skipped, by name. */
function isTried(name: string, program: string | undefined): program is string {
  const key = `TRY_${name.toUpperCase()}`;
  // Each of the run's processes reads this file, with arguments of its own.
  process.env[key] ??=
    process.env.ENGINES || process.argv.join(" ").match(`--project[= ]${name}`) ? "1" : "";
  if (!process.env[key]) return false;
  if (!program && !process.env.TEST_WORKER_INDEX) console.log(`Skipped, not installed: ${name}`);
  return program !== undefined;
}

/** What Firefox is tried with, with ENGINES=all and with `--project=firefox`: all specs of pages, but those of a document's commands. */
const inFirefox = /[\\/](pages|phone)[\\/](?!documents|yours)\w[\w-]*\.spec/;

export default defineConfig<object, HubSpotWorkerOptions>({
  testDir: ".",
  outputDir: "results",
  globalSetup: "./hosts.ts",
  fullyParallel: true,
  forbidOnly: !!process.env.CI,
  // Three keep two cores busy: some of the time goes in waiting, for pages and for what must not come. A fourth waits for sound.
  workers: 4,
  reporter: "list",
  // With WIDGET_URL the specs that any calling widget should pass run against that one.
  ...(process.env.WIDGET_URL && { grep: /@any-widget/ }),
  use: {
    baseURL: `https://hubspot.localhost:${port}/`,
    hubspotAddress: `https://hubspot.localhost:${port}/`,
    ignoreHTTPSErrors: true,
    viewport: { width: 1280, height: 800 },
    launchOptions,
  },
  webServer: {
    command: "node ../src/package/cli.mjs serve --no-open",
    env: { PORT: String(port) },
    url: `https://localhost:${port}/`,
    ignoreHTTPSErrors: true,
    reuseExistingServer: false,
    stdout: "pipe",
  },
  projects: [
    { name: "package", testDir: "package" },
    // These wait, most of the time, all but the judge's for sound: one worker each, beside those that compute.
    {
      name: "line",
      workers: 1,
      testDir: "line",
      // Sound takes the time that it takes, and more on a busy machine.
      timeout: 60_000,
      use: { launchOptions: withSound },
    },
    {
      name: "sip",
      workers: 1,
      testDir: "sip",
      use: { launchOptions: { ...launchOptions, args: [...launchOptions.args, ...talking] } },
    },
    // The judge waits for what an app does not do.
    { name: "judge", workers: 1, testDir: "judge" },
    { name: "phone", workers: 1, testDir: "phone", use: { launchOptions: withSound } },
    { name: "unit", testDir: "unit" },
    { name: "simulation", testDir: "simulation" },
    { name: "pages", workers: 3, testDir: "pages" },
    ...(isTried("firefox", firefoxPath)
      ? [
          {
            name: "firefox",
            workers: 4,
            testMatch: inFirefox,
            // It takes about twice as long as Chromium: twice what is usual for a test, and for what one waits for.
            timeout: 60_000,
            expect: { timeout: 10_000 },
            use: {
              browserName: "firefox" as const,
              channel: "moz-firefox",
              launchOptions: {
                executablePath: firefoxPath,
                firefoxUserPrefs: { ...firefoxUserPrefs, ...proxyPrefs },
              },
            },
          },
        ]
      : []),
    ...(isTried("webkit", miniBrowser)
      ? [
          // The driver has one port.
          {
            name: "webkit",
            testDir: "webkit",
            timeout: 120_000,
            expect: { timeout: 10_000 },
            workers: 1,
          },
        ]
      : []),
  ],
});
