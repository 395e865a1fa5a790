// Widgets that each do one thing wrong, and are found out by the rule for it and by no other.
import type { Page } from "@playwright/test";
import type { Fields } from "../../src/call/messages.ts";
import type { Settings } from "../../src/hubspot/apps.ts";
import { judge, rules } from "../../src/rules/rules.ts";
import type { Session } from "../../src/rules/session.ts";
import { expect, type HubSpot, test } from "./fixtures.ts";
import { type Said, simpleWidget, type Widget } from "./simple-widget.ts";

type Bad = Widget & {
  /** HubSpot's, in mid-call. */
  during?: Said[];
  /** The message after which all has been said, and how often it has been by then; else CALL_COMPLETED. */
  until?: [type: string, times: number];
  calls?: number;
  session?: Partial<Session>;
};

const again: Said[] = [["CALL_ANSWERED"]];
const besides = (type: string, fields: Fields): Bad => ({
  instead: { CALL_ANSWERED: [["CALL_ANSWERED"], [type, fields]] },
});
const fields = (type: string, fields: Fields): Bad => ({ fields: { [type]: fields } });
const property = (name: string, value: unknown): Bad =>
  fields("CALL_COMPLETED", { engagementProperties: { [name]: value } });
const hangsUpOn = (type: string, data: Fields): Bad => ({
  during: [[type, data]],
  hears: { [type]: [["finish"]] },
});

/** Of each rule, the widget that breaks it. */
const bad: Record<string, Bad> = {
  "nothing-before-handshake": { early: [["LOGGED_IN"]] },
  "initialized-first": { instead: { INITIALIZED: [["LOGGED_IN"], ["INITIALIZED"]] } },
  "initialized-once": { instead: { INITIALIZED: [["INITIALIZED"], ["INITIALIZED"]] } },
  "initialized-fields": fields("INITIALIZED", { isLoggedIn: "yes" }),
  "known-types": besides("CALL_HELD", {}),
  "deprecated-messages": besides("PUBLISH_TO_CHANNEL", {}),
  "deprecated-fields": fields("OUTGOING_CALL_STARTED", { phoneNumber: "+447700900142" }),
  "logged-in": { instead: { OUTGOING_CALL_STARTED: [["LOGGED_OUT"], ["OUTGOING_CALL_STARTED"]] } },
  available: {
    instead: {
      OUTGOING_CALL_STARTED: [
        ["USER_UNAVAILABLE"],
        ["INCOMING_CALL", { fromNumber: "+1 212 555 0143", toNumber: "+1 212 555 0100" }],
      ],
    },
    ...property("hs_call_direction", "INBOUND"),
    until: ["INCOMING_CALL", 1],
  },
  "call-id": fields("CALL_ENDED", { externalCallId: null }),
  "call-known": fields("CALL_ENDED", { externalCallId: "another" }),
  "one-start": {
    instead: { OUTGOING_CALL_STARTED: [["OUTGOING_CALL_STARTED"], ["OUTGOING_CALL_STARTED"]] },
  },
  "call-id-unique": {
    fields: Object.fromEntries(
      ["OUTGOING_CALL_STARTED", "CALL_ANSWERED", "CALL_ENDED", "CALL_COMPLETED"].map((type) => [
        type,
        { externalCallId: "the call" },
      ]),
    ),
    calls: 2,
  },
  "one-call-a-dial": {
    instead: Object.fromEntries(
      ["OUTGOING_CALL_STARTED", "CALL_ENDED", "CALL_COMPLETED"].map((type) => [
        type,
        [[type], [type, { externalCallId: "the second", engagementId: null }]],
      ]),
    ),
  },
  numbers: fields("OUTGOING_CALL_STARTED", { fromNumber: null }),
  dialable: fields("OUTGOING_CALL_STARTED", { toNumber: "Ada" }),
  "start-time": fields("OUTGOING_CALL_STARTED", { callStartTime: 1_750_000_000 }),
  "start-fields": fields("OUTGOING_CALL_STARTED", { dialingContext: "none" }),
  answered: { instead: { CALL_ANSWERED: [...again, ...again] } },
  ended: { instead: { CALL_ENDED: [] } },
  completed: { instead: { CALL_COMPLETED: [] }, until: ["CALL_ENDED", 1] },
  "completed-once": {
    hears: { UPDATE_ENGAGEMENT_SUCCEEDED: [["CALL_COMPLETED"]] },
    until: ["CALL_COMPLETED", 2],
  },
  "end-status": fields("CALL_ENDED", { callEndStatus: "HUNG_UP" }),
  "end-status-given": fields("CALL_ENDED", { callEndStatus: null }),
  "engagement-id": fields("CALL_COMPLETED", { engagementId: 4711 }),
  "hide-widget": fields("CALL_COMPLETED", { hideWidget: "false" }),
  "end-call": {
    instead: { CALL_ENDED: [["CALL_DATA"]], CALL_COMPLETED: [] },
    until: ["CALL_DATA", 1],
    session: { isOver: false, at: Date.now() + 60_000 },
  },
  "dial-during-call": hangsUpOn("DIAL_NUMBER", { phoneNumber: "+44 20 7946 0018" }),
  "hidden-during-call": hangsUpOn("VISIBILITY_CHANGED", { isHidden: true }),
  "failure-during-call": hangsUpOn("CREATE_ENGAGEMENT_FAILED", { error: { message: "No" } }),
  "odd-during-call": hangsUpOn("NEWER_THAN_THE_APP", {}),
  "no-errors": { throws: "DIAL_NUMBER" },
  "property-names": property("hs_call_notes", "Notes"),
  "property-types": property("hs_call_title", 5),
  timestamp: property("hs_timestamp", 1_750_000_000),
  duration: property("hs_call_duration", "00:01"),
  "call-status": property("hs_call_status", "DONE"),
  direction: property("hs_call_direction", "out"),
  "direction-right": property("hs_call_direction", "INBOUND"),
  disposition: property("hs_call_disposition", "Connected"),
  "recording-url": property("hs_call_recording_url", "http://recordings.example/1"),
  "call-source": property("hs_call_source", "MINE"),
  navigate: besides("NAVIGATE_TO_RECORD", { objectCoordinates: { objectId: 1 } }),
  finalize: besides("FINALIZE_ENGAGEMENT", { engagementId: null }),
  "error-message": besides("ERROR", { text: "No line" }),
  size: besides("RESIZE_WIDGET", { width: "400px", height: "300px" }),
  "size-fits": besides("RESIZE_WIDGET", { width: 400, height: 3000 }),
  "widget-url": besides("SET_WIDGET_URL", { iFrameUrl: "http://app.example/" }),
};

