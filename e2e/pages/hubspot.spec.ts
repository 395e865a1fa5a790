// What the local HubSpot does with an app's messages, whichever app it is: this one is a bare page that says what it is told to.
import { BareApp, test as base, expect } from "./fixtures.ts";

const test = base.extend<{ bareApp: BareApp }>({
  bareApp: async ({ hubspot }, use) => {
    const app = await BareApp.install(hubspot);
    await hubspot.call();
    await expect.poll(() => hubspot.conversation()).toContain("app: SYNC_ACK");
    await use(app);
  },
});

const start = {
  externalCallId: "call-1",
  fromNumber: "112",
  toNumber: "001 212 555 0187",
  createEngagement: true,
};
const started = JSON.stringify(start);

test("a reload of the app's frame is a new handshake, and a call waits for it", async ({
  bareApp: app,
  hubspot,
  page,
}) => {
  await app.say("INITIALIZED", "{ isLoggedIn: true }");
  await app.heard("DIAL_NUMBER");
  // It answers each SYNC, and a slow machine's HubSpot says more than one.
  const answers = async () =>
    (await hubspot.conversation()).filter((said) => said === "app: SYNC_ACK").length;
  const before = await answers();
  await app.frame.evaluate("location.reload()");
  await expect(page.locator("#panel-status")).toHaveText("Connecting to Bare app…");
  const dialled = hubspot.dial({ phoneNumber: "112" });
  await expect.poll(answers).toBeGreaterThan(before);
  await app.say("INITIALIZED", "{ isLoggedIn: true }");
  expect(await dialled).toMatchObject({ phoneNumber: "112" });
  expect(await app.heard("DIAL_NUMBER")).toMatchObject({ phoneNumber: "112" });
});

test("an app cannot pretend to be the SDK's host half", async ({ bareApp: app, hubspot, page }) => {
  await app.say("INITIALIZED", "{}");
  const forged = ["SYNC", "READY", "SYNC_ACK_FAILED", "SET_WIDGET_URL", "SYNC_ACK"];
  for (const type of forged) await app.say(type, "{ hostUrl: 'https://evil.example' }");
  await app.say("RESIZE_WIDGET", "{ width: 333, height: 444 }");
  await expect(page.locator("iframe")).toHaveAttribute("width", "333px");
  await expect(page.locator("#panel-status")).toBeEmpty();
  for (const type of forged.slice(1))
    expect(await hubspot.conversation()).toContain(`app: ${type}`);
  await hubspot.send("END_CALL");
  await app.heard("END_CALL");
});

test("the app's frame may hear its user and play sound, and not choose a speaker", async ({
  bareApp: _,
  page,
}) => {
  const allow = await page.locator("#hubspot-calling-extension-iframe").getAttribute("allow");
  expect(allow).toContain("microphone");
  expect(allow).toContain("autoplay");
  expect(allow).not.toContain("speaker-selection");
});

test("another frame of the app's own origin is not heard", async ({
  bareApp: app,
  hubspot,
  page,
}) => {
  await app.say("INITIALIZED", "{}");
  await page.evaluate(() => {
    const twin = document.createElement("iframe");
    twin.name = "twin";
    twin.src = "https://app.example/twin";
    document.body.append(twin);
  });
  await expect.poll(() => page.frame("twin")?.evaluate("typeof say")).toBe("function");
  await page.frame("twin")?.evaluate(`say("ERROR", { message: "from the twin" })`);
  await app.say("ERROR", `{ message: "from the app" }`);
  await expect(hubspot.alerts()).toContainText("from the app");
  await expect(hubspot.alerts()).not.toContainText("from the twin");
});

test("hostile payloads break nothing and show no markup", async ({
  bareApp: app,
  hubspot,
  page,
}) => {
  await app.say("INITIALIZED", "{}");
  const odd = [
    "null",
    "0",
    "-1",
    "10n ** 30n",
    "''",
    "'<img src=x>'",
    "[]",
    "{ toString: 1 }",
    "NaN",
    "(() => { const o = {}; o.o = o; return o; })()",
  ];
  for (const value of odd) {
    const fields = [
      "externalCallId",
      "fromNumber",
      "toNumber",
      "engagementId",
      "message",
      "width",
      "height",
      "sizeInfo",
      "isLoggedIn",
      "data",
    ];
    const payload = `{ createEngagement: true, type: "UNKNOWN_MESSAGE_TYPE", ${fields.map((f) => `${f}: ${value}`).join()}, engagementProperties: { hs_call_body: ${value}, hs_timestamp: ${value} } }`;
    for (const type of [
      "INITIALIZED",
      "OUTGOING_CALL_STARTED",
      "CALL_ENDED",
      "RESIZE_WIDGET",
      "ERROR",
      "CALL_COMPLETED",
      "__proto__",
    ]) {
      await app.say(type, payload);
      await app.say(type, value);
    }
    await app.say("OUTGOING_CALL_STARTED", `{ ...${started}, fromNumber: ${value} }`);
    await app.say(
      "CALL_COMPLETED",
      `{ externalCallId: "call-1", engagementProperties: { hs_call_title: ${value}, hs_call_duration: ${value} } }`,
    );
  }
  await app.say("ERROR", `{ message: "long ".repeat(100_000) }`);
  await expect(hubspot.alerts()).toContainText("long long");
  await page.getByRole("button", { name: "Dismiss" }).first().click();
  await expect(page.locator("img")).toHaveCount(0);
  await hubspot.open("Grace Hopper");
  await expect(page.getByRole("heading", { name: "Grace Hopper" })).toBeVisible();
});

