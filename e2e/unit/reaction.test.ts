// HubSpot's reaction to an app's frame, to its user, and to each message that is not about a call, without a browser: events in, what HubSpot knows and does out.
import { expect, test } from "@playwright/test";
import type { Fault } from "../../src/hubspot/faults.ts";
import {
  ada,
  call,
  calling,
  failed,
  grace,
  HubSpot,
  idOf,
  inTabs,
  inWindow,
  madeByApi,
  ring,
} from "./local-hubspot.ts";

test.describe("the frame", () => {
  test("an app that is opened gets a fresh frame, once", () => {
    const hubspot = new HubSpot().open();
    expect(hubspot.did).toMatchObject([
      { type: "frame", app: hubspot.app, place: "widget" },
      { type: "wake", event: { type: "slow" }, after: 5000 },
    ]);
    expect(hubspot.state.panel).toMatchObject({
      ...{ status: "opening", isSlow: false },
      ...{ isMinimized: false, isHidden: false },
    });
    expect(hubspot.open().effects).toEqual([]);
    expect(hubspot.connect().says("INITIALIZED").state.panel.status).toBe("open");
    expect(hubspot.open().effects).toEqual([]);
  });

  test("an app with other settings gets another frame", () => {
    const hubspot = new HubSpot().ready({ engagementId: 1 });
    const apps = [{ ...hubspot.app, width: 300 }];
    expect(hubspot.happens({ type: "settings", apps, mayClose: true }).did).toEqual([
      { type: "remove" },
    ]);
    expect(hubspot.state.panel.status).toBe("closed");
  });

  test("… unless a call is on; and one that is only called otherwise keeps it", () => {
    const hubspot = new HubSpot().ready();
    const renamed = [{ ...hubspot.app, name: "Renamed" }];
    expect(hubspot.happens({ type: "settings", apps: renamed, mayClose: true }).effects).toEqual(
      [],
    );
    expect(hubspot.state.panel).toMatchObject({ status: "open", app: { name: "Renamed" } });
    const wider = [{ ...hubspot.app, width: 300 }];
    expect(hubspot.happens({ type: "settings", apps: wider, mayClose: false }).effects).toEqual([]);
    expect(hubspot.happens({ type: "settings", apps: [], mayClose: true }).did).toEqual([
      { type: "remove" },
    ]);
    expect(hubspot.happens({ type: "settings", apps: wider, mayClose: true }).effects).toEqual([]);
  });

  test("an app that does not answer for 5 s is said to be slow, and for 30 s to have failed", () => {
    const hubspot = new HubSpot().open().rings();
    expect(hubspot.state.panel).toMatchObject({ status: "opening", isSlow: true });
    hubspot.happens({ type: "silent" });
    expect(hubspot.state.panel).toMatchObject({
      status: "failed",
      why: expect.stringContaining("did not answer SYNC for 30 s (SYNC_ACK_FAILED)"),
    });
    // Opened again, it is tried again.
    expect(hubspot.open().did[0]?.type).toBe("frame");
  });

  test("an app that answers SYNC, but sends no INITIALIZED for 30 s, has failed", () => {
    const hubspot = new HubSpot().connect();
    expect(hubspot.did).toMatchObject([{ type: "wake", event: { type: "late" }, after: 30_000 }]);
    expect(hubspot.rings().state.panel).toMatchObject({
      status: "failed",
      why: "answered SYNC, but sent no INITIALIZED within 30 s.",
    });
    // Better late than never.
    expect(hubspot.says("INITIALIZED").state.panel.status).toBe("open");
  });

  test("… unless the app leaves the talking to the calling window, as HubSpot’s own demo does", () => {
    const tab = new HubSpot(inWindow).connect().rings();
    expect(tab.state.panel.status).toBe("open");
    expect(new HubSpot(inTabs).connect().rings().state.panel.status).toBe("failed");
  });

  test("a timer that rings too late changes nothing", () => {
    const timer = ({ effects }: HubSpot) => {
      const [wake] = effects.flatMap((effect) => (effect.type === "wake" ? [effect.event] : []));
      if (!wake) throw new Error("No timer was set");
      return wake;
    };
    const hubspot = new HubSpot().open().happens({ type: "loaded" });
    const slow = timer(hubspot);
    const late = timer(hubspot.happens({ type: "connected" }));
    expect(hubspot.happens(slow).state.panel).toMatchObject({ status: "opening", isSlow: false });
    expect(hubspot.says("INITIALIZED").happens(late).state.panel.status).toBe("open");
    // Those of the page before, while the next is waited for.
    hubspot.happens({ type: "loaded" });
    for (const early of [slow, late])
      expect(hubspot.happens(early).state.panel).toMatchObject({
        status: "opening",
        isSlow: false,
      });
  });

  test("a page that is loaded into the frame begins anew: logged out, and without a call", () => {
    const hubspot = calling(inTabs).happens({ type: "loaded" });
    expect(hubspot.state).toMatchObject({
      panel: { status: "opening" },
      isConnected: false,
      isLoggedIn: false,
      isAvailable: false,
      calls: [],
    });
    // Before the handshake nobody hears anything.
    expect(hubspot.happens({ type: "hangUp" }).effects).toEqual([]);
  });

  test("what comes when no app is there, or it is gone, changes nothing", () => {
    expect(new HubSpot().happens({ type: "hangUp" }).effects).toEqual([]);
    const hubspot = calling().happens({ type: "close" });
    expect(hubspot.did).toEqual([{ type: "remove" }]);
    const { state } = hubspot;
    for (const type of ["loaded", "connected", "silent", "hangUp", "close"] as const)
      expect(hubspot.happens({ type }).effects, type).toEqual([]);
    hubspot.says("OUTGOING_CALL_STARTED", call);
    hubspot.happens({ type: "show", isMinimized: true, isHidden: false });
    hubspot.rings();
    expect(hubspot.state).toEqual(state);
  });

  test("the app is told what is seen of it, when that is news", () => {
    const hubspot = new HubSpot().ready();
    const minimized = { isMinimized: true, isHidden: false };
    expect(hubspot.happens({ type: "show", ...minimized }).sent).toEqual([
      { type: "VISIBILITY_CHANGED", data: minimized },
    ]);
    expect(hubspot.happens({ type: "show", ...minimized }).effects).toEqual([]);
    expect(hubspot.open().sent).toEqual([
      { type: "VISIBILITY_CHANGED", data: { isMinimized: false, isHidden: false } },
    ]);
  });
});

