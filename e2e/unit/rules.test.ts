// The rules of the conformance report: each is kept by one session and broken by another, which breaks no other rule.
import { readFile, writeFile } from "node:fs/promises";
import { expect, test } from "@playwright/test";
import type { Fields } from "../../src/call/messages.ts";

import { rulesPage } from "../../src/rules/report.ts";
import { type Finding, judge, merge, rules } from "../../src/rules/rules.ts";
import type { Message, Session } from "../../src/rules/session.ts";

/** A message, and how many ms after the one before it was said: 100 unless it says so. */
type Line = Omit<Message, "at"> & { after?: number };

const line = (from: Message["from"], type: string, data?: unknown): Line => ({
  frame: "widget",
  load: "1",
  from,
  type,
  data,
});
const app = (type: string, data?: unknown) => line("app", type, data);
const hubspot = (type: string, data?: unknown) => line("hubspot", type, data);

const begin = 1_750_000_000_000;

/** Judged a minute after its last message, when no more is to come. */
function session(lines: Line[], more: Partial<Session> = {}): Session {
  let at = begin;
  const messages = lines.map(({ after = 100, ...message }) => {
    at += after;
    return { ...message, at };
  });
  return { messages, at: at + 60_000, isOver: true, ...more };
}

const sync = hubspot("SYNC", { portalId: 62515, usesCallingWindow: true });
const hello = [
  sync,
  app("SYNC_ACK", { version: "0.9.7" }),
  app("INITIALIZED", {
    isLoggedIn: true,
    isAvailable: true,
    sizeInfo: { width: 400, height: 600 },
  }),
];
const numbers = { fromNumber: "+1 212 555 0100", toNumber: "+447700900142" };
const start = {
  externalCallId: "call-1",
  ...numbers,
  callStartTime: begin,
  createEngagement: true,
};
const call = { externalCallId: "call-1", engagementId: 7 };
const dial = hubspot("DIAL_NUMBER", { phoneNumber: numbers.toNumber, startTimestamp: begin });
const otherDial = hubspot("DIAL_NUMBER", { phoneNumber: "+44 20 7946 0018" });
const started = [dial, app("OUTGOING_CALL_STARTED", start)];
const created = hubspot("CREATE_ENGAGEMENT_SUCCEEDED", { engagementId: 7 });
const answered = app("CALL_ANSWERED", { externalCallId: "call-1" });
const ended = app("CALL_ENDED", { ...call, callEndStatus: "COMPLETED" });
const properties = {
  hs_timestamp: begin,
  hs_call_title: "A call",
  hs_call_duration: "3000",
  hs_call_status: "COMPLETED",
  hs_call_direction: "OUTBOUND",
  hs_call_disposition: "f240bbac-87c9-4f6e-bf70-924b57d47db7",
  hs_call_recording_url: "https://recordings.example/1.mp3",
  hs_call_source: "INTEGRATIONS_PLATFORM",
  own_property: 1,
};
const completed = app("CALL_COMPLETED", {
  ...call,
  hideWidget: true,
  engagementProperties: properties,
});
const saved = hubspot("UPDATE_ENGAGEMENT_SUCCEEDED", { engagementId: 7 });
const talk = { ...ended, after: 3000 };
const rest = [answered, talk, completed, saved];
const outbound = [...hello, ...started, created, ...rest];
const ringing = app("INCOMING_CALL", start);
const inbound = changed([...hello, ringing, created, ...rest], "CALL_COMPLETED", {
  engagementProperties: { ...properties, hs_call_direction: "INBOUND" },
});

/** The lines with other fields in the payload of the last of that type. */
function changed(lines: readonly Line[], type: string, fields: Fields): Line[] {
  const index = lines.findLastIndex((line) => line.type === type);
  return lines.map((line, i) =>
    i === index ? { ...line, data: { ...Object(line.data), ...fields } } : line,
  );
}
const without = (lines: readonly Line[], type: string) => lines.filter((l) => l.type !== type);
/** The lines with others after the last of that type. */
function after(lines: readonly Line[], type: string, ...more: Line[]): Line[] {
  const index = lines.findLastIndex((line) => line.type === type) + 1;
  return [...lines.slice(0, index), ...more, ...lines.slice(index)];
}
const withProperty = (name: string, value: unknown) =>
  changed(outbound, "CALL_COMPLETED", { engagementProperties: { ...properties, [name]: value } });
