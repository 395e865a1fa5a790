// Playwright's test and expect, with the local HubSpot in them: for the tests of anybody's calling app.
import { test as base } from "@playwright/test";
import { serve } from "../../server/serve.mjs";
import { browserArguments, host } from "../flags.mjs";
import { type AppSettings, HubSpot, installBefore } from "./hubspot.ts";

export type { HeardOptions, RulesOptions } from "./expect.ts";
export { expect } from "./expect.ts";
export type {
  AppSettings,
  DialOptions,
  Fields,
  Finding,
  Message,
  TimelineCall,
} from "./hubspot.ts";
export { HubSpot };

export type HubSpotOptions = {
  /** The calling app under test, as HubSpot's calling settings describe it; without one, "Demo App Local" is offered. */
  app: AppSettings | undefined;
};

export type HubSpotFixtures = {
  /** HubSpot in the tab of `page`, with the app under "Call from". */
  hubspot: HubSpot;
};

export type HubSpotWorkerOptions = {
  /** Where a local HubSpot runs already; without it, each worker serves one of its own, on a free port. */
  hubspotAddress: string | undefined;
};

export type HubSpotWorkerFixtures = {
  /** The local HubSpot that the worker's tests use; `port` is that of one which the worker serves. */
  localHubSpot: { address: string; port?: number };
};

export const test = base.extend<
  HubSpotOptions & HubSpotFixtures,
  HubSpotWorkerOptions & HubSpotWorkerFixtures
>({
  app: [undefined, { option: true }],
  hubspotAddress: [undefined, { option: true, scope: "worker" }],

  localHubSpot: [
    async ({ hubspotAddress, browserName }, use) => {
      if (hubspotAddress !== undefined) return use({ address: hubspotAddress });
      const { port, close } = await serve({ port: 0 });
      // Other browsers than Chromium cannot be told where a host is.
      const address =
        browserName === "chromium" ? `https://${host}/` : `https://hubspot.localhost:${port}/`;
      await use({ address, port });
      await close();
    },
    { scope: "worker" },
  ],

  launchOptions: [
    async ({ launchOptions, browserName, localHubSpot }, use) => {
      const { args = [] } = launchOptions;
      const isChromium = browserName === "chromium";
      await use(
        isChromium
          ? { ...launchOptions, args: browserArguments(args, localHubSpot.port) }
          : launchOptions,
      );
    },
    { scope: "worker" },
  ],

  // The certificate of the local HubSpot is one that no browser knows, and so is that of most apps on this machine.
  ignoreHTTPSErrors: true,

  hubspot: async ({ page, app, localHubSpot }, use) => {
    const hubspot = new HubSpot(page, app);
    if (app) await installBefore(page, localHubSpot.address, app);
    await page.goto(localHubSpot.address);
    await use(hubspot);
  },
});
