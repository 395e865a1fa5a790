// What the specs speak of: HubSpot, as the package's fixture gives it to everybody's tests, and the widget in its frame.
import type { Frame, FrameLocator, Page } from "@playwright/test";
import axe from "axe-core";
import { type Fields, isFields } from "../../src/call/messages.ts";
import type { Settings } from "../../src/hubspot/apps.ts";
import {
  type AppSettings,
  test as base,
  expect,
  HubSpot as PublicHubSpot,
} from "../../src/package/playwright.ts";
import type { Session } from "../../src/rules/session.ts";
import type { Listening } from "../../src/server/listen.mjs";
import { serve } from "../../src/server/serve.mjs";
import { mendDriver } from "../firefox.ts";
import { port } from "../ports.ts";

export { expect, port };

const { WIDGET_URL } = process.env;

/** The widget outside HubSpot. */
export const widgetUrl = `https://localhost:${port}/`;

/** HubSpot as everybody's tests have it, with the specs' own words. */
export class HubSpot extends PublicHubSpot {
  override async install(
    app: string | AppSettings,
    url = "",
    settings: Partial<Settings> = {},
  ): Promise<void> {
    await super.install(typeof app === "string" ? { name: app, url, ...settings } : app);
  }

  /** Opens the calling window, as "Open calling window" does. */
  openWindow(): Promise<this> {
    return this.openCallingWindow();
  }

  /** Ticks or unticks some of the chosen app's settings, in the call menu. */
  async set(settings: Partial<Settings>): Promise<void> {
    const menu = this.page.locator("#callmenu > summary");
    await menu.click();
    await this.page.getByText("App settings").click();
    for (const [name, value] of Object.entries(settings))
      await this.page.getByRole("checkbox", { name }).setChecked(value);
    await this.page.getByText("App settings").click();
    await menu.click();
  }

  /** Opens a record's page. */
  open(name: string): Promise<void> {
    return this.openRecord(name);
  }

  /** Clicks as a person does: Call, and then Call with the app. */
  async call(): Promise<void> {
    await this.page.locator("#callmenu > summary").click();
    await this.page.getByRole("button", { name: "Call with" }).click();
  }

  /** Opens the app and logs in to it: what any call begins with. */
  async logIn(): Promise<void> {
    await this.openApp();
    await this.app.locator("#login").click();
    await this.heard("LOGGED_IN");
    await expect(this.alerts()).toBeEmpty();
  }

  /** The types of everything that went over the wire, with who sent it. */
  async conversation(): Promise<string[]> {
    return (await this.messages()).map(({ from, type }) => `${from}: ${type}`);
  }

  /** Waits until the app has sent so many messages of the type, and gives the payload of the last. */
  async heard(type: string, times = 1): Promise<Fields> {
    await expect<PublicHubSpot>(this).toHaveHeard(type, {}, { times });
    const heard = (await this.messages()).findLast((m) => m.from === "app" && m.type === type);
    return isFields(heard?.data) ? { ...heard.data } : {};
  }
}

/** Why a test is skipped that takes a file from the browser. */
export const noDownloads = "Playwright drops Firefox's word of a download";

export const isInChromium = (page: Page): boolean =>
  page.context().browser()?.browserType().name() === "chromium";

/** Lets HubSpot's page copy without a question. Firefox asks none after a click. */
export async function letCopy(page: Page): Promise<void> {
  if (isInChromium(page))
    await page.context().grantPermissions(["clipboard-read", "clipboard-write"]);
}

/** What the console says of an answer with that status: in Firefox nothing. */
export const refusals = (page: Page, status: number): unknown[] =>
  isInChromium(page) ? [expect.stringContaining(String(status))] : [];

/** What is on the clipboard, as a person pastes it into the page: not each browser lets a page read it. */
export async function pasted(page: Page): Promise<string> {
  const area = await page.evaluateHandle(() => {
    const made = document.createElement("textarea");
    document.body.append(made);
    return made;
  });
  await area.focus();
  await page.keyboard.press("ControlOrMeta+V");
  const text = await area.inputValue();
  await area.evaluate((made) => made.remove());
  return text;
}

/** HubSpot's own record of what was said in its page. */
export const heardBy = (hubspot: HubSpot): Promise<Session> =>
  hubspot.page.evaluate(() => window.hubspot.session);

/**
 * A session's messages, with one SYNC of each page: HubSpot repeats it until it hears the answer, which may cross on the
 * way, and a page that is slow to load hears only the last.
 */
export const withoutRepeats = ({ messages }: Session) =>
  messages.filter(
    ({ type, load }, at) =>
      type !== "SYNC" ||
      !messages.slice(0, at).some((earlier) => earlier.type === "SYNC" && earlier.load === load),
  );

/** Violations of WCAG and best practices, as axe finds them in this page and in the widget, each by itself: the widget hears nobody but HubSpot. It is asked in Chromium alone. */
export async function violations(page: Page): Promise<object[]> {
  const frames = page.frames().filter((frame) => !frame.url().includes(".example/"));
  const found: object[] = [];
  for (const frame of frames) found.push(...(await violationsIn(frame)));
  return found;
}

/** Those in that frame's page alone, in dark and in light colours. */
export async function violationsIn(frame: Frame): Promise<object[]> {
  // axe crashes Firefox's pages.
  if (!isInChromium(frame.page())) return [];
  if (!(await frame.evaluate(`"axe" in window`))) await frame.evaluate(axe.source);
  const found: object[] = [];
  for (const colorScheme of ["dark", "light"] as const) {
    await frame.page().emulateMedia({ colorScheme });
    const violations = await frame.evaluate(async () => {
      type Run = (where: Document, how: object) => Promise<{ violations: object[] }>;
      const run: Run = Reflect.get(window, "axe").run;
      return (await run(document, { iframes: false })).violations;
    });
    found.push(...violations.map((violation) => ({ colorScheme, violation })));
  }
  return found;
}

