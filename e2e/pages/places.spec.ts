// Where HubSpot shows an app: the record's panel, the navigation bar of each tab, and the calling window.
import type { Page } from "@playwright/test";
import { BareApp, expect, HubSpot, test, violations } from "./fixtures.ts";

const inTabs = { supportsInboundCalling: true, usesCallingWindow: false };
const inWindow = { usesRemote: true };
const outgoing = `{ externalCallId: "call-1", toNumber: "112", createEngagement: true }`;

test("an app in the navigation bar opens by itself, and stays while records come and go", async ({
  hubspot,
  page,
}) => {
  const app = await BareApp.install(hubspot, inTabs);
  expect(await app.initialize()).toEqual({
    type: "SYNC",
    messageId: expect.any(String),
    hostUrl: new URL(page.url()).origin,
    portalId: 62515,
    userId: 4711,
    ownerId: 275088328,
    iframeLocation: "remote",
    usesCallingWindow: false,
  });
  const dialogs: string[] = [];
  page.on("dialog", (dialog) => {
    dialogs.push(dialog.message());
    dialog.dismiss();
  });
  await app.say("OUTGOING_CALL_STARTED", outgoing);
  await app.heard("CREATE_ENGAGEMENT_SUCCEEDED", 1);
  await hubspot.open("Grace Hopper");
  await expect(page.getByText("On a call", { exact: true })).toBeVisible();
  await app.heard("CREATE_ENGAGEMENT_SUCCEEDED", 1);
  expect(dialogs).toEqual([]);
  expect(await hubspot.dial()).toMatchObject({ phoneNumber: "(212) 555-0143" });
  await app.heard("DIAL_NUMBER", 1);
  expect(new Set((await hubspot.messages()).map(({ frame }) => frame))).toEqual(
    new Set(["remote"]),
  );
});

test("the header's button hides and shows it, and tells it so", async ({ hubspot, page }) => {
  const app = await BareApp.install(hubspot, inTabs);
  await app.initialize();
  await page.getByRole("button", { name: "Hide Bare app" }).click();
  await expect(page.locator("iframe")).toBeHidden();
  expect(await app.heard("VISIBILITY_CHANGED", 1)).toEqual({ isMinimized: false, isHidden: true });
  await page.getByRole("button", { name: "Show Bare app" }).click();
  await expect(page.locator("iframe")).toBeVisible();
  expect(await app.heard("VISIBILITY_CHANGED", 2)).toEqual({ isMinimized: false, isHidden: false });
});

test("HubSpot warns before a page with a call is left", async ({ hubspot, page }) => {
  const app = await BareApp.install(hubspot, inTabs);
  await app.initialize();
  await page.getByRole("heading", { name: "Timeline" }).click();
  await app.say("OUTGOING_CALL_STARTED", outgoing);
  await app.heard("CREATE_ENGAGEMENT_SUCCEEDED", 1);
  const asking = page.waitForEvent("dialog");
  await page.close({ runBeforeUnload: true });
  const dialog = await asking;
  expect(dialog.type()).toBe("beforeunload");
  await dialog.dismiss();
  await app.say("CALL_ENDED", `{ externalCallId: "call-1" }`);
  await expect(page.getByRole("button", { name: "Hang up" })).toBeHidden();
  const closed = page.waitForEvent("close");
  await page.close({ runBeforeUnload: true });
  await closed;
});

test("a setting that is ticked applies at once, and is remembered", async ({ hubspot, page }) => {
  const app = await BareApp.install(hubspot);
  await hubspot.call();
  expect(await app.initialize()).toMatchObject({ iframeLocation: "widget" });
  await hubspot.set({ supportsInboundCalling: true });
  expect(await app.initialize()).toMatchObject({
    iframeLocation: "remote",
    usesCallingWindow: true,
  });
  await page.reload();
  expect(await app.initialize()).toMatchObject({ iframeLocation: "remote" });
  await hubspot.set({ usesCallingWindow: false });
  expect(await app.initialize()).toMatchObject({ usesCallingWindow: false });
  await app.say("INCOMING_CALL", `{ externalCallId: "in-1", fromNumber: "112" }`);
  await app.heard("CALLER_ID_MATCH_SUCCEEDED", 1);
  await app.say("CALL_ENDED", `{ externalCallId: "in-1" }`);
  await expect(page.getByRole("button", { name: "Hang up" })).toBeHidden();
  await hubspot.set({ supportsInboundCalling: false });
  await expect(page.locator("iframe")).toHaveCount(0);
  await page.reload();
  await page.locator("#callmenu > summary").click();
  await page.getByText("App settings").click();
  await expect(page.getByRole("checkbox", { name: "supportsInboundCalling" })).not.toBeChecked();
  await expect(page.getByRole("checkbox", { name: "usesCallingWindow" })).not.toBeChecked();
  await expect(page.getByRole("button", { name: "Open calling window" })).toBeHidden();
});

