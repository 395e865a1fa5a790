// HubSpot's reaction to what an app says of its calls, without a browser: which are on, whom they are with, and their engagements.
import { expect, test } from "@playwright/test";
import type { Fields } from "../../src/call/messages.ts";
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
  jean,
  madeByApi,
  ring,
  timelinesOf,
} from "./local-hubspot.ts";

test.describe("calls and their engagements", () => {
  test("one is made when it is asked for, with the contact who has the number", () => {
    const hubspot = calling();
    const engagementId = idOf(hubspot);
    expect(engagementId).toBeGreaterThan(0);
    expect(hubspot.sent).toEqual([
      { type: "CREATE_ENGAGEMENT_SUCCEEDED", data: { engagementId } },
      { type: "ENGAGEMENT_CREATED", data: { engagementId } },
    ]);
    expect(hubspot.engagements.find(engagementId)).toMatchObject({
      recordIds: timelinesOf(grace),
      status: "on",
      properties: {
        hs_timestamp: String(hubspot.now),
        hs_call_direction: "OUTBOUND",
        hs_call_from_number: call.fromNumber,
        hs_call_to_number: call.toNumber,
        hubspot_owner_id: "275088328",
      },
    });
    expect(hubspot.engagements.timeline()).toEqual([]);
  });

  test("none is made unasked, and completing such a call fails", () => {
    for (const createEngagement of [undefined, false, 1, "yes"]) {
      const hubspot = new HubSpot().ready();
      hubspot.says("OUTGOING_CALL_STARTED", { ...call, createEngagement });
      expect(hubspot.effects).toEqual([]);
      expect(hubspot.isCallOn).toBe(true);
      hubspot.says("CALL_COMPLETED", { externalCallId: "call-1", engagementProperties: {} });
      expect(hubspot.sent).toEqual([
        ...failed("UPDATE_ENGAGEMENT_FAILED", "the call has no engagement"),
        { type: "VISIBILITY_CHANGED", data: { isMinimized: false, isHidden: true } },
      ]);
      expect(hubspot.isCallOn).toBe(false);
    }
  });

  test("without a number to call it fails", () => {
    for (const toNumber of [undefined, null, "", "nobody", 5]) {
      const hubspot = new HubSpot().ready();
      hubspot.says("OUTGOING_CALL_STARTED", { ...call, toNumber });
      expect(hubspot.sent).toEqual(
        failed("CREATE_ENGAGEMENT_FAILED", "toNumber is not a telephone number"),
      );
    }
  });

  test("… nor of one that comes in", () => {
    const hubspot = new HubSpot(inTabs).ready();
    hubspot.says("INCOMING_CALL", { ...ring, createEngagement: undefined });
    expect(hubspot.sent.map(({ type }) => type)).toEqual(["CALLER_ID_MATCH_SUCCEEDED"]);
    expect(hubspot.isCallOn).toBe(true);
    expect(hubspot.says("FINALIZE_ENGAGEMENT", { externalCallId: "call-1" }).sent).toMatchObject([
      { type: "FINALIZE_ENGAGEMENT_FAILED" },
    ]);
  });

  test("one call has one, however often it is started, by whichever frame", () => {
    const hubspot = calling();
    const [first] = hubspot.sent;
    expect(hubspot.says("OUTGOING_CALL_STARTED", call).sent[0]).toEqual(first);
    expect(hubspot.state.calls).toHaveLength(1);
    const other = new HubSpot(inTabs);
    other.engagements = hubspot.engagements;
    expect(other.ready().says("INCOMING_CALL", ring).sent[1]).toEqual(first);
    const another = { ...call, externalCallId: "call-2" };
    expect(hubspot.says("OUTGOING_CALL_STARTED", another).sent[0]).not.toEqual(first);
  });

  test("an old app, which says phoneNumber and no id of the call, makes two calls", () => {
    const hubspot = new HubSpot().ready();
    const old = { createEngagement: "true", phoneNumber: "112" };
    const ids = [1, 2].map(() => {
      hubspot.says("OUTGOING_CALL_STARTED", old);
      const { engagementId } = hubspot.engagements.last() ?? {};
      expect(hubspot.says("CALL_ANSWERED").says("CALL_ENDED").isCallOn).toBe(false);
      expect(hubspot.engagements.find(engagementId)?.status).toBe("over");
      hubspot.says("CALL_COMPLETED", { engagementId, hideWidget: false });
      return engagementId;
    });
    expect(hubspot.engagements.timeline().map((e) => e.engagementId)).toEqual(ids.reverse());
    expect(new Set(ids).size).toBe(2);
  });

  test("… and completes one that came in", () => {
    const hubspot = new HubSpot(inTabs).ready();
    hubspot.says("INCOMING_CALL", { ...ring, externalCallId: undefined });
    const { engagementId } = hubspot.engagements.last() ?? {};
    hubspot.says("CALL_ENDED").says("CALL_COMPLETED", { engagementId, engagementProperties: {} });
    expect(hubspot.sent[0]).toEqual({
      type: "UPDATE_ENGAGEMENT_SUCCEEDED",
      data: { engagementId },
    });
    expect(hubspot.engagements.timeline()).toMatchObject([{ engagementId }]);
  });

  for (const type of ["CALL_ENDED", "CALL_TRANSFERRED", "CALL_COMPLETED"])
    test(`a call is over with ${type}, by either of its ids, and no other call with it`, () => {
      for (const byId of ["externalCallId", "engagementId"]) {
        const hubspot = calling();
        const engagementId = idOf(hubspot);
        hubspot.says("OUTGOING_CALL_STARTED", { externalCallId: "call-2" });
        const ids: Fields = { externalCallId: "call-1", engagementId };
        hubspot.says(type, { [byId]: ids[byId], hideWidget: false });
        expect(hubspot.state.calls).toEqual([{ externalCallId: "call-2" }]);
        const status = type === "CALL_COMPLETED" ? "completed" : "over";
        expect(hubspot.engagements.find(engagementId)?.status).toBe(status);
        expect(hubspot.says(type, { externalCallId: "nobody's" }).isCallOn).toBe(true);
        expect(hubspot.says(type, { externalCallId: "call-2" }).isCallOn).toBe(false);
      }
    });

  test("an end that names no call that is known ends whatever is on", () => {
    for (const ids of [undefined, {}, { externalCallId: null }, { engagementId: 5 }])
      expect(calling().says("CALL_ENDED", ids).isCallOn).toBe(false);
    const nameless = new HubSpot().ready().says("OUTGOING_CALL_STARTED", {});
    expect(nameless.says("CALL_ENDED", { externalCallId: "late" }).isCallOn).toBe(false);
  });

  test("an old app's call, which has no id but its engagement's, is over by that one", () => {
    const hubspot = calling().says("OUTGOING_CALL_STARTED", {
      createEngagement: true,
      toNumber: "112",
    });
    const { engagementId } = hubspot.engagements.last() ?? {};
    hubspot.says("CALL_ENDED", { engagementId });
    expect(hubspot.state.calls).toEqual([
      { externalCallId: "call-1", engagementId: idOf(hubspot) },
    ]);
    expect(hubspot.engagements.find(engagementId)?.status).toBe("over");
  });

  test("a call that ends after its app was loaded again is over, whatever the app said in between", () => {
    const hubspot = calling().happens({ type: "loaded" }).happens({ type: "connected" });
    hubspot.says("CALL_ENDED", { externalCallId: "call-1" });
    expect(hubspot.engagements.find(idOf(hubspot))?.status).toBe("over");
  });

  for (const type of ["CALL_ENDED", "CALL_COMPLETED"])
    test(`${type} with another externalCallId, but the call’s engagement, ends that call`, () => {
      for (const spelled of [Number, String]) {
        const hubspot = calling();
        const engagementId = spelled(idOf(hubspot));
        hubspot.says(type, { externalCallId: "another", engagementId });
        expect(hubspot.isCallOn).toBe(false);
        expect(hubspot.engagements.find(engagementId)?.status).not.toBe("on");
      }
    });

  for (const type of ["CALL_ENDED", "CALL_COMPLETED"])
    test(`${type} with the engagement alone that the app has made itself ends the call`, () => {
      const hubspot = new HubSpot().ready();
      hubspot.says("OUTGOING_CALL_STARTED", { ...call, createEngagement: false });
      hubspot.engagements.keep(madeByApi);
      hubspot.says(type, { externalCallId: "another", engagementId: madeByApi.engagementId });
      expect(hubspot.isCallOn).toBe(false);
    });

  test("a completion that names no call that is known ends whatever is on, and completes nothing", () => {
    const hubspot = calling().says("CALL_COMPLETED", { engagementId: 5, engagementProperties: {} });
    expect(hubspot.isCallOn).toBe(false);
    expect(hubspot.engagements.find(idOf(hubspot))?.status).toBe("over");
    expect(hubspot.sent[0]?.type).toBe("UPDATE_ENGAGEMENT_FAILED");
  });

  test("a completed call is on the timeline, with what the app says of it", () => {
    const hubspot = calling();
    const engagementId = idOf(hubspot);
    const engagementProperties = {
      hs_call_body: "Notes",
      hs_call_duration: 5,
      hs_call_title: null,
    };
    hubspot.says("CALL_ENDED", { externalCallId: "call-1" });
    hubspot.says("CALL_COMPLETED", { externalCallId: "call-1", engagementProperties });
    expect(hubspot.sent[0]).toEqual({
      type: "UPDATE_ENGAGEMENT_SUCCEEDED",
      data: { engagementId },
    });
    const [completed, ...others] = hubspot.engagements.timeline(grace.objectId);
    expect(completed?.properties).toMatchObject({
      ...{ hs_call_body: "Notes", hs_call_duration: "5" },
      hs_call_to_number: call.toNumber,
    });
    expect(completed?.properties).not.toHaveProperty("hs_call_title");
    expect(others).toEqual([]);
    // Nothing takes it off again.
    expect(hubspot.says("CALL_ENDED", { engagementId }).effects).toEqual([]);
    // Said twice, it is answered twice.
    hubspot.says("CALL_COMPLETED", {
      engagementId,
      engagementProperties: { hs_call_body: "More" },
    });
    expect(hubspot.sent).toEqual([{ type: "UPDATE_ENGAGEMENT_SUCCEEDED", data: { engagementId } }]);
    expect(hubspot.engagements.timeline()).toHaveLength(1);
  });

  test("properties in the form that they had before are read, too", () => {
    const hubspot = calling().says("CALL_COMPLETED", {
      externalCallId: "call-1",
      engagementProperties: {
        engagement: { timestamp: 1_772_443_800_000 },
        metadata: { toNumber: "112", durationMilliseconds: 3000, body: "Wants the manual." },
      },
    });
    expect(hubspot.engagements.timeline()).toMatchObject([
      {
        properties: {
          hs_timestamp: "1772443800000",
          hs_call_to_number: "112",
          hs_call_duration: "3000",
          hs_call_body: "Wants the manual.",
          hs_call_from_number: call.fromNumber,
        },
      },
    ]);
  });

  test("without properties the call is completed, and nothing answered", () => {
    const hubspot = calling();
    hubspot.says("CALL_COMPLETED", { externalCallId: "call-1", hideWidget: false });
    expect(hubspot.sent).toEqual([]);
    expect(hubspot.engagements.timeline()).toHaveLength(1);
  });

  test("after a call the app goes away, and the focus to Call; unless it says otherwise, in the window, and in a queue", () => {
    const complete = (hubspot: HubSpot, hideWidget?: boolean) =>
      hubspot.says("OUTGOING_CALL_STARTED", call).says("CALL_COMPLETED", {
        externalCallId: "call-1",
        hideWidget,
      }).effects;
    expect(complete(new HubSpot().ready())).toMatchObject([
      { type: "keep" },
      { type: "focus", on: "call" },
      {
        type: "send",
        message: { type: "VISIBILITY_CHANGED", data: { isMinimized: false, isHidden: true } },
      },
    ]);
    expect(complete(new HubSpot(inTabs).ready())).toHaveLength(3);
    expect(complete(new HubSpot().ready(), false)).toMatchObject([{ type: "keep" }]);
    expect(complete(new HubSpot(inWindow, "window").ready())).toMatchObject([{ type: "keep" }]);
    const inQueue = new HubSpot().ready();
    inQueue.isInQueue = true;
    expect(complete(inQueue, true)).toMatchObject([{ type: "keep" }]);
  });

  for (const type of ["FINALIZE_ENGAGEMENT", "PUBLISH_TO_CHANNEL"])
    test(`${type} succeeds for an engagement that exists, and for no other`, () => {
      const hubspot = calling();
      const ids = { engagementId: idOf(hubspot), externalCallId: "call-1" };
      for (const said of [ids, { externalCallId: "call-1" }, { engagementId: ids.engagementId }])
        expect(hubspot.says(type, said).effects).toEqual([
          { type: "send", message: { type: `${type}_SUCCEEDED`, data: ids } },
        ]);
      const other = { engagementId: 1, externalCallId: "nobody's" };
      expect(hubspot.says(type, other).sent).toEqual([{ type: `${type}_FAILED`, data: other }]);
    });
});

