// A call's behaviour, without a browser: events in, state and SDK calls out.
import { expect, test } from "@playwright/test";
import { next } from "../../src/call/call.ts";
import { type Button, buttons, expected, type Next, press } from "../../src/call/events.ts";
import { read } from "../../src/call/messages.ts";
import { isWaiting, patience, shared, start } from "../../src/call/state.ts";
import { completed, dial, engaged, hold, ready, ringing, Widget } from "./widget.ts";

test("the handshake is answered with what the widget is", () => {
  const widget = new Widget().hubspot("READY", {});
  expect(widget.sent).toEqual([
    {
      method: "initialized",
      payload: {
        isLoggedIn: false,
        isAvailable: false,
        sizeInfo: { width: 400, height: 650 },
      },
    },
  ]);
  expect(widget.hubspot("READY", {}).sent).toHaveLength(1);
  expect(widget.ignored).toBeTruthy();
});

test("nothing can be sent before the handshake", () => {
  const widget = new Widget().click(...buttons);
  expect(widget.sent).toEqual([]);
  expect(widget.state).toEqual(start({ status: "connecting", since: 0 }, "this frame"));
});

test("the button that comes next leads through a call", () => {
  const widget = new Widget()
    .hubspot("READY", {})
    .happens(hold)
    .edit("toNumber", "+44 20 7946 0018");
  const path: Next[] = [];
  while (path.length < 7) {
    const now = expected(widget.state);
    path.push(now);
    // The primary button is not offered while it would be refused.
    if (now === "toNumber" || now === "fromNumber") widget.edit(now, "+1 212 555 0143");
    else if (now === "engagementProperties") widget.edit(now, "{}");
    else {
      widget.click(now);
      expect(widget.ignored).toBeUndefined();
    }
    if (now === "login") widget.edit("fromNumber", "");
    if (now === "endcall") widget.edit("engagementProperties", "{ no");
    if (now === "outgoingcall") widget.hubspot("CREATE_ENGAGEMENT_SUCCEEDED", { engagementId: 1 });
  }
  const call = ["outgoingcall", "answercall", "endcall", "engagementProperties", "completecall"];
  expect(path).toEqual(["login", "fromNumber", ...call]);
});

test("the duration is from answer to end", () => {
  const widget = engaged()
    .click("answercall")
    .waits(60_000)
    .click("endcall")
    .waits(5000)
    .click("completecall");
  expect(widget.payloads("callCompleted")).toMatchObject([
    { engagementProperties: { hs_call_duration: "62000" } },
  ]);
});

test("“call completed” waits for the engagement", () => {
  const widget = ringing().click("answercall", "endcall", "completecall");
  expect(widget.ignored).toBeTruthy();
  expect(isWaiting(widget.state.call, widget.now)).toBe(true);
  widget.hubspot("ENGAGEMENT_CREATED", { engagementId: 101 }).click("completecall");
  expect(widget.payloads("callCompleted")).toMatchObject([{ engagementId: 101 }]);
});

test("… but not for ever: it is completed without, and the user is told", () => {
  const widget = ringing()
    .click("endcall")
    .waits(patience - 3000);
  expect(widget.click("completecall").ignored).toBeTruthy();
  widget.click("completecall");
  const [payload] = widget.payloads("callCompleted");
  expect(payload).toMatchObject({ externalCallId: "call-at-5000" });
  expect(payload).not.toHaveProperty("engagementId");
  expect(widget.state.notice).toMatchObject({ kind: "trouble" });
});

test("an engagement that comes too late is not taken for the next call's", () => {
  const widget = ringing().click("endcall").waits(patience).click("completecall");
  widget
    .hubspot("UPDATE_ENGAGEMENT_SUCCEEDED", {})
    .hubspot("ENGAGEMENT_CREATED", { engagementId: 101 });
  widget.hubspot("DIAL_NUMBER", dial("+44 20 7946 0077")).click("outgoingcall");
  widget.hubspot("ENGAGEMENT_CREATED", { engagementId: 101 });
  widget.hubspot("CREATE_ENGAGEMENT_SUCCEEDED", { engagementId: 102 });
  widget.hubspot("ENGAGEMENT_CREATED", { engagementId: 102 }).click("endcall");
  expect(widget.payloads("callEnded").at(-1)).toMatchObject({ engagementId: 102 });
});