test("a call is not cut off by a setting without a question", async ({ hubspot, page }) => {
  const app = await BareApp.install(hubspot, inTabs);
  await app.initialize();
  await app.say("OUTGOING_CALL_STARTED", outgoing);
  await app.heard("CREATE_ENGAGEMENT_SUCCEEDED", 1);
  page.once("dialog", (dialog) => dialog.dismiss());
  await page.locator("#callmenu > summary").click();
  await page.getByText("App settings").click();
  const box = page.getByRole("checkbox", { name: "usesCallingWindow" });
  await box.click();
  await expect(box).not.toBeChecked();
  await app.heard("CREATE_ENGAGEMENT_SUCCEEDED", 1);
});

test("each tab has a frame of its own, and all ring into one engagement", async ({ hubspot }) => {
  const first = await BareApp.install(hubspot, inTabs);
  await first.initialize();
  const tab = await hubspot.newTab();
  const second = new BareApp(tab);
  await second.initialize();
  const ringing = `{ externalCallId: "in-1", fromNumber: "+12125550187", createEngagement: true }`;
  await Promise.all([first.say("INCOMING_CALL", ringing), second.say("INCOMING_CALL", ringing)]);
  const engagement = await first.heard("CREATE_ENGAGEMENT_SUCCEEDED", 1);
  expect(await second.heard("CREATE_ENGAGEMENT_SUCCEEDED", 1)).toEqual(engagement);
  // The other tab's frame is its own affair, but its calls stand on every timeline.
  expect((await hubspot.conversation()).filter((s) => s === "app: INCOMING_CALL")).toHaveLength(1);
  await hubspot.open("Grace Hopper");
  await second.say(
    "CALL_COMPLETED",
    `{ externalCallId: "in-1", engagementProperties: { hs_call_title: "From the other tab" } }`,
  );
  await expect(hubspot.page.getByText("From the other tab")).toBeVisible();
});

test("calls of an app with a calling window are made there, from every tab", async ({
  hubspot,
  page,
}) => {
  const remote = await BareApp.install(hubspot, inWindow);
  await remote.initialize();
  await hubspot.open("Grace Hopper");
  const opening = page.waitForEvent("popup");
  await hubspot.call();
  const popup = await opening;
  await expect(popup).toHaveURL((url) => url.pathname === "/calling-integration-popup-ui/62515");
  const window = new HubSpot(popup);
  const app = new BareApp(window);
  expect(await app.initialize()).toMatchObject({
    hostUrl: new URL(page.url()).origin,
    iframeLocation: "window",
    usesCallingWindow: true,
  });
  expect(await app.heard("DIAL_NUMBER", 1)).toEqual({
    phone_number: "(212) 555-0143",
    phoneNumber: "(212) 555-0143",
    countryCode: "US",
    calleeInfo: { calleeId: 37621684102, calleeObjectTypeId: "0-1" },
    objectId: 37621684102,
    objectType: "CONTACT",
    subjectId: 0,
    threadId: 0,
    startTimestamp: expect.any(Number),
    toPhoneNumberSrc: "phone",
    portalId: 62515,
    ownerId: 275088328,
  });
  expect(await remote.all("DIAL_NUMBER")).toEqual([]);

  // What is said there is in this tab's chart, with its place.
  await expect.poll(() => hubspot.conversation()).toContain("hubspot: DIAL_NUMBER");
  const dialled = (await hubspot.messages()).find(({ type }) => type === "DIAL_NUMBER");
  expect(dialled?.frame).toBe("window");
  await expect(
    page.getByRole("region", { name: "Messages" }).locator("code", { hasText: "DIAL_NUMBER" }),
  ).toHaveAttribute("data-frame", " · window");

  // Another tab finds the window that is open.
  const tab = await hubspot.newTab();
  const dialledThere = await tab.dial({ phoneNumber: "112" });
  expect(dialledThere).toMatchObject({ phoneNumber: "112", objectId: 37621684101 });
  expect(await app.heard("DIAL_NUMBER", 2)).toEqual(dialledThere);
  expect(page.context().pages()).toHaveLength(3);

  // A call there is put on the timeline here.
  await app.say(
    "OUTGOING_CALL_STARTED",
    `{ externalCallId: "call-1", toNumber: "(212) 555-0187", createEngagement: true }`,
  );
  await app.heard("CREATE_ENGAGEMENT_SUCCEEDED", 1);
  await expect(popup.getByRole("button", { name: "Hang up" })).toBeVisible();
  await popup.getByRole("button", { name: "Hang up" }).click();
  await app.heard("END_CALL", 1);
  await app.say(
    "CALL_COMPLETED",
    `{ externalCallId: "call-1", engagementProperties: { hs_call_title: "From the window" } }`,
  );
  await app.heard("UPDATE_ENGAGEMENT_SUCCEEDED", 1);
  await expect(popup.locator("iframe")).toBeVisible();
  await expect(page.getByText("From the window")).toBeVisible();
});

