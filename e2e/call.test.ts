// A call's behaviour, without a browser: events in, state and SDK calls out.
import { expect, test } from "@playwright/test";
import {
  type Button,
  buttons,
  type Event,
  expected,
  next,
  patience,
  type State,
  start,
} from "../src/call.ts";
import { type Command, read } from "../src/messages.ts";

/** A widget with a clock: each event comes a second after the one before. */
class Widget {
  state: State = start({ status: "connecting", since: 0 });
  sent: Command[] = [];
  ignored: string | undefined;
  now = 0;

  happens(event: { type: Event["type"]; [field: string]: unknown }): this {
    this.now += 1000;
    const step = next(this.state, { uuid: `call-at-${this.now}`, ...event, at: this.now } as Event);
    this.state = step.state;
    this.sent.push(...step.commands);
    this.ignored = step.ignored;
    return this;
  }
  click(...ids: Button[]): this {
    for (const type of ids) this.happens({ type });
    return this;
  }
  hubspot(type: string, data?: unknown): this {
    return this.happens(read({ type, data }));
  }
  edit(field: string, value: unknown): this {
    return this.happens({ type: "edit", field, value });
  }
  waits(ms: number): this {
    this.now += ms;
    return this.happens({ type: "tick" });
  }
  payloads(method: string) {
    return this.sent.filter((command) => command.method === method).map(({ payload }) => payload);
  }
}

const dial = (phoneNumber: string, startTimestamp = 1) => ({
  phoneNumber,
  startTimestamp,
  calleeInfo: { calleeId: 7, calleeObjectTypeId: "0-1" },
});
const ready = () => new Widget().hubspot("READY", {}).click("login");
const ringing = () =>
  ready().hubspot("DIAL_NUMBER", dial("+44 20 7946 0018")).click("outgoingcall");
const engaged = () => ringing().hubspot("CREATE_ENGAGEMENT_SUCCEEDED", { engagementId: 101 });
const completed = () => engaged().click("answercall", "endcall", "completecall");