/** The same lines, said by another page in the frame. */
const reloaded = (lines: readonly Line[], more: Partial<Message> = {}): Line[] =>
  lines.map((line) => ({ ...line, load: "2", ...more }));
/** HubSpot says which call it was. */
const returned = changed(hello, "SYNC", { engagementId: 7 });
/** The same call, under another name. */
const again = (lines: readonly Line[], id = "call-2", engagementId = 8): Line[] =>
  lines.map((line) => ({
    ...line,
    data: {
      ...Object(line.data),
      ...(line.from === "app" && { externalCallId: id }),
      ...(Object(line.data).engagementId && { engagementId }),
    },
  }));
const said = (...lines: Line[]) => [...hello, ...lines];

/** Of each rule, a session that keeps it, and one that breaks it and no other. */
const table: Record<string, { kept: Line[] | Session; broken: Line[] | Session }> = {
  handshake: {
    kept: hello,
    broken: [...Array(299)].map(() => sync),
  },
  "nothing-before-handshake": { kept: hello, broken: [sync, app("LOGGED_IN"), ...hello.slice(1)] },
  initialized: { kept: hello, broken: hello.slice(0, 2) },
  "initialized-first": {
    kept: hello,
    broken: [...hello.slice(0, 2), app("LOGGED_IN"), ...hello.slice(2)],
  },
  "initialized-once": { kept: hello, broken: said(app("INITIALIZED", {})) },
  "initialized-fields": {
    kept: hello,
    broken: changed(hello, "INITIALIZED", { isLoggedIn: "false" }),
  },
  "known-types": { kept: hello, broken: said(app("CALL_STARTED")) },
  "deprecated-messages": {
    kept: after(outbound, "CREATE_ENGAGEMENT_SUCCEEDED", app("FINALIZE_ENGAGEMENT", call)),
    broken: after(outbound, "CREATE_ENGAGEMENT_SUCCEEDED", app("PUBLISH_TO_CHANNEL", call)),
  },
  "deprecated-fields": {
    kept: outbound,
    broken: changed(outbound, "OUTGOING_CALL_STARTED", {
      toNumber: undefined,
      phoneNumber: numbers.toNumber,
    }),
  },
  "logged-in": {
    kept: after(
      changed(outbound, "INITIALIZED", { isLoggedIn: false }),
      "INITIALIZED",
      app("LOGGED_IN"),
    ),
    broken: after(outbound, "INITIALIZED", app("LOGGED_OUT")),
  },
  available: {
    kept: after(inbound, "INITIALIZED", app("USER_UNAVAILABLE"), app("USER_AVAILABLE")),
    broken: changed(inbound, "INITIALIZED", { isAvailable: false }),
  },
  "window-talks": {
    kept: outbound.map((line) => ({ ...line, frame: "window" })),
    broken: outbound.map((line) => ({ ...line, frame: "remote" })),
  },
  "call-id": {
    kept: outbound,
    broken: changed(outbound, "CALL_ENDED", { externalCallId: undefined }),
  },
  "call-known": {
    kept: outbound,
    broken: changed(outbound, "CALL_ENDED", { externalCallId: "other" }),
  },
  "one-start": {
    kept: outbound,
    broken: after(outbound, "OUTGOING_CALL_STARTED", app("OUTGOING_CALL_STARTED", start)),
  },
  "call-id-unique": {
    kept: [...outbound, ...again(outbound.slice(3))],
    broken: [...outbound, ...again(outbound.slice(3), "call-1")],
  },
  "one-call-a-dial": {
    kept: after(outbound, "DIAL_NUMBER", dial),
    broken: [
      ...hello,
      ...started,
      { ...dial, after: 1 },
      { ...app("OUTGOING_CALL_STARTED", { ...start, externalCallId: "call-2" }), after: 600 },
      created,
      ...rest,
      ...again([ended, completed], "call-2", 7),
    ],
  },
  numbers: {
    kept: outbound,
    broken: changed(outbound, "OUTGOING_CALL_STARTED", { fromNumber: "" }),
  },
  dialable: {
    kept: changed(inbound, "INCOMING_CALL", { fromNumber: "anonymous" }),
    broken: changed(outbound, "OUTGOING_CALL_STARTED", { toNumber: "Ada" }),
  },
  "start-time": {
    kept: outbound,
    broken: changed(outbound, "OUTGOING_CALL_STARTED", { callStartTime: begin / 1000 }),
  },
  "start-fields": {
    kept: outbound,
    broken: changed(without(outbound, "CREATE_ENGAGEMENT_SUCCEEDED"), "OUTGOING_CALL_STARTED", {
      createEngagement: "true",
    }),
  },
  answered: { kept: outbound, broken: after(outbound, "CALL_ENDED", answered) },
  ended: { kept: outbound, broken: without(outbound, "CALL_ENDED") },
  completed: { kept: outbound, broken: without(outbound, "CALL_COMPLETED") },
  "completed-once": { kept: outbound, broken: [...outbound, completed] },
  "end-status": {
    kept: outbound,
    broken: changed(outbound, "CALL_ENDED", { callEndStatus: "INTERNAL_COMPLETED" }),
  },
  "end-status-given": {
    kept: outbound,
    broken: changed(outbound, "CALL_ENDED", { callEndStatus: undefined }),
  },
  "engagement-id": {
    kept: [...outbound, ...again(outbound.slice(3))],
    broken: [
      ...outbound,
      ...changed(again(outbound.slice(3)), "CALL_COMPLETED", { engagementId: 7 }),
    ],
  },
  "hide-widget": {
    kept: outbound,
    broken: changed(outbound, "CALL_COMPLETED", { hideWidget: "no" }),
  },
  "end-call": {
    kept: [...hello, ...started, created, hubspot("END_CALL"), ...rest.slice(1)],
    broken: session([...hello, ...started, hubspot("END_CALL")], { isOver: false }),
  },
  "dial-during-call": {
    kept: after(outbound, "CALL_ANSWERED", otherDial),
    broken: after(outbound, "CALL_ANSWERED", otherDial).map((l) => (l === talk ? ended : l)),
  },
  "hidden-during-call": {
    kept: after(outbound, "CALL_ANSWERED", hubspot("VISIBILITY_CHANGED", { isHidden: true })),
    broken: after(outbound, "CALL_ANSWERED", hubspot("VISIBILITY_CHANGED", { isHidden: true })).map(
      (l) => (l === talk ? ended : l),
    ),
  },
  "failure-during-call": {
    kept: after(
      outbound,
      "CALL_ANSWERED",
      hubspot("CREATE_ENGAGEMENT_FAILED", { error: { message: "no" } }),
    ),
    broken: after(
      outbound,
      "CALL_ANSWERED",
      hubspot("CREATE_ENGAGEMENT_FAILED", { error: { message: "no" } }),
    ).map((l) => (l === talk ? ended : l)),
  },
  "odd-during-call": {
    kept: after(outbound, "CALL_ANSWERED", hubspot("NEWER_MESSAGE")),
    broken: after(outbound, "CALL_ANSWERED", hubspot("NEWER_MESSAGE")).map((l) =>
      l === talk ? ended : l,
    ),
  },
  "no-errors": {
    kept: session(hello, { errors: [] }),
    broken: session(hello, { errors: ["TypeError: number is undefined"] }),
  },
  reload: {
    kept: [...outbound.slice(0, 6), ...reloaded([...returned, ...rest])],
    broken: [...outbound.slice(0, 6), ...reloaded(returned)],
  },
  "goes-on": {
    kept: changed([...hello, answered, talk, completed], "SYNC", { engagementId: 7 }),
    broken: changed(inbound, "SYNC", { engagementId: 6 }),
  },
  "property-names": { kept: outbound, broken: withProperty("hs_call_notes", "Notes") },
  "property-types": { kept: outbound, broken: withProperty("hs_call_duration", 3000) },
  timestamp: {
    kept: withProperty("hs_timestamp", "2026-02-03T04:05:06Z"),
    broken: withProperty("hs_timestamp", begin / 1000),
  },
  duration: { kept: outbound, broken: withProperty("hs_call_duration", "0:03") },
  "duration-unit": { kept: outbound, broken: withProperty("hs_call_duration", "3") },
  "call-status": { kept: outbound, broken: withProperty("hs_call_status", "DONE") },
  direction: { kept: outbound, broken: withProperty("hs_call_direction", "out") },
  "direction-right": { kept: inbound, broken: withProperty("hs_call_direction", "INBOUND") },
  disposition: { kept: outbound, broken: withProperty("hs_call_disposition", "Connected") },
  "recording-url": {
    kept: outbound,
    broken: withProperty("hs_call_recording_url", "http://recordings.example/1.mp3"),
  },
  "call-source": { kept: outbound, broken: withProperty("hs_call_source", "MY_APP") },
  navigate: {
    kept: said(
      app("NAVIGATE_TO_RECORD", {
        objectCoordinates: { portalId: 1, objectId: 2, objectTypeId: "0-1" },
        openIn: "NEW_TAB",
      }),
    ),
    broken: said(
      app("NAVIGATE_TO_RECORD", { objectCoordinates: { portalId: 1, objectTypeId: "0-1" } }),
    ),
  },
  finalize: {
    kept: after(outbound, "CREATE_ENGAGEMENT_SUCCEEDED", app("FINALIZE_ENGAGEMENT", call)),
    broken: after(
      outbound,
      "CREATE_ENGAGEMENT_SUCCEEDED",
      app("FINALIZE_ENGAGEMENT", { externalCallId: "call-1" }),
    ),
  },
  "error-message": {
    kept: said(
      app("ERROR", { message: "No line" }),
      app("ERROR", { type: "UNKNOWN_MESSAGE_TYPE" }),
    ),
    broken: said(app("ERROR", { text: "No line" })),
  },
  size: {
    kept: said(app("RESIZE_WIDGET", { width: 400, height: 500 })),
    broken: said(app("RESIZE_WIDGET", { width: "400px", height: 500 })),
  },
  "size-fits": { kept: hello, broken: said(app("RESIZE_WIDGET", { width: 400, height: 2000 })) },
  "widget-url": {
    kept: said(app("SET_WIDGET_URL", { iFrameUrl: "https://app.example/call" })),
    broken: said(app("SET_WIDGET_URL", { iFrameUrl: "/call" })),
  },
};