test("a user who is logged out is told so in the calling window and in the tab", async ({
  hubspot,
}) => {
  await (await BareApp.install(hubspot, inWindow)).initialize();
  const window = await hubspot.openWindow();
  const app = new BareApp(window);
  await app.initialize("{ isLoggedIn: false }");
  await expect(hubspot.dial()).rejects.toThrow("You are logged out of Bare app");
  for (const { alerts } of [hubspot, window].map((h) => ({ alerts: h.alerts() })))
    await expect(alerts).toContainText("You are logged out of Bare app");
  // It stands above the app, whose buttons it would cover.
  const [alert, frame] = await Promise.all(
    [window.alerts(), window.page.locator("iframe")].map((box) => box.boundingBox()),
  );
  expect((alert?.y ?? 0) + (alert?.height ?? 0)).toBeLessThanOrEqual(frame?.y ?? 0);
  await app.say("LOGGED_IN");
  await expect(hubspot.alerts()).toBeEmpty();
  await expect(window.alerts()).toBeEmpty();
  expect(await hubspot.dial()).toMatchObject({ phoneNumber: "+447700900142" });
});

test("“Open calling window” opens one, focuses it from then on, and never loads it anew", async ({
  hubspot,
  page,
}) => {
  const app = await BareApp.install(hubspot, inWindow);
  await app.initialize();
  await page.locator("#callmenu > summary").click();
  const opening = page.waitForEvent("popup");
  await page.getByRole("button", { name: "Open calling window" }).click();
  const popup = await opening;
  await new BareApp(new HubSpot(popup)).initialize();
  await popup.evaluate(() => {
    document.body.dataset.focused = "never";
    window.focus = () => {
      document.body.dataset.focused = "here";
    };
  });
  await page.getByRole("button", { name: "Open calling window" }).click();
  await expect(popup.locator("body")).toHaveAttribute("data-focused", "here");
  await expect(hubspot.alerts()).toBeEmpty();

  // One that another tab has opened can only be told of.
  const tab = await hubspot.newTab();
  await tab.page.locator("#callmenu > summary").click();
  await tab.page.getByRole("button", { name: "Open calling window" }).click();
  await expect(tab.alerts()).toContainText("The calling window is open already.");
  expect(await tab.page.evaluate(() => window.hubspot.openCallingWindow())).toBe(true);
  expect(page.context().pages()).toHaveLength(3);
  await expect(popup.locator("body")).toHaveAttribute("data-focused", "here");

  // One opened by hand waits for its turn.
  const address = popup.url();
  await tab.page.goto(address);
  await expect(tab.alerts()).toContainText("Another calling window is open");
  await expect(tab.page.locator("iframe")).toHaveCount(0);
  await popup.close();
  expect(await new BareApp(tab).synced()).toMatchObject({ iframeLocation: "window" });
  await expect(tab.alerts()).toBeEmpty();
});

test("a call that was given to the calling window leaves no tab believing in it", async ({
  hubspot,
  page,
}) => {
  const remote = await BareApp.install(hubspot, inWindow);
  await remote.initialize();
  const window = await hubspot.openWindow();
  const app = new BareApp(window);
  await app.initialize();
  await app.say("OUTGOING_CALL_STARTED", outgoing);
  const { engagementId } = await app.heard("CREATE_ENGAGEMENT_SUCCEEDED", 1);
  await app.say(
    "NAVIGATE_TO_RECORD",
    `{ engagementId: ${engagementId}, objectCoordinates: { portalId: 62515, objectId: 37621684102, objectTypeId: "0-1" } }`,
  );
  await expect(page.getByRole("heading", { name: "Grace Hopper" })).toBeVisible();
  // The page is loaded anew, and its frame in the navigation bar repeats what it is told.
  await expect.poll(async () => (await remote.synced()).engagementId).toBe(engagementId);
  expect(await remote.initialize(`{ engagementId: ${engagementId} }`)).toMatchObject({
    iframeLocation: "remote",
    engagementId,
  });
  await expect(page.getByRole("button", { name: "Hang up" })).toBeHidden();
  await expect(window.page.getByRole("button", { name: "Hang up" })).toBeVisible();

  // An app that came back with a call, and finds a moment later that it has none.
  // What the old page heard is no word to the new one.
  await app.frame.evaluate("heard.length = 0; location.reload()");
  await app.initialize(`{ engagementId: ${engagementId} }`);
  await expect(window.page.getByRole("button", { name: "Hang up" })).toBeVisible();
  await app.say("INITIALIZED", "{}");
  await expect(window.page.getByRole("button", { name: "Hang up" })).toBeHidden();
});

