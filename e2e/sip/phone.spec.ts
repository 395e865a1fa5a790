// The phone inside HubSpot, with a telephone server: two users at two browsers call each other, and HubSpot hears of it.
import type { BrowserContext, Frame, FrameLocator } from "@playwright/test";
import { expect, HubSpot } from "../../src/package/playwright.ts";
import { violationsIn } from "../pages/fixtures.ts";
import { port } from "../ports.ts";
import { test as base, listen, newContext, newNumber, voices } from "./phones.ts";

const address = `https://localhost:${port}/phone.html`;
const settings = {
  name: "Phone",
  url: address,
  supportsInboundCalling: true,
  usesRemote: true,
  usesCallingWindow: false,
};

/** A user at HubSpot, with the phone in it. */
class Desk {
  constructor(
    readonly hubspot: HubSpot,
    readonly user: string,
    readonly hz: number,
  ) {}

  /** Whether its page has asked for the SIP line's file. */
  hasLoadedLine = false;

  get phone(): FrameLocator {
    return this.hubspot.app;
  }

  async logIn(password = "secret", isKept = false): Promise<void> {
    await this.phone.locator("#user").fill(this.user);
    await this.phone.locator("#password").fill(password);
    await this.phone.locator("#thistab").setChecked(isKept);
    await this.phone.locator("#login").click();
  }

  async isReady(isKept = false): Promise<void> {
    await this.logIn("secret", isKept);
    await expect(this.hubspot).toHaveHeard("LOGGED_IN");
    await this.phone.locator("#useravailable").click();
    await expect(this.hubspot).toHaveHeard("USER_AVAILABLE");
  }

  click(id: string): Promise<void> {
    return this.phone.locator(`#${id}`).click();
  }

  /** Calls a number from a record, where the phone says then that it rings, or why it does not. */
  async call(number: string, words: string): Promise<void> {
    await this.hubspot.dial(number);
    await this.click("outgoingcall");
    await this.shows(words);
  }

  async shows(words: string): Promise<void> {
    await expect(this.phone.locator("#status")).toHaveText(words);
  }

  get #frame(): Frame {
    const frame = this.hubspot.page.frames().find((each) => each.url().startsWith(address));
    if (!frame) throw new Error("The phone is not there");
    return frame;
  }

  /** What axe finds on the phone's screen. */
  violations(): Promise<object[]> {
    return violationsIn(this.#frame);
  }

  /** What the phone keeps in its tab. */
  kept(): Promise<string> {
    return this.#frame.evaluate(() => JSON.stringify({ ...sessionStorage }));
  }

  /** What the phone has told the frames in other tabs. */
  told(): Promise<string> {
    return this.#frame.evaluate(() => JSON.stringify(Reflect.get(window, "told")));
  }

  /** Loads the phone's page again. */
  async reload(): Promise<void> {
    await this.#frame.evaluate(() => {
      document.body.dataset.screen = "old";
      location.reload();
    });
    await expect(this.phone.locator("body")).not.toHaveAttribute("data-screen", "old");
  }

  /** How loud the other's voice is in the phone's page. */
  private loudness(other: Desk): Promise<number> {
    return this.#frame.evaluate((hz) => window.ear.loudness(hz), other.hz);
  }

  async hears(other: Desk): Promise<void> {
    await expect.poll(() => this.loudness(other)).toBeGreaterThan(0.05);
  }

  /** Begins to listen for keys: what is pressed before that is not heard. */
  listen(): Promise<void> {
    return this.#frame.evaluate(() => window.ear.listen());
  }

  /** The keys that were heard until now. */
  keys(): Promise<string[]> {
    return this.#frame.evaluate(() => window.ear.heard);
  }

  async hearsNothingOf(other: Desk): Promise<void> {
    await expect.poll(() => this.loudness(other)).toBeLessThan(0.002);
  }

  /** How often HubSpot was told of a call's end: once for each call. */
  #ends = 0;

  /** HubSpot hears once how the call ended, the user saves it, and HubSpot has nothing to say against any of it. */
  async ended(callEndStatus: string): Promise<void> {
    this.#ends++;
    const times = this.#ends;
    await expect(this.hubspot).toHaveHeard("CALL_ENDED", {}, { times });
    await this.saved();
    const ends = (await this.hubspot.messages()).filter(({ type }) => type === "CALL_ENDED");
    expect(ends.at(-1)?.data).toMatchObject({ callEndStatus });
  }

  async saved(): Promise<void> {
    const saved = (await this.hubspot.timeline()).length;
    await this.click("completecall");
    await expect.poll(async () => (await this.hubspot.timeline()).length).toBe(saved + 1);
    await expect(this.hubspot).toKeepTheRules();
    expect(JSON.stringify(await this.hubspot.messages())).not.toContain("secret");
    const show = this.hubspot.page.getByRole("button", { name: "Show Phone" });
    if (await show.isVisible()) await show.click();
  }
}

type Fixtures = { desk: (user?: string) => Promise<Desk> };