test("an engagement that cannot be created is told, and the call goes on", () => {
  const widget = ringing().hubspot("CREATE_ENGAGEMENT_FAILED", { error: { message: "no seat" } });
  expect(widget.state.notice?.words).toContain("no seat");
  widget.click("answercall", "endcall");
  expect(widget.payloads("callEnded")).toEqual([
    { externalCallId: "call-at-5000", callEndStatus: "COMPLETED" },
  ]);
  expect(widget.click("completecall").payloads("callCompleted")).toHaveLength(1);
});

test("a call whose engagement failed need not wait for it", () => {
  const widget = ringing().click("endcall");
  widget.hubspot("CREATE_ENGAGEMENT_FAILED", {}).click("completecall");
  expect(widget.payloads("callCompleted")).toHaveLength(1);
});

for (const [how, fail] of [
  [
    "says it failed",
    (w: Widget) => w.hubspot("UPDATE_ENGAGEMENT_FAILED", { error: { message: "full" } }),
  ],
  ["does not answer", (w: Widget) => w.waits(patience)],
] as const) {
  test(`when HubSpot ${how}, the notes stay and can be sent again`, () => {
    const widget = engaged().edit("notes", "Important").click("endcall", "completecall");
    fail(widget);
    expect(widget.state.call.status).toBe("unsaved");
    expect(widget.state.form.notes).toBe("Important");
    expect(widget.state.notice).toMatchObject({ kind: "trouble" });

    widget.click("completecall").hubspot("UPDATE_ENGAGEMENT_SUCCEEDED", { engagementId: 101 });
    expect(widget.state.call.status).toBe("idle");
    const [first, second] = widget.payloads("callCompleted");
    expect(second).toEqual(first);
  });
}

test("what HubSpot says late of an earlier call does not touch this one", () => {
  const widget = completed().hubspot("UPDATE_ENGAGEMENT_SUCCEEDED", { engagementId: 101 });
  widget.hubspot("DIAL_NUMBER", dial("+44 20 7946 0077")).click("outgoingcall");
  widget.hubspot("ENGAGEMENT_CREATED", { engagementId: 101 });
  expect(widget.ignored).toBeTruthy();
  widget.hubspot("CREATE_ENGAGEMENT_SUCCEEDED", { engagementId: 102 });
  widget
    .click("endcall", "completecall")
    .hubspot("UPDATE_ENGAGEMENT_SUCCEEDED", { engagementId: 101 });
  expect(widget.state.call.status).toBe("completed");
});

test("an unsaved call is not overwritten by the next one, and can be discarded", () => {
  const widget = engaged()
    .edit("notes", "Important")
    .edit("outcome", "x")
    .click("endcall", "completecall");
  widget
    .hubspot("UPDATE_ENGAGEMENT_FAILED", { error: { message: "full" } })
    .hubspot("DIAL_NUMBER", dial("112"));
  expect(widget.click("outgoingcall").ignored).toBeTruthy();
  expect(widget.state.form.notes).toBe("Important");
  expect(widget.state.notice?.kind).toBe("trouble");
  widget.click("discard");
  expect(widget.state.notice).toBeUndefined();
  expect(widget.state.form).toMatchObject({ notes: "", outcome: "", toNumber: "112" });
  expect(widget.click("outgoingcall").state.call.status).toBe("ringing");
});

test("an unsaved call that HubSpot saved after all is done with", () => {
  const widget = completed().waits(patience);
  expect(widget.state.call.status).toBe("unsaved");
  expect(
    widget.hubspot("UPDATE_ENGAGEMENT_SUCCEEDED", { engagementId: 101 }).state.call.status,
  ).toBe("idle");
});

test("an engagement owed to a discarded call gives way to the call's own", () => {
  const widget = ringing()
    .click("endcall")
    .waits(patience)
    .click("completecall")
    .waits(patience)
    .click("discard");
  widget.hubspot("DIAL_NUMBER", dial("+44 20 7946 0077")).click("outgoingcall");
  widget.hubspot("CREATE_ENGAGEMENT_SUCCEEDED", { engagementId: 101 });
  widget.hubspot("CREATE_ENGAGEMENT_SUCCEEDED", { engagementId: 102 });
  widget.hubspot("ENGAGEMENT_CREATED", { engagementId: 101 }).click("endcall");
  expect(widget.payloads("callEnded").at(-1)).toMatchObject({ engagementId: 102 });
});