const found = (judged: Line[] | Session): Finding[] =>
  judge(Array.isArray(judged) ? session(judged) : judged);
const failing = (findings: Finding[]) =>
  findings.filter(({ status }) => status === "fail").map(({ rule }) => rule);

test("every rule has a name of its own, a session that keeps it, and one that breaks it", () => {
  const ids = rules.map(({ id }) => id);
  expect(new Set(ids).size).toBe(ids.length);
  expect(Object.keys(table).sort()).toEqual([...ids].sort());
});

for (const [rule, { kept, broken }] of Object.entries(table)) {
  test(`rule ${rule} can be kept and broken`, () => {
    const good = found(kept);
    expect(failing(good)).toEqual([]);
    expect(good.find((finding) => finding.rule === rule)).toMatchObject({ status: "pass" });
    const bad = found(broken);
    expect(failing(bad)).toEqual([rule]);
    expect(bad[0]).toMatchObject({ rule, status: "fail", words: expect.stringMatching(/\S/) });
    if (rule !== "no-errors") expect(bad[0]?.message).toBeTruthy();
  });
}

test("an untouched app is judged by nothing", () => {
  expect(new Set(judge({ messages: [] }).map(({ status }) => status))).toEqual(
    new Set(["untried"]),
  );
});

test("what can still be done is not held against the app", () => {
  const open = [hello, outbound.slice(0, 6), outbound.slice(0, 8), hello.slice(0, 2), [sync]];
  for (const lines of open)
    expect(failing(judge(session(lines, { isOver: false, at: begin + 9000 })))).toEqual([]);
  const [finding] = judge(session(outbound.slice(0, 8), { isOver: false })).filter(
    ({ rule }) => rule === "completed",
  );
  expect(finding).toMatchObject({ status: "untried", words: "A call has not been completed yet." });
});