const test = base.extend<Fixtures>({
  desk: async ({ browser, otherBrowser, ear, built }, use) => {
    const contexts: BrowserContext[] = [];
    const complaints: string[] = [];
    await use(async (user = newNumber()) => {
      const hz = voices[contexts.length] ?? 0;
      // Every other user is at another browser.
      const context = await newContext(contexts.length % 2 === 0 ? browser : otherBrowser);
      contexts.push(context);
      context.on("weberror", (error) => complaints.push(error.error().message));
      context.on("console", (message) => {
        if (["error", "warning", "debug"].includes(message.type())) complaints.push(message.text());
      });
      await listen(context, ear, hz);
      for (const [name, body] of Object.entries(built))
        await context.route(`https://localhost:${port}/${name}`, (route) =>
          route.fulfill({
            contentType: name.endsWith(".js") ? "text/javascript" : "text/html",
            body,
          }),
        );
      const page = await context.newPage();
      const hubspot = new HubSpot(page, settings);
      await page.goto(`https://hubspot.localhost:${port}/`);
      await hubspot.install(settings);
      const made = new Desk(hubspot, user, hz);
      page.on("request", (request) => {
        made.hasLoadedLine ||= request.url().endsWith("/sip.js");
      });
      await hubspot.openApp();
      return made;
    });
    await Promise.all(contexts.map((context) => context.close()));
    const own = complaints.filter(
      (words) => !/^(WebSocket connection to|Failed to load resource)/.test(words),
    );
    expect(own, "what the pages wrote to the console").toEqual([]);
  },
});

/** Two users who can call each other. */
async function two(desk: () => Promise<Desk>, isKept = false): Promise<[alice: Desk, bob: Desk]> {
  const desks = await Promise.all([desk(), desk()]);
  await Promise.all(desks.map((each) => each.isReady(isKept)));
  return desks;
}

/** The first calls the other, who answers. */
async function talk(alice: Desk, bob: Desk): Promise<void> {
  await alice.call(bob.user, "Ringing…");
  await bob.shows("Incoming call");
  await bob.click("answercall");
  await Promise.all([alice.shows("In call"), bob.shows("In call")]);
  await Promise.all([alice.hears(bob), bob.hears(alice)]);
}

test("a wrong password is told, and logs nobody in", async ({ desk }) => {
  const alice = await desk();
  await expect(alice.hubspot).toHaveHeard("INITIALIZED");
  expect(alice.hasLoadedLine).toBe(false);
  await alice.logIn("guessed");
  await expect(alice.phone.locator("#notice")).toHaveText(/password is wrong/);
  expect(await alice.violations()).toEqual([]);
  expect(alice.hasLoadedLine).toBe(true);
  await expect(alice.hubspot).not.toHaveHeard("LOGGED_IN", {}, { timeout: 0 });
  await alice.logIn();
  await expect(alice.hubspot).toHaveHeard("LOGGED_IN");
});

test("a line that could not be loaded is loaded with the next try", async ({ desk }) => {
  const alice = await desk();
  const context = alice.hubspot.page.context();
  await context.route("**/sip.js", (route) => route.abort(), { times: 1 });
  await alice.logIn();
  await expect(alice.phone.locator("#notice")).toHaveText(/network is gone/);
  await alice.isReady();
});

test("a password is asked for where the line is, is told to no other tab, and is forgotten wherever the user logs out", async ({
  desk,
}) => {
  const alice = await desk();
  await alice.hubspot.page.context().addInitScript(() => {
    const { postMessage } = BroadcastChannel.prototype;
    const told: unknown[] = [];
    Reflect.set(window, "told", told);
    BroadcastChannel.prototype.postMessage = function (message) {
      told.push(message);
      postMessage.call(this, message);
    };
  });
  await alice.reload();
  await expect(alice.phone.locator("#password")).toBeVisible();
  const tab = await alice.hubspot.newTab();
  const other = new Desk(tab, alice.user, alice.hz);
  await tab.openApp();
  await expect(other.phone.locator("#welcome")).toContainText("the tab that was opened first");
  for (const id of ["account", "login"]) await expect(other.phone.locator(`#${id}`)).toBeHidden();

  await alice.isReady(true);
  await expect(other.phone.locator("#toNumber")).toBeVisible();
  expect(await alice.told()).toContain("news");
  for (const each of [alice, other]) expect(await each.told()).not.toContain("secret");
  expect(await alice.kept()).toContain("secret");
  expect(await other.kept()).not.toContain("secret");
  await other.click("logout");
  await expect.poll(() => alice.kept()).not.toContain("secret");
});