test.describe("dialling", () => {
  test("an app that is there is asked at once", () => {
    const hubspot = new HubSpot().ready().dial("wish");
    expect(hubspot.sent).toMatchObject([
      { type: "DIAL_NUMBER", data: { phoneNumber: "+447700900142", objectId: ada.objectId } },
    ]);
    const payload = hubspot.sent[0]?.data;
    expect(hubspot.did).toEqual([
      { type: "answer", id: "wish", outcome: { isSent: true, payload } },
      { type: "focus", on: "app" },
    ]);
  });

  test("one that is not is opened and asked then; of several wishes, the last counts", () => {
    const hubspot = new HubSpot().dial("first").dial("second", { phoneNumber: "111" });
    expect(hubspot.did).toContainEqual({ type: "answer", id: "first", outcome: { isSent: false } });
    hubspot.happens({ type: "loaded" }).happens({ type: "connected" });
    expect(hubspot.sent).toEqual([]);
    hubspot.says("INITIALIZED", { isLoggedIn: true });
    expect(hubspot.sent).toMatchObject([{ type: "DIAL_NUMBER", data: { phoneNumber: "111" } }]);
    expect(hubspot.did).toMatchObject([{ type: "answer", id: "second" }]);
    expect(hubspot.says("INITIALIZED").sent).toEqual([]);
  });

  test("a wish waits for a page that is being loaded again, and ends with the app", () => {
    const hubspot = new HubSpot().ready().happens({ type: "loaded" }).dial("wish");
    hubspot.happens({ type: "connected" }).says("INITIALIZED");
    expect(hubspot.sent).toMatchObject([{ type: "DIAL_NUMBER" }]);
    for (const type of ["close", "silent"] as const) {
      const ended = new HubSpot().dial("wish").happens({ type });
      expect(ended.did[0]).toEqual({ type: "answer", id: "wish", outcome: { isSent: false } });
    }
  });

  test("while the user is logged out they are asked to log in instead, until they have", () => {
    const hubspot = new HubSpot().ready({ isLoggedIn: false }).dial("wish");
    const why = "You are logged out of An app. Log in there, then click Call again.";
    expect(hubspot.sent).toEqual([]);
    expect(hubspot.did).toContainEqual({ type: "alert", text: why, about: "dial" });
    expect(hubspot.did).toContainEqual({
      type: "answer",
      id: "wish",
      outcome: { isSent: false, why },
    });
    expect(hubspot.says("LOGGED_IN").did).toEqual([{ type: "dismiss", about: "dial" }]);
    expect(hubspot.dial("again").sent).toMatchObject([{ type: "DIAL_NUMBER" }]);
    expect(hubspot.says("LOGGED_OUT").dial("third").sent).toEqual([]);
  });

  test("“Hang up” asks the app to end the call", () => {
    expect(calling().happens({ type: "hangUp" }).sent).toEqual([{ type: "END_CALL" }]);
  });
});

