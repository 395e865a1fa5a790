// What the local HubSpot does with an app's messages, whichever app it is: this one is a bare page that says what it is told to.
import { BareApp, test as base, expect } from "./fixtures.ts";

const test = base.extend<{ app: BareApp }>({
  app: async ({ hubspot }, use) => {
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

test("an app that initializes logged in is dialled at once, and only the last of several clicks counts", async ({
  app,
  hubspot,
  page,
}) => {
  await page.evaluate(() => {
    window.hubspot.dial({ phoneNumber: "110" });
    window.hubspot.dial({ phoneNumber: "111" });
  });
  await app.say("INITIALIZED", "{ isLoggedIn: true }");
  expect(await app.heard("DIAL_NUMBER")).toMatchObject({ phoneNumber: "111", phone_number: "111" });
  const dials = (await hubspot.conversation()).filter((said) => said === "hubspot: DIAL_NUMBER");
  expect(dials).toHaveLength(1);
});

test("an engagement is created when asked for, with the contact who has the number", async ({
  app,
  hubspot,
}) => {
  await app.say("INITIALIZED", "{}");
  await app.say("OUTGOING_CALL_STARTED", started);
  const { engagementId } = await app.heard("CREATE_ENGAGEMENT_SUCCEEDED");
  expect(await app.heard("ENGAGEMENT_CREATED")).toEqual({ engagementId });
  await app.say(
    "CALL_COMPLETED",
    `{ externalCallId: "call-1", engagementProperties: { hs_call_body: "Found by my id" } }`,
  );
  expect(await app.heard("UPDATE_ENGAGEMENT_SUCCEEDED")).toEqual({ engagementId });
  expect(await hubspot.timeline()).toMatchObject([
    {
      engagementId,
      recordId: 37621684102,
      properties: { hs_call_body: "Found by my id", hs_call_direction: "OUTBOUND" },
    },
  ]);
});

test("no engagement is created unasked, and completing the call fails", async ({
  app,
  hubspot,
}) => {
  await app.say("INITIALIZED", "{}");
  await app.say("OUTGOING_CALL_STARTED", JSON.stringify({ ...start, createEngagement: false }));
  await app.say("CALL_COMPLETED", `{ externalCallId: "call-1", engagementProperties: {} }`);
  expect(await app.heard("UPDATE_ENGAGEMENT_FAILED")).toEqual({
    error: { message: "the call has no engagement" },
  });
  expect(await hubspot.conversation()).not.toContain("hubspot: CREATE_ENGAGEMENT_SUCCEEDED");
});

test("without toNumber the engagement fails", async ({ app }) => {
  await app.say("OUTGOING_CALL_STARTED", JSON.stringify({ ...start, toNumber: undefined }));
  expect(await app.heard("CREATE_ENGAGEMENT_FAILED")).toEqual({
    error: { message: "toNumber is not a telephone number" },
  });
});

test("an old app, which says phoneNumber and no id of the call, makes two calls", async ({
  app,
  hubspot,
}) => {
  await app.say("INITIALIZED", "{ isLoggedIn: true }");
  for (const round of [1, 2]) {
    await hubspot.dial({ phoneNumber: "+1 212 555 0187" });
    await app.say("OUTGOING_CALL_STARTED", `{ createEngagement: "true", phoneNumber: "112" }`);
    const { engagementId } = await app.heard("CREATE_ENGAGEMENT_SUCCEEDED", round);
    await app.say("CALL_ANSWERED");
    await app.say("CALL_ENDED");
    await expect(hubspot.page.getByText("Hang up")).toBeHidden();
    await app.say("CALL_COMPLETED", JSON.stringify({ engagementId, hideWidget: false }));
    await expect.poll(async () => (await hubspot.timeline()).length).toBe(round);
  }
  const [second, first] = await hubspot.timeline();
  expect(second?.engagementId).not.toBe(first?.engagementId);
});

test("a reload of the app's frame is a new handshake, and a call waits for it", async ({
  app,
  hubspot,
  page,
}) => {
  await app.say("INITIALIZED", "{ isLoggedIn: true }");
  await app.heard("DIAL_NUMBER");
  await app.frame.evaluate("location.reload()");
  await expect(page.locator("#panel-status")).toHaveText("Connecting to Bare app…");
  const dialled = hubspot.dial({ phoneNumber: "112" });
  await expect
    .poll(async () => (await hubspot.conversation()).filter((s) => s === "app: SYNC_ACK").length)
    .toBe(2);
  await app.say("INITIALIZED", "{ isLoggedIn: true }");
  expect(await dialled).toMatchObject({ phoneNumber: "112" });
  expect(await app.heard("DIAL_NUMBER")).toMatchObject({ phoneNumber: "112" });
});

test("an app cannot pretend to be the SDK's host half", async ({ app, hubspot, page }) => {
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

test("another frame of the app's own origin is not heard", async ({ app, hubspot, page }) => {
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

test("hostile payloads break nothing and show no markup", async ({ app, hubspot, page }) => {
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

test("an app that answers SYNC but never initializes is said to have failed", async ({
  page,
  hubspot,
}) => {
  await page.clock.install();
  await BareApp.install(hubspot);
  await hubspot.call();
  await expect.poll(() => hubspot.conversation()).toContain("app: SYNC_ACK");
  await page.clock.runFor(31_000);
  await expect(page.locator("#panel-status")).toContainText("sent no INITIALIZED within 30 s");
  // Calling again tries again.
  await hubspot.call();
  await expect(page.locator("#panel-status")).toHaveText("Connecting to Bare app…");
});

test("HubSpot warns before the user leaves the record during a call", async ({
  app,
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
  expect(asked.join()).toContain("A call is on");
  await expect(page.getByRole("heading", { name: "Ada Lovelace" })).toBeVisible();
  await app.say("CALL_ENDED", `{ externalCallId: "call-1" }`);
  await expect.poll(() => hubspot.conversation()).toContain("app: CALL_ENDED");
  await hubspot.open("Grace Hopper");
  expect(asked).toHaveLength(1);
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
  await page.clock.runFor(4000);
  await expect(status).toHaveText("Connecting to Silent app…");
  await page.clock.runFor(1500);
  await expect(status).toContainText("No answer yet. Is https://app.example/?silent running");
});

test("a call is over once it is ended, transferred or completed, each by its own id", async ({
  app,
  page,
}) => {
  await app.say("INITIALIZED", "{}");
  const hangUp = page.getByRole("button", { name: "Hang up" });
  await expect(hangUp).toBeHidden();
  for (const type of ["CALL_ENDED", "CALL_TRANSFERRED", "CALL_COMPLETED"]) {
    await app.say("OUTGOING_CALL_STARTED", started);
    await app.say("OUTGOING_CALL_STARTED", `{ ...${started}, externalCallId: "call-2" }`);
    await expect(page.getByText("Call on", { exact: true })).toBeVisible();
    await app.say(type, `{ externalCallId: "call-2", hideWidget: false }`);
    await app.say("ERROR", `{ message: "After ${type}" }`);
    await expect(page.getByText(`After ${type}`)).toBeVisible();
    await expect(hangUp).toBeVisible();
    await app.say(type, `{ externalCallId: "call-1", hideWidget: false }`);
    await expect(hangUp).toBeHidden();
  }
});

test("“Hang up” asks the app to end the call, and a hidden app's call is told", async ({
  app,
  page,
}) => {
  await app.say("INITIALIZED", "{}");
  await app.say("OUTGOING_CALL_STARTED", started);
  await page.getByRole("button", { name: "Hang up" }).click();
  await app.heard("END_CALL", 1);
  await page.getByRole("button", { name: "Close" }).click();
  await expect(page.getByRole("button", { name: "Show Bare app · Call on" })).toBeVisible();
  await app.say("CALL_ENDED", `{ externalCallId: "call-1" }`);
  await expect(page.getByRole("button", { name: "Show Bare app", exact: true })).toBeVisible();
});

test("one call has one engagement, however often it is started", async ({ app }) => {
  await app.say("INITIALIZED", "{}");
  await app.say("OUTGOING_CALL_STARTED", started);
  const first = await app.heard("CREATE_ENGAGEMENT_SUCCEEDED", 1);
  await app.say("OUTGOING_CALL_STARTED", started);
  expect(await app.heard("CREATE_ENGAGEMENT_SUCCEEDED", 2)).toEqual(first);
  await app.say("OUTGOING_CALL_STARTED", `{ ...${started}, externalCallId: "call-2" }`);
  expect(await app.heard("CREATE_ENGAGEMENT_SUCCEEDED", 3)).not.toEqual(first);
});

for (const type of ["FINALIZE_ENGAGEMENT", "PUBLISH_TO_CHANNEL"]) {
  test(`${type} succeeds for an engagement that exists, and for no other`, async ({ app }) => {
    await app.say("INITIALIZED", "{}");
    await app.say("OUTGOING_CALL_STARTED", started);
    const { engagementId } = await app.heard("CREATE_ENGAGEMENT_SUCCEEDED");
    const call = { engagementId, externalCallId: "call-1" };
    await app.say(type, JSON.stringify(call));
    expect(await app.heard(`${type}_SUCCEEDED`, 1)).toEqual(call);
    await app.say(type, `{ externalCallId: "call-1" }`);
    expect(await app.heard(`${type}_SUCCEEDED`, 2)).toEqual(call);
    const other = { engagementId: 1, externalCallId: "nobody's" };
    await app.say(type, JSON.stringify(other));
    expect(await app.heard(`${type}_FAILED`, 1)).toEqual(other);
  });
}

test("SET_WIDGET_URL loads another address with a fresh handshake, and hears that one alone", async ({
  app,
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

for (const [url, words] of [
  ["undefined", "iFrameUrl is missing"],
  [`"http://other-app.example/"`, "iFrameUrl is not an https address"],
  [`"javascript:alert(1)"`, "iFrameUrl is not an https address"],
  ["{}", "iFrameUrl is not an https address"],
] as const) {
  test(`SET_WIDGET_URL with ${url} fails`, async ({ app }) => {
    await app.initialize();
    await app.say("SET_WIDGET_URL", `{ iFrameUrl: ${url} }`);
    expect(await app.heard("SET_WIDGET_URL_FAILED")).toEqual({ error: { message: words } });
    expect(app.frame.url()).toBe("https://app.example/");
  });
}

test("CALL_DATA, and what nobody knows, is charted and changes nothing", async ({
  app,
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
