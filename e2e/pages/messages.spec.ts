// The SDK's protocol, whole: what each button sends, and what the widget shows of each of HubSpot's messages.
import { test as base, expect, port, widgetUrl } from "./fixtures.ts";

const test = base.extend({
  hubspot: async ({ hubspot, widget }, use) => {
    const settings = { supportsInboundCalling: true, usesCallingWindow: false };
    await hubspot.install("The widget", `${widgetUrl}?from=%2B1+212+555+0143&to=112`, settings);
    await widget.locator("#login").click();
    await widget.locator("#useravailable").click();
    await widget.getByText("More", { exact: true }).click();
    await use(hubspot);
  },
});

const grace = { portalId: 62515, objectId: 37621684102, objectTypeId: "0-1" };

test("each button of a call says what it is for", async ({ hubspot, widget }) => {
  const engagement = () => expect(widget.locator("#sync")).toContainText(/"engagementId": \d/);
  await widget.locator("#incomingcall").click();
  await engagement();
  const { externalCallId } = await hubspot.heard("INCOMING_CALL");
  await widget.locator("#finalizeengagement").click();
  const finalized = await hubspot.heard("FINALIZE_ENGAGEMENT");
  const { engagementId } = finalized;
  expect(finalized).toEqual({ externalCallId, engagementId: expect.any(Number) });
  await expect(widget.locator("#notice")).toHaveText("HubSpot: Finalize engagement succeeded");
  await widget.locator("#publishtochannel").click();
  expect(await hubspot.heard("PUBLISH_TO_CHANNEL")).toEqual({ externalCallId, engagementId });
  await expect(widget.locator("#notice")).toHaveText("HubSpot: Publish to channel succeeded");
  await widget.locator("#callData").fill("{ a: 1 }");
  await widget.locator("#calldata").click();
  await expect(widget.locator("#notice")).toContainText("SyntaxError");
  await expect(widget.locator("#callData")).toBeFocused();
  expect(await hubspot.conversation()).not.toContain("app: CALL_DATA");
  await widget.locator("#callData").fill('{ "recording": [1, null, "é"] }');
  await widget.locator("#calldata").click();
  expect(await hubspot.heard("CALL_DATA")).toEqual({ recording: [1, null, "é"] });
  await widget.locator("#transfercall").click();
  expect(await hubspot.heard("CALL_TRANSFERRED")).toEqual({ externalCallId });
  await widget.locator("#completecall").click();
  expect(await hubspot.heard("CALL_COMPLETED")).toMatchObject({ externalCallId, engagementId });
});

test("the caller's record is asked for as HubSpot documents it", async ({ hubspot, widget }) => {
  await widget.locator("#incomingcall").click();
  await expect(widget.locator("#sync")).toContainText(/"engagementId": \d/);
  await widget.getByLabel("New tab").check();
  const opening = hubspot.page.context().waitForEvent("page");
  await widget.locator("#navigatetorecord").click();
  const { engagementId, ...asked } = await hubspot.heard("NAVIGATE_TO_RECORD");
  expect(asked).toEqual({ objectCoordinates: grace, openIn: "NEW_TAB" });
  expect(engagementId).toEqual(expect.any(Number));
  await expect((await opening).getByRole("heading", { name: "Grace Hopper" })).toBeVisible();
});

test("presence, and what concerns the frame", async ({ hubspot, widget }) => {
  const payload = async (type: string) =>
    (await hubspot.messages()).filter((m) => m.from === "app" && m.type === type).at(-1)?.data;
  expect(await payload("LOGGED_IN")).toBeUndefined();
  expect(await payload("USER_AVAILABLE")).toBeUndefined();
  await widget.locator("#initialize").click();
  expect(await hubspot.heard("INITIALIZED", 2)).toEqual({
    isLoggedIn: true,
    isAvailable: true,
    sizeInfo: { width: 400, height: 650 },
  });
  await widget.locator("#userunavailable").click();
  await hubspot.heard("USER_UNAVAILABLE");
  await widget.locator("#logout").click();
  await hubspot.heard("LOGGED_OUT");
  expect(await payload("USER_UNAVAILABLE")).toBeUndefined();
  expect(await payload("LOGGED_OUT")).toBeUndefined();
});

test("another URL of the widget is loaded anew, and one that is none is refused", async ({
  hubspot,
  widget,
}) => {
  const field = widget.getByLabel("Widget URL");
  await field.fill("http://localhost/");
  await widget.locator("#setwidgeturl").click();
  await expect(field).toBeFocused();
  expect(await hubspot.conversation()).not.toContain("app: SET_WIDGET_URL");
  const iFrameUrl = `https://localhost:${port}/index.html?to=113`;
  await field.fill(iFrameUrl);
  await widget.locator("#setwidgeturl").click();
  expect(await hubspot.heard("SET_WIDGET_URL")).toEqual({ iFrameUrl });
  await expect(hubspot.page.locator("iframe")).toHaveAttribute("src", iFrameUrl);
  await expect(widget.locator("#host")).toHaveText("Connected to HubSpot");
});