test.describe("INITIALIZED", () => {
  test("an app that says nothing of it is logged in, and available", () => {
    const known = ({ state: { isLoggedIn, isAvailable } }: HubSpot) => [isLoggedIn, isAvailable];
    expect(known(new HubSpot().ready())).toEqual([true, true]);
    expect(known(new HubSpot().ready({ isLoggedIn: false }))).toEqual([false, true]);
    expect(known(new HubSpot().ready({ isAvailable: false }))).toEqual([true, false]);
  });

  test("gives the frame its size, in px that make sense", () => {
    const resized = (sizeInfo: unknown) => new HubSpot().ready({ sizeInfo }).did;
    expect(resized({ width: 333, height: 444 })).toEqual([
      { type: "resize", width: 333, height: 444 },
    ]);
    for (const odd of [undefined, null, 5, { width: 0, height: 9 }, { width: "9px", height: 9 }])
      expect(resized(odd)).toEqual([]);
  });
});

test.describe("what else an app says", () => {
  const objectCoordinates = { portalId: 62515, objectId: grace.objectId, objectTypeId: "0-1" };

  test("NAVIGATE_TO_RECORD opens the record, and says when that was not possible", () => {
    const hubspot = new HubSpot().ready();
    for (const openIn of ["NEW_TAB", "CURRENT_TAB"]) {
      hubspot.says("NAVIGATE_TO_RECORD", { engagementId: 7, objectCoordinates, openIn });
      const to = { record: grace, engagementId: 7, objectCoordinates };
      expect(hubspot.effects).toEqual([{ type: "navigate", to, openIn }]);
      expect(hubspot.happens({ type: "navigated", isDone: true, to }).effects).toEqual([]);
      expect(hubspot.happens({ type: "navigated", isDone: false, to }).sent).toEqual([
        { type: "NAVIGATE_TO_RECORD_FAILED", data: { engagementId: 7, objectCoordinates } },
      ]);
    }
    const odd = { objectCoordinates, openIn: "SOMEWHERE" };
    expect(hubspot.says("NAVIGATE_TO_RECORD", odd).effects).toMatchObject([
      { openIn: "CURRENT_TAB" },
    ]);
  });

  test("NAVIGATE_TO_RECORD goes with the call that is on, where the app does not name one", () => {
    const hubspot = calling(inTabs);
    const engagementId = idOf(hubspot);
    for (const own of [{}, { engagementId: null }, { engagementId: 0 }])
      expect(hubspot.says("NAVIGATE_TO_RECORD", { objectCoordinates, ...own }).did).toMatchObject([
        { type: "navigate", to: { record: grace, engagementId } },
      ]);
    hubspot.says("CALL_ENDED", call).says("NAVIGATE_TO_RECORD", { objectCoordinates });
    expect(hubspot.did).toMatchObject([{ type: "navigate", to: { engagementId: undefined } }]);
    // An engagement that the app's own server has made is the call's, too.
    const owner = new HubSpot(inTabs).ready();
    owner.says("INCOMING_CALL", { ...ring, createEngagement: false });
    owner.engagements.keep(madeByApi);
    owner.says("NAVIGATE_TO_RECORD", { objectCoordinates });
    expect(owner.did).toMatchObject([
      { type: "navigate", to: { engagementId: madeByApi.engagementId } },
    ]);
  });

  test("… and not before that has its engagement", () => {
    const hubspot = new HubSpot(inTabs).ready();
    hubspot.faults.add("createEngagementLate");
    hubspot.says("INCOMING_CALL", ring).says("NAVIGATE_TO_RECORD", { objectCoordinates });
    expect(hubspot.did).toMatchObject([{ type: "wake", event: { type: "navigate" }, after: 4000 }]);
    expect(hubspot.rings().did).toMatchObject([
      { type: "navigate", to: { record: grace, engagementId: idOf(hubspot) } },
    ]);
    hubspot.now += 5000;
    hubspot.says("NAVIGATE_TO_RECORD", { objectCoordinates });
    expect(hubspot.did).toMatchObject([{ type: "navigate" }]);
    // Who has closed the app meanwhile stays where they are.
    expect(hubspot.happens({ type: "close" }).rings().effects).toEqual([]);
  });

  for (const [what, fields] of [
    ["an unknown record", { objectId: 1 }],
    ["another account", { portalId: 1 }],
    ["another type of record", { objectTypeId: "0-2" }],
    ["odd coordinates", { objectId: { toString: 1 } }],
  ] as const)
    test(`NAVIGATE_TO_RECORD fails for ${what}`, () => {
      const asked = { engagementId: 7, objectCoordinates: { ...objectCoordinates, ...fields } };
      expect(new HubSpot().ready().says("NAVIGATE_TO_RECORD", asked).effects).toEqual([
        { type: "send", message: { type: "NAVIGATE_TO_RECORD_FAILED", data: asked } },
      ]);
    });

  test("SET_WIDGET_URL loads another address, with a fresh handshake", () => {
    for (const iFrameUrl of ["https://other-app.example/call#1", "http://localhost:8080/"]) {
      const hubspot = calling().says("SET_WIDGET_URL", { iFrameUrl });
      expect(hubspot.did).toMatchObject([{ type: "load", url: iFrameUrl }, { type: "wake" }]);
      expect(hubspot.state).toMatchObject({ panel: { status: "opening" }, isConnected: false });
      expect(hubspot.isCallOn).toBe(false);
      // What the user is told to look at is the new address; a fresh frame has the app's own.
      expect(hubspot.state.panel).toMatchObject({ url: iFrameUrl });
      const why = expect.stringContaining(`Is ${iFrameUrl} running`);
      expect(hubspot.happens({ type: "silent" }).state.panel).toMatchObject({ why });
      expect(hubspot.open().state.panel).toMatchObject({ url: "https://app.example/" });
    }
  });

  for (const [iFrameUrl, words] of [
    [undefined, "iFrameUrl is missing"],
    ["", "iFrameUrl is missing"],
    ["http://other-app.example/", "iFrameUrl is not an https address"],
    ["javascript:alert(1)", "iFrameUrl is not an https address"],
    ["other", "iFrameUrl is not an https address"],
    [{}, "iFrameUrl is not an https address"],
  ] as const)
    test(`SET_WIDGET_URL with ${JSON.stringify(iFrameUrl)} fails`, () => {
      const hubspot = new HubSpot().ready().says("SET_WIDGET_URL", { iFrameUrl });
      expect(hubspot.effects).toEqual([
        { type: "send", message: failed("SET_WIDGET_URL_FAILED", words)[0] },
      ]);
    });

  test("RESIZE_WIDGET resizes the frame", () => {
    const hubspot = new HubSpot().ready();
    expect(hubspot.says("RESIZE_WIDGET", { width: 500, height: 700 }).effects).toEqual([
      { type: "resize", width: 500, height: 700 },
    ]);
    expect(hubspot.says("RESIZE_WIDGET", { width: 500 }).effects).toEqual([]);
  });

  test("ERROR is an alert, whatever it carries", () => {
    const alertOf = (data: unknown) => new HubSpot().ready().says("ERROR", data).alerts;
    expect(alertOf({ message: "The line is dead" })).toEqual(["The line is dead"]);
    for (const data of [undefined, null, {}, { message: "" }, { message: 5 }, "text"])
      expect(alertOf(data)).toEqual(["The app reports an error, without a message."]);
    const nameless = { type: "UNKNOWN_MESSAGE_TYPE", data: { originalMessage: {} } };
    expect(alertOf(nameless)).toEqual(["The app reports an error, without a message."]);
    const unknown = { originalMessage: { type: "SET_CALL_STATE" } };
    expect(alertOf({ type: "UNKNOWN_MESSAGE_TYPE", data: unknown })).toEqual([
      "The app does not know the message SET_CALL_STATE.",
    ]);
  });

  for (const type of ["CALL_ANSWERED", "CALL_DATA", "NO_SUCH_MESSAGE", "__proto__", "SYNC"])
    test(`${type} changes nothing`, () => {
      const hubspot = calling();
      const { state } = hubspot;
      expect(hubspot.says(type, { externalCallId: "call-1" }).effects).toEqual([]);
      expect(hubspot.state).toEqual(state);
    });

  test("whatever a message carries, HubSpot throws nothing", () => {
    const odd: unknown[] = [
      null,
      0,
      -1,
      10n ** 30n,
      "",
      "<img src=x>",
      [],
      { toString: 1 },
      Number.NaN,
    ];
    const types = [
      "INITIALIZED",
      "OUTGOING_CALL_STARTED",
      "INCOMING_CALL",
      "CALL_ENDED",
      "CALL_COMPLETED",
      "FINALIZE_ENGAGEMENT",
      "NAVIGATE_TO_RECORD",
      "SET_WIDGET_URL",
      "RESIZE_WIDGET",
      "ERROR",
    ];
    const names = Object.keys(call).concat(
      ...[
        "engagementId",
        "message",
        "sizeInfo",
        "iFrameUrl",
        "dialingContext",
        "objectCoordinates",
      ],
    );
    for (const value of odd) {
      const fields = Object.fromEntries(names.map((name) => [name, value]));
      const payload = { ...fields, createEngagement: true, engagementProperties: fields };
      const hubspot = new HubSpot(inTabs).ready();
      for (const type of types) hubspot.says(type, value).says(type, payload);
      expect(hubspot.ready().state.panel.status).toBe("open");
    }
  });
});

