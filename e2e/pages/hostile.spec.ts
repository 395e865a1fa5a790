// Messages that nobody should send, by the thousand: the widget and the local HubSpot keep what they have, and show none of it as markup.
import type { Page } from "@playwright/test";
import { BareApp, expect, HubSpot, port, test, widgetUrl } from "./fixtures.ts";

/** In the tests' names; HOSTILE_SEED=... repeats them. */
const seed = Number(process.env.HOSTILE_SEED);

const fromHubSpot = [
  "SYNC",
  "DIAL_NUMBER",
  "CREATE_ENGAGEMENT_FAILED",
  "ENGAGEMENT_CREATED",
  "UPDATE_ENGAGEMENT_SUCCEEDED",
  "UPDATE_ENGAGEMENT_FAILED",
  "CALLER_ID_MATCH_SUCCEEDED",
  "CALLER_ID_MATCH_FAILED",
  "NAVIGATE_TO_RECORD_FAILED",
  "PUBLISH_TO_CHANNEL_SUCCEEDED",
  "FINALIZE_ENGAGEMENT_FAILED",
  "VISIBILITY_CHANGED",
  "SET_WIDGET_URL_FAILED",
  "SET_CALL_STATE",
  "INITIATE_CALL_ID_SUCCEEDED",
  "READY",
  "FAILED",
  "NO_SUCH_TYPE",
  "toString",
  "__proto__",
];
const fromApp = [
  "SYNC_ACK",
  "INITIALIZED",
  "LOGGED_IN",
  "USER_AVAILABLE",
  "OUTGOING_CALL_STARTED",
  "INCOMING_CALL",
  "CALL_ANSWERED",
  "CALL_TRANSFERRED",
  "CALL_ENDED",
  "CALL_COMPLETED",
  "NAVIGATE_TO_RECORD",
  "FINALIZE_ENGAGEMENT",
  "PUBLISH_TO_CHANNEL",
  "ERROR",
  "RESIZE_WIDGET",
  "SET_WIDGET_URL",
  "CALL_DATA",
  ...fromHubSpot,
];

type Flood = { seed: number; count: number; types: string[] };

/** Runs in a page, which sends the window so many messages from the seed. Gives how many they were, which depends on how slow the machine is. */
async function flood({ seed, count, types }: Flood, to: Window | null | undefined) {
  // mulberry32
  let state = seed;
  const random = () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
  const pick = <T>(of: T[]): T => of[Math.floor(random() * of.length)] as T;
  const markup = `<img src=x onerror="document.title='owned'"><script>document.title='owned'</script>`;
  const huge = "9".repeat(1 << 20);
  const deep = () => {
    let nest: unknown = "core";
    for (let depth = 0; depth < 500; depth += 1) nest = { data: nest };
    return nest;
  };
  const cycle = () => {
    const ring: { data?: unknown } = {};
    ring.data = ring;
    return ring;
  };
  const odd = (): unknown =>
    pick<() => unknown>([
      () => null,
      () => undefined,
      () => "",
      () => 0,
      () => -1,
      () => Number.NaN,
      () => 2n ** 70n,
      () => true,
      () => [],
      () => ({}),
      () => markup,
      () => "\u202egro.live\u0000\u0007\u2066",
      () => JSON.parse('{"__proto__": {"isLoggedIn": true}, "constructor": 1}'),
      () => new Date(Number.NaN),
      () => new Map([[1, cycle()]]),
      () => (random() < 0.01 ? huge : "x"),
      () => (random() < 0.03 ? deep() : [[[]]]),
      cycle,
    ])();
  const sound = () => ({
    phoneNumber: "+44 7700 900142",
    phone_number: "+44 7700 900142",
    calleeInfo: { calleeId: 7, calleeObjectTypeId: "0-1" },
    engagementId: 424242,
    externalCallId: "not a call",
    fromNumber: "+1 212 555 0143",
    toNumber: "+44 7700 900142",
    createEngagement: true,
    engagementProperties: { hs_call_title: markup },
    error: { message: markup },
    message: markup,
    callerIdMatches: [{ objectCoordinates: { objectId: 7 }, firstName: markup }],
    objectCoordinates: { portalId: 1, objectId: 7, objectTypeId: "0-1" },
    isMinimized: false,
    isHidden: false,
    width: 400,
    height: 650,
    portalId: 1,
    hostUrl: location.origin,
    iframeLocation: "widget",
    isLoggedIn: true,
  });
  const message = (): unknown => {
    if (random() < 0.05) return odd();
    const data: Record<string, unknown> = sound();
    for (const name of Object.keys(data)) {
      const fate = random();
      if (fate < 0.15) delete data[name];
      else if (fate < 0.4) data[name] = odd();
    }
    const sent: Record<string, unknown> = {
      type: pick(types),
      messageId: `hostile_${random()}`,
      data,
    };
    if (random() < 0.1) sent[pick(["type", "messageId", "data"])] = odd();
    return random() < 0.1 ? { ...sent, ...data } : sent;
  };
  const started = performance.now();
  let sent = 0;
  for (; sent < count && performance.now() - started < 25_000; sent += 1) {
    to?.postMessage(message(), "*");
    if (sent % 100 === 99) await new Promise((resolve) => setTimeout(resolve));
  }
  return sent;
}

