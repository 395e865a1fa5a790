// What everybody's Playwright tests have of the package, tried with a widget that does as it is told.
import { test as base, expect } from "../../src/package/playwright.ts";
import { simpleWidget, type Widget } from "../pages/simple-widget.ts";

const url = "https://app.example/";
const test = base.extend<{ put: (widget: Widget | undefined) => void }>({
  app: { url, name: "Mine" },
  // The widget that is at the app's address, from now on.
  put: async ({ context }, use) => {
    let now: Widget | undefined = {};
    await context.route(`${url}**`, (route) =>
      now
        ? route.fulfill({ contentType: "text/html; charset=utf-8", body: simpleWidget(now) })
        : route.abort("connectionrefused"),
    );
    await use((widget) => {
      now = widget;
    });
  },
});

/** What is said of an expectation that fails. */
async function wordsOf(expectation: Promise<void>): Promise<string> {
  try {
    await expectation;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
  throw new Error("The expectation did not fail");
}

test("a call of a good app is heard, keeps the rules and is on the timeline", async ({
  hubspot,
  put,
}) => {
  put({});
  await expect(hubspot.app.locator("html")).toHaveCount(0);
  await hubspot.openRecord("Grace");
  expect(await hubspot.dial("+1 212 555 0187")).toMatchObject({ objectId: 37621684102 });
  await expect(hubspot).toHaveHeard("CALL_ANSWERED", { externalCallId: expect.any(String) });
  await expect(hubspot).not.toHaveHeard("CALL_ENDED");
  await expect(hubspot).toKeepTheRules();
  await expect(hubspot).not.toBeOnTheTimeline();
  await hubspot.send("END_CALL");
  await expect(hubspot).toHaveHeard("CALL_ENDED", { callEndStatus: "COMPLETED" }, { times: 1 });
  await expect(hubspot).toBeOnTheTimeline({ hs_call_duration: 1000 }, { times: 1 });
  await expect(hubspot).toKeepTheRules({ except: ["duration-right"], level: "should" });
  const findings = await hubspot.findings();
  expect(findings.find(({ rule }) => rule === "completed")).toMatchObject({ status: "pass" });
});

test("an app whose user is logging in at that moment is dialled all the same", async ({
  hubspot,
  page,
  put,
}) => {
  put({});
  await page.evaluate(() => {
    const { dial } = window.hubspot;
    // It is told that the user is logged out, until a moment later.
    const status = document.querySelector("#panel-status");
    if (!status) throw new Error("There is no status");
    window.hubspot.dial = async () => {
      window.hubspot.dial = dial;
      status.textContent = "The user is logged out.";
      setTimeout(() => {
        status.textContent = "";
      });
      return undefined;
    };
  });
  expect(await hubspot.dial()).toMatchObject({ objectType: "CONTACT" });
});

test("HubSpot is loaded once, with the app under Call from; what a test takes out of it stays out", async ({
  hubspot: { page },
}) => {
  const callFrom = page.getByRole("combobox", { name: "Call from" });
  const [loaded] = await page.evaluate(() => performance.getEntriesByType("navigation"));
  expect(loaded).toMatchObject({ type: "navigate" });
  await page.locator("#callmenu > summary").click();
  await expect(callFrom).toContainText("Mine");
  await page.evaluate(() => localStorage.clear());
  await page.reload();
  await page.locator("#callmenu > summary").click();
  await expect(callFrom).not.toContainText("Mine");
});

test("what fails says what was heard, or which calls there are", async ({ hubspot, put }) => {
  put({});
  expect(await wordsOf(expect(hubspot).toKeepTheRules({ timeout: 100 }))).toContain(
    "The app has said nothing yet",
  );
  await hubspot.dial();
  await hubspot.send("END_CALL");
  await expect(hubspot).toBeOnTheTimeline();
  const busy = expect(hubspot).toHaveHeard(
    "CALL_ENDED",
    { callEndStatus: "BUSY" },
    { timeout: 100 },
  );
  const heard = await wordsOf(busy);
  expect(heard).toContain('CALL_ENDED with callEndStatus "BUSY".');
  expect(heard).toContain('"callEndStatus": "COMPLETED"');
  expect(
    await wordsOf(expect(hubspot).not.toHaveHeard("CALL_ENDED", {}, { timeout: 1 })),
  ).toContain("not to hear from the app: CALL_ENDED");
  const twice = expect(hubspot).toBeOnTheTimeline({}, { times: 2, timeout: 100 });
  expect(await wordsOf(twice)).toMatch(/2 times.*It is there once.*"hs_call_title": "A call"/s);
  const soft = wordsOf(expect(hubspot).not.toKeepTheRules({ timeout: 100 }));
  expect(await soft).toContain("but broke none");
});

test("a broken rule is told with its message and why it matters, as text, and can be excepted", async ({
  hubspot,
  put,
}) => {
  put({ fields: { CALL_ENDED: { callEndStatus: "\u001b[31mHUNG_UP\u202e" } } });
  await hubspot.dial();
  await hubspot.send("END_CALL");
  await expect(hubspot).not.toKeepTheRules();
  const words = await wordsOf(expect(hubspot).toKeepTheRules());
  expect(words).toContain("The app breaks a rule of HubSpot’s.");
  expect(words).toContain("✗ must callEndStatus is one of HubSpot’s [end-status]");
  expect(words).toContain("Message, from the panel:\n    CALL_ENDED");
  expect(words).toContain("Why it matters: HubSpot cannot show how the call ended.");
  expect(words).toContain("\\u{1b}[31mHUNG_UP\\u{202e}");
  for (const command of ["\u001b[31mHUNG", "\u202e"]) expect(words).not.toContain(command);
  await expect(hubspot).toKeepTheRules({ except: ["end-status"] });
});

test("an uncaught error of the app's breaks a rule", async ({ hubspot, put }) => {
  put({ throws: "DIAL_NUMBER" });
  await hubspot.dial();
  const all = { level: "should" } as const;
  await expect(hubspot).not.toKeepTheRules(all);
  expect(await wordsOf(expect(hubspot).toKeepTheRules(all))).toContain("cannot read DIAL_NUMBER");
});

test("dialling says why it cannot be done", async ({ hubspot, put }) => {
  put({ fields: { INITIALIZED: { isLoggedIn: false } } });
  await expect(hubspot.dial()).rejects.toThrow("You are logged out of Mine. Log in there");
  await hubspot.page.reload();
  put({ answers: "not" });
  await expect(hubspot.dial("112", { timeout: 500 })).rejects.toThrow(
    "The app is not there after 0.5 s. Connecting to Mine…",
  );
  await hubspot.page.reload();
  put(undefined);
  await expect(hubspot.dial()).rejects.toThrow(`${url} cannot be loaded`);
});

test("an app is opened without being asked to dial", async ({ hubspot, put }) => {
  put({});
  await hubspot.openApp();
  await expect(hubspot).toHaveHeard("INITIALIZED");
  expect((await hubspot.messages()).map(({ type }) => type)).not.toContain("DIAL_NUMBER");
});

test.describe("with a calling window", () => {
  test.use({ app: { url, name: "Mine", supportsInboundCalling: true } });

  test("the app is where its calls are, from every tab", async ({ hubspot, put }) => {
    put({});
    const tab = await hubspot.newTab();
    await tab.dial("112");
    await expect(tab).toHaveHeard("CALL_ANSWERED");
    await expect(hubspot).toHaveHeard("CALL_ANSWERED");
    const { frame } = (await tab.messages()).find(({ type }) => type === "CALL_ANSWERED") ?? {};
    expect(frame).toBe("window");
    const window = await hubspot.openCallingWindow();
    expect(window.page.context().pages()).toHaveLength(3);
    await expect(hubspot.app.locator("html")).toHaveJSProperty("ownerDocument.title", "A widget");
    await hubspot.send("END_CALL");
    await expect(tab).toBeOnTheTimeline({}, { times: 1 });
  });
});

test("faults and the queue of call tasks", async ({ hubspot, put }) => {
  put({});
  expect(Object.keys(hubspot.faults.names)).toContain("updateEngagementFails");
  await hubspot.faults.add("updateEngagementFails");
  expect(await hubspot.faults.on()).toEqual(["updateEngagementFails"]);
  expect(await hubspot.queue.start()).toMatchObject({ phoneNumber: "+447700900142" });
  await hubspot.send("END_CALL");
  await expect(hubspot).toHaveHeard("CALL_COMPLETED");
  await expect(hubspot).not.toBeOnTheTimeline({ hs_call_title: "A call" });
  // What HubSpot refuses by a fault is not held against the app.
  await expect(hubspot).toKeepTheRules();
  await hubspot.faults.delete("updateEngagementFails");
  expect(await hubspot.faults.on()).toEqual([]);
  await hubspot.queue.leave();
});