test("a call without an engagement keeps the widget open, since its notes may not be saved", () => {
  const failed = ringing().hubspot("CREATE_ENGAGEMENT_FAILED", {}).click("endcall", "completecall");
  expect(failed.payloads("callCompleted")).toMatchObject([{ hideWidget: false }]);
  expect(completed().payloads("callCompleted")).toMatchObject([{ hideWidget: true }]);
  expect(
    engaged().edit("keepOpen", "on").click("endcall", "completecall").payloads("callCompleted"),
  ).toMatchObject([{ hideWidget: false }]);
});

test("a corrected number still answers the request, so its duplicate is none", () => {
  const widget = ready()
    .hubspot("DIAL_NUMBER", dial("20 7946 0018"))
    .edit("toNumber", "+44 20 7946 0018");
  widget.click("outgoingcall").hubspot("DIAL_NUMBER", dial("20 7946 0018"));
  expect(widget.state.waiting).toEqual([]);
  expect(widget.payloads("outgoingCall")[0]).not.toHaveProperty("dialingContext");
});

test("ways to end that the CRM has no status for become the nearest", () => {
  for (const [endStatus, status] of [
    ["REJECTED", "CANCELED"],
    ["MISSED", "NO_ANSWER"],
    ["BUSY", "BUSY"],
  ]) {
    const widget = engaged().edit("endStatus", endStatus).click("endcall", "completecall");
    expect(widget.payloads("callCompleted")).toMatchObject([
      { engagementProperties: { hs_call_status: status } },
    ]);
  }
});

test("HubSpot can hang up", () => {
  const widget = engaged().click("answercall").hubspot("END_CALL");
  expect(widget.payloads("callEnded")).toEqual([
    { externalCallId: "call-at-5000", engagementId: 101, callEndStatus: "COMPLETED" },
  ]);
  expect(widget.hubspot("END_CALL").payloads("callEnded")).toHaveLength(1);
});

test("requests during a call are each kept once, in order", () => {
  const widget = engaged();
  widget.hubspot("DIAL_NUMBER", dial("+44 20 7946 0018", 400));
  expect(widget.state.waiting).toEqual([]);
  widget.hubspot("DIAL_NUMBER", dial("+44 20 7946 0018", 90_000));
  widget.hubspot("DIAL_NUMBER", dial("0044 20 7946 0018", 90_900));
  widget.hubspot("DIAL_NUMBER", dial("+44 20 7946 0077", 90_000));
  expect(widget.state.waiting.map(({ number }) => number)).toEqual([
    "+44 20 7946 0018",
    "+44 20 7946 0077",
  ]);
  widget
    .click("endcall", "completecall")
    .hubspot("UPDATE_ENGAGEMENT_SUCCEEDED", { engagementId: 101 });
  expect(widget.state.form.toNumber).toBe("+44 20 7946 0018");
  expect(widget.state.waiting).toHaveLength(1);
});

test("a click that is not possible changes nothing", () => {
  const possible: Record<string, Button[]> = {
    idle: ["logout", "useravailable", "outgoingcall"],
    ringing: ["useravailable", "answercall", "endcall", "finalizeengagement", "publishtochannel"],
    answered: [
      "useravailable",
      "endcall",
      "transfercall",
      "finalizeengagement",
      "publishtochannel",
    ],
    ended: ["logout", "useravailable", "completecall", "finalizeengagement", "publishtochannel"],
    completed: ["logout", "useravailable", "finalizeengagement", "publishtochannel"],
  };
  const always: Button[] = ["initialize", "senderror", "resizewidget", "setwidgeturl", "calldata"];
  const widgets = [
    ready().edit("toNumber", "112"),
    engaged(),
    engaged().click("answercall"),
    engaged().click("endcall"),
    completed(),
  ];
  for (const widget of widgets) {
    const { state } = widget;
    for (const button of buttons) {
      widget.state = state;
      widget.click(button);
      const can = [...(possible[state.call.status] ?? []), ...always].includes(button);
      expect(widget.ignored === undefined, `${button} while ${state.call.status}`).toBe(can);
      if (!can) expect(widget.state).toEqual({ ...state, missed: expect.any(Array) });
    }
  }
});

test("in any order, every button says its message, and a call that is on stays as it is", () => {
  for (const widget of [ready(), engaged(), completed()]) {
    widget.edit("anyOrder", "on").edit("toNumber", "112");
    const { call } = widget.state;
    const impossible = buttons.filter(
      (button) =>
        next(widget.state, { ...press(widget.state, button, "x"), at: widget.now }).state.call ===
        call,
    );
    for (const button of impossible) {
      const before = widget.sent.length;
      widget.click(button);
      expect(widget.ignored, button).toBeUndefined();
      expect(widget.state.call, button).toBe(call);
      // Giving up a call says nothing.
      if (button !== "discard") expect(widget.sent.length, button).toBe(before + 1);
    }
  }
});