/** Those that take their time, or more than one page of HubSpot's. */
const slow = {
  handshake: { answers: "not" },
  initialized: { instead: { INITIALIZED: [] } },
  "duration-unit": property("hs_call_duration", "3"),
  "window-talks": {},
  reload: { forgets: true },
  "goes-on": { forgets: true },
} satisfies Record<string, Bad>;

/** Waits in the page, where messages come fast, until a message has been said so often. */
const heard = (page: Page, [type, times]: [string, number]) =>
  page.evaluate(
    ([type, times]) =>
      new Promise<void>((resolve, reject) => {
        const until = Date.now() + 5000;
        const look = () => {
          const said = window.hubspot.session.messages.filter((message) => message.type === type);
          if (said.length >= times) resolve();
          else if (Date.now() > until)
            reject(
              new Error(
                `No ${type}: ${JSON.stringify(window.hubspot.session.messages.map((m) => m.type))}`,
              ),
            );
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
async function trial(
  hubspot: HubSpot,
  settings?: Partial<Settings>,
): Promise<(widget: Widget) => void> {
  let now: Widget = {};
  await hubspot.page
    .context()
    .route("https://app.example/**", (route) =>
      route.fulfill({ contentType: "text/html", body: simpleWidget(now) }),
    );
  await hubspot.install("A widget", "https://app.example/", settings);
  return (widget) => {
    now = widget;
  };
}

async function call(hubspot: HubSpot, { during = [], until, calls = 1 }: Bad): Promise<void> {
  for (let number = 1; number <= calls; number += 1) {
    await hubspot.dial();
    if (until?.[0] !== "INCOMING_CALL") await heard(hubspot.page, ["CALL_ANSWERED", number]);
    for (const [type, data] of during) await hubspot.send(type, data);
    if (during.length === 0) await hubspot.send("END_CALL");
    await heard(hubspot.page, until ?? ["CALL_COMPLETED", number]);
  }
}

test("a widget that does one thing wrong breaks that rule alone", async ({
  hubspot,
  complaints,
}) => {
  test.slow();
  const put = await trial(hubspot);
  let errors: string[] = [];
  hubspot.page.on("pageerror", ({ message }) => errors.push(message));
  const found: Record<string, string[]> = {};
  const all: Record<string, Bad> = { "": {}, ...bad };
  for (const [rule, widget] of Object.entries(all)) {
    put(widget);
    errors = [];
    await hubspot.page.evaluate(() => window.hubspot.reset());
    await test.step(rule || "a good one", () => call(hubspot, widget));
    found[rule] = await failing(hubspot, { errors, ...widget.session });
  }
  expect(found).toEqual({
    "": [],
    ...Object.fromEntries(Object.keys(bad).map((rule) => [rule, [rule]])),
  });
  expect(complaints.splice(0)).toEqual(["cannot read DIAL_NUMBER"]);
});

test("… and so does one that keeps HubSpot waiting, or counts in seconds", async ({
  hubspot,
  complaints,
}) => {
  const { page } = hubspot;
  await page.clock.install();
  const put = await trial(hubspot);
  const begin = async (widget: Widget, dial: boolean) => {
    put(widget);
    await page.evaluate((dial) => {
      window.hubspot.reset();
      const dialling = window.hubspot.dial();
      return dial ? dialling : undefined;
    }, dial);
  };
  const waiting: [rule: string, widget: Widget][] = [
    ["handshake", slow.handshake],
    ["handshake", { answers: "without messageId" }],
    ["initialized", slow.initialized],
  ];
  for (const [rule, widget] of waiting) {
    await begin(widget, false);
    await heard(page, [widget.answers === "not" ? "SYNC" : "SYNC_ACK", 1]);
    await page.clock.runFor(31_000);
    expect(await failing(hubspot)).toEqual([rule]);
  }
  // The SDK says that the handshake is not done.
  for (const said of complaints.splice(0)) expect(said).toContain("iFrame not initialized");
  await begin(slow["duration-unit"], true);
  await heard(page, ["CALL_ANSWERED", 1]);
  await page.clock.runFor(2500);
  await hubspot.send("END_CALL");
  await heard(page, ["CALL_COMPLETED", 1]);
  expect(await failing(hubspot)).toEqual(["duration-unit"]);
});

test("… or loses its call with its page", async ({ hubspot, page }) => {
  const put = await trial(hubspot);
  page.on("dialog", (dialog) => dialog.accept());
  const comeBack = async (widget: Widget) => {
    put(widget);
    await hubspot.dial();
    await heard(page, ["CALL_ANSWERED", 1]);
    const { engagementId } = Object(
      (await hubspot.messages()).find(({ type }) => type === "CREATE_ENGAGEMENT_SUCCEEDED")?.data,
    );
    await page.goto(`/?engagementId=${engagementId}`);
    await heard(page, ["INITIALIZED", 2]);
  };
  await comeBack({});
  await hubspot.send("END_CALL");
  await heard(page, ["CALL_COMPLETED", 1]);
  expect(await failing(hubspot)).toEqual([]);

  await page.evaluate(() => window.hubspot.reset());
  await comeBack(slow.reload);
  expect(await failing(hubspot)).toEqual(["reload"]);

  await page.evaluate(() => window.hubspot.reset());
  put(slow["goes-on"]);
  await page.goto("/?engagementId=61200000001");
  await heard(page, ["INITIALIZED", 1]);
  await call(hubspot, {});
  expect(await failing(hubspot)).toEqual(["goes-on"]);
});

test("… or speaks where the calling window is to speak", async ({ hubspot }) => {
  const put = await trial(hubspot, { usesRemote: true });
  put(slow["window-talks"]);
  await heard(hubspot.page, ["INITIALIZED", 1]);
  await hubspot.send("DIAL_NUMBER", { phoneNumber: "+447700900142" });
  await heard(hubspot.page, ["CALL_ANSWERED", 1]);
  await hubspot.send("END_CALL");
  await heard(hubspot.page, ["CALL_COMPLETED", 1]);
  expect(await failing(hubspot)).toEqual(["window-talks"]);
});

test("every rule has its bad widget", () => {
  const broken = Object.keys({ ...bad, ...slow });
  expect(broken.sort()).toEqual(rules.map(({ id }) => id).sort());
});
