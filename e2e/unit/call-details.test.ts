// What is easily broken in a call without being noticed: words, fields, limits, and what must not change.
import { expect, test } from "@playwright/test";
import { expected } from "../../src/call/events.ts";
import { read } from "../../src/call/messages.ts";
import { adopt, mayHold, patience, shared, start } from "../../src/call/state.ts";
import {
  available,
  completed,
  dial,
  engaged,
  hold,
  incoming,
  ready,
  ringing,
  Widget,
} from "./widget.ts";

const saved = (engagementId?: number) =>
  read({ type: "UPDATE_ENGAGEMENT_SUCCEEDED", data: { engagementId } });

test("before anything is written, the fields are what a first call and each message can do with", () => {
  const { form } = start({ status: "outside" }, "a frame", "https://app.example/");
  expect(Object.entries(form).filter(([, value]) => value !== "")).toEqual([
    ["fromNumber", "+1 212 555 0100"],
    ["record", "0"],
    ["createEngagement", "on"],
    ["width", "400"],
    ["height", "650"],
    ["widgetUrl", "https://app.example/"],
    ["callData", "{}"],
    ["errorMessage", "The call failed."],
  ]);
});

test.describe("what becomes of a click", () => {
  test("why it is refused is said: the call is not so far, or another's, or it was said before", () => {
    expect(ready().click("answercall").ignored).toBe("the call is idle");
    expect(engaged().click("completecall").ignored).toBe("the call is ringing");
    expect(completed().happens(saved(555)).ignored).toBe("said before");
    expect(ringing().hubspot("DIAL_NUMBER", dial("+44 20 7946 0018")).ignored).toBe("said before");
  });

  test("an event that names no call is about the one that is on", () => {
    const widget = engaged().happens({ type: "answercall" });
    expect(widget.state.call.status).toBe("answered");
    expect(widget.happens({ type: "endcall" }).state.call.status).toBe("ended");
  });

  test("words about the last thing are gone with the next", () => {
    const widget = ready().hubspot("SET_CALL_STATE");
    expect(widget.state.notice?.words).toBe("HubSpot: Set call state");
    expect(widget.click("useravailable").state.notice).toBeUndefined();
  });

  test("who is logged out cannot log out, who is available cannot become it", () => {
    const widget = ready();
    expect(widget.click("useravailable", "useravailable").ignored).toBeTruthy();
    expect(widget.state.isAvailable).toBe(true);
    expect(widget.click("userunavailable").state.isAvailable).toBe(false);
    expect(widget.click("logout", "logout").ignored).toBeTruthy();
    expect(widget.state).toMatchObject({ isLoggedIn: false, isAvailable: false });
  });

  test("“Any order” offers a call without a number", () => {
    expect(expected(ready().state)).toBe("toNumber");
    expect(expected(ready().edit("anyOrder", "any").state)).toBe("outgoingcall");
  });

  test("in any order, a record is asked for also where nobody's is known", () => {
    const widget = ready().edit("anyOrder", "any").click("navigatetorecord");
    expect(widget.payloads("navigateToRecord")).toEqual([
      { objectCoordinates: undefined, openIn: "CURRENT_TAB" },
    ]);
  });

  test("the engagement is finalized by the message of that name, or by the deprecated one", () => {
    const ids = { externalCallId: "call-at-5000", engagementId: 101 };
    const widget = engaged().click("finalizeengagement");
    expect(widget.payloads("finalizeEngagement")).toEqual([ids]);
    expect(widget.payloads("publishToChannel")).toEqual([]);
    expect(widget.click("publishtochannel").payloads("publishToChannel")).toEqual([ids]);
  });
});