test("a call from a record is rung, answered, heard at both ends, held, muted and saved, and its keys are heard", async ({
  desk,
}) => {
  const [alice, bob] = await two(desk);
  await talk(alice, bob);
  await alice.click("mute");
  await bob.hearsNothingOf(alice);
  await alice.click("mute");
  await bob.hears(alice);
  await bob.click("hold");
  await alice.shows("Put on hold by the other end");
  await Promise.all([alice.hearsNothingOf(bob), bob.hearsNothingOf(alice)]);
  await bob.click("hold");
  await Promise.all([alice.hears(bob), bob.hears(alice)]);
  await expect(alice.phone.locator("#quality")).toHaveText(/^(Good|Fair|Poor) line$/);
  await bob.listen();
  for (const key of ["4", "#", "9"]) await alice.hubspot.page.keyboard.press(key);
  await expect.poll(() => bob.keys(), { timeout: 10_000 }).toEqual(["4", "#", "9"]);
  await bob.click("endcall");
  for (const each of [alice, bob]) await each.ended("COMPLETED");
});

test("HubSpot hears how each call ends", async ({ desk }) => {
  const [alice, bob] = await two(desk);
  await alice.call(bob.user, "Ringing…");
  await bob.click("endcall");
  await alice.shows("The call was declined.");
  await alice.ended("REJECTED");
  await bob.ended("REJECTED");

  await alice.call(bob.user, "Ringing…");
  await alice.click("endcall");
  await alice.ended("CANCELED");
  await bob.ended("MISSED");

  await alice.call("+15550000000", "Nobody has this number.");
  await alice.ended("FAILED");

  // The server waits a second and a half at such a number.
  const carol = await desk(`${alice.user}99`);
  await carol.isReady();
  await alice.call(carol.user, "Ringing…");
  await alice.shows("Nobody answered.");
  await alice.ended("NO_ANSWER");
  await carol.ended("MISSED");

  await talk(alice, bob);
  // Whichever is first: the other's button may be gone when a hand gets there.
  const hangUp = ({ phone }: Desk) => phone.locator("#endcall").dispatchEvent("click");
  await Promise.all([hangUp(alice), hangUp(bob)]);
  await alice.ended("COMPLETED");
  await bob.ended("COMPLETED");
});

test("who calls somebody in a call is told that it is busy", async ({ desk }) => {
  const [alice, bob] = await two(desk);
  const carol = await desk();
  await carol.isReady();
  await talk(alice, bob);
  await carol.call(bob.user, "The line is busy.");
  await carol.ended("BUSY");
  await bob.shows("In call");
});

test("a transferred call is over here, and goes on there", async ({ desk }) => {
  const [alice, bob] = await two(desk);
  const carol = await desk();
  await carol.isReady();
  await talk(alice, bob);
  await alice.click("totransfer");
  await alice.phone.locator("#transferTo").fill(carol.user);
  await alice.click("transfercall");
  await carol.shows("Incoming call");
  await expect(alice.hubspot).toHaveHeard("CALL_TRANSFERRED", {}, { times: 1 });
  await alice.saved();
  await carol.click("answercall");
  await Promise.all([bob.hears(carol), carol.hears(bob)]);
  await bob.click("endcall");
  for (const each of [bob, carol]) await each.ended("COMPLETED");
});

test("the server is killed during a call: the user is told, and the call goes on", async ({
  desk,
  server,
}) => {
  const [alice, bob] = await two(desk);
  await talk(alice, bob);
  await server.kill();
  await expect(alice.phone.locator("#notice")).toHaveText(/telephone line is lost/);
  await Promise.all([alice.hears(bob), bob.hears(alice)]);
  await server.start();
  for (const each of [alice, bob])
    await expect(each.phone.locator("#notice")).toHaveText(/line is back/, { timeout: 10_000 });
  await alice.click("endcall");
  for (const each of [alice, bob]) await each.ended("COMPLETED");
});

test("the network is gone for five seconds: the user is told, and the call goes on", async ({
  desk,
}) => {
  const [alice, bob] = await two(desk);
  await talk(alice, bob);
  await alice.hubspot.page.context().setOffline(true);
  const goneAt = Date.now();
  await expect(alice.phone.locator("#notice")).toHaveText(/network is gone/);
  await expect.poll(() => Date.now() - goneAt, { timeout: 6000 }).toBeGreaterThan(5000);
  await alice.hubspot.page.context().setOffline(false);
  await expect(alice.phone.locator("#notice")).toHaveText(/line is back/, { timeout: 10_000 });
  await Promise.all([alice.hears(bob), bob.hears(alice)]);
  await alice.click("endcall");
  for (const each of [alice, bob]) await each.ended("COMPLETED");
});

test("a page that is loaded again during a call takes the call up", async ({ desk }) => {
  const [alice, bob] = await two(desk, true);
  await talk(alice, bob);
  await alice.reload();
  await alice.shows("In call");
  await Promise.all([alice.hears(bob), bob.hears(alice)]);
  await alice.click("endcall");
  for (const each of [alice, bob]) await each.ended("COMPLETED");
  // The account was kept for that, and is forgotten with the login.
  expect(await alice.kept()).toContain("secret");
  await alice.click("logout");
  await expect.poll(() => alice.kept()).not.toContain("secret");
});
