// What happens on the telephone: incoming calls, and news of calls that are not on. Without a browser.
import { expect, test } from "@playwright/test";
import { patience } from "../../src/call/state.ts";
import { available, engaged, incoming, ready } from "./widget.ts";

/** What a telephone tells. */
const rings = (id: string, fromNumber: string) => ({
  type: "incomingcall" as const,
  id,
  fromNumber,
  toNumber: "+44 20 7946 0000",
});

test("what a telephone tells of another call changes nothing, and it is told why", () => {
  for (const widget of [engaged(), engaged().click("answercall"), engaged().click("endcall")]) {
    const { call } = widget.state;
    const before = widget.sent.length;
    for (const type of [
      "answercall",
      "endcall",
      "transfercall",
      "completecall",
      "discard",
    ] as const) {
      for (const anyway of [false, true]) {
        widget.happens({ type, id: "an earlier call", anyway });
        expect(widget.ignored, type).toBe("this is about another call");
        expect(widget.state.call, type).toBe(call);
      }
    }
    expect(widget.sent).toHaveLength(before);
  }
  const { externalCallId } = Object(engaged().state.call);
  const named = engaged().happens({ type: "endcall", id: externalCallId, endStatus: "BUSY" });
  expect(named.payloads("callEnded")).toMatchObject([{ externalCallId, callEndStatus: "BUSY" }]);
});

test("a call that begins during another, or before that is completed, is missed and disturbs nothing", () => {
  for (const [widget, why] of [
    [available().click("outgoingcall"), "the call is ringing"],
    [available().click("outgoingcall", "answercall"), "the call is answered"],
    [available().click("outgoingcall", "endcall"), "the call is ended"],
    [ready(), "not available"],
    [ready().click("logout"), "logged out"],
  ] as const) {
    const { call, form } = widget.state;
    const before = widget.sent.length;
    widget.happens(rings("4", "+1 212 555 0143")).happens(rings("4", "+1 212 555 0143"));
    expect(widget.ignored).toBe(why);
    expect(widget.state).toMatchObject({ call, form });
    expect(widget.sent).toHaveLength(before);
    expect(widget.state.missed).toMatchObject([
      {
        externalCallId: "4",
        direction: "INBOUND",
        fromNumber: "+1 212 555 0143",
        startedAt: widget.now - 1000,
      },
    ]);
  }
  const own = incoming();
  const { externalCallId } = Object(own.state.call);
  own.happens(rings(externalCallId, "+1 212 555 0143"));
  expect(own.state.missed).toEqual([]);
});

test("of missed calls the last few are listed, until the user logs out", () => {
  const widget = engaged();
  for (let id = 0; id < 9; id++) widget.happens(rings(`${id}`, "112"));
  expect(widget.state.missed.map(({ externalCallId }) => externalCallId)).toEqual([
    "4",
    "5",
    "6",
    "7",
    "8",
  ]);
  expect(widget.click("endcall", "logout").state.missed).toEqual([]);
});

test("a caller who withholds the number rings, and HubSpot hears the same word for all of them", () => {
  for (const number of ["", " ", "anonymous", "Unknown", "UNAVAILABLE", "Restricted"]) {
    const widget = available().happens(rings("7", number));
    expect(widget.ignored, number).toBeUndefined();
    expect(widget.payloads("incomingCall")).toMatchObject([{ fromNumber: "anonymous" }]);
    widget.click("answercall", "endcall").waits(patience).click("completecall");
    expect(widget.payloads("callCompleted")).toMatchObject([
      {
        engagementProperties: {
          hs_call_from_number: "anonymous",
          hs_call_title: "Call from Withheld number",
        },
      },
    ]);
  }
  expect(available().happens(rings("7", "Ada")).ignored).toContain("cannot be dialled");
});

test("the fields are the user's: what a telephone tells does not go through them", () => {
  const widget = available().happens(rings("7", "+1 212 555 0187"));
  expect(widget.state.form).toMatchObject({ fromNumber: "+1 212 555 0143" });
  expect(widget.state.call).toMatchObject({ fromNumber: "+1 212 555 0187" });
});