const floodFrame = (page: Page, types: string[], count = 500) =>
  page.evaluate(
    `(${flood})(${JSON.stringify({ seed, count, types })}, document.querySelector("iframe[id]")?.contentWindow)`,
  );

/** Answers the call in the panel of the record. */
async function answer(hubspot: HubSpot): Promise<void> {
  const widget = hubspot.page.frameLocator("#hubspot-calling-extension-iframe");
  await hubspot.logIn();
  await hubspot.dial();
  await widget.getByRole("button", { name: "Outgoing call started" }).click();
  await expect(widget.locator("#sync")).toContainText(/"engagementId": \d/);
  await widget.getByRole("button", { name: "Call answered" }).click();
  await widget.getByLabel("Notes").fill("Keep me");
}

test(`500 odd messages of HubSpot's leave a call alone (seed ${seed})`, async ({
  hubspot,
  page,
  widget,
}) => {
  test.setTimeout(60_000);
  await answer(hubspot);
  const { externalCallId } = await hubspot.heard("CALL_ANSWERED", 1);
  // Undrawn, it takes a third of the time.
  const frame = page.locator("#frame iframe");
  await frame.evaluate((element) => element.toggleAttribute("hidden"));
  expect(await floodFrame(page, fromHubSpot)).toBeGreaterThan(150);
  await frame.evaluate((element) => element.toggleAttribute("hidden"));
  // It still answers, and at once.
  await widget.getByLabel("Outcome").selectOption("Connected", { timeout: 5000 });
  await expect(widget.locator("#status")).toHaveText("In call");
  expect(await widget.locator("img, script:not([type]), b b").count()).toBe(0);
  expect(await page.title()).toBe("Ada Lovelace · Local HubSpot");
  await widget.getByRole("button", { name: "Call ended" }).click();
  await expect(widget.getByLabel("Notes")).toHaveValue("Keep me");
  await widget.getByRole("button", { name: "Call completed" }).click();
  await hubspot.heard("OUTGOING_CALL_STARTED", 1);
  expect(await hubspot.heard("CALL_ENDED", 1)).toMatchObject({ externalCallId });
  expect(await hubspot.heard("CALL_COMPLETED", 1)).toMatchObject({
    externalCallId,
    engagementProperties: { hs_call_body: "Keep me" },
  });
});