test("a calling window that the browser blocks is told of", async ({ hubspot, page }) => {
  await (await BareApp.install(hubspot, inWindow)).initialize();
  await page.evaluate(() => {
    window.open = () => null;
  });
  await expect(hubspot.dial()).rejects.toThrow("The browser blocked the calling window");
  await expect(hubspot.alerts()).toContainText("The browser blocked the calling window");
});

test("a calling window that is closed before the app is there ends the wish to dial", async ({
  hubspot,
  page,
}) => {
  await (await BareApp.install(hubspot, inWindow)).initialize();
  const opening = page.waitForEvent("popup");
  const dialling = expect(hubspot.dial()).rejects.toThrow("HubSpot did not dial");
  const popup = await opening;
  await new BareApp(new HubSpot(popup)).synced();
  await popup.close();
  await dialling;
});

test("the calling window's address says whether it has the calls", async ({ hubspot }) => {
  const app = await BareApp.install(hubspot, inTabs);
  await app.initialize();
  const tab = await hubspot.newTab();
  for (const said of [true, false]) {
    await tab.page.goto(`/calling-integration-popup-ui/62515?usesCallingWindow=${said}`);
    expect(await new BareApp(tab).synced()).toMatchObject({
      iframeLocation: "window",
      usesCallingWindow: said,
    });
  }
  // Without it, the app's setting says so.
  await tab.page.goto("/calling-integration-popup-ui/62515");
  expect(await new BareApp(tab).synced()).toMatchObject({ usesCallingWindow: false });
  // With calls in the tabs, this tab's frame dials.
  expect(await hubspot.dial({ phoneNumber: "112" })).toMatchObject({ phoneNumber: "112" });
  await app.heard("DIAL_NUMBER", 1);
});

test("another account's calling window is not here", async ({ hubspot, page }) => {
  await BareApp.install(hubspot, inWindow);
  await page.goto("/calling-integration-popup-ui/1");
  await expect(hubspot.alerts()).toContainText("/calling-integration-popup-ui/62515");
  await expect(page.locator("iframe")).toHaveCount(0);
});

const toGrace = (openIn: string) =>
  `{ engagementId: 7, objectCoordinates: { portalId: 62515, objectId: 37621684102, objectTypeId: "0-1" }, openIn: "${openIn}" }`;
const showsGrace = async (page: Page) => {
  await expect(page.getByRole("heading", { name: "Grace Hopper" })).toBeVisible();
  await expect.poll(() => page.url()).toContain("engagementId=7");
};

test("from the calling window a record is opened in the tab used last, or in a new one", async ({
  hubspot,
  page,
}) => {
  await (await BareApp.install(hubspot, inWindow)).initialize();
  const window = await hubspot.openWindow();
  const app = new BareApp(window);
  await app.initialize();
  const tab = await hubspot.newTab();
  await page.getByRole("heading", { name: "Timeline" }).click();
  await app.say("NAVIGATE_TO_RECORD", toGrace("CURRENT_TAB"));
  await showsGrace(page);
  await expect(tab.page.getByRole("heading", { name: "Ada Lovelace" })).toBeVisible();

  const inNewTab = window.page.waitForEvent("popup");
  await app.say("NAVIGATE_TO_RECORD", toGrace("NEW_TAB"));
  const third = await inNewTab;
  await showsGrace(third);

  for (const other of [page, tab.page, third]) await other.close();
  const instead = window.page.waitForEvent("popup");
  await app.say("NAVIGATE_TO_RECORD", toGrace("CURRENT_TAB"));
  await showsGrace(await instead);
  expect(await app.all("NAVIGATE_TO_RECORD_FAILED")).toEqual([]);
  expect(await app.synced()).toMatchObject({ iframeLocation: "window" });
});

