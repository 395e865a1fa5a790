// Several frames that share one call, without a browser: who acts, what they tell each other, and that they come to know the same.
import { expect, test } from "@playwright/test";
import type { Event, Timeless } from "../../src/call/events.ts";
import { happen, hear, type Note, news, type Outcome } from "../../src/call/holder.ts";
import { read } from "../../src/call/messages.ts";
import { adopt, fill, shared, talks } from "../../src/call/state.ts";
import { Browser, expectSame, type Frame, twoTabs, windowAndTab } from "./shared-call.ts";

test("a click in any tab is decided by the tab that holds the call, and each tab tells its HubSpot", () => {
  const { browser, holder, other } = twoTabs();
  other.click("outgoingcall", "answercall", "endcall");
  for (const { methods } of [holder, other])
    expect(methods.slice(-3)).toEqual(["outgoingCall", "callAnswered", "callEnded"]);
  expectSame(browser);
});

test("of several tabs one asks for the engagement", () => {
  const { holder, other } = twoTabs();
  other.click("outgoingcall");
  const asks = ({ said }: Frame) =>
    said.flatMap(({ method, payload }) =>
      method === "outgoingCall" ? [payload.createEngagement] : [],
    );
  expect(asks(holder)).toEqual([true]);
  expect(asks(other)).toEqual([false]);
});

test("with a calling window its frame alone speaks, and a tab without one cannot call", () => {
  const { browser, tab, window } = windowAndTab();
  tab.click("outgoingcall");
  expect(tab.methods).toEqual(["initialized"]);
  expect(window.methods).toEqual(["initialized", "userLoggedIn", "outgoingCall"]);
  window.closes();
  tab.click("answercall");
  expect(tab.outcomes.at(-1)).toEqual({ ignored: "no frame holds the call" });
  expect(browser.frames.map(({ state }) => talks(state))).toEqual([false]);
});

test("whoever dispatches an event is told what became of it, also from another frame", () => {
  const { other } = twoTabs();
  other.click("outgoingcall");
  expect(other.state.asks).toEqual([]);
  const outcomes: Outcome[] = [];
  other.browser.frames[0]?.happens({ type: "answercall", id: "another" });
  outcomes.push(...(other.browser.frames[0]?.outcomes.slice(-1) ?? []));
  expect(outcomes).toEqual([{ ignored: "this is about another call" }]);
});

test("two frames with different fields come to the same call: a click carries what the user saw", () => {
  const { browser, holder, other } = twoTabs();
  holder.late = [];
  other.types("toNumber", "+1 212 555 0143").click("outgoingcall");
  holder.wakes();
  for (const { state } of [holder, other])
    expect(state.call).toMatchObject({ status: "ringing", toNumber: "+1 212 555 0143" });
  expectSame(browser);
});

test("what is typed while the calling window is closed is in the call when it is open again", () => {
  const { browser, tab, window } = windowAndTab();
  tab.click("outgoingcall", "answercall");
  window.closes();
  tab.types("notes", "Written meanwhile");
  const again = browser.open("another window", "window").holds();
  expect(again.state.form.notes).toBe("Written meanwhile");
  again.click("endcall");
  expectSame(browser);
});

test("… also when nothing can be kept: the frame that knows tells the one that does not", () => {
  const { browser, tab, window } = windowAndTab();
  tab.click("outgoingcall", "answercall");
  window.closes();
  tab.types("notes", "Written meanwhile");
  browser.kept = undefined;
  const again = browser.open("another window", "window");
  browser.kept = undefined;
  again.holds();
  expect(again.state).toMatchObject({
    call: { status: "answered" },
    form: { notes: "Written meanwhile" },
  });
  expect(again.methods.at(-1)).toBe("initialized");
  expectSame(browser);
});

test("a number typed before the calling window is opened is the one that is called", () => {
  const browser = new Browser(true);
  const tab = browser.open("tab").types("toNumber", "+44 20 7946 0018");
  const window = browser.open("window", "window").holds();
  tab.click("login", "outgoingcall");
  for (const { state } of [tab, window]) expect(state.call.status).toBe("ringing");
});