test.describe("the numbers of a call", () => {
  test("spaces around them are nobody's", () => {
    const widget = available().happens({
      type: "outgoingcall",
      id: "7",
      fromNumber: " +1 212 555 0100 ",
      toNumber: " 112 ",
    });
    expect(widget.payloads("outgoingCall")).toMatchObject([
      { fromNumber: "+1 212 555 0100", toNumber: "112" },
    ]);
  });

  test("a refusal stands at the field that has the number, and nowhere for a telephone's", () => {
    expect(ready().edit("toNumber", " x ").click("outgoingcall").state.notice?.field).toBe(
      "toNumber",
    );
    const told = { type: "outgoingcall" as const, id: "7", fromNumber: "112", toNumber: "x" };
    expect(ready().happens(told).state.notice).toMatchObject({ kind: "trouble", field: undefined });
    const refused = ready().click("outgoingcall").edit("notes", "Call Ada");
    expect(refused.state.notice?.words).toBe("Enter a number.");
  });

  test("who calls out cannot withhold the number by a word for it", () => {
    const widget = ready().edit("toNumber", "112").edit("fromNumber", "anonymous");
    expect(widget.click("outgoingcall").state.notice?.field).toBe("fromNumber");
  });

  test("what the app knows besides goes with the call: the user as its owner, and more properties", () => {
    const more = JSON.stringify({
      hs_call_recording_url: "https://app.example/1.wav",
      tier: "gold",
    });
    const widget = ready({ ownerId: 275088328 })
      .hubspot("DIAL_NUMBER", dial("+44 20 7946 0018"))
      .click("outgoingcall")
      .hubspot("CREATE_ENGAGEMENT_SUCCEEDED", { engagementId: 101 })
      .edit("engagementProperties", more)
      .click("answercall", "endcall", "completecall");
    expect(widget.payloads("callCompleted")).toMatchObject([
      {
        engagementProperties: {
          hubspot_owner_id: "275088328",
          hs_call_title: "Call to +44 20 7946 0018",
          hs_call_recording_url: "https://app.example/1.wav",
          tier: "gold",
        },
      },
    ]);
    expect(widget.happens(saved(101)).state.form.engagementProperties).toBe("");
  });

  test("notes go to HubSpot as HTML that says what was typed", () => {
    const widget = engaged()
      .edit("notes", "5 < 6 & <b>so</b>\non")
      .click("answercall", "endcall", "completecall");
    expect(widget.payloads("callCompleted")).toMatchObject([
      { engagementProperties: { hs_call_body: "5 &lt; 6 &amp; &lt;b>so&lt;/b><br>on" } },
    ]);
  });

  test("properties that are no JSON object are refused, and nothing is lost", () => {
    for (const text of ["{", "[1]", "7", "null"]) {
      const widget = engaged()
        .click("answercall", "endcall")
        .edit("engagementProperties", text)
        .click("completecall");
      expect(widget.state.notice).toMatchObject({ field: "engagementProperties" });
      expect(widget.state.call.status).toBe("ended");
      expect(widget.payloads("callCompleted")).toEqual([]);
    }
  });

  test("properties that are written after the call was sent are sent again", () => {
    const widget = completed().edit("engagementProperties", '{"tier":"gold"}').happens(saved(101));
    expect(widget.state.call.status).toBe("unsaved");
  });

  test("an app that creates the engagement itself asks for none, and waits for none", () => {
    const widget = ready()
      .edit("createEngagement", "")
      .edit("toNumber", "112")
      .click("outgoingcall", "answercall", "endcall");
    expect(widget.payloads("outgoingCall")).toMatchObject([{ createEngagement: false }]);
    widget.click("completecall");
    expect(widget.payloads("callCompleted")[0]).not.toHaveProperty("engagementId");
    expect(widget.state.notice).toBeUndefined();
    // Its own, once it has it, by the name of HubSpot's message.
    const own = ready()
      .edit("createEngagement", "")
      .edit("toNumber", "112")
      .click("outgoingcall")
      .happens({ type: "CREATE_ENGAGEMENT_SUCCEEDED", engagementId: 901 })
      .click("endcall", "completecall");
    expect(own.payloads("callCompleted")).toMatchObject([{ engagementId: 901 }]);
  });

  test("a call out carries HubSpot's whole request", () => {
    const widget = ringing();
    expect(widget.payloads("outgoingCall")).toMatchObject([
      { dialingContext: dial("+44 20 7946 0018") },
    ]);
  });

  test("after a call the next one begins with clean fields, and one's own number", () => {
    const out = completed().edit("endStatus", "BUSY").happens(saved(101));
    expect(out.state.notice).toEqual({
      kind: "done",
      words: "The call with +44 20 7946 0018 is on the timeline.",
    });
    expect(out.state.form).toMatchObject({
      fromNumber: "+1 212 555 0100",
      toNumber: "",
      endStatus: "",
    });
    const inbound = incoming().hubspot("CREATE_ENGAGEMENT_SUCCEEDED", { engagementId: 7 });
    inbound.edit("record", "3").click("endcall", "completecall").happens(saved(7));
    expect(inbound.state.form.fromNumber).toBe("+44 20 7946 0000");
    // Whose record is shown is another question then.
    expect(inbound.edit("toNumber", "112").click("outgoingcall").state.form.record).toBe("0");
  });
});