test("messages from anyone but its HubSpot are not even listed", async ({
  context,
  hubspot,
  page,
  widget,
}) => {
  await answer(hubspot);
  const rows = await widget.locator("#log > li").count();
  // A sibling of HubSpot's own origin, and one of another.
  for (const address of [`https://hubspot.localhost:${port}/reload`, "https://app.example/"]) {
    await context.route(address, (route) =>
      route.fulfill({
        contentType: "text/html",
        body: "<script>heard = []; onmessage = ({ data }) => heard.push(data)</script>",
      }),
    );
    await page.evaluate((src) => {
      const sibling = document.createElement("iframe");
      sibling.src = src;
      document.body.prepend(sibling);
    }, address);
    await expect.poll(() => page.frame({ url: address })?.evaluate("typeof heard")).toBe("object");
    const sibling = page.frame({ url: address });
    await sibling?.evaluate(
      `(${flood})(${JSON.stringify({ seed, count: 1000, types: ["END_CALL", ...fromHubSpot] })}, [...Array(parent.length).keys()].map((i) => parent[i]).find((frame) => frame !== window))`,
    );
    expect(await sibling?.evaluate("heard")).toEqual([]);
    await page.evaluate(() => document.querySelector("iframe:not([id])")?.remove());
  }
  await expect(widget.locator("#status")).toHaveText("In call");
  expect(await widget.locator("#log > li").count()).toBe(rows);
});

test("the widget tells a page that opened it nothing", async ({ context, page }) => {
  await context.route("https://app.example/", (route) =>
    route.fulfill({
      contentType: "text/html",
      body: "<script>heard = []; onmessage = ({ data }) => heard.push(data)</script>",
    }),
  );
  await page.goto("https://app.example/");
  const opening = page.waitForEvent("popup");
  await page.evaluate((url) => {
    Object.assign(window, { opened: window.open(url) });
  }, widgetUrl);
  const widget = await opening;
  await expect(widget.getByText("Outside HubSpot")).toBeVisible();
  await page.evaluate(
    `(${flood})(${JSON.stringify({ seed, count: 500, types: fromHubSpot })}, opened)`,
  );
  expect(await page.evaluate("heard")).toEqual([]);
  await expect(widget.getByText("Outside HubSpot")).toBeVisible();
  await expect(widget.locator("#log > li")).toHaveCount(0);
});

test(`1,000 odd messages of an app's leave the local HubSpot as it was (seed ${seed})`, async ({
  hubspot,
  page,
}) => {
  test.setTimeout(60_000);
  const app = await BareApp.install(hubspot, {
    supportsInboundCalling: true,
    usesCallingWindow: false,
  });
  await app.initialize();
  const sent = await app.frame.evaluate(
    `(${flood})(${JSON.stringify({ seed, count: 1000, types: fromApp })}, parent)`,
  );
  expect(sent).toBeGreaterThan(300);
  await app.say("LOGGED_IN");
  await app.say("SET_WIDGET_URL", "{}");
  await app.heard("SET_WIDGET_URL_FAILED");
  expect(await page.title()).toBe("Ada Lovelace · Local HubSpot");
  expect(await page.locator("main img, #alerts img, #chart img").count()).toBe(0);
  expect(await page.locator("#alerts > *").count()).toBeLessThanOrEqual(5);
  expect(await page.locator("#messages > *").count()).toBeLessThanOrEqual(300);
  // It goes on: a call by the same app is on the timeline.
  page.on("dialog", (dialog) => dialog.accept());
  await page.getByRole("button", { name: "Start afresh" }).click();
  await app.initialize();
  await app.say(
    "OUTGOING_CALL_STARTED",
    `{ externalCallId: "sound", toNumber: "+44 7700 900142", createEngagement: true }`,
  );
  await app.say(
    "CALL_COMPLETED",
    `{ externalCallId: "sound", engagementProperties: { hs_call_title: "Sound" } }`,
  );
  await expect
    .poll(() => hubspot.timeline())
    .toMatchObject([{ properties: { hs_call_title: "Sound" } }]);
});

for (const host of ["app.hubspot.com", "app-eu1.hubspot.com"]) {
  test(`${host} may frame the widget, and a call works there`, async ({ page, widget }) => {
    await page.goto(`https://${host}/`);
    const hubspot = new HubSpot(page);
    await answer(hubspot);
    await widget.getByRole("button", { name: "Call ended" }).click();
    await widget.getByRole("button", { name: "Call completed" }).click();
    await expect.poll(() => hubspot.timeline()).toHaveLength(1);
    expect((await hubspot.messages())[0]?.data).toMatchObject({ hostUrl: `https://${host}` });
  });
}