test("call data that is not JSON is refused with the parser's words", () => {
  const widget = ready().edit("callData", "{ not: json }").click("calldata");
  expect(widget.state.notice?.field).toBe("callData");
  expect(widget.state.notice?.words).toMatch(/^SyntaxError: .*JSON/);
  expect(widget.payloads("callData")).toEqual([]);
  expect(widget.edit("callData", '[1, "two"]').state.notice).toBeUndefined();
  expect(widget.click("calldata").payloads("callData")).toEqual([[1, "two"]]);
});

test("a call out needs a number of the user's own", () => {
  for (const [own, words] of [
    ["", "Enter a number."],
    ["anonymous", "This cannot be dialled"],
  ] as const) {
    const widget = ready().edit("toNumber", "112").edit("fromNumber", own).click("outgoingcall");
    expect(widget.state.call.status).toBe("idle");
    expect(widget.state.notice).toMatchObject({ field: "fromNumber" });
    expect(widget.ignored).toContain(words);
  }
});

test("a refusal is gone once the field has another value, whoever put it there", () => {
  const refused = ready().click("outgoingcall");
  expect(refused.state.notice).toMatchObject({ field: "toNumber", words: "Enter a number." });
  expect(expected(refused.state)).toBe("toNumber");
  refused.hubspot("DIAL_NUMBER", dial("+44 20 7946 0018"));
  expect(refused.state.notice).toBeUndefined();
  expect(expected(refused.state)).toBe("outgoingcall");
  expect(refused.click("outgoingcall").state.call.status).toBe("ringing");
});

test("what was written after the call was sent is not dropped when HubSpot has saved it", () => {
  for (const late of [false, true]) {
    const widget = engaged().edit("notes", "First").click("endcall", "completecall");
    if (late) widget.waits(patience);
    widget.edit("notes", "First, and more");
    widget.hubspot("UPDATE_ENGAGEMENT_SUCCEEDED", { engagementId: 101 });
    expect(widget.state.call.status).toBe("unsaved");
    expect(widget.state.form.notes).toBe("First, and more");
    expect(widget.state.notice?.words).toContain("without your latest changes");
    widget.click("completecall").hubspot("UPDATE_ENGAGEMENT_SUCCEEDED", { engagementId: 101 });
    expect(widget.state.call.status).toBe("idle");
    expect(widget.payloads("callCompleted").at(-1)).toMatchObject({
      engagementProperties: { hs_call_body: "First, and more" },
    });
  }
});

test("an answer to an earlier try, which comes after a later one was sent, is not taken for that one's", () => {
  const widget = engaged().edit("notes", "First").click("endcall", "completecall").waits(patience);
  widget.edit("notes", "First, and more").click("completecall");
  widget.hubspot("UPDATE_ENGAGEMENT_SUCCEEDED", { engagementId: 101 });
  expect(widget.state.call.status).toBe("unsaved");
  expect(widget.state.form.notes).toBe("First, and more");
  // The later one's own answer counts, whatever it is; also where the earlier one has none.
  const failed = widget.state;
  widget.hubspot("UPDATE_ENGAGEMENT_FAILED", { error: { message: "full" } });
  expect(widget.state.form.notes).toBe("First, and more");
  expect(widget.state.call.status).toBe("unsaved");
  widget.state = failed;
  widget.hubspot("UPDATE_ENGAGEMENT_SUCCEEDED", { engagementId: 101 });
  expect(widget.state.call.status).toBe("idle");
});

test("in any order, the buttons that start a call work with untouched fields", () => {
  const widget = ready().edit("anyOrder", "any").click("outgoingcall");
  expect(widget.ignored).toBeUndefined();
  expect(widget.payloads("outgoingCall")).toMatchObject([{ toNumber: "+1 212 555 0100" }]);
});