test.describe("a call that HubSpot must not believe in", () => {
  const back = (hubspot: HubSpot, initialized: object) =>
    hubspot
      .happens({ type: "loaded" })
      .happens({ type: "connected" })
      .says("INITIALIZED", initialized);

  test("an app that is loaded again during a call says which call it goes on with", () => {
    const hubspot = calling();
    const engagementId = idOf(hubspot);
    back(hubspot, { engagementId });
    expect(hubspot.state.calls).toEqual([{ externalCallId: "call-1", engagementId }]);
    // Said again, it is one.
    expect(hubspot.says("INITIALIZED", { engagementId }).state.calls).toHaveLength(1);
    for (const ids of [{ externalCallId: "call-1" }, { engagementId }])
      expect(back(calling(), { engagementId }).says("CALL_ENDED", ids).isCallOn).toBe(false);
  });

  for (const type of ["CALL_ENDED", "CALL_TRANSFERRED", "CALL_COMPLETED"])
    test(`… not with one that is over since ${type}`, () => {
      const hubspot = calling();
      const engagementId = idOf(hubspot);
      hubspot.says(type, { externalCallId: "call-1" });
      expect(back(hubspot, { engagementId }).isCallOn).toBe(false);
    });

  for (const [what, own, place] of [
    ["in the navigation bar, while the window has the calls", inWindow, "remote"],
    ["in the window, while the tabs have the calls", inTabs, "window"],
  ] as const)
    test(`… and not in a frame that does not speak for the call: ${what}`, () => {
      const { engagements } = calling();
      const hubspot = new HubSpot(own, place);
      hubspot.engagements = engagements;
      expect(hubspot.ready({ engagementId: idOf(hubspot) }).isCallOn).toBe(false);
    });

  test("one that says a moment later that it has nothing is believed", () => {
    const hubspot = calling();
    expect(back(hubspot, { engagementId: idOf(hubspot) }).isCallOn).toBe(true);
    expect(hubspot.says("INITIALIZED", {}).isCallOn).toBe(false);
  });

  test("an engagement that nobody knows leaves things as they are", () => {
    expect(new HubSpot().ready({ engagementId: 5 }).isCallOn).toBe(false);
    expect(calling().says("INITIALIZED", { engagementId: 5 }).isCallOn).toBe(true);
  });

  test("a call that an app comes back to takes the place of no other", () => {
    const hubspot = calling().says("OUTGOING_CALL_STARTED", { externalCallId: "call-2" });
    hubspot.says("INITIALIZED", { engagementId: idOf(hubspot) });
    expect(hubspot.state.calls).toHaveLength(2);
  });

  test("a call that is over is not that of another which is on", () => {
    const hubspot = calling();
    const engagementId = idOf(hubspot);
    hubspot.says("CALL_ENDED", { engagementId });
    hubspot.says("OUTGOING_CALL_STARTED", { externalCallId: "call-2" });
    hubspot.says("INITIALIZED", { engagementId });
    expect(hubspot.state.calls).toEqual([{ externalCallId: "call-2" }]);
  });
});

