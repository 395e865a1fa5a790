// Several frames of the widget, one call: in the navigation bar of one tab or two, and in the calling window.
import type { BrowserContext, FrameLocator } from "@playwright/test";
import type { Fields } from "../../src/call/messages.ts";
import { hostPage } from "../bench/host.mjs";
import { expect, HubSpot, port, test, widgetUrl } from "./fixtures.ts";

/** One of HubSpot's pages, with the widget's frame in it. */
class Place {
  readonly widget: FrameLocator;
  constructor(
    readonly hubspot: HubSpot,
    readonly frame: "remote" | "window",
  ) {
    this.widget = hubspot.page.frameLocator("#hubspot-calling-extension-iframe");
  }
  click(id: string): Promise<void> {
    return this.widget.locator(`#${id}`).click();
  }
  status() {
    return this.widget.locator("#status");
  }
  /** What this frame has sent since its handshake. */
  async said() {
    return (await this.hubspot.messages()).filter(
      ({ frame, from, type }) =>
        frame === this.frame && from === "app" && !/SYNC_ACK|INITIALIZED/.test(type),
    );
  }
  log(): Promise<string[]> {
    return this.widget.locator("#log code").allTextContents();
  }
}

async function install(hubspot: HubSpot, usesCallingWindow: boolean): Promise<Place> {
  const settings = { supportsInboundCalling: true, usesCallingWindow };
  await hubspot.install("The widget", `https://localhost:${port}/`, settings);
  const place = new Place(hubspot, "remote");
  await expect(place.widget.locator("#host")).toHaveText("Connected to HubSpot");
  return place;
}

async function openTab(hubspot: HubSpot): Promise<Place> {
  const place = new Place(await hubspot.newTab(), "remote");
  await expect(place.widget.locator("#host")).toHaveText("Connected to HubSpot");
  return place;
}

/** By the link in the widget. */
async function openWindow(from: Place): Promise<Place> {
  const opening = from.hubspot.page.context().waitForEvent("page");
  await from.widget.getByRole("link", { name: "Open calling window" }).click();
  const page = await opening;
  const place = new Place(new HubSpot(page), "window");
  await expect(place.widget.locator("#host")).toHaveText("Connected to HubSpot");
  return place;
}

const caller = "+1 212 555 0143";

/** A whole call by clicks in these frames, in turn. */
async function call(places: Place[], direction: "outbound" | "inbound"): Promise<void> {
  let turn = 0;
  const next = () => places[turn++ % places.length] as Place;
  if (direction === "inbound") await next().click("useravailable");
  const [first] = places as [Place];
  await first.widget.getByLabel("From").fill(direction === "inbound" ? caller : "+1 212 555 0100");
  await first.widget.getByLabel("To", { exact: true }).fill("+44 20 7946 0018");
  await first.click(direction === "inbound" ? "incomingcall" : "outgoingcall");
  for (const place of places)
    await expect(place.status()).toHaveText(direction === "inbound" ? "Incoming call" : "Ringing");
  await expect(next().widget.locator("#sync")).toContainText(/"engagementId": \d/);
  await next().click("answercall");
  for (const place of places) await expect(place.status()).toHaveText("In call");
  await next().widget.getByLabel("Notes").fill("Written in one frame");
  for (const place of places)
    await expect(place.widget.getByLabel("Notes")).toHaveValue("Written in one frame");
  await next().click("endcall");
  for (const place of places) await expect(place.status()).toHaveText("Call ended");
  await next().click("completecall");
}