test("what HubSpot only tells is told in words", () => {
  for (const [type, data, words] of [
    [
      "CALLER_ID_MATCH_FAILED",
      { error: { message: "no seat" } },
      "Caller id match failed, no seat",
    ],
    ["NAVIGATE_TO_RECORD_FAILED", {}, "Navigate to record failed, no reason given"],
    ["FINALIZE_ENGAGEMENT_SUCCEEDED", {}, "Finalize engagement succeeded"],
    ["SET_CALL_STATE", { state: 1 }, "Set call state"],
    ["CREATE_ENGAGEMENT_SUCCEEDED", { engagementId: "7" }, "Create engagement succeeded"],
  ] as const)
    expect(engaged().hubspot(type, data).state.notice?.words).toBe(`HubSpot: ${words}`);
});

const remote = (usesCallingWindow: boolean) =>
  new Widget().hubspot("READY", { iframeLocation: "remote", usesCallingWindow });

test("a remote can call only while some frame holds the call", () => {
  const widget = remote(true);
  expect(widget.click("login").ignored).toBeTruthy();
  expect(widget.isHeldBy("the window").click("login").ignored).toBeUndefined();
  expect(widget.happens({ type: "free" }).click("logout").ignored).toBeTruthy();
});

test("a call goes on in the frame that holds it next, if that is there within a minute", () => {
  const call = () =>
    remote(false)
      .isHeldBy("another tab")
      .click("login")
      .edit("toNumber", "112")
      .click("outgoingcall");
  const moved = call().happens(hold);
  expect(moved.state.call.status).toBe("ringing");
  expect(moved.payloads("callEnded")).toEqual([]);
  expect(call().happens({ type: "free" }).happens(hold).state.call.status).toBe("ringing");

  const late = call();
  late.now += 120_000;
  late.happens(hold);
  expect(late.state.call).toMatchObject({ status: "ended", endStatus: "FAILED" });
  expect(late.payloads("callEnded")).toMatchObject([{ callEndStatus: "FAILED" }]);
  expect(late.state.notice?.words).toContain("was closed");
});

test("a fresh frame goes on with what was kept, and with the call for a minute", () => {
  const found = { ...engaged().click("answercall").edit("notes", "Hal").state, turn: 1 };
  const fresh = (msLater: number) => {
    const widget = new Widget();
    widget.now = found.seenAt + msLater - 2000;
    const ready = read({ type: "READY", data: { iframeLocation: "widget" } });
    const event = { ...ready, found: shared(found) };
    return widget.happens(event).happens(hold);
  };
  const reloaded = fresh(59_000);
  expect(reloaded.state).toMatchObject({ call: found.call, form: { notes: "Hal" } });
  expect(reloaded.sent).toMatchObject([
    { method: "initialized", payload: { isLoggedIn: true, engagementId: 101 } },
  ]);
  const late = fresh(3_600_000);
  expect(late.state.notice?.words).toContain("was closed");
  expect(late.click("completecall").payloads("callEnded")).toMatchObject([
    { engagementId: 101, callEndStatus: "FAILED" },
  ]);
  expect(late.payloads("callCompleted")).toMatchObject([
    { engagementId: 101, engagementProperties: { hs_call_body: "Hal", hs_call_status: "FAILED" } },
  ]);
});

test("that an earlier call was lost is said, and the widget starts clean", () => {
  const event = { ...read({ type: "READY", data: {} }), found: false };
  const { notice, call } = new Widget().happens(event).state;
  expect(notice?.words).toContain("was lost");
  expect(call.status).toBe("idle");
});

test("whatever HubSpot sends is read without an exception", () => {
  const odd = [
    undefined,
    null,
    0,
    -1,
    1.5,
    Number.NaN,
    "",
    "x",
    [],
    {},
    { error: null },
    true,
    2n ** 70n,
  ];
  const types = ["READY", "DIAL_NUMBER", "CREATE_ENGAGEMENT_SUCCEEDED", "CREATE_ENGAGEMENT_FAILED"];
  for (const type of [
    ...types,
    "UPDATE_ENGAGEMENT_FAILED",
    "END_CALL",
    "CALLER_ID_MATCH_SUCCEEDED",
    "VISIBILITY_CHANGED",
    "toString",
    "__proto__",
  ]) {
    for (const data of [
      ...odd,
      ...odd.map((v) => ({
        engagementId: v,
        error: v,
        phoneNumber: v,
        calleeInfo: v,
        startTimestamp: v,
        callerIdMatches: [
          v,
          { objectCoordinates: v },
          { objectCoordinates: { objectId: 1 }, name: v },
        ],
        iframeLocation: v,
      })),
    ]) {
      expect(() => engaged().hubspot(type, data)).not.toThrow();
    }
  }
  for (const message of odd) expect(read(message)).toMatchObject({ type: "NEWS" });
});