test("a call rings only while the user is logged in and available", () => {
  const widget = ready().edit("toNumber", "112");
  expect(widget.click("incomingcall").ignored).toBeTruthy();
  expect(widget.click("useravailable", "incomingcall").state.call.status).toBe("ringing");
  const out = available().click("logout");
  expect(out.state.isAvailable).toBe(false);
  expect(out.click("useravailable").ignored).toBeTruthy();
});

test("an incoming call is answered, ended and completed as inbound", () => {
  const widget = incoming();
  expect(widget.payloads("incomingCall")).toEqual([
    {
      externalCallId: widget.state.call.status === "ringing" && widget.state.call.externalCallId,
      fromNumber: "+1 212 555 0143",
      toNumber: "+44 20 7946 0000",
      callStartTime: widget.now,
      createEngagement: true,
    },
  ]);
  widget.hubspot("CREATE_ENGAGEMENT_SUCCEEDED", { engagementId: 7 });
  widget.click("answercall", "endcall", "completecall");
  expect(widget.payloads("callCompleted")).toMatchObject([
    {
      engagementProperties: {
        hs_call_direction: "INBOUND",
        hs_call_status: "COMPLETED",
        hs_call_title: "Call from +1 212 555 0143",
      },
    },
  ]);
});

for (const [said, choice, endStatus, status] of [
  ["rejected", "", "REJECTED", "CANCELED"],
  ["given up by the caller", "CANCELED", "CANCELED", "CANCELED"],
  ["missed", "MISSED", "MISSED", "NO_ANSWER"],
] as const) {
  test(`an incoming call can be ${said}`, () => {
    const widget = incoming().hubspot("CREATE_ENGAGEMENT_SUCCEEDED", { engagementId: 7 });
    widget.edit("endStatus", choice).click("endcall", "completecall");
    expect(widget.payloads("callEnded")).toMatchObject([
      { engagementId: 7, callEndStatus: endStatus },
    ]);
    expect(widget.payloads("callCompleted")).toMatchObject([
      { engagementProperties: { hs_call_status: status, hs_call_duration: "0" } },
    ]);
  });
}

test("a transferred call is over for this user, and can be completed", () => {
  const widget = incoming().hubspot("CREATE_ENGAGEMENT_SUCCEEDED", { engagementId: 7 });
  widget.click("transfercall");
  expect(widget.payloads("callTransferred")).toHaveLength(1);
  expect(widget.payloads("callEnded")).toEqual([]);
  expect(widget.click("completecall").payloads("callCompleted")).toHaveLength(1);
  expect(engaged().click("transfercall").ignored).toBeTruthy();
});

const contact = (objectId: number, firstName: string) => ({
  callerIdType: "CONTACT",
  objectCoordinates: { portalId: 9, objectId, objectTypeId: "0-1" },
  firstName,
  lastName: "Hopper",
  email: "x@example.com",
});

test("the caller's record can be opened, here or in a new tab, whichever of several it is", () => {
  const widget = incoming().hubspot("CREATE_ENGAGEMENT_SUCCEEDED", { engagementId: 7 });
  expect(widget.click("navigatetorecord").ignored).toBeTruthy();
  widget.hubspot("CALLER_ID_MATCH_SUCCEEDED", {
    callerIdMatches: [contact(5, "Grace"), "odd", { name: "no id" }, contact(6, "Other")],
  });
  widget.click("navigatetorecord").edit("record", "1").edit("newTab", "on");
  widget.click("navigatetorecord");
  const coordinates = (objectId: number) => ({ portalId: 9, objectId, objectTypeId: "0-1" });
  expect(widget.payloads("navigateToRecord")).toEqual([
    { engagementId: 7, objectCoordinates: coordinates(5), openIn: "CURRENT_TAB" },
    { engagementId: 7, objectCoordinates: coordinates(6), openIn: "NEW_TAB" },
  ]);
});

test("an incoming call during a call does not disturb it", () => {
  const widget = available().click("outgoingcall", "answercall");
  const { call } = widget.state;
  expect(widget.click("incomingcall").ignored).toBeTruthy();
  expect(widget.state.call).toBe(call);
});