test("an edit while the frame that holds the call is loaded again is not lost", () => {
  const { browser, tab, window } = windowAndTab();
  tab.click("outgoingcall", "answercall").types("notes", "Before");
  const { kept } = browser;
  window.closes();
  tab.types("notes", "Before, and meanwhile");
  // As the old page had kept it.
  browser.kept = kept;
  const again = browser.open("window again", "window");
  browser.kept = kept;
  again.holds();
  expect(again.state.form.notes).toBe("Before, and meanwhile");
  expectSame(browser);
});

test("a click while the frame that holds the call is loaded again is decided by the next one", () => {
  const { browser, tab, window } = windowAndTab();
  tab.click("outgoingcall", "answercall");
  // The window is gone, and the tab does not know yet.
  browser.frames.splice(browser.frames.indexOf(window), 1);
  tab.click("endcall");
  expect(tab.state.asks).toHaveLength(1);
  const again = browser.open("window again", "window").holds();
  expect(again.state.call.status).toBe("ended");
  expect(tab.state.asks).toEqual([]);
  expect(again.methods.filter((method) => method === "callEnded")).toHaveLength(1);
});

test("a ring that waited too long for a frame to hold it rings no more, and is listed as missed", () => {
  for (const [ms, status, missed] of [
    [1000, "ringing", 0],
    [70_000, "idle", 1],
  ] as const) {
    const { browser, tab, window } = windowAndTab();
    tab.click("useravailable");
    // The window is frozen, and is closed then.
    browser.frames.splice(browser.frames.indexOf(window), 1);
    tab.happens({ type: "incomingcall", id: "7", fromNumber: "112", toNumber: "113" });
    browser.now += ms;
    const again = browser.open("window again", "window").holds();
    expect(again.state.call.status).toBe(status);
    expect(again.state.missed).toHaveLength(missed);
    expectSame(browser);
  }
});

test("a question that is asked twice is answered twice, and decided once", () => {
  const { browser, holder, other } = twoTabs();
  const twice = other.hears.bind(holder);
  const notes: Note[] = [];
  holder.hears = (note) => {
    notes.push(note);
    twice(note);
  };
  other.click("outgoingcall", "answercall", "endcall");
  for (const note of notes) twice(note);
  expect(holder.methods.filter((method) => method.startsWith("call"))).toEqual([
    "callAnswered",
    "callEnded",
  ]);
  expectSame(browser);
});

test("a frame that says a call is on, and then hears that it is over, says so", () => {
  const browser = new Browser(false);
  const first = browser.open("first").holds();
  first.click("login").types("toNumber", "112").click("outgoingcall");
  first.happens(
    read({ type: "CREATE_ENGAGEMENT_SUCCEEDED", data: { engagementId: 7 } }) as Timeless<Event>,
  );
  const old = browser.kept;
  first.click("answercall", "endcall", "completecall");
  first.happens(
    read({ type: "UPDATE_ENGAGEMENT_SUCCEEDED", data: { engagementId: 7 } }) as Timeless<Event>,
  );
  browser.kept = old;
  const late = browser.open("late");
  expect(late.said).toMatchObject([
    { method: "initialized", payload: { engagementId: 7 } },
    { method: "initialized" },
  ]);
  expect(late.said[1]?.payload).not.toHaveProperty("engagementId");
});

test("a tab in the navigation bar, whose window has the calls, never says that one is on", () => {
  const { browser, tab } = windowAndTab();
  tab.click("outgoingcall");
  browser.frames[1]?.happens(
    read({ type: "CREATE_ENGAGEMENT_SUCCEEDED", data: { engagementId: 7 } }) as Timeless<Event>,
  );
  const another = browser.open("another tab");
  for (const { said } of [tab, another])
    for (const command of said) expect(command).not.toHaveProperty("payload.engagementId");
});