for (const usesCallingWindow of [true, false]) {
  test(`two tabs and a calling window make a call and take one, with usesCallingWindow ${usesCallingWindow}`, async ({
    hubspot,
  }) => {
    const remotes = [await install(hubspot, usesCallingWindow), await openTab(hubspot)];
    const [remote] = remotes as [Place];
    if (usesCallingWindow) await expect(remote.status()).toHaveText("Calling window closed");
    const window = await openWindow(remote);
    const frames = [...remotes, window];
    // Who speaks to HubSpot says all of it, once; who does not, nothing.
    const speaking = usesCallingWindow ? [window] : remotes;
    const said = () => Promise.all(frames.map((frame) => frame.said()));
    await remote.click("login");
    for (const frame of speaking) await frame.hubspot.heard("LOGGED_IN");

    for (const [direction, clicked, types] of [
      ["outbound", remotes, ["OUTGOING_CALL_STARTED"]],
      ["inbound", [window], ["USER_AVAILABLE", "INCOMING_CALL"]],
    ] as const) {
      const before = await said();
      await call([...clicked], direction);
      for (const frame of frames) {
        const status = direction === "inbound" ? "Available" : "Ready to call";
        await expect(frame.status()).toHaveText(status);
        await expect(frame.widget.locator("#notice")).toContainText("is on the timeline");
      }

      const payloads: Fields[] = [];
      for (const [index, all] of (await said()).entries()) {
        const messages = all.slice(before[index]?.length);
        const isSpeaking = speaking.some((frame) => frame === frames[index]);
        expect(messages.map(({ type }) => type)).toEqual(
          isSpeaking ? [...types, "CALL_ANSWERED", "CALL_ENDED", "CALL_COMPLETED"] : [],
        );
        payloads.push(...messages.map(({ data }) => ({ ...(data as Fields | undefined) })));
      }
      const ids = payloads.flatMap(({ externalCallId }) => externalCallId ?? []);
      expect(ids).toHaveLength(4 * speaking.length);
      expect(new Set(ids).size).toBe(1);
      const asking = payloads.filter(({ createEngagement }) => createEngagement === true);
      expect(asking).toHaveLength(1);

      const timeline = await hubspot.timeline();
      expect(timeline).toHaveLength(direction === "inbound" ? 2 : 1);
      expect(timeline[0]?.properties).toMatchObject({
        hs_call_direction: direction.toUpperCase(),
        hs_call_body: "Written in one frame",
        hs_call_status: "COMPLETED",
      });
      const engagements = payloads.flatMap(({ engagementId }) => engagementId ?? []);
      expect(engagements).toEqual(
        Array.from({ length: 2 * speaking.length }, () => timeline[0]?.engagementId),
      );
    }

    // Messages of the same millisecond stand in each frame as it heard them: by their times, all have the same.
    const log = async (frame: Place) =>
      (await frame.widget.locator("#log summary").allTextContents())
        .filter((row) => !/SYNC|INIT|VISI/.test(row))
        .sort();
    for (const frame of frames) await expect.poll(() => log(frame)).toEqual(await log(remote));
  });
}

test("the calling window is HubSpot's page, at HubSpot's address", async ({ hubspot }) => {
  const remote = await install(hubspot, false);
  await expect(remote.widget.getByRole("link", { name: "Open calling window" })).toHaveAttribute(
    "href",
    `https://hubspot.localhost:${port}/calling-integration-popup-ui/62515?usesCallingWindow=false`,
  );
  const window = await openWindow(remote);
  await expect(window.widget.getByRole("link", { name: "Open calling window" })).toBeHidden();
});

test("a frame opened during a call shows the call, its notes and its messages", async ({
  hubspot,
}) => {
  const remote = await install(hubspot, false);
  await remote.click("login");
  await remote.widget.getByLabel("To", { exact: true }).fill("+44 20 7946 0018");
  await remote.click("outgoingcall");
  await remote.click("answercall");
  await remote.widget.getByLabel("Notes").fill("Half a sentence");
  await expect(remote.widget.getByRole("timer")).toHaveText(/00:0[2-9]/);

  const tab = await openTab(hubspot);
  await expect(tab.status()).toHaveText("In call");
  await expect(tab.widget.getByRole("timer")).toHaveText(/00:0[2-9]/);
  await expect(tab.widget.getByLabel("Notes")).toHaveValue("Half a sentence");
  await expect.poll(() => tab.log()).toEqual(expect.arrayContaining(["OUTGOING_CALL_STARTED"]));
  expect((await tab.hubspot.messages()).find(({ type }) => type === "INITIALIZED")?.data).toEqual(
    expect.objectContaining({ isLoggedIn: true }),
  );
  await tab.click("endcall");
  await expect(remote.status()).toHaveText("Call ended");
  expect((await remote.said()).at(-1)?.type).toBe("CALL_ENDED");
});

test("when the tab that holds the call is closed, the call goes on in the other", async ({
  hubspot,
}) => {
  const remote = await install(hubspot, false);
  const other = await openTab(hubspot);
  await other.click("login");
  await other.widget.getByLabel("To", { exact: true }).fill("+44 20 7946 0018");
  await other.click("outgoingcall");
  await other.click("answercall");
  await expect(other.widget.locator("#sync")).toContainText(/"engagementId": \d/);
  await remote.hubspot.page.close();

  await expect(other.status()).toHaveText("In call");
  await other.click("endcall");
  await expect
    .poll(async () => (await other.said()).at(-1))
    .toMatchObject({
      type: "CALL_ENDED",
      data: { callEndStatus: "COMPLETED" },
    });
  await other.click("completecall");
  await expect.poll(async () => (await other.hubspot.timeline()).length).toBe(1);
});