test.describe("an incoming call", () => {
  const matchGrace = {
    callerIdType: "CONTACT",
    objectCoordinates: { portalId: 62515, objectId: grace.objectId, objectTypeId: "0-1" },
    firstName: "Grace",
    lastName: "Hopper",
    email: "grace@compilers.example",
  };
  const matchAda = {
    ...matchGrace,
    objectCoordinates: { portalId: 62515, objectId: ada.objectId, objectTypeId: "0-1" },
    firstName: "Ada",
    lastName: "Lovelace",
    email: "ada@engines.example",
  };
  const company = (objectId: number, name: string) => ({
    callerIdType: "COMPANY",
    objectCoordinates: { portalId: 62515, objectId, objectTypeId: "0-2" },
    name,
  });

  for (const [fromNumber, callerIdMatches] of [
    ["+1 212 555 0187", [matchGrace]],
    ["0012125550187", [matchGrace]],
    ["+1 (212) 555-0143", [matchGrace]],
    ["212 555 0143", [matchGrace]],
    ["020 7946 0018", [matchAda]],
    ["+44 (20) 7946-0001", [company(18934410201, "Analytical Engines Ltd")]],
    ["+442079460077", [company(18934410201, "Analytical Engines Ltd")]],
    ["+12125550110", [matchGrace, company(18934410202, "Compilers Inc")]],
    ["+12125550199", []],
    ["anonymous", []],
  ] as const)
    test(`from ${fromNumber} is matched with ${callerIdMatches.length} records`, () => {
      const hubspot = new HubSpot(inTabs).ready().says("INCOMING_CALL", { ...ring, fromNumber });
      expect(hubspot.sent[0]).toEqual({
        type: "CALLER_ID_MATCH_SUCCEEDED",
        data: { callerIdMatches, callId: expect.any(Number) },
      });
    });

  for (const [fromNumber, message] of [
    [undefined, "fromNumber is missing"],
    ["", "fromNumber is missing"],
    ["withheld", "fromNumber is not a telephone number"],
    [{}, "fromNumber is not a telephone number"],
  ] as const)
    test(`from ${JSON.stringify(fromNumber)} is matched with nobody, and stands with no record`, () => {
      const hubspot = new HubSpot(inTabs).ready();
      hubspot.viewed = jean;
      hubspot.says("INCOMING_CALL", { ...ring, fromNumber });
      expect(hubspot.sent.slice(0, 1)).toEqual(failed("CALLER_ID_MATCH_FAILED", message));
      expect(hubspot.sent[1]?.type).toBe("CREATE_ENGAGEMENT_SUCCEEDED");
      expect(hubspot.engagements.last()?.recordIds).toEqual([]);
    });

  test("is its caller's, inbound, and brings a hidden app back", () => {
    const hubspot = new HubSpot(inTabs).ready();
    hubspot.happens({ type: "show", isMinimized: false, isHidden: true });
    hubspot.says("INCOMING_CALL", ring);
    expect(hubspot.sent.map(({ type }) => type)).toEqual([
      "VISIBILITY_CHANGED",
      "CALLER_ID_MATCH_SUCCEEDED",
      "CREATE_ENGAGEMENT_SUCCEEDED",
      "ENGAGEMENT_CREATED",
    ]);
    expect(hubspot.state.panel).toMatchObject({ isHidden: false });
    expect(hubspot.engagements.last()).toMatchObject({
      recordIds: timelinesOf(grace),
      properties: { hs_call_direction: "INBOUND", hs_call_from_number: ring.fromNumber },
    });
  });

  test("during a call leaves that one alone", () => {
    const hubspot = calling(inTabs).says("INCOMING_CALL", { ...ring, externalCallId: "in-1" });
    expect(hubspot.state.calls).toHaveLength(2);
    hubspot.says("CALL_ENDED", { externalCallId: "in-1", callEndStatus: "MISSED" });
    expect(hubspot.state.calls).toMatchObject([{ externalCallId: "call-1" }]);
  });

  for (const [words, own, initialized, said] of [
    ["supportsInboundCalling is off for An app. Turn it on under Call", {}, {}, undefined],
    ["you are logged out of An app", inTabs, {}, "LOGGED_OUT"],
    ["you are not available in An app", inTabs, { isAvailable: false }, undefined],
    ["you are not available in An app", inTabs, {}, "USER_UNAVAILABLE"],
  ] as const)
    test(`is ignored, and HubSpot says why: ${words}, ${said ?? JSON.stringify(initialized)}`, () => {
      const hubspot = new HubSpot(own).ready(initialized);
      if (said) hubspot.says(said);
      hubspot.says("INCOMING_CALL", ring);
      expect(hubspot.note).toContain(`An incoming call was ignored: ${words}`);
      expect(hubspot.effects).toEqual([{ type: "alert", text: hubspot.note }]);
      expect(hubspot.isCallOn).toBe(false);
    });

  test("of an app that says neither LOGGED_IN nor LOGGED_OUT is heard, but not by a strict HubSpot", () => {
    const silent = () => new HubSpot(inTabs).ready({ isLoggedIn: false });
    expect(silent().says("INCOMING_CALL", ring).isCallOn).toBe(true);
    const strict = silent();
    strict.faults.add("loginRequired");
    strict.says("INCOMING_CALL", ring);
    expect(strict.note).toContain("you are logged out of An app");
    expect(strict.says("LOGGED_IN").says("INCOMING_CALL", ring).isCallOn).toBe(true);
    // A page that is loaded again has said nothing yet.
    const again = silent().says("LOGGED_OUT").happens({ type: "loaded" });
    again.happens({ type: "connected" }).says("INITIALIZED", { isLoggedIn: false });
    expect(again.says("INCOMING_CALL", ring).isCallOn).toBe(true);
  });

  test("has an id of HubSpot’s own, the same wherever it rings", () => {
    const callId = (hubspot: HubSpot) => Object(hubspot.sent[0]?.data).callId;
    const ids = ["call-1", "call-1", "call-2"].map((externalCallId) =>
      callId(new HubSpot(inTabs).ready().says("INCOMING_CALL", { ...ring, externalCallId })),
    );
    expect(ids[0]).toBe(ids[1]);
    expect(ids[0]).not.toBe(ids[2]);
  });

  test("rings again for a user who is available again", () => {
    const hubspot = new HubSpot(inTabs).ready({ isLoggedIn: false, isAvailable: false });
    hubspot.says("LOGGED_IN").says("USER_AVAILABLE").says("INCOMING_CALL", ring);
    expect(hubspot.sent[0]?.type).toBe("CALLER_ID_MATCH_SUCCEEDED");
  });
});