test("a frame that finds the call only when it comes to hold it corrects what it said it was", () => {
  const { browser, window } = windowAndTab();
  const { kept } = browser;
  window.closes();
  browser.frames.length = 0;
  browser.kept = undefined;
  const again = browser.open("window again", "window");
  browser.kept = kept;
  again.holds();
  expect(again.said.map(({ payload }) => payload)).toMatchObject([
    { isLoggedIn: false },
    { isLoggedIn: true },
  ]);
});

test("where no frame holds the call, nobody is asked, and HubSpot's message waits", () => {
  const { tab, window } = windowAndTab();
  window.closes();
  const dialled = read({ type: "DIAL_NUMBER", data: { phoneNumber: "112" } }) as Timeless<Event>;
  expect(decided(tab, dialled)).toMatchObject({ notes: [], state: { asks: [{}] } });
});

test("HubSpot's wish to dial, heard before a frame holds the call, is not lost", () => {
  const browser = new Browser(false);
  const tab = browser.open("tab");
  tab.happens(read({ type: "DIAL_NUMBER", data: { phoneNumber: "112" } }) as Timeless<Event>);
  expect(tab.state.form.toNumber).toBe("");
  expect(tab.holds().state.form.toNumber).toBe("112");
});

test("the record opens in the tab that was clicked in, and the call stays where it is held", () => {
  const { holder, other } = twoTabs();
  const match = { objectCoordinates: { portalId: 1, objectId: 5, objectTypeId: "0-1" } };
  other.click("useravailable");
  other.happens({ type: "incomingcall", id: "7", fromNumber: "112", toNumber: "113" });
  holder.happens(
    read({
      type: "CALLER_ID_MATCH_SUCCEEDED",
      data: { callerIdMatches: [match] },
    }) as Timeless<Event>,
  );
  other.click("navigatetorecord");
  expect(other.methods).toContain("navigateToRecord");
  expect(holder.methods).not.toContain("navigateToRecord");
  expect(holder.state.holder).toBe(holder.state.frameId);
});

test("of two values of a field the later one counts, also when both come at once", () => {
  const { browser, holder, other } = twoTabs();
  holder.late = [];
  other.types("notes", "Earlier");
  const told = holder.late;
  holder.late = undefined;
  holder.types("notes", "Later");
  for (const note of told) holder.hears(note);
  expectSame(browser);
  expect(other.state.form.notes).toBe("Later");

  // HubSpot is done with a call, and the next request is offered, in one millisecond.
  const { state } = holder;
  const cleared = { ...state, ...fill(state, { toNumber: "" }, browser.now) };
  const filled = { ...cleared, ...fill(cleared, { toNumber: "112" }, browser.now) };
  expect(adopt(cleared, filled).form.toNumber).toBe("112");
  expect(adopt(filled, cleared).form.toNumber).toBe("112");
});

/** What a frame decides, without telling anybody. */
const decided = ({ state }: Frame, event: Timeless<Event>) =>
  happen(state, { ...event, at: 1_000_000 } as Event, "a question");

test("what concerns one frame is its own: what it says it is", () => {
  const { browser, holder, other } = twoTabs();
  const before = holder.said.length;
  other.click("initialize");
  expect(other.methods.at(-1)).toBe("initialized");
  expect(holder.said).toHaveLength(before);
  expectSame(browser);
});

test("what one frame's HubSpot is told is told by that frame alone, in whichever tab the user clicks", () => {
  const { browser, holder, other } = twoTabs();
  other.click("outgoingcall");
  holder.happens(
    read({ type: "CREATE_ENGAGEMENT_SUCCEEDED", data: { engagementId: 7 } }) as Timeless<Event>,
  );
  holder.happens(read({ type: "SET_CALL_STATE" }) as Timeless<Event>);
  for (const [clicked, silent] of [
    [other, holder],
    [holder, other],
  ] as const) {
    const before = silent.said.length;
    const { state } = other;
    clicked.click("finalizeengagement", "publishtochannel", "senderror");
    expect(clicked.methods.slice(-3)).toEqual([
      "finalizeEngagement",
      "publishToChannel",
      "sendError",
    ]);
    expect(silent.said).toHaveLength(before);
    // It is no decision about the call.
    if (clicked === other) expect([other.state, holder.state.turn]).toEqual([state, state.turn]);
  }
  expectSame(browser);
});

