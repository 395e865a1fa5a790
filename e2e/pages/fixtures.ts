// What the specs speak of: HubSpot (the local one, driven by its console API) and the widget in its frame.
import { test as base, expect, type Frame, type FrameLocator, type Page } from "@playwright/test";
import axe from "axe-core";
import type { Fields } from "../../src/call/messages.ts";
import type { Settings } from "../../src/hubspot/apps.ts";
import { port } from "../playwright.config.ts";

export { expect, port };

const { WIDGET_URL } = process.env;

/** The widget outside HubSpot. */
export const widgetUrl = `https://localhost:${port}/`;

export class HubSpot {
  constructor(readonly page: Page) {}

  /** Installs an app for "Call from", as a developer does. */
  async install(name: string, url: string, settings: Partial<Settings> = {}): Promise<void> {
    await this.page.evaluate(
      (value) => localStorage.setItem("LocalSettings:Calling:CallingExtensions", value),
      JSON.stringify({ isReady: true, name, url, ...settings }),
    );
    await this.page.reload();
  }

  /** The local HubSpot in another tab of the same browser. */
  async newTab(): Promise<HubSpot> {
    const page = await this.page.context().newPage();
    await page.goto("/");
    return new HubSpot(page);
  }

  /** Opens the calling window, as "Open calling window" does. */
  async openWindow(): Promise<HubSpot> {
    const opening = this.page.waitForEvent("popup");
    await this.page.evaluate(() => window.hubspot.openCallingWindow());
    const page = await opening;
    await page.waitForLoadState();
    return new HubSpot(page);
  }

  /** Ticks or unticks one of the chosen app's settings, in the call menu. */
  async set(name: keyof Settings, value: boolean): Promise<void> {
    const menu = this.page.locator("#callmenu > summary");
    await menu.click();
    await this.page.getByText("App settings").click();
    await this.page.getByRole("checkbox", { name }).setChecked(value);
    await this.page.getByText("App settings").click();
    await menu.click();
  }

  /** Opens a record's page. */
  async open(name: string): Promise<void> {
    await this.page.getByRole("navigation", { name: "Records" }).getByText(name).click();
    await expect(this.page.getByRole("heading", { name })).toBeVisible();
  }

  /** Clicks as a person does: the call icon, then Call. */
  async call(): Promise<void> {
    await this.page.locator("#callmenu > summary").click();
    await this.page.getByRole("button", { name: "Call", exact: true }).click();
  }

  /** Opens the app and logs in to it: what any call begins with. */
  async logIn(): Promise<void> {
    await this.call();
    await this.page.frameLocator("#hubspot-calling-extension-iframe").locator("#login").click();
    await this.heard("LOGGED_IN");
    await expect(this.alerts()).toBeEmpty();
  }

  /** Asks the app to dial, as the Call button does. Gives the payload, or null when the user was alerted instead. */
  dial(fields?: Fields): Promise<Fields | null> {
    return this.page.evaluate(async (f) => (await window.hubspot.dial(f)) ?? null, fields);
  }

  send(type: string, data?: Fields): Promise<void> {
    return this.page.evaluate(([t, d]) => window.hubspot.send(t, d), [type, data] as const);
  }

  /** Everything that went over the wire. */
  messages() {
    return this.page.evaluate(() => [...window.hubspot.messages]);
  }

  /** The types of everything that went over the wire, with who sent it. */
  async conversation(): Promise<string[]> {
    return (await this.messages()).map(({ from, type }) => `${from}: ${type}`);
  }

  /** Waits until the app has sent so many messages of the type, and gives the payload of the last. */
  async heard(type: string, times = 1): Promise<Fields> {
    // Picked in the page: not everything that went over the wire can be brought here.
    const heard = () =>
      this.page.evaluate(
        (wanted) => window.hubspot.messages.filter((m) => m.from === "app" && m.type === wanted),
        type,
      );
    await expect.poll(async () => (await heard()).length, `${type} from the app`).toBe(times);
    const data = (await heard()).at(-1)?.data;
    return typeof data === "object" && data !== null ? { ...data } : {};
  }

  timeline() {
    return this.page.evaluate(() => window.hubspot.timeline);
  }

  alerts() {
    return this.page.locator("#alerts");
  }
}

/** Violations of WCAG and best practices, as axe finds them in this page and in the widget, each by itself: the widget hears nobody but HubSpot. */
export async function violations(page: Page): Promise<object[]> {
  const found: object[] = [];
  for (const frame of page.frames()) {
    if (frame.url().includes(".example/")) continue;
    await frame.evaluate(axe.source);
    found.push(
      ...(await frame.evaluate(async () => {
        type Run = (where: Document, how: object) => Promise<{ violations: object[] }>;
        const run: Run = Reflect.get(window, "axe").run;
        return (await run(document, { iframes: false })).violations;
      })),
    );
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

  /** Installs it, as "Bare app"; also at other addresses of app.example and of other-app.example. */
  static async install(hubspot: HubSpot, settings: Partial<Settings> = {}): Promise<BareApp> {
    await hubspot.page
      .context()
      .route(/^https:\/\/(other-)?app\.example\//, (route) =>
        route.fulfill({ contentType: "text/html", body: bareApp }),
      );
    await hubspot.install("Bare app", "https://app.example/", settings);
    return new BareApp(hubspot);
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
    const sync = async () => {
      try {
        return await this.frame.evaluate(`heard.findLast(({ type }) => type === "SYNC")`);
      } catch {
        return undefined;
      }
    };
    await expect.poll(sync, "SYNC").toBeTruthy();
    return (await sync()) as Fields;
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

export const test = base.extend<Fixtures>({
  complaints: [
    async ({ context }, use) => {
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

  hubspot: async ({ page }, use) => {
    await page.goto("/");
    const hubspot = new HubSpot(page);
    if (WIDGET_URL) await hubspot.install("The widget", WIDGET_URL);
    await use(hubspot);
  },

  widget: async ({ page }, use) => {
    await use(page.frameLocator("#hubspot-calling-extension-iframe"));
  },
});