test("a frame that was taken away need not initialize", () => {
  const { messages } = session(hello.slice(0, 2));
  expect(failing(judge({ messages }))).toEqual([]);
});

test("a call that the next one follows uncompleted is a ghost at once", () => {
  const lines = [...outbound.slice(0, 8), ...again(started)];
  expect(failing(judge(session(lines, { isOver: false })))).toEqual(["completed"]);
});

test("each of several frames may tell its own HubSpot of one call", () => {
  const window = outbound.map((line) => ({ ...line, load: "w", frame: "window" as const }));
  const tab = changed(outbound, "SYNC", { usesCallingWindow: false }).map((line) => ({
    ...line,
    frame: "remote" as const,
  }));
  const both = tab.flatMap((line, index) => [line, window[index] ?? line]);
  expect(failing(judge(session(both)))).toEqual([]);
});

test("a frame may go on with a call that another began", () => {
  const tab = [...hello, answered, ended, completed].map((line) => ({
    ...line,
    frame: "remote" as const,
  }));
  expect(failing(judge(session(tab)))).toEqual([]);
});

test("a panel that is loaded again need not know that the call was its own", () => {
  const lost = [...outbound.slice(0, 6), ...reloaded(hello)];
  expect(failing(judge(session(lost)))).toEqual([]);
});