test("a tab that does not speak has the calling window say it", () => {
  const { tab, window } = windowAndTab();
  tab.click("outgoingcall", "senderror");
  expect(tab.methods).toEqual(["initialized"]);
  expect(window.methods.at(-1)).toBe("sendError");
});

test("the clock is the holder's: in no other frame does it change anything, and it asks nobody", () => {
  const { holder, other } = twoTabs();
  other.click("outgoingcall");
  const { state } = other;
  expect(decided(other, { type: "tick" })).toEqual({ state });
  expect(decided(holder, { type: "tick" }).state.seenAt).toBe(1_000_000);
});

test("what changes nothing is told to nobody but who asked, and not kept", () => {
  const { holder, other } = twoTabs();
  for (const event of [{ type: "answercall" }, { type: "initialize" }, { type: "tick" }] as const) {
    const { notes, isKept, state } = decided(holder, event);
    expect(notes?.map(({ type }) => type)).toEqual(["answer"]);
    expect([isKept, state]).toEqual([false, holder.state]);
  }
  expect(decided(holder, { type: "useravailable" })).toMatchObject({ isKept: true });
  // What is written is kept in any frame, as it may be the last one.
  const { notes, isKept } = decided(other, { type: "edit", field: "notes", value: "Hello" });
  expect(notes?.map(({ type }) => type)).toEqual(["state", "answer"]);
  expect(isKept).toBe(true);
});

test("what is told twice is said to HubSpot once", () => {
  const { holder, other } = twoTabs();
  const { state, commands, notes } = decided(holder, {
    type: "outgoingcall",
    id: "7",
    fromNumber: "112",
    toNumber: "113",
  });
  expect(commands).toHaveLength(1);
  const [note] = notes ?? [];
  if (!note) throw new Error("Nothing is told");
  const once = hear(other.state, note);
  expect(once.commands).toMatchObject([{ method: "outgoingCall" }]);
  // It is acted on, and not told on.
  expect(once.notes ?? []).toEqual([]);
  expect(hear(once.state, note)).toMatchObject({ commands: [], notes: [] });
  expect(shared(once.state)).toEqual(shared(state));
});

test("the frame that holds the call keeps what it hears, when it is new; the others need not", () => {
  const { holder, other } = twoTabs();
  const { notes } = decided(other, { type: "edit", field: "notes", value: "Hello" });
  const [note] = notes ?? [];
  if (!note) throw new Error("Nothing is told");
  const heard = hear(holder.state, note);
  expect(heard.isKept).toBe(true);
  expect(hear(heard.state, note).isKept).toBe(false);
  const third = holder.browser.open("third");
  expect(hear(third.state, note).isKept).toBe(false);
  // As of a decision that it has missed.
  const missed = news({ ...other.state, turn: other.state.turn + 1 });
  expect(hear(holder.state, missed).isKept).toBe(true);
  expect(hear(third.state, missed).isKept).toBe(false);
});

test("a frame that knows less is told what there is: a decision, who holds the call, or what was written", () => {
  const { holder } = twoTabs();
  const { state } = holder;
  for (const less of [
    { ...state, turn: state.turn - 1 },
    { ...state, holder: undefined, heldAt: 0 },
    { ...state, form: { ...state.form, toNumber: "" }, changedAt: {} },
  ])
    expect(hear(state, news(less)).notes).toEqual([news(state)]);
  expect(hear(state, news(state)).notes).toEqual([]);
});

test("a question is heard by the frame that holds the call alone", () => {
  const { other, holder } = twoTabs();
  const third = holder.browser.open("third");
  const { notes } = decided(other, { type: "useravailable" });
  const [question] = notes ?? [];
  if (question?.type !== "ask") throw new Error("Nobody is asked");
  expect(hear(third.state, question)).toEqual({ state: third.state });
  expect(hear(holder.state, question).state.isAvailable).toBe(true);
});