test("when the calling window is closed, its call is no more shown, until it is open again", async ({
  hubspot,
}) => {
  const remote = await install(hubspot, true);
  const window = await openWindow(remote);
  await remote.click("login");
  await remote.widget.getByLabel("To", { exact: true }).fill("+44 20 7946 0018");
  await remote.click("outgoingcall");
  await expect(window.status()).toHaveText("Ringing");
  await window.hubspot.page.close({ runBeforeUnload: false });
  await expect(remote.status()).toHaveText("Calling window closed", { timeout: 2000 });
  await expect(remote.widget.locator("#endcall")).toBeDisabled();

  const again = await openWindow(remote);
  await expect(again.status()).toHaveText("Ringing");
  await remote.click("endcall");
  await expect(again.status()).toHaveText("Call ended");
  expect((await again.said()).map(({ type }) => type)).toEqual(["CALL_ENDED"]);
});

test("a calling window and a tab that are restored together go on with the call", async ({
  hubspot,
}) => {
  const remote = await install(hubspot, true);
  const window = await openWindow(remote);
  await remote.click("login");
  await remote.widget.getByLabel("To", { exact: true }).fill("+44 20 7946 0018");
  await remote.click("outgoingcall");
  await window.click("answercall");
  await expect(remote.status()).toHaveText("In call");
  const context = hubspot.page.context();
  const addresses = [remote, window].map((place) => place.hubspot.page.url());
  // One after the other: of two at once, Firefox's driver may lose one.
  const pages = [await context.newPage(), await context.newPage()];
  for (const place of [window, remote]) await place.hubspot.page.close();
  await Promise.all(pages.map((page, index) => page.goto(addresses[index] ?? "")));
  for (const page of pages)
    await expect(new Place(new HubSpot(page), "remote").status()).toHaveText("In call");
});

/** A page of HubSpot's with the widget in its navigation bar, at any address of either. */
async function openAt(context: BrowserContext, address: string, widget: string, portalId = 1) {
  // Both by the same way: a browser asks before a page of unknown origin may reach this machine.
  await context.route(`${widget}*`, async (route) => {
    // The server goes by the host, which Firefox names among the headers.
    const headers = { ...route.request().headers(), host: new URL(widgetUrl).host };
    await route.fulfill({ response: await route.fetch({ url: widgetUrl, headers }) });
  });
  const place = { portalId, iframeLocation: "remote", usesCallingWindow: false };
  const body = hostPage(widget, place);
  await context.route(address, (route) => route.fulfill({ contentType: "text/html", body }));
  const page = await context.newPage();
  await page.goto(address);
  await page.evaluate("mount()");
  return { page, frame: page.frameLocator("iframe") };
}

async function dialIn(frame: FrameLocator, number: string): Promise<void> {
  await frame.getByRole("button", { name: "Log in" }).click();
  await frame.getByLabel("To", { exact: true }).fill(number);
  await frame.getByRole("button", { name: "Outgoing call started" }).click();
  await expect(frame.locator("#status")).toHaveText("Ringing");
}

test("a browser that is logged in to two of HubSpot's accounts has a call in each", async ({
  context,
}) => {
  const open = async (portalId: number) =>
    (await openAt(context, `https://app.hubspot.com/${portalId}`, widgetUrl, portalId)).frame;
  const [first, second, firstAgain] = [await open(1), await open(2), await open(1)];
  await dialIn(first, "+1 212 555 0143");
  await expect(firstAgain.locator("#status")).toHaveText("Ringing");
  await expect(second.locator("#status")).toHaveText("Logged out");

  await dialIn(second, "+44 7700 900142");
  await second.getByRole("button", { name: "Call answered" }).click();
  await expect(second.locator("#callee")).toHaveText("+44 7700 900142");
  for (const frame of [first, firstAgain]) {
    await expect(frame.locator("#callee")).toHaveText("+1 212 555 0143");
    await expect(frame.locator("#status")).toHaveText("Ringing");
  }
});