test("an app that calls whenever it is asked to is told so, and breaks no “must”", () => {
  const lines = after(outbound, "OUTGOING_CALL_STARTED", dial, app("OUTGOING_CALL_STARTED", start));
  const broken = judge(session(lines)).filter(({ status }) => status === "fail");
  expect(broken).toMatchObject([{ rule: "one-call-a-dial", level: "should" }]);
});

test("an app with engagements of its own names them as it likes", () => {
  const own = without(
    changed(outbound, "OUTGOING_CALL_STARTED", { createEngagement: false }),
    "CREATE_ENGAGEMENT_SUCCEEDED",
  );
  expect(failing(judge(session(own)))).toEqual([]);
});

test("HubSpot's oldest demo, which says no ids and no numbers, breaks no “must”", () => {
  const demo = said(
    dial,
    app("OUTGOING_CALL_STARTED", { createEngagement: true, phoneNumber: numbers.toNumber }),
    created,
    app("CALL_ANSWERED"),
    app("CALL_ENDED"),
    app("CALL_COMPLETED", { engagementId: 7 }),
  );
  const findings = judge(session(demo)).filter(({ status }) => status === "fail");
  expect(findings.map(({ rule }) => rule).sort()).toEqual([
    "call-id",
    "deprecated-fields",
    "end-status-given",
    "numbers",
  ]);
  for (const { level } of findings) expect(level).toBe("should");
});

test("no payload, however odd, breaks the judging", () => {
  const endless: { self?: unknown } = {};
  endless.self = endless;
  const values = [{ toString: 1 }, 10n ** 30n, endless, Number.NaN, [null], "\u0000", -1];
  const names = [
    "externalCallId",
    "engagementId",
    "fromNumber",
    "toNumber",
    "callEndStatus",
    "sizeInfo",
    "width",
    "objectCoordinates",
    "iFrameUrl",
    "isLoggedIn",
    "hideWidget",
  ];
  const payloads = values.flatMap((value) => [
    value,
    Object.fromEntries(names.map((name) => [name, value])),
    {
      ...start,
      engagementProperties: Object.fromEntries(
        Object.keys(properties).map((name) => [name, value]),
      ),
    },
  ]);
  const odd = [
    ...payloads,
    null,
    0,
    "",
    "text",
    [],
    { externalCallId: {} },
    { engagementProperties: [] },
    NaN,
  ];
  const types = [
    ...new Set(outbound.map(({ type }) => type)),
    "__proto__",
    "NAVIGATE_TO_RECORD",
    "ERROR",
  ];
  const lines = types.flatMap((type) =>
    odd.flatMap((data) => [app(type, data), hubspot(type, data)]),
  );
  expect(judge(session([...hello, ...lines])).length).toBe(rules.length);
});

test("of several sessions, one that breaks a rule counts, then one that keeps it", () => {
  const merged = merge(
    judge(session(outbound)),
    judge(session(without(outbound, "CALL_ENDED"))),
    judge({ messages: [] }),
  );
  expect(failing(merged)).toEqual(["ended"]);
  expect(merged.find(({ rule }) => rule === "completed")).toMatchObject({ status: "pass" });
  expect(merged.find(({ rule }) => rule === "navigate")).toMatchObject({ status: "untried" });
});

test("the rules page says what the rules say", async () => {
  const file = new URL("../../src/rules/RULES.md", import.meta.url);
  if (test.info().config.updateSnapshots === "changed") await writeFile(file, rulesPage());
  expect(await readFile(file, "utf8"), "run: npm run rules").toBe(rulesPage());
});