/** Answers SYNC, unless its address says silent, and keeps what it hears. */
const bareApp = `<!doctype html><html lang="en"><title>Bare app</title><h1>Bare app</h1><script>
  heard = [];
  onmessage = ({ data }) => {
    heard.push(data);
    if (data.type === "SYNC" && !location.search.includes("silent"))
      parent.postMessage({ ...data, type: "SYNC_ACK", iFrameUrl: "https://evil.example" }, "*");
  };
  say = (type, data) => parent.postMessage({ type, messageId: "app_" + Math.random(), data }, "*");
</script>`;

/** Some calling app, in one of the local HubSpot's pages: a bare page at https://app.example that says what it is told to. */
export class BareApp {
  constructor(readonly hubspot: HubSpot) {}

  /** Puts it at its address; also at others of app.example and of other-app.example. */
  static async publish(hubspot: HubSpot): Promise<BareApp> {
    await hubspot.page
      .context()
      .route(/^https:\/\/(other-)?app\.example\//, (route) =>
        route.fulfill({ contentType: "text/html", body: bareApp }),
      );
    return new BareApp(hubspot);
  }

  /** Installs it, as "Bare app". */
  static async install(hubspot: HubSpot, settings: Partial<Settings> = {}): Promise<BareApp> {
    const app = await BareApp.publish(hubspot);
    await hubspot.install("Bare app", "https://app.example/", settings);
    return app;
  }

  get frame(): Frame {
    const found = this.hubspot.page
      .frames()
      .find((frame) => frame.name() !== "twin" && /app\.example\//.test(frame.url()));
    if (!found) throw new Error("The app's frame is not there");
    return found;
  }

  /** Waits for the frame and its handshake, and gives SYNC as the app heard it. */
  async synced(): Promise<Fields> {
    let sync: unknown;
    const look = async () => {
      try {
        sync = await this.frame.evaluate(`heard.findLast(({ type }) => type === "SYNC")`);
      } catch {
        // The frame is not there, or is being replaced.
      }
      return isFields(sync);
    };
    await expect.poll(look, "SYNC").toBe(true);
    return isFields(sync) ? sync : {};
  }

  /** The handshake and INITIALIZED; `data` is a JavaScript expression, since not all that can be sent is JSON. */
  async initialize(data = "{ isLoggedIn: true }"): Promise<Fields> {
    const sync = await this.synced();
    await this.say("INITIALIZED", data);
    await expect(this.hubspot.page.locator("#panel-status")).toBeEmpty();
    return sync;
  }

  say(type: string, data = "undefined"): Promise<void> {
    return this.frame.evaluate(`say(${JSON.stringify(type)}, ${data})`);
  }

  /** All of HubSpot's messages of the type. */
  all(type: string): Promise<Fields[]> {
    return this.frame.evaluate(
      `heard.filter((m) => m.type === ${JSON.stringify(type)}).map(({ data }) => data)`,
    );
  }

  /** Waits for so many of HubSpot's messages of the type, and gives the data of the last. */
  async heard(type: string, times?: number): Promise<Fields> {
    const count = async () => (await this.all(type)).length;
    if (times === undefined) await expect.poll(count, `${type} from HubSpot`).toBeGreaterThan(0);
    else await expect.poll(count, `${type} from HubSpot`).toBe(times);
    return (await this.all(type)).at(-1) ?? {};
  }
}

type Fixtures = {
  hubspot: HubSpot;
  widget: FrameLocator;
  /** What any page wrote to the console as an error, a warning or a debugging message, and uncaught exceptions: none, or the test fails. */
  complaints: string[];
};

export const test = base.extend<Fixtures & { answers: undefined }>({
  // Not by worker: the specs that have none of this use the same workers.
  answers: async ({ browser, browserName }, use) => {
    if (browserName === "firefox") mendDriver(browser);
    await use(undefined);
  },

  complaints: [
    async ({ answers: _, context }, use) => {
      const complaints: string[] = [];
      context.on("console", (message) => {
        // A foreign widget's console is its own affair.
        if (WIDGET_URL && message.location().url.startsWith(new URL(WIDGET_URL).origin)) return;
        // Payloads have no business in the console either: that is what the SDK's debug messages are.
        if (["error", "warning", "debug"].includes(message.type())) complaints.push(message.text());
      });
      context.on("weberror", (error) => complaints.push(error.error().message));
      await use(complaints);
      expect(complaints, "errors in the console").toEqual([]);
    },
    { auto: true },
  ],

  hubspot: async ({ hubspot: { page } }, use) => {
    const hubspot = new HubSpot(page);
    if (WIDGET_URL) await hubspot.install("The widget", WIDGET_URL);
    await use(hubspot);
  },

  widget: async ({ page }, use) => {
    await use(page.frameLocator("#hubspot-calling-extension-iframe"));
  },
});

/**
 * The test of a file that has a local HubSpot of its own: in that of the other tests its apps and calls would be
 * everyone's. The file's tests take turns.
 */
export function alone(port: number) {
  const baseURL = `https://hubspot.localhost:${port}/`;
  const own = test.extend({
    baseURL,
    hubspot: async ({ page }, use) => {
      await page.goto(baseURL);
      await use(new HubSpot(page));
      // Away from the server before that goes.
      for (const open of page.context().pages()) await open.goto("about:blank");
    },
  });
  own.describe.configure({ mode: "default" });
  let server: Listening;
  own.beforeAll(async () => {
    server = await serve({ port });
  });
  own.afterAll(() => server.close());
  return own;
}