for (const [whose, host, widget] of [
  [
    "an app in another folder of the widget's host",
    "https://app.hubspot.com/2",
    "https://shared.example/two/",
  ],
  [
    "a page of HubSpot's on another host",
    "https://other.hubspot.com/1",
    "https://shared.example/one/",
  ],
] as const) {
  test(`${whose} hears nothing of a call`, async ({ context }) => {
    const own = await openAt(context, "https://app.hubspot.com/1", "https://shared.example/one/");
    const other = await openAt(context, host, widget);
    await dialIn(own.frame, "+1 212 555 0143");
    const again = await openAt(
      context,
      "https://app.hubspot.com/1",
      "https://shared.example/one/index.html",
    );
    await expect(again.frame.locator("#status")).toHaveText("Ringing");

    // It hears nothing, and its HubSpot hangs up nothing.
    await expect(other.frame.locator("#status")).toHaveText("Logged out");
    await other.page.evaluate(`send("END_CALL")`);
    await expect(other.frame.locator("#log")).toContainText("END_CALL");
    await expect(other.frame.locator("#log")).not.toContainText("OUTGOING_CALL_STARTED");
    for (const { frame } of [own, again])
      await expect(frame.locator("#status")).toHaveText("Ringing");
  });
}

/** A ringing call from Grace Hopper. */
async function ring(remote: Place): Promise<void> {
  await remote.click("login");
  await remote.click("useravailable");
  await remote.widget.getByLabel("From").fill(caller);
  await remote.widget.getByLabel("To", { exact: true }).fill("+44 20 7946 0018");
  await remote.click("incomingcall");
  await expect(remote.widget.locator("#callee")).toHaveText("Grace Hopper");
  await expect(remote.widget.locator("#sync")).toContainText(/"engagementId": \d/);
}

for (const tabs of [1, 2]) {
  test(`the caller's record opens in this tab, and its fresh frame goes on with the call (${tabs} open)`, async ({
    hubspot,
    page,
  }) => {
    const remote = await install(hubspot, false);
    const others = tabs === 2 ? [await openTab(hubspot)] : [];
    await ring(remote);
    const rung = (await remote.said()).at(-1)?.data as Fields;
    await remote.widget.getByRole("button", { name: "Navigate to record" }).click();
    await expect(page.getByRole("heading", { name: "Grace Hopper" })).toBeVisible();
    await expect(remote.status()).toHaveText("Incoming call");
    await expect(remote.widget.locator("#callee")).toHaveText("Grace Hopper");
    const [sync] = await remote.hubspot.messages();
    expect(sync).toMatchObject({ type: "SYNC", data: { engagementId: expect.any(Number) } });
    // The chart still has what was said before, with a line between the pages.
    await expect(page.locator("#messages")).toContainText(
      /INCOMING_CALL.*NAVIGATE_TO_RECORD.*Loaded anew.*INITIALIZED/s,
    );

    await remote.click("answercall");
    await expect(remote.status()).toHaveText("In call");
    for (const other of others) await expect(other.status()).toHaveText("In call");
    await expect
      .poll(async () => (await remote.said()).at(-1))
      .toMatchObject({
        type: "CALL_ANSWERED",
        data: { externalCallId: rung.externalCallId },
      });
    await remote.click("endcall");
    await remote.click("completecall");
    await expect
      .poll(() => hubspot.timeline())
      .toMatchObject([{ properties: { hs_call_direction: "INBOUND" } }]);
  });
}

test("the caller's record opens in a new tab, where the call rings, too", async ({ hubspot }) => {
  const remote = await install(hubspot, false);
  await ring(remote);
  await remote.widget.getByLabel("New tab").check();
  const opening = hubspot.page.context().waitForEvent("page");
  await remote.widget.getByRole("button", { name: "Navigate to record" }).click();
  const tab = new Place(new HubSpot(await opening), "remote");
  await expect(tab.status()).toHaveText("Incoming call");
  await tab.click("answercall");
  await expect(remote.status()).toHaveText("In call");
  for (const place of [tab, remote]) {
    await expect.poll(async () => (await place.said()).at(-1)?.type).toBe("CALL_ANSWERED");
  }
});

test("with a calling window, a click on Call opens it and the window dials", async ({
  hubspot,
}) => {
  const remote = await install(hubspot, true);
  const opening = hubspot.page.context().waitForEvent("page");
  await hubspot.call();
  const window = new Place(new HubSpot(await opening), "window");
  await window.click("login");
  await window.hubspot.heard("LOGGED_IN");
  await remote.hubspot.dial();
  await expect(remote.widget.getByLabel("To", { exact: true })).toHaveValue("+447700900142");
  await remote.click("outgoingcall");
  await expect.poll(async () => (await window.said()).at(-1)?.type).toBe("OUTGOING_CALL_STARTED");
  expect(await remote.said()).toEqual([]);
});
