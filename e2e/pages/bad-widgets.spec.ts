// Widgets that do one thing wrong, in the local HubSpot: what it records is enough to find each of them out.
// All that apps do wrong is in e2e/unit/wrong-behaviours.ts; here is what only a browser shows.
import type { Page } from "@playwright/test";
import { judge } from "../../src/rules/rules.ts";
import type { Session } from "../../src/rules/session.ts";
import { expect, type HubSpot, test } from "./fixtures.ts";
import { simpleWidget, type Widget } from "./simple-widget.ts";

/** Waits in the page, where messages come fast, until a message has been said so often. */
const heard = (page: Page, type: string, times = 1) =>
  page.evaluate(
    ([type, times]) =>
      new Promise<void>((resolve, reject) => {
        const until = Date.now() + 5000;
        const look = () => {
          const types = window.hubspot.session.messages.map((message) => message.type);
          if (types.filter((said) => said === type).length >= times) resolve();
          else if (Date.now() > until) reject(new Error(`No ${type}: ${types.join(", ")}`));
          else setTimeout(look, 5);
        };
        look();
      }),
    [type, times] as const,
  );

async function failing(hubspot: HubSpot, session: Partial<Session> = {}): Promise<string[]> {
  const said = await hubspot.page.evaluate(() => window.hubspot.session);
  return judge({ ...said, isOver: true, ...session })
    .filter(({ status }) => status === "fail")
    .map(({ rule }) => rule);
}

/** Serves whichever widget is on trial at app.example. */
async function trial(hubspot: HubSpot): Promise<(widget: Widget) => void> {
  let now: Widget = {};
  await hubspot.page
    .context()
    .route("https://app.example/**", (route) =>
      route.fulfill({ contentType: "text/html", body: simpleWidget(now) }),
    );
  await hubspot.install("A widget", "https://app.example/");
  return (widget) => {
    now = widget;
  };
}

test("a widget that does one thing wrong breaks that rule alone", async ({
  hubspot,
  page,
  complaints,
}) => {
  const put = await trial(hubspot);
  const errors: string[] = [];
  page.on("pageerror", ({ message }) => errors.push(message));
  const trials: [rule: string | undefined, widget: Widget][] = [
    [undefined, {}],
    ["nothing-before-handshake", { early: [["LOGGED_IN"]] }],
    ["end-status", { fields: { CALL_ENDED: { callEndStatus: "HUNG_UP" } } }],
    // HubSpot makes no engagement, and refuses to save what is said of the call.
    [
      "saved",
      {
        fields: {
          OUTGOING_CALL_STARTED: { createEngagement: false },
          CALL_ENDED: { engagementId: null },
          CALL_COMPLETED: { engagementId: null },
        },
        instead: { OUTGOING_CALL_STARTED: [["OUTGOING_CALL_STARTED"], ["CALL_ANSWERED"]] },
      },
    ],
    ["no-errors", { throws: "DIAL_NUMBER" }],
  ];
  for (const [rule, widget] of trials) {
    put(widget);
    errors.length = 0;
    await page.evaluate(() => window.hubspot.reset());
    await hubspot.dial();
    await heard(page, "CALL_ANSWERED");
    await hubspot.send("END_CALL");
    await heard(
      page,
      rule === "saved" ? "UPDATE_ENGAGEMENT_FAILED" : "UPDATE_ENGAGEMENT_SUCCEEDED",
    );
    expect(await failing(hubspot, { errors })).toEqual(rule ? [rule] : []);
  }
  expect(complaints.splice(0)).toEqual(["cannot read DIAL_NUMBER"]);
});

test("… but not for what HubSpot refuses because of a fault", async ({ hubspot, page }) => {
  const put = await trial(hubspot);
  put({});
  await page.evaluate(() => window.hubspot.faults.add("updateEngagementFails"));
  await hubspot.dial();
  await heard(page, "CALL_ANSWERED");
  await hubspot.send("END_CALL");
  await heard(page, "UPDATE_ENGAGEMENT_FAILED");
  expect(await failing(hubspot)).toEqual([]);
  expect((await page.evaluate(() => window.hubspot.session)).messages.at(-1)?.faults).toEqual([
    "updateEngagementFails",
  ]);
});

test("… and so does one that keeps HubSpot waiting", async ({ hubspot, complaints, page }) => {
  await page.clock.install();
  const put = await trial(hubspot);
  const waiting: [rule: string, widget: Widget][] = [
    ["handshake", { answers: "not" }],
    ["handshake", { answers: "without messageId" }],
    ["initialized", { instead: { INITIALIZED: [] } }],
  ];
  for (const [rule, widget] of waiting) {
    put(widget);
    await page.evaluate(() => {
      window.hubspot.reset();
      window.hubspot.dial();
    });
    await heard(page, widget.answers === "not" ? "SYNC" : "SYNC_ACK");
    await page.clock.runFor(31_000);
    expect(await failing(hubspot)).toEqual([rule]);
  }
  // The SDK says that the handshake is not done.
  for (const said of complaints.splice(0)) expect(said).toContain("iFrame not initialized");
});

test("… or loses its call with its page", async ({ hubspot, page }) => {
  const put = await trial(hubspot);
  page.on("dialog", (dialog) => dialog.accept());
  const comeBack = async (widget: Widget) => {
    put(widget);
    await hubspot.dial();
    await heard(page, "CALL_ANSWERED");
    const { engagementId } = Object(
      (await hubspot.messages()).find(({ type }) => type === "CREATE_ENGAGEMENT_SUCCEEDED")?.data,
    );
    await page.goto(`/?engagementId=${engagementId}`);
    await heard(page, "INITIALIZED", 2);
  };
  await comeBack({});
  await hubspot.send("END_CALL");
  await heard(page, "CALL_COMPLETED");
  expect(await failing(hubspot)).toEqual([]);

  await page.evaluate(() => window.hubspot.reset());
  await comeBack({ forgets: true });
  expect(await failing(hubspot)).toEqual(["reload", "goes-on"]);
});