test.describe("under a fault", () => {
  const under = (fault: Fault, hubspot: HubSpot) => {
    hubspot.faults.add(fault);
    return hubspot;
  };
  const refusal = "a fault is switched on";

  test("createEngagementFails", () => {
    const hubspot = under("createEngagementFails", new HubSpot().ready());
    hubspot.says("OUTGOING_CALL_STARTED", call);
    expect(hubspot.effects).toEqual([
      { type: "send", message: failed("CREATE_ENGAGEMENT_FAILED", refusal)[0] },
    ]);
    expect(hubspot.isCallOn).toBe(true);
    const inbound = under("createEngagementFails", new HubSpot(inTabs).ready());
    inbound.says("INCOMING_CALL", ring);
    expect(inbound.sent.slice(1)).toEqual(failed("CREATE_ENGAGEMENT_FAILED", refusal));
  });

  test("updateEngagementFails: the call is on the timeline, without what the app says", () => {
    const hubspot = under("updateEngagementFails", calling());
    const engagementProperties = { hs_call_body: "Notes" };
    hubspot.says("CALL_COMPLETED", { externalCallId: "call-1", engagementProperties });
    expect(hubspot.sent.slice(0, 1)).toEqual(failed("UPDATE_ENGAGEMENT_FAILED", refusal));
    expect(hubspot.engagements.timeline()).toHaveLength(1);
    expect(hubspot.engagements.last()?.properties).not.toHaveProperty("hs_call_body");
  });

  test("callerIdMatchFails", () => {
    const hubspot = under("callerIdMatchFails", new HubSpot(inTabs).ready());
    hubspot.says("INCOMING_CALL", ring);
    expect(hubspot.sent.slice(0, 1)).toEqual(failed("CALLER_ID_MATCH_FAILED", refusal));
  });

  test("callIdInitiated: HubSpot’s id of a call that is made follows its start, or why there is none", () => {
    const hubspot = under("callIdInitiated", new HubSpot().ready());
    const [first, ...others] = hubspot.says("OUTGOING_CALL_STARTED", call).sent;
    expect(first).toEqual({
      type: "INITIATE_CALL_ID_SUCCEEDED",
      data: { callId: expect.any(Number) },
    });
    expect(others).toHaveLength(2);
    hubspot.says("OUTGOING_CALL_STARTED", { externalCallId: "2", phoneNumber: "nobody" });
    expect(hubspot.sent).toEqual(
      failed("INITIATE_CALL_ID_FAILED", "toNumber is not a telephone number"),
    );
  });

  test("navigationFails", () => {
    const hubspot = under("navigationFails", new HubSpot().ready());
    const objectCoordinates = { portalId: 62515, objectId: grace.objectId, objectTypeId: "0-1" };
    hubspot.says("NAVIGATE_TO_RECORD", { engagementId: 7, objectCoordinates });
    expect(hubspot.effects).toMatchObject([
      { type: "send", message: { type: "NAVIGATE_TO_RECORD_FAILED" } },
    ]);
  });

  test("widgetUrlRefused", () => {
    const hubspot = under("widgetUrlRefused", new HubSpot().ready());
    hubspot.says("SET_WIDGET_URL", { iFrameUrl: "https://a.example/" });
    expect(hubspot.sent).toEqual(failed("SET_WIDGET_URL_FAILED", refusal));
  });

  test("frameReloaded, frameNavigated and panelHidden disturb a call that was just answered", () => {
    const disturbed = (fault: Fault) => under(fault, calling()).says("CALL_ANSWERED", call);
    expect(disturbed("frameReloaded").effects).toEqual([{ type: "reload" }]);
    expect(disturbed("frameNavigated").did).toMatchObject([
      { type: "load", url: "https://app.example/?navigated=" },
      { type: "wake" },
    ]);
    expect(disturbed("panelHidden").sent).toEqual([
      { type: "VISIBILITY_CHANGED", data: { isMinimized: false, isHidden: true } },
    ]);
  });
});