const error = { error: { message: "not today" } };
const told = [
  ["CALLER_ID_MATCH_FAILED", error, "HubSpot: Caller id match failed, not today"],
  [
    "NAVIGATE_TO_RECORD_FAILED",
    { engagementId: 1, objectCoordinates: grace },
    "HubSpot: Navigate to record failed, no reason given",
  ],
  [
    "PUBLISH_TO_CHANNEL_SUCCEEDED",
    { engagementId: 1, externalCallId: "1" },
    "HubSpot: Publish to channel succeeded",
  ],
  ["PUBLISH_TO_CHANNEL_FAILED", error, "HubSpot: Publish to channel failed, not today"],
  [
    "FINALIZE_ENGAGEMENT_SUCCEEDED",
    { engagementId: 1, externalCallId: "1" },
    "HubSpot: Finalize engagement succeeded",
  ],
  ["FINALIZE_ENGAGEMENT_FAILED", error, "HubSpot: Finalize engagement failed, not today"],
  ["SET_WIDGET_URL_FAILED", error, "HubSpot: Set widget url failed, not today"],
  ["SET_CALL_STATE", { state: "RINGING" }, "HubSpot: Set call state"],
  ["INITIATE_CALL_ID_SUCCEEDED", {}, "HubSpot: Initiate call id succeeded"],
  ["INITIATE_CALL_ID_FAILED", error, "HubSpot: Initiate call id failed, not today"],
] as const;

test("what HubSpot says of anything else is told in words", async ({ hubspot, widget }) => {
  await widget.locator("#outgoingcall").click();
  await expect(widget.locator("#sync")).toContainText(/"engagementId": \d/);
  for (const [type, data, words] of told) {
    await hubspot.send(type, data);
    await expect(widget.locator("#log code").first()).toHaveText(type);
    await expect(widget.locator("#notice")).toHaveText(words);
  }
});

base(
  "an engagement that HubSpot cannot create is told, and its late message taken in",
  async ({ hubspot, widget }) => {
    // HubSpot answers nothing to a call that the app's settings do not allow.
    await hubspot.logIn();
    await widget.locator("#useravailable").click();
    await widget.locator("#toNumber").fill("112");
    await widget.locator("#incomingcall").click();
    await hubspot.send("CREATE_ENGAGEMENT_FAILED", error);
    await expect(widget.locator("#notice")).toHaveText("HubSpot created no engagement: not today");
    await hubspot.send("ENGAGEMENT_CREATED", { engagementId: 7003 });
    await expect(widget.locator("#sync")).toContainText("7003");
    await widget.locator("#endcall").click();
    await widget.locator("#completecall").click();
    await expect(widget.locator("#notice")).toContainText("the call has no engagement");
    await hubspot.send("UPDATE_ENGAGEMENT_FAILED", error);
    await expect(widget.locator("#notice")).toContainText("has not saved the call: not today");
  },
);

test("the messages that change the call are shown as what they change", async ({
  hubspot,
  widget,
}) => {
  await widget.locator("#incomingcall").click();
  await expect(widget.locator("#callee")).toHaveText("Grace Hopper");
  await hubspot.send("CREATE_ENGAGEMENT_SUCCEEDED", { engagementId: 7001 });
  await expect(widget.locator("#sync")).toContainText("7001");
  await hubspot.send("ENGAGEMENT_CREATED", { engagementId: 7002 });
  await expect(widget.locator("#sync")).toContainText("7002");
  await hubspot.send("CALLER_ID_MATCH_SUCCEEDED", {
    callerIdMatches: [
      { callerIdType: "COMPANY", objectCoordinates: grace, name: "<b>Compilers</b>" },
    ],
  });
  await expect(widget.locator("#callee")).toHaveText("<b>Compilers</b>");
  await hubspot.send("VISIBILITY_CHANGED", { isMinimized: true, isHidden: false });
  await hubspot.send("END_CALL");
  await expect(widget.locator("#status")).toHaveText("Call ended");
  await hubspot.send("UPDATE_ENGAGEMENT_SUCCEEDED", { engagementId: 7002 });
  await expect(widget.locator("#log small").first()).toHaveText("Ignored: the call is ended");
});