test.describe("how a call ends", () => {
  test("a call out that nobody answers has no answer, and lasts no time", () => {
    const widget = engaged().edit("outcome", "busy-guid").click("endcall", "completecall");
    expect(widget.payloads("callEnded")).toMatchObject([{ callEndStatus: "NO_ANSWER" }]);
    expect(widget.payloads("callCompleted")).toMatchObject([
      { engagementProperties: { hs_call_duration: "0", hs_call_disposition: "busy-guid" } },
    ]);
    expect(completed().payloads("callCompleted")[0]).not.toHaveProperty(
      "engagementProperties.hs_call_disposition",
    );
  });

  test("a call lasts no less than nothing, when the clock was set back in it", () => {
    const widget = engaged().click("answercall");
    widget.now -= 4000;
    expect(widget.click("endcall", "completecall").payloads("callCompleted")).toMatchObject([
      { engagementProperties: { hs_call_duration: "0" } },
    ]);
  });

  test("HubSpot's “hang up” ends nothing where nothing is on, and nothing that no frame holds", () => {
    expect(ready().hubspot("END_CALL").ignored).toBe("the call is idle");
    const left = engaged().happens({ type: "free" }).hubspot("END_CALL");
    expect(left.state.call.status).toBe("ringing");
    expect(left.payloads("callEnded")).toEqual([]);
  });

  test("that it was completed without an engagement is said, and only then", () => {
    const without = ringing().click("endcall").waits(patience).click("completecall");
    expect(without.state.notice?.words).toBe("HubSpot sent no engagement.");
    expect(completed().state.notice).toBeUndefined();
  });

  test("HubSpot has ten seconds to save it", () => {
    const widget = completed().waits(3000);
    expect(widget.state.call.status).toBe("completed");
    widget.waits(patience - 5000);
    expect(widget.state.call.status).toBe("unsaved");
    expect(widget.state.notice?.words).toBe("HubSpot has not saved the call: it has not answered");
  });
});