test("where the browser blocks storage, channels and locks, calls can still be made", async ({
  context,
  page,
}) => {
  await context.addInitScript(() => {
    const blocked = () => {
      throw new DOMException("blocked", "SecurityError");
    };
    Object.defineProperty(globalThis, "BroadcastChannel", { get: blocked });
    Object.defineProperty(Navigator.prototype, "locks", { get: blocked });
    Object.defineProperty(globalThis, "localStorage", { get: blocked });
    Object.defineProperty(globalThis, "sessionStorage", { get: blocked });
  });
  await context.route("https://localhost:*/", (route) =>
    route.fulfill({
      contentType: "text/html",
      body: `<script>
        onmessage = ({ data }) => {
          const say = (type, data) => parent.postMessage({ type, messageId: "1", data }, "*");
          if (data.type === "SYNC") {
            parent.postMessage({ ...data, type: "SYNC_ACK" }, "*");
            say("INITIALIZED", { isLoggedIn: true });
          }
          if (data.type === "DIAL_NUMBER") {
            say("OUTGOING_CALL_STARTED", { externalCallId: "1", toNumber: "112", createEngagement: true });
            say("CALL_COMPLETED", { externalCallId: "1" });
          }
        };
      </script>`,
    }),
  );
  await page.goto("/");
  const hubspot = new HubSpot(page);
  await hubspot.dial();
  await expect.poll(async () => (await hubspot.timeline()).length).toBe(1);
  await hubspot.set({ usesRemote: true });
  await expect(hubspot.dial()).rejects.toThrow("the calling window cannot be asked to dial");
  await expect(hubspot.alerts()).toContainText("the calling window cannot be asked to dial");
  await page.goto("/calling-integration-popup-ui/62515");
  await expect.poll(() => hubspot.conversation()).toContain("app: INITIALIZED");
});

test("axe finds nothing in the navigation bar's app, the queue, the folds and the calling window", async ({
  hubspot,
  page,
  browserName,
}) => {
  test.skip(browserName !== "chromium", "axe crashes Firefox's page");
  const app = await BareApp.install(hubspot, inTabs);
  await app.initialize("{ isLoggedIn: true, isAvailable: false }");
  await app.say("INCOMING_CALL", `{ externalCallId: "in-1" }`);
  await expect(hubspot.alerts()).toContainText("An incoming call was ignored");
  await page.getByRole("button", { name: "Start queue" }).click();
  await app.heard("DIAL_NUMBER", 1);
  await app.say("OUTGOING_CALL_STARTED", outgoing);
  await expect(page.getByRole("button", { name: "Hang up" })).toBeVisible();
  await page.getByText("Send a message").click();
  await page.getByLabel("Payload").fill("{");
  await page.getByRole("button", { name: "Send", exact: true }).click();
  await page.locator("#callmenu > summary").click();
  await page.getByText("App settings").click();
  expect(await violations(page)).toEqual([]);

  const tab = await hubspot.newTab();
  await tab.page.goto("/calling-integration-popup-ui/62515");
  const inside = new BareApp(tab);
  await inside.initialize();
  await inside.say("OUTGOING_CALL_STARTED", `{ externalCallId: "call-2" }`);
  await inside.say("ERROR", `{ message: "Something" }`);
  await expect(tab.alerts()).toContainText("Something");
  expect(await violations(tab.page)).toEqual([]);
});

test("at 400 px nothing has to be scrolled sideways, with the app in the navigation bar and in the window", async ({
  hubspot,
  page,
}) => {
  await page.setViewportSize({ width: 400, height: 600 });
  const app = await BareApp.install(hubspot, inTabs);
  await app.initialize("{ isLoggedIn: true, sizeInfo: { width: 400, height: 650 } }");
  await page.getByRole("button", { name: "Start queue" }).click();
  await app.heard("DIAL_NUMBER", 1);
  const overflow = () =>
    page.evaluate(() => {
      const { scrollWidth, clientWidth } = document.documentElement;
      return scrollWidth - clientWidth;
    });
  expect(await overflow()).toBe(0);
  await page.goto("/calling-integration-popup-ui/62515");
  await app.initialize("{ sizeInfo: { width: 800, height: 900 } }");
  expect(await overflow()).toBe(0);
  // The app has the window's size, whatever it asks for.
  const box = await page.locator("iframe").boundingBox();
  expect(box?.width).toBe(400);
  expect(Math.round((box?.y ?? 0) + (box?.height ?? 0))).toBe(600);
});