test("questions that nobody has answered are asked again when another frame holds the call, and only then", () => {
  const { browser, tab, window } = windowAndTab();
  browser.frames.splice(browser.frames.indexOf(window), 1);
  tab.click("useravailable");
  expect(tab.state.asks).toHaveLength(1);
  expect(hear(tab.state, news(window.state)).notes?.map(({ type }) => type)).not.toContain("ask");
  for (let i = 0; i < 25; i++) tab.click("userunavailable");
  expect(tab.state.asks).toHaveLength(20);
});

test("who comes to hold the call decides all that it had asked, in its order, and says it", () => {
  const { browser, holder, other } = twoTabs();
  const third = browser.open("third");
  browser.frames.splice(browser.frames.indexOf(holder), 1);
  other.click("useravailable", "outgoingcall", "answercall");
  expect(other.state.asks).toHaveLength(3);
  const { notes = [], isKept } = decided(other, { type: "hold" });
  expect(isKept).toBe(true);
  expect(notes.filter(({ type }) => type === "answer")).toHaveLength(3);
  const before = third.said.length;
  other.holds();
  expect(other.state).toMatchObject({ asks: [], isAvailable: true });
  const said = ["userAvailable", "outgoingCall", "callAnswered"];
  expect(other.methods.slice(-3)).toEqual(said);
  expect(third.methods.slice(before)).toEqual(said);
  expectSame(browser);
});

test("of several tabs one asks for an incoming call's engagement, and the rest is said alike", () => {
  const { browser, holder, other } = twoTabs();
  other.click("useravailable");
  other.happens({ type: "incomingcall", id: "7", fromNumber: "112", toNumber: "113" });
  const call = { externalCallId: "7", fromNumber: "112", toNumber: "113" };
  for (const [{ said }, createEngagement] of [
    [holder, true],
    [other, false],
  ] as const)
    expect(said.at(-1)).toMatchObject({
      method: "incomingCall",
      payload: { ...call, createEngagement },
    });
  other.click("answercall");
  expect(browser.frames.map(({ said }) => said.at(-1))).toEqual(
    [holder, other].map(() => ({ method: "callAnswered", payload: { externalCallId: "7" } })),
  );
});

test("outside the navigation bar only the frame that holds the call speaks for it", () => {
  const { browser, window } = windowAndTab();
  const second = browser.open("second window", "window");
  expect([talks(window.state), talks(second.state)]).toEqual([true, false]);
});

test("two fields that are written in two frames at once both stay", () => {
  const { browser, holder, other } = twoTabs();
  [holder.late, other.late] = [[], []];
  holder.types("toNumber", "112");
  other.types("notes", "Hello");
  for (const frame of [holder, other]) frame.wakes();
  expect(holder.state.form).toMatchObject({ toNumber: "112", notes: "Hello" });
  expectSame(browser);
});

test("a frame corrects what it said it was when it hears otherwise, but not by what is said to HubSpot anyway", () => {
  const { holder, other } = twoTabs();
  const { turn } = holder.state;
  const out = { ...holder.state, turn: turn + 1, isLoggedIn: false };
  const corrected = hear(other.state, news(out)).commands;
  expect(corrected).toMatchObject([{ method: "initialized", payload: { isLoggedIn: false } }]);
  const loggedOut = { method: "userLoggedOut", payload: undefined } as const;
  expect(hear(other.state, news(out, [loggedOut])).commands).toEqual([loggedOut]);
  // A newcomer has said that nobody is logged in.
  const newcomer = new Browser(false).open("newcomer");
  const available = { method: "userAvailable", payload: undefined } as const;
  expect(hear(newcomer.state, news(holder.state, [available])).commands).toMatchObject([
    { method: "initialized", payload: { isLoggedIn: true } },
    available,
  ]);
});