test.describe("engagements", () => {
  test("HubSpot tells of one by two messages, and neither is too much", () => {
    const widget = engaged().hubspot("ENGAGEMENT_CREATED", { engagementId: 101 });
    expect(widget.ignored).toBeUndefined();
    expect(widget.state).toMatchObject({ call: { engagement: 101 }, past: [] });
  });

  test("one that came is not taken back by a late failure", () => {
    const widget = engaged().hubspot("CREATE_ENGAGEMENT_FAILED", {});
    expect(widget.ignored).toBeTruthy();
    expect(widget.state.call).toMatchObject({ engagement: 101 });
  });

  test("one that comes when no call is on is not the next call's", () => {
    const widget = ready().hubspot("ENGAGEMENT_CREATED", { engagementId: 100 });
    widget.edit("toNumber", "112").click("outgoingcall");
    expect(widget.hubspot("ENGAGEMENT_CREATED", { engagementId: 100 }).ignored).toBe("said before");
    expect(widget.state.call).toMatchObject({ engagement: "pending" });
  });

  test("those of calls before the last one are known, too, but not for ever", () => {
    const widget = ready();
    for (let engagementId = 1; engagementId <= 25; engagementId++)
      widget
        .edit("toNumber", "112")
        .click("outgoingcall")
        .hubspot("CREATE_ENGAGEMENT_SUCCEEDED", { engagementId })
        .click("endcall", "completecall")
        .happens(saved(engagementId));
    expect(widget.state.past).toHaveLength(20);
    widget.edit("toNumber", "112").click("outgoingcall");
    for (const engagementId of [6, 24, 25])
      expect(widget.hubspot("ENGAGEMENT_CREATED", { engagementId }).ignored).toBe("said before");
  });

  test("one that HubSpot names first when it has saved the call is the call's", () => {
    const widget = ringing().click("endcall").waits(patience).click("completecall");
    widget.happens(saved(101));
    expect(widget.state).toMatchObject({ call: { status: "idle" }, past: [101] });
    expect(completed().happens(saved(101)).state.past).toEqual([101]);
  });

  test("a call that HubSpot says it saved, without its engagement's id, is another", () => {
    expect(completed().happens(saved()).state.call.status).toBe("completed");
  });
});

test.describe("HubSpot's requests to dial", () => {
  test("another person with the same number is another request", () => {
    const request = dial("+44 20 7946 0018", 1_750_000_000_000);
    const widget = ready().hubspot("DIAL_NUMBER", request).click("outgoingcall");
    widget.hubspot("DIAL_NUMBER", { ...request, startTimestamp: 1_750_000_000_400 });
    expect(widget.state.waiting).toEqual([]);
    widget.hubspot("DIAL_NUMBER", { ...request, calleeInfo: { calleeId: 8 } });
    expect(widget.state.waiting).toMatchObject([{ callee: { id: 8 } }]);
  });

  test("of many that come during a call the last twenty wait", () => {
    const widget = engaged();
    for (let number = 100; number < 130; number++) widget.hubspot("DIAL_NUMBER", dial(`${number}`));
    expect(widget.state.waiting.map(({ number }) => number)).toEqual(
      Array.from({ length: 20 }, (_, i) => `${110 + i}`),
    );
  });

  test("one that was offered before an incoming call does not answer that", () => {
    const widget = available().hubspot("DIAL_NUMBER", dial("+44 20 7946 0018"));
    widget.click("incomingcall").hubspot("DIAL_NUMBER", dial("+44 20 7946 0018"));
    expect(widget.state.waiting).toHaveLength(1);
  });
});

test.describe("the caller's record", () => {
  const match = { callerIdMatches: [{ objectCoordinates: { objectId: 5 }, name: "Ada" }] };

  test("who is called is known: matches are for callers only", () => {
    expect(engaged().hubspot("CALLER_ID_MATCH_SUCCEEDED", match).ignored).toBeTruthy();
    expect(incoming().hubspot("CALLER_ID_MATCH_SUCCEEDED", match).state.call).toMatchObject({
      callers: [{ name: "Ada" }],
    });
  });

  test("the user is told whether HubSpot has opened it", () => {
    const moves = () =>
      incoming().hubspot("CALLER_ID_MATCH_SUCCEEDED", match).click("navigatetorecord");
    expect(moves().hubspot("NAVIGATE_TO_RECORD_SUCCEEDED").state.notice?.kind).toBe("done");
    expect(moves().hubspot("NAVIGATE_TO_RECORD_FAILED", {}).state.notice?.kind).toBe("trouble");
  });
});

