// What the local HubSpot does with an app's messages, whichever app it is: this one is a bare page that says what it is told to.
import type { Frame } from "@playwright/test";
import type { Fields } from "../src/messages.ts";
import { test as base, expect, type HubSpot } from "./fixtures.ts";

/** Answers SYNC, unless the address says silent, and keeps what it hears. */
const bareApp = `<!doctype html><script>
  heard = [];
  onmessage = ({ data }) => {
    heard.push(data);
    if (data.type === "SYNC") parent.postMessage({ ...data, type: "SYNC_ACK", iFrameUrl: "https://evil.example" }, "*");
  };
  say = (type, data) => parent.postMessage({ type, messageId: "app_" + Math.random(), data }, "*");
</script>`;

class App {
  constructor(readonly hubspot: HubSpot) {}
  get frame(): Frame {
    const found = this.hubspot.page
      .frames()
      .find((frame) => frame.name() !== "twin" && frame.url().startsWith("https://app.example/"));
    if (!found) throw new Error("The app's frame is not there");
    return found;
  }
  /** Says something; `data` is a JavaScript expression, since not all that can be sent is JSON. */
  say(type: string, data = "undefined"): Promise<void> {
    return this.frame.evaluate(`say(${JSON.stringify(type)}, ${data})`);
  }
  /** Waits for HubSpot's message of the type, and gives its data. */
  async heard(type: string): Promise<Fields> {
    const of = () =>
      this.frame.evaluate(`heard.findLast((m) => m.type === ${JSON.stringify(type)})`);
    await expect.poll(of, `${type} from HubSpot`).toBeTruthy();
    return ((await of()) as { data: Fields }).data;
  }
}

const test = base.extend<{ app: App }>({
  app: async ({ context, hubspot }, use) => {
    await context.route("https://app.example/**", (route) =>
      route.fulfill({ contentType: "text/html", body: bareApp }),
    );
    await hubspot.install("Bare app", "https://app.example/");
    await hubspot.call();
    const app = new App(hubspot);
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

for (const [field, words] of [
  ["externalCallId", "externalCallId is missing"],
  ["toNumber", "toNumber is not a telephone number"],
] as const) {
  test(`without ${field} the engagement fails`, async ({ app }) => {
    await app.say("OUTGOING_CALL_STARTED", JSON.stringify({ ...start, [field]: undefined }));
    expect(await app.heard("CREATE_ENGAGEMENT_FAILED")).toEqual({ error: { message: words } });
  });
}

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
  context,
  page,
  hubspot,
}) => {
  await context.route("https://app.example/**", (route) =>
    route.fulfill({ contentType: "text/html", body: bareApp }),
  );
  await page.clock.install();
  await hubspot.install("Bare app", "https://app.example/");
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

test("the call menu closes as menus do", async ({ page, hubspot }) => {
  await page.goto("/");
  const call = page.locator("summary", { hasText: "Call" });
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