test("HubSpot warns before the user leaves the record during a call", async ({
  bareApp: app,
  hubspot,
  page,
}) => {
  await app.say("INITIALIZED", "{}");
  await app.say("OUTGOING_CALL_STARTED", started);
  await app.heard("CREATE_ENGAGEMENT_SUCCEEDED");
  const asked: string[] = [];
  page.on("dialog", (dialog) => {
    asked.push(dialog.message());
    dialog.dismiss();
  });
  await page.getByRole("link", { name: "Grace Hopper" }).click();
  expect(asked.join()).toContain("You are on a call");
  await page.getByRole("link", { name: "Calls", exact: true }).click();
  expect(asked).toHaveLength(2);
  await expect(page.getByRole("heading", { name: "Ada Lovelace" })).toBeVisible();
  await app.say("CALL_ENDED", `{ externalCallId: "call-1" }`);
  await expect.poll(() => hubspot.conversation()).toContain("app: CALL_ENDED");
  await hubspot.open("Grace Hopper");
  expect(asked).toHaveLength(2);
});

test("an app that has not answered for 5 s is said to be slow, with what to look at", async ({
  page,
  hubspot,
}) => {
  await page.clock.install();
  await BareApp.install(hubspot);
  await hubspot.install("Silent app", "https://app.example/?silent");
  await hubspot.call();
  const status = page.locator("#panel-status");
  await expect(status).toHaveText("Connecting to Silent app…");
  // The real time that passes besides counts, too.
  await page.clock.runFor(2000);
  await expect(status).toHaveText("Connecting to Silent app…");
  await page.clock.runFor(3500);
  await expect(status).toContainText("No answer yet. Is https://app.example/?silent running");
});

test("“Hang up” asks the app to end the call, and a hidden app's call is told", async ({
  bareApp: app,
  page,
}) => {
  await app.say("INITIALIZED", "{}");
  await app.say("OUTGOING_CALL_STARTED", started);
  await page.getByRole("button", { name: "Hang up" }).click();
  await app.heard("END_CALL", 1);
  await page.getByRole("button", { name: "Close" }).click();
  await expect(page.getByRole("button", { name: "Show Bare app · On a call" })).toBeVisible();
  await app.say("CALL_ENDED", `{ externalCallId: "call-1" }`);
  await expect(page.getByRole("button", { name: "Show Bare app", exact: true })).toBeVisible();
});

test("SET_WIDGET_URL loads another address with a fresh handshake, and hears that one alone", async ({
  bareApp: app,
  hubspot,
  page,
}) => {
  await app.initialize();
  await app.say("SET_WIDGET_URL", `{ iFrameUrl: "https://other-app.example/call#1" }`);
  await expect(page.locator("#panel-status")).toHaveText("Connecting to Bare app…");
  expect(await app.initialize()).toMatchObject({ type: "SYNC", iframeLocation: "widget" });
  expect(app.frame.url()).toBe("https://other-app.example/call#1");
  expect(await hubspot.dial({ phoneNumber: "112" })).toMatchObject({ phoneNumber: "112" });
  expect(await app.heard("DIAL_NUMBER", 1)).toMatchObject({ phoneNumber: "112" });
  // An address that differs in its fragment alone is a new page, too.
  await app.say("SET_WIDGET_URL", `{ iFrameUrl: "https://other-app.example/call#2" }`);
  await expect(page.locator("#panel-status")).toHaveText("Connecting to Bare app…");
  await app.initialize();
  expect(await app.all("DIAL_NUMBER")).toEqual([]);
});

test("CALL_DATA, and what nobody knows, is charted and changes nothing", async ({
  bareApp: app,
  hubspot,
  page,
}) => {
  await app.initialize();
  const before = (await hubspot.messages()).length;
  await app.say("CALL_DATA", `{ any: "thing" }`);
  await app.say("NO_SUCH_MESSAGE");
  await expect.poll(() => hubspot.conversation()).toContain("app: NO_SUCH_MESSAGE");
  expect((await hubspot.messages()).slice(before)).toMatchObject([
    { from: "app", type: "CALL_DATA", data: { any: "thing" } },
    { from: "app", type: "NO_SUCH_MESSAGE" },
  ]);
  await expect(page.getByRole("region", { name: "Messages" })).toContainText("CALL_DATA");
  await expect(hubspot.alerts()).toBeEmpty();
});

test("the console gives what the rules find, as the page shows it", async ({
  bareApp: app,
  page,
}) => {
  const statusOf = (rule: string) =>
    page.evaluate(
      (id) => window.hubspot.findings().find((finding) => finding.rule === id)?.status,
      rule,
    );
  expect(await statusOf("handshake")).toBe("pass");
  expect(await statusOf("initialized-once")).toBe("untried");
  await app.initialize();
  await app.say("INITIALIZED", "{ isLoggedIn: true }");
  await expect.poll(() => statusOf("initialized-once")).toBe("fail");
});

test("the call menu closes as menus do", async ({ page, hubspot }) => {
  await page.goto("/");
  const call = page.locator("#callmenu > summary");
  const menu = page.getByRole("combobox", { name: "Call from" });
  await call.click();
  await page.keyboard.press("Escape");
  await expect(menu).toBeHidden();
  await expect(call).toBeFocused();
  await call.click();
  await page.getByRole("heading", { name: "Timeline" }).click();
  await expect(menu).toBeHidden();
  await call.click();
  await hubspot.open("Compilers Inc");
  await expect(menu).toBeHidden();
});
