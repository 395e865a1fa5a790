// What the specs speak of: HubSpot (the local one, driven by its console API) and the widget in its frame.
import { test as base, expect, type FrameLocator, type Page } from "@playwright/test";
import type { Fields } from "../src/messages.ts";
import { port } from "./playwright.config.ts";

export { expect, port };

const { WIDGET_URL } = process.env;

/** The widget outside HubSpot. */
export const widgetUrl = `https://localhost:${port}/`;

export class HubSpot {
  constructor(readonly page: Page) {}

  /** Installs an app for "Call from", as a developer does. */
  async install(name: string, url: string): Promise<void> {
    const settings = JSON.stringify({ isReady: true, name, url });
    await this.page.evaluate(
      (value) => localStorage.setItem("LocalSettings:Calling:CallingExtensions", value),
      settings,
    );
    await this.page.reload();
  }

  /** Opens a record's page. */
  async open(name: string): Promise<void> {
    await this.page.getByRole("navigation", { name: "Records" }).getByText(name).click();
    await expect(this.page.getByRole("heading", { name })).toBeVisible();
  }

  /** Clicks as a person does: the call icon, then Call. */
  async call(): Promise<void> {
    await this.page.locator("summary", { hasText: "Call" }).click();
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
    const of = async () =>
      (await this.messages()).filter((m) => m.from === "app" && m.type === type);
    await expect.poll(async () => (await of()).length, `${type} from the app`).toBe(times);
    const data = (await of()).at(-1)?.data;
    return typeof data === "object" && data !== null ? { ...data } : {};
  }

  timeline() {
    return this.page.evaluate(() => window.hubspot.timeline);
  }

  alerts() {
    return this.page.locator("#alerts");
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