test.describe("frames", () => {
  test("a frame that HubSpot hides goes on as it is", () => {
    const widget = ringing();
    const before = widget.state;
    widget.hubspot("VISIBILITY_CHANGED", { isMinimized: false, isHidden: true });
    expect(widget.ignored).toBeUndefined();
    expect(widget.state).toEqual(before);
  });

  test("a call may be held in a panel, in the calling window if there is one, else in the tabs", () => {
    for (const [iframeLocation, usesCallingWindow, expected] of [
      ["widget", true, true],
      ["widget", false, true],
      ["remote", true, false],
      ["remote", false, true],
      ["window", true, true],
      ["window", false, false],
    ] as const)
      expect(
        mayHold(new Widget().hubspot("READY", { iframeLocation, usesCallingWindow }).state.host),
        iframeLocation,
      ).toBe(expected);
  });

  test("a call goes on in another frame as long after the last sign of it, not after its start", () => {
    const long = engaged().click("answercall").waits(600_000);
    const idle = ready();
    expect(idle.waits(1000).state.seenAt).toBe(0);
    const early = ready();
    early.now = 1_750_000_000_000;
    early.edit("toNumber", "112").click("outgoingcall");
    early.hubspot("CREATE_ENGAGEMENT_SUCCEEDED", { engagementId: 101 });
    for (const widget of [long, early]) {
      const found = { ...shared(widget.state), turn: 1 };
      const fresh = new Widget();
      fresh.now = widget.now + 5000;
      fresh
        .happens({ ...read({ type: "READY", data: { engagementId: 55 } }), found })
        .happens(hold);
      expect(fresh.state.call).toEqual(widget.state.call);
      expect(fresh.sent.at(-1)).toMatchObject({ payload: { engagementId: 101 } });
    }
  });

  test("a frame that comes back to a call without its engagement names the one that HubSpot named", () => {
    const found = { ...shared(ringing().state), turn: 1 };
    const event = { ...read({ type: "READY", data: { engagementId: 55 } }), found };
    const comes = new Widget().happens(event);
    expect(comes.sent).toMatchObject([{ payload: { engagementId: 55 } }]);
    // Where no call is on, HubSpot would wait for its end.
    const idle = new Widget().hubspot("READY", { engagementId: 55 });
    expect(idle.sent[0]?.payload).not.toHaveProperty("engagementId");
    expect(idle.state.notice).toBeUndefined();
    // And of one that is over nothing is said but what HubSpot said itself.
    const over = { ...shared(engaged().click("endcall").state), turn: 1 };
    const late = new Widget().happens({ ...read({ type: "READY", data: {} }), found: over });
    expect(late.sent[0]?.payload).not.toHaveProperty("engagementId");
  });

  test("a frame that comes to hold the call goes on with what was kept since it was loaded", () => {
    const found = { ...shared(engaged().click("endcall").state), turn: 1 };
    const widget = new Widget().hubspot("READY", {}).happens({ ...hold, found });
    expect(widget.state.call.status).toBe("ended");
  });

  test("of two things written at the same time all frames take the same, and a text before none", () => {
    const write = (notes: string) => ready().edit("notes", notes).state;
    for (const [one, other, taken] of [
      ["Here", "There", "There"],
      ["Here", "", "Here"],
    ] as const) {
      expect(adopt(write(one), write(other)).form.notes).toBe(taken);
      expect(adopt(write(other), write(one)).form.notes).toBe(taken);
    }
  });

  test("what nobody wrote is each frame's own", () => {
    const here = ready().state;
    const there = { ...here, form: { ...here.form, widgetUrl: "https://there.example/" } };
    expect(adopt(here, there)).toEqual(here);
    // As JSON has it, a newer state without a notice has no word of it.
    const told = { ...here, notice: { kind: "done", words: "Saved" } } as const;
    const { notice: _, ...kept } = { ...here, turn: here.turn + 1 };
    expect(adopt(told, kept).notice).toBeUndefined();
  });
});