test("the handshake is answered with what the widget is", () => {
  const widget = new Widget().hubspot("READY", { engagementId: 5 });
  expect(widget.sent).toEqual([
    {
      method: "initialized",
      payload: {
        isLoggedIn: false,
        isAvailable: false,
        engagementId: 5,
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
  expect(widget.state).toEqual(start({ status: "connecting", since: 0 }));
  expect(expected(widget.state)).toBeUndefined();
});

test("HubSpot's silence is noticed after 30 s, and a late handshake is welcome", () => {
  const widget = new Widget().waits(28_000);
  expect(widget.state.host.status).toBe("connecting");
  expect(widget.waits(0).state.host.status).toBe("silent");
  expect(widget.hubspot("READY", {}).state.host.status).toBe("ready");
});

test("the button that comes next leads through a call", () => {
  const widget = new Widget().hubspot("READY", {}).edit("toNumber", "+44 20 7946 0018");
  const path: Button[] = [];
  for (
    let button = expected(widget.state);
    button && path.length < 5;
    button = expected(widget.state)
  ) {
    path.push(button);
    widget.click(button);
    if (button === "outgoingcall")
      widget.hubspot("CREATE_ENGAGEMENT_SUCCEEDED", { engagementId: 1 });
  }
  expect(path).toEqual(["login", "outgoingcall", "answercall", "endcall", "completecall"]);
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
  expect(widget.state.call.status).toBe("completing");
  expect(widget.payloads("callCompleted")).toEqual([]);
  expect(widget.click("completecall").ignored).toBeTruthy();

  widget.hubspot("ENGAGEMENT_CREATED", { engagementId: 101 });
  expect(widget.payloads("callCompleted")).toMatchObject([{ engagementId: 101 }]);
  widget.hubspot("CREATE_ENGAGEMENT_SUCCEEDED", { engagementId: 101 });
  expect(widget.payloads("callCompleted")).toHaveLength(1);
});

test("… but not for ever: it is completed without, and the user is told", () => {
  const widget = ringing()
    .click("endcall", "completecall")
    .waits(patience - 2000);
  expect(widget.payloads("callCompleted")).toEqual([]);
  widget.waits(0);
  const [payload] = widget.payloads("callCompleted");
  expect(payload).toMatchObject({ externalCallId: "call-at-4000" });
  expect(payload).not.toHaveProperty("engagementId");
  expect(widget.state.notice).toMatchObject({ kind: "trouble" });
});

test("an engagement that comes too late is not taken for the next call's", () => {
  const widget = ringing().click("endcall", "completecall").waits(patience);
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
  expect(widget.state.notice?.text).toContain("no seat");
  widget.click("answercall", "endcall");
  expect(widget.payloads("callEnded")).toEqual([
    { externalCallId: "call-at-4000", callEndStatus: "COMPLETED" },
  ]);
  expect(widget.click("completecall").payloads("callCompleted")).toHaveLength(1);
});

test("a failure while “call completed” waits lets it go", () => {
  const widget = ringing().click("endcall", "completecall");
  widget.hubspot("CREATE_ENGAGEMENT_FAILED", {});
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
  widget.click("discard");
  expect(widget.state.form).toMatchObject({ notes: "", outcome: "", title: "", toNumber: "112" });
  expect(widget.click("outgoingcall").state.call.status).toBe("ringing");
});

test("an unsaved call that HubSpot saved after all is done with", () => {
  const widget = completed().waits(patience);
  widget.hubspot("UPDATE_ENGAGEMENT_FAILED", { error: { message: "slow" } });
  expect(widget.state.notice?.text).toContain("slow");
  expect(
    widget.hubspot("UPDATE_ENGAGEMENT_SUCCEEDED", { engagementId: 101 }).state.call.status,
  ).toBe("idle");
});

test("an engagement owed to a discarded call gives way to the call's own", () => {
  const widget = ringing()
    .click("endcall", "completecall")
    .waits(patience)
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
    engaged().edit("keepOpen", true).click("endcall", "completecall").payloads("callCompleted"),
  ).toMatchObject([{ hideWidget: false }]);
});

test("a request is chosen from those that wait, and none is lost", () => {
  const widget = engaged();
  for (const number of ["110", "111", "112"]) widget.hubspot("DIAL_NUMBER", dial(number, 50_000));
  const numbers = () => widget.state.waiting.map(({ number }) => number);
  expect(numbers()).toEqual(["110", "111", "112"]);
  const last = widget.state.waiting.at(-1);
  widget.happens({ type: "choose", request: last });
  expect(widget.ignored).toBeTruthy();
  widget
    .click("endcall", "completecall")
    .hubspot("UPDATE_ENGAGEMENT_SUCCEEDED", { engagementId: 101 });
  widget.happens({ type: "choose", request: last });
  expect(widget.state.form.toNumber).toBe("112");
  expect(numbers()).toEqual(["110", "111"]);
});

test("a corrected number still answers the request, so its duplicate is none", () => {
  const widget = ready()
    .hubspot("DIAL_NUMBER", dial("20 7946 0018"))
    .edit("toNumber", "+44 20 7946 0018");
  widget.click("outgoingcall").hubspot("DIAL_NUMBER", dial("20 7946 0018"));
  expect(widget.state.waiting).toEqual([]);
  expect(widget.payloads("outgoingCall")[0]).not.toHaveProperty("dialingContext");
});

test("a title written before the call is kept", () => {
  const widget = ready()
    .edit("title", "Renewal")
    .hubspot("DIAL_NUMBER", dial("112"))
    .click("outgoingcall");
  expect(widget.state.form.title).toBe("Renewal");
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
    { externalCallId: "call-at-4000", engagementId: 101, callEndStatus: "COMPLETED" },
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
    idle: ["logout", "outgoingcall"],
    ringing: ["answercall", "endcall"],
    answered: ["endcall"],
    ended: ["logout", "completecall"],
    completed: ["logout"],
  };
  const always: Button[] = ["initialize", "senderror", "resizewidget"];
  const widgets = [
    ready(),
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
      if (!can) expect(widget.state).toBe(state);
    }
  }
});

test("sizes and error messages are refused at their fields", () => {
  const widget = ready().edit("width", "wide").edit("errorMessage", "  ");
  expect(widget.click("resizewidget").state.refused?.field).toBe("width");
  expect(widget.click("senderror").state.refused?.field).toBe("errorMessage");
  expect(widget.sent.map(({ method }) => method)).toEqual(["initialized", "userLoggedIn"]);
  expect(widget.edit("errorMessage", "Line lost").state.refused).toBeUndefined();
  expect(widget.click("senderror").payloads("sendError")).toEqual([{ message: "Line lost" }]);
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
  for (const type of [...types, "UPDATE_ENGAGEMENT_FAILED", "END_CALL", "toString", "__proto__"]) {
    for (const data of [
      ...odd,
      ...odd.map((v) => ({
        engagementId: v,
        error: v,
        phoneNumber: v,
        calleeInfo: v,
        startTimestamp: v,
      })),
    ]) {
      expect(() => engaged().hubspot(type, data)).not.toThrow();
    }
  }
  for (const message of odd) expect(read(message)).toEqual({ type: "OTHER" });
});
