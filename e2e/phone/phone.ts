// What the phone's specs speak of: the phone in its frame in the local HubSpot, with a voice, ears, and nobody who is asked for them.
import type { Frame, FrameLocator, Locator } from "@playwright/test";
import type { Settings } from "../../src/hubspot/apps.ts";
import { person } from "../line/person.ts";
import { test as base, expect, type HubSpot, port } from "../pages/fixtures.ts";

export { expect };

export const phoneUrl = `https://localhost:${port}/phone.html`;
/** What the user's microphone hears, in Hz. */
export const voice = 1000;

/** The phone in one of HubSpot's pages. */
export class Phone {
  readonly frame: FrameLocator;
  constructor(readonly hubspot: HubSpot) {
    this.frame = hubspot.page.frameLocator("#hubspot-calling-extension-iframe");
  }
  get page() {
    return this.hubspot.page;
  }
  /** A button, by its words. */
  button(name: string | RegExp): Locator {
    return this.frame.getByRole("button", { name, exact: typeof name === "string" });
  }
  click(name: string | RegExp): Promise<void> {
    return this.button(name).click();
  }
  at(id: string): Locator {
    return this.frame.locator(`#${id}`);
  }
  get status(): Locator {
    return this.at("status");
  }
  get body(): Locator {
    return this.frame.locator("body");
  }
  /** Waits for the screen. */
  async shows(screen: string): Promise<void> {
    await expect(this.body).toHaveAttribute("data-screen", screen);
  }
  async own(): Promise<Frame> {
    const handle = await this.page.locator("#hubspot-calling-extension-iframe").elementHandle();
    const frame = await handle?.contentFrame();
    if (!frame) throw new Error("The phone's frame is not there");
    return frame;
  }
  /** The frequencies in Hz that its user hears. */
  async heard(): Promise<number[]> {
    return (await this.own()).evaluate(() => window.person.heard());
  }
  /** Waits until its user hears that frequency, as close as the ear's steps are. The page listens by itself: to be asked each time would cost more than to listen. */
  hears(hz: number, timeout = 10_000): Promise<void> {
    return test.step(`${hz} Hz are heard`, async () => {
      const isHeard = (wanted: number) =>
        window.person.heard().some((one) => Math.abs(one - wanted) < 12);
      await (await this.own()).waitForFunction(isHeard, hz, { polling: 50, timeout });
    });
  }
  silent(timeout = 5000): Promise<void> {
    return test.step("nothing is heard", async () => {
      const isSilent = () => window.person.heard().length === 0;
      await (await this.own()).waitForFunction(isSilent, undefined, { polling: 50, timeout });
    });
  }
  async logIn(): Promise<void> {
    await this.click("Log in");
    await this.shows("away");
    // Until then HubSpot would not dial.
    await this.hubspot.heard("LOGGED_IN");
  }
  /** In a panel: HubSpot's user clicks Call, logs in, and clicks Call again. */
  async asked(): Promise<void> {
    await this.hubspot.openApp();
    await this.logIn();
    await this.hubspot.dial();
    await expect(this.at("toNumber")).toHaveValue("+44 770 090 0142");
  }
  async available(): Promise<void> {
    await this.click("Available");
    await this.shows("keypad");
  }
  /** Saves the call, after which HubSpot hides the phone, and shows it again. */
  async save(): Promise<void> {
    await this.click("Save");
    await this.page.getByRole("button", { name: "Show Demo App Phone" }).click();
    await this.shows("keypad");
  }
  /** Loads the frame again. */
  async reload(): Promise<void> {
    const frame = await this.own();
    await frame.evaluate(() => {
      document.body.dataset.screen = "old";
      location.reload();
    });
    await expect(this.body).not.toHaveAttribute("data-screen", /old|connecting/);
  }
}

export const test = base.extend<{ phone: Phone; settings: Partial<Settings> }>({
  settings: [{}, { option: true }],
  app: async ({ context, settings }, use) => {
    // A tab that has nothing in it yet has no microphone either.
    await context.addInitScript(`if (navigator.mediaDevices) (${person})(${voice})`);
    await use({ name: "Demo App Phone", url: phoneUrl, ...settings });
  },
  phone: async ({ hubspot }, use) => {
    await use(new Phone(hubspot));
  },
});

/** Puts the phone into the navigation bar, where it can be called. */
export const inTabs = { supportsInboundCalling: true, usesCallingWindow: false };
export const inWindow = { supportsInboundCalling: true, usesCallingWindow: true };