test("in any order, each button says its message at any time", async ({ hubspot, widget }) => {
  await widget.getByLabel("Any order").check();
  await widget.locator("#completecall").click();
  expect(await hubspot.heard("CALL_COMPLETED")).toMatchObject({
    externalCallId: expect.any(String),
    engagementProperties: { hs_call_direction: "OUTBOUND" },
  });
  await widget.locator("#answercall").click();
  await hubspot.heard("CALL_ANSWERED");
  await widget.locator("#navigatetorecord").click();
  await hubspot.heard("NAVIGATE_TO_RECORD");
  await expect(widget.locator("#notice")).toContainText("Navigate to record failed");
  await expect(widget.locator("#status")).toHaveText("Available");
});

test("a message with an id of the widget's own is dropped, as the SDK does it", async ({
  hubspot: { page },
  widget,
}) => {
  const id = page.evaluate(
    () =>
      new Promise<string>((resolve) => {
        addEventListener("message", ({ data }) => resolve(data.messageId), { once: true });
      }),
  );
  await widget.getByRole("button", { name: "Log out" }).click();
  const dial = (messageId: string, phoneNumber: string) =>
    page.evaluate(
      (message) => {
        const frame = document.querySelector<HTMLIFrameElement>(
          "#hubspot-calling-extension-iframe",
        );
        frame?.contentWindow?.postMessage(message, "*");
      },
      { type: "DIAL_NUMBER", messageId, data: { phoneNumber } },
    );
  const to = widget.getByLabel("To", { exact: true });
  await dial("another", "+44 20 7946 0001");
  await expect(to).toHaveValue("+44 20 7946 0001");
  await dial(await id, "+44 20 7946 0002");
  await dial("a third", "+44 20 7946 0003");
  await expect(to).toHaveValue("+44 20 7946 0003");
  await expect(widget.locator("#log")).not.toContainText("+44 20 7946 0002");
});

test("a message out of order does not disturb the call that is on", async ({ hubspot, widget }) => {
  await widget.locator("#outgoingcall").click();
  await expect(widget.locator("#sync")).toContainText(/"engagementId": \d/);
  const about = await widget.locator("#about").textContent();
  await widget.getByLabel("Any order").check();
  await widget.locator("#incomingcall").click();
  expect(await hubspot.heard("INCOMING_CALL")).toMatchObject({ createEngagement: false });
  await expect(widget.locator("#log code").first()).toHaveText("CALLER_ID_MATCH_SUCCEEDED");
  await expect(widget.locator("#callee")).toHaveText("112");
  await expect(widget.locator("#about")).toHaveText(about ?? "");
});

test("the address fills the fields of a frame that comes back, too", async ({
  hubspot,
  widget,
}) => {
  await widget.getByLabel("From").fill("110");
  await hubspot.page.reload();
  await expect(widget.getByLabel("From")).toHaveValue("+1 212 555 0143");
  await expect(widget.locator("#status")).toHaveText("Available");
});

for (const [query, isLogged] of [
  ["", false],
  ["?debug", true],
] as const)
  base(
    `${isLogged ? "with ?debug every message" : "without ?debug no message"} goes to the console`,
    async ({ hubspot, widget }) => {
      const logged: string[] = [];
      hubspot.page.on("console", (message) => logged.push(message.text()));
      await hubspot.install("The widget", widgetUrl + query);
      await hubspot.logIn();
      await hubspot.dial();
      await widget.locator("#outgoingcall").click();
      await hubspot.heard("OUTGOING_CALL_STARTED");
      const types = [
        "INITIALIZED",
        "LOGGED_IN",
        "DIAL_NUMBER",
        "OUTGOING_CALL_STARTED",
        "ENGAGEMENT_CREATED",
      ];
      if (!isLogged) expect(logged).toEqual([]);
      else
        for (const type of types)
          await expect
            .poll(() => logged.filter((text) => text.includes(type)).length, type)
            .toBe(1);
    },
  );

base(
  "the address fills the fields, and cannot change where messages go",
  async ({ hubspot, widget, complaints }) => {
    const query = "?order=any&from=110&to=111&debug&hostUrl=https://evil.example&portalId=1";
    await hubspot.install("The widget", widgetUrl + query);
    await hubspot.call();
    await expect(widget.getByLabel("From")).toHaveValue("110");
    await expect(widget.getByLabel("To", { exact: true })).toHaveValue("111");
    await expect(widget.getByLabel("Any order")).toBeChecked();
    const logged = hubspot.page.waitForEvent("console");
    await widget.locator("#login").click();
    expect((await logged).text()).toContain("LOGGED_IN");
    const [sync] = await hubspot.messages();
    expect(sync).toMatchObject({ data: { portalId: 62515 } });
    expect(complaints).toEqual([]);
  },
);
