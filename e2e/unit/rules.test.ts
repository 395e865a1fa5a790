// The rules where they are fine: what is not judged, what excuses an app, and what counts as seen.
import { expect, test } from "@playwright/test";
import { markdown, summary } from "../../src/rules/report.ts";
import { type Finding, judge, merge, type RuleId, rules } from "../../src/rules/rules.ts";
import type { Session } from "../../src/rules/session.ts";
import {
  after,
  again,
  all,
  answered,
  app,
  asked,
  begin,
  created,
  dial,
  elsewhere,
  ended,
  fields,
  hello,
  hubspot,
  ids,
  inbound,
  type Line,
  late,
  moved,
  outbound,
  payload,
  properties,
  returned,
  session,
  started,
  to,
  withheld,
  without,
} from "./story.ts";

const found = (lines: readonly Line[], more: Partial<Session> = {}) => judge(session(lines, more));
const failing = (findings: readonly Finding[]) =>
  findings.filter(({ status }) => status === "fail").map(({ rule }) => rule);
const of = (rule: RuleId, findings: readonly Finding[]) =>
  findings.find((finding) => finding.rule === rule);
const refused = hubspot("UPDATE_ENGAGEMENT_FAILED", { error: { message: "No" } });

test("an untouched app is judged by nothing", () => {
  const findings = judge({ messages: [] });
  expect(new Set(findings.map(({ status }) => status))).toEqual(new Set(["untried"]));
  expect(new Set(findings.map(({ seen }) => seen))).toEqual(new Set([0]));
});

test("a rule about a value is untried until the value was seen", () => {
  const bare = all(
    payload("INITIALIZED", {}),
    fields("OUTGOING_CALL_STARTED", { callStartTime: undefined, dialingContext: undefined }),
    fields("CALL_ENDED", { engagementId: undefined, callEndStatus: undefined }),
    payload("CALL_COMPLETED", { ...ids, engagementProperties: { own_property: 1 } }),
  )(outbound);
  const untried = found(bare)
    .filter(({ status }) => status === "untried")
    .map(({ rule }) => rule);
  for (const rule of [
    "initialized-fields",
    "logged-in",
    "start-time",
    "dialing-context",
    "end-status",
    "end-status-right",
    "hide-widget",
    "property-names",
    "property-types",
    "timestamp",
    "timestamp-right",
    "duration",
    "duration-unit",
    "duration-right",
    "call-status",
    "status-right",
    "direction",
    "direction-right",
    "numbers-right",
    "disposition",
    "recording-url",
    "call-source",
    "size",
    "deprecated-messages",
    "call-id-unique",
    "one-call-a-dial",
    "available",
  ] satisfies RuleId[])
    expect(untried, rule).toContain(rule);
});

test("each finding says how often its rule was seen, and how often broken", () => {
  const wrong = fields("CALL_ENDED", { callEndStatus: "GONE" });
  const findings = found([...wrong(outbound), ...again(outbound.slice(hello.length))]);
  expect(of("end-status", findings)).toMatchObject({ status: "fail", seen: 2, broken: 1 });
  expect(of("completed", findings)).toMatchObject({ status: "pass", seen: 2, broken: 0 });
  const merged = merge(findings, found(outbound), judge({ messages: [] }));
  expect(of("end-status", merged)).toMatchObject({ status: "fail", seen: 3, broken: 1 });
});

test("what rests on a guess is no “must”", () => {
  const guessed = rules.filter(({ source, level }) => level === "must" && /guess/i.test(source));
  // Documented, but for how long HubSpot waits.
  expect(guessed.map(({ id }) => id)).toEqual(["initialized"]);
  for (const rule of ["available", "call-status", "end-status-right", "status-right"])
    expect(rules.find(({ id }) => id === rule)?.level).toBe("should");
});

test("what can still be done is not held against the app", () => {
  const open = [hello, outbound.slice(0, 6), outbound.slice(0, 8), hello.slice(0, 2), [dial]];
  for (const lines of open)
    expect(failing(found(lines, { isOver: false, at: begin + 9000 }))).toEqual([]);
  expect(of("completed", found(outbound.slice(0, 8), { isOver: false }))).toMatchObject({
    status: "untried",
    words: "A call has not been completed yet.",
  });
});

test("a frame that was taken away need not initialize, nor one that leaves the talking to the calling window", () => {
  const { messages } = session(hello.slice(0, 2));
  expect(failing(judge({ messages }))).toEqual([]);
  const silent = elsewhere(hello.slice(0, 2), { frame: "remote" });
  expect(of("initialized", found(silent))).toMatchObject({ status: "untried", seen: 0 });
  const other = elsewhere(fields("SYNC", { usesCallingWindow: false })(silent), {
    frame: "window",
  });
  expect(of("initialized", found(other))).toMatchObject({ status: "untried", seen: 0 });
  const tab = fields("SYNC", { usesCallingWindow: false })(silent);
  expect(failing(found(tab))).toEqual(["initialized"]);
});

test("an app may answer SYNC as often as HubSpot asks", () => {
  const asked = after("SYNC", ...hello.slice(0, 2))(hello);
  expect(failing(found(after("SYNC_ACK", ...hello.slice(0, 2))(asked)))).toEqual([]);
});

test("each of several frames may tell its own HubSpot of one call", () => {
  const first = elsewhere(
    fields("SYNC", { iframeLocation: "remote", usesCallingWindow: false })(inbound),
    { frame: "remote" },
  );
  const second = elsewhere(first, { load: "another tab" });
  const both = first.flatMap((line, index) => [line, second[index] ?? line]);
  const musts = found(both).filter(({ status, level }) => status === "fail" && level === "must");
  expect(musts).toEqual([]);
});

test("a frame may go on with a call that another began", () => {
  const tab = elsewhere([...hello, answered, ended], { frame: "window" });
  expect(failing(found(tab))).toEqual([]);
});

test("a panel that is loaded again need not know that the call was its own", () => {
  const lost = [...outbound.slice(0, 7), ...elsewhere(hello, { load: "2" })];
  expect(failing(found(lost))).toEqual([]);
});

test("… which excuses no call that was given up before", () => {
  const forgotten = [
    ...outbound.slice(0, 7),
    ...again(outbound.slice(hello.length)),
    ...elsewhere(hello, { load: "2" }),
  ];
  expect(failing(found(forgotten))).toEqual(["completed", "one-call-a-dial", "ended"]);
});

test("a page that is given the engagement of a call that is over begins afresh", () => {
  const later = [
    ...outbound,
    ...elsewhere(fields("SYNC", { engagementId: ids.engagementId })(hello), { load: "2" }),
  ];
  expect(failing(found(later))).toEqual([]);
});

test("an app that comes back says so once, and is heard under the call’s own ids", () => {
  const findings = found(moved);
  expect(of("goes-on", findings)).toMatchObject({ status: "pass", seen: 1 });
  expect(of("reload", findings)).toMatchObject({ status: "pass", seen: 1 });
  // HubSpot's own id is enough for an app that has no other.
  const nameless = moved.map((line) =>
    line.load === "2"
      ? { ...line, data: { ...Object(line.data), externalCallId: undefined } }
      : line,
  );
  const named = nameless.filter(({ load, type }) => load === "1" || type !== "CALL_ANSWERED");
  expect(of("reload", found(named))).toMatchObject({ status: "pass" });
});

test("HubSpot’s refusal breaks a “must”, unless a fault was on, it made no engagement, or the engagement is the app’s own", () => {
  const refusing = all(without("UPDATE_ENGAGEMENT_SUCCEEDED"), after("CALL_COMPLETED", refused));
  expect(of("saved", found(refusing(outbound)))).toMatchObject({
    status: "fail",
    level: "must",
    words: "HubSpot refused it: No.",
  });
  const faulty = refusing(outbound).map((line) => ({ ...line, faults: ["updateEngagementFails"] }));
  expect(of("saved", found(faulty))).toMatchObject({ status: "untried" });
  const tried = hubspot("CREATE_ENGAGEMENT_FAILED", { error: { message: "To try it" } });
  expect(failing(found(refusing(after("CALL_ANSWERED", tried)(outbound))))).toEqual([]);
  const own = all(
    without("CREATE_ENGAGEMENT_SUCCEEDED"),
    fields("OUTGOING_CALL_STARTED", { createEngagement: false }),
  );
  expect(failing(found(refusing(own(outbound))))).toEqual([]);
  // A failure that nobody's completion led to is no answer.
  expect(of("saved", found([...outbound, refused]))).toMatchObject({ status: "pass", seen: 1 });
});

test("a call for which HubSpot made no engagement leaves no ghost", () => {
  const failed = hubspot("CREATE_ENGAGEMENT_FAILED", { error: { message: "No" } });
  const lines = outbound.map((line) => (line === created ? failed : line));
  const uncompleted = without("CALL_COMPLETED", "UPDATE_ENGAGEMENT_SUCCEEDED")(lines);
  expect(failing(found(fields("CALL_ENDED", { engagementId: undefined })(uncompleted)))).toEqual([
    "engagement-made",
  ]);
});

test("“true” asks for an engagement, as it does in HubSpot", () => {
  const lines = fields("OUTGOING_CALL_STARTED", { createEngagement: "true" })(outbound);
  expect(failing(found(lines))).toEqual(["start-fields"]);
  const ghost = without("CALL_COMPLETED", "UPDATE_ENGAGEMENT_SUCCEEDED")(lines);
  expect(failing(found(ghost))).toEqual(["completed", "start-fields"]);
});

test("a number is the same in every way of writing it that means the same", () => {
  const called = (phoneNumber: string, countryCode: string, toNumber: string) =>
    of(
      "dialled-number",
      found(
        all(
          payload("DIAL_NUMBER", { ...asked, phoneNumber, countryCode }),
          fields("OUTGOING_CALL_STARTED", { toNumber }),
        )(outbound),
      ),
    )?.status;
  expect(called(to, "GB", "+44 7700 900142")).toBe("pass");
  expect(called(to, "GB", "00447700900142")).toBe("pass");
  expect(called(to, "GB", "447700900142")).toBe("pass");
  expect(called("(212) 555-0143", "US", "+12125550143")).toBe("pass");
  expect(called("07700 900142", "GB", "+447700900142")).toBe("pass");
  expect(called("07700 900142", "XX", "+447700900142")).toBe("pass");
  expect(called("(212) 555-0143", "US", "+442125550143")).toBe("fail");
  expect(called(to, "GB", "7700900142")).toBe("fail");
});

test("a time is one in every way of writing it that HubSpot takes", () => {
  const written = (hs_timestamp: unknown) => found(properties({ hs_timestamp })(outbound));
  for (const time of [
    begin,
    String(begin),
    begin + 0.5,
    new Date(begin),
    new Date(begin).toISOString(),
  ]) {
    expect(failing(written(time)), String(time)).toEqual([]);
    expect(of("timestamp-right", written(time))?.status).toBe("pass");
  }
  for (const time of [begin / 1000, "soon", new Date(Number.NaN), "15/06/2025"])
    expect(failing(written(time)), String(time)).toEqual(["timestamp"]);
});

test("a user may call another number than HubSpot asked for, after a moment", () => {
  const typed = all(
    fields("OUTGOING_CALL_STARTED", { toNumber: "+1 212 555 0187", dialingContext: undefined }),
    properties({ hs_call_to_number: "+1 212 555 0187" }),
  )(outbound).map((line) => (line.type === "OUTGOING_CALL_STARTED" ? late(4000, line) : line));
  expect(failing(found(typed))).toEqual([]);
  expect(of("dialled-number", found(typed))).toMatchObject({ status: "untried" });
});

test("missing and different dialing contexts are told apart", () => {
  const given = (dialingContext: unknown) =>
    found(fields("OUTGOING_CALL_STARTED", { dialingContext })(outbound));
  expect(failing(given(undefined))).toEqual(["dialing-context-given"]);
  expect(of("dialing-context", given({ ...asked, objectId: 1 }))).toMatchObject({
    words: "objectId is 1 in dialingContext, and was 37621684101 in DIAL_NUMBER.",
  });
  expect(of("dialing-context", given({ ...asked, calleeInfo: { calleeId: 1 } }))).toMatchObject({
    words: "calleeInfo is an object in dialingContext, and was an object in DIAL_NUMBER.",
  });
  // What an app adds is its own, and the order of fields does not count.
  expect(failing(given(Object.fromEntries(Object.entries(asked).reverse())))).toEqual([]);
  expect(failing(given({ ...asked, mine: true }))).toEqual([]);
});

test("lists in a dialing context are compared one by one", () => {
  const given = (list: unknown) =>
    of(
      "dialing-context",
      found(
        all(
          payload("DIAL_NUMBER", { ...asked, list: [1, { a: 2 }] }),
          fields("OUTGOING_CALL_STARTED", { dialingContext: { ...asked, list } }),
        )(outbound),
      ),
    )?.status;
  expect(given([1, { a: 2 }])).toBe("pass");
  for (const other of [[1], [1, { a: 2 }, 3], [{ a: 2 }, 1], [1, { a: 3 }], [1, {}], { 0: 1 }])
    expect(given(other), JSON.stringify(other)).toBe("fail");
});

test("a call that goes on after END_CALL is told while the session goes on, after a while", () => {
  const lines = [...outbound.slice(0, 7), hubspot("END_CALL")];
  const { messages } = session(lines);
  const said = messages.at(-1)?.at ?? 0;
  const at = (ms: number) => of("end-call", judge({ messages, at: said + ms }));
  expect(at(9000)).toMatchObject({ status: "untried", words: "END_CALL was said just now." });
  expect(at(11_000)).toMatchObject({ status: "fail", words: "The call went on after END_CALL." });
  const ending = [...lines, late(12_000, ended)];
  expect(of("end-call", judge({ messages: session(ending).messages }))?.status).toBe("fail");
});

test("a time that is wrong is told with how wrong it is", () => {
  const words = (callStartTime: unknown) =>
    of("start-time", found(fields("OUTGOING_CALL_STARTED", { callStartTime })(outbound)))?.words;
  expect(words(begin / 1000)).toBe("callStartTime is 1750000000, which is in seconds.");
  expect(words(begin + 3_600_000)).toBe("callStartTime is 1750003600000, 60 minutes too late.");
  expect(words(begin - 7_200_000)).toBe("callStartTime is 1749992800000, 120 minutes too early.");
  expect(words("now")).toBe("callStartTime is “now”.");
  expect(words(5)).toBe("callStartTime is 5.");
});

test("the call that the app means is told by HubSpot’s id where it has no other", () => {
  const lines = [
    ...outbound.slice(0, -2),
    ...again(outbound.slice(hello.length, -3)),
    // The first is completed last, and only HubSpot's id says so.
    ...fields("CALL_COMPLETED", { externalCallId: undefined })(outbound.slice(-2)),
  ];
  expect(of("completed", found(lines))).toMatchObject({
    broken: 1,
    message: { data: { externalCallId: "call-2" } },
  });
});

test("which frame spoke out of turn is told", () => {
  const words = (frame: "remote" | "window", usesCallingWindow: boolean) =>
    of("window-talks", found(elsewhere(fields("SYNC", { usesCallingWindow })(outbound), { frame })))
      ?.words;
  expect(words("remote", true)).toMatch(/^The frame in the navigation bar said/);
  expect(words("window", false)).toMatch(/^The calling window said/);
  expect(words("remote", false)).toBeUndefined();
  expect(words("window", true)).toBeUndefined();
});

test("a call in another frame does not make this one a ghost", () => {
  const first = outbound.slice(0, -2);
  const other = elsewhere(outbound, { frame: "remote", load: "tab" });
  const musts = found([...first, ...other], { isOver: false }).filter(
    ({ status, level }) => status === "fail" && level === "must",
  );
  expect(musts).toEqual([]);
});

test("a caller who withholds the number breaks no rule, and neither do two of them", () => {
  expect(failing(found(withheld))).toEqual([]);
  expect(of("from-and-to", found(withheld))).toMatchObject({ status: "pass" });
});

test("a call that is told to HubSpot again, without asking for another engagement, is started once", () => {
  const told = after(
    "OUTGOING_CALL_STARTED",
    app("OUTGOING_CALL_STARTED", { ...Object(started.data), createEngagement: false }),
  );
  expect(of("one-start", found(told(outbound)))).toMatchObject({ status: "pass" });
});

test("an app that calls whenever it is asked to is told so, and breaks no “must”", () => {
  const broken = found(after("OUTGOING_CALL_STARTED", dial, started)(outbound)).filter(
    ({ status }) => status === "fail",
  );
  expect(broken).toMatchObject([{ rule: "one-call-a-dial", level: "should" }]);
});

test("the call that is blamed for a dial is the one dialled", () => {
  const other = app("OUTGOING_CALL_STARTED", {
    externalCallId: "call-2",
    fromNumber: "+1 212 555 0100",
    toNumber: "+1 212 555 0187",
    createEngagement: false,
  });
  const end = app("CALL_ENDED", { externalCallId: "call-2", callEndStatus: "CANCELED" });
  const lines = after("CALL_ANSWERED", dial, late(1500, other), end)(outbound);
  expect(of("one-call-a-dial", found(lines))).toMatchObject({ status: "pass", seen: 1 });
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
    "phoneNumber",
    "callStartTime",
    "createEngagement",
    "dialingContext",
    "callEndStatus",
    "sizeInfo",
    "width",
    "objectCoordinates",
    "iFrameUrl",
    "isLoggedIn",
    "hideWidget",
    "error",
  ];
  const { engagementProperties } = Object(outbound.at(-2)?.data);
  const payloads = values.flatMap((value) => [
    value,
    Object.fromEntries(names.map((name) => [name, value])),
    {
      ...Object(started.data),
      engagementProperties: Object.fromEntries(
        Object.keys(engagementProperties).map((name) => [name, value]),
      ),
    },
  ]);
  const odd = [...payloads, null, 0, "", "text", [], { externalCallId: {} }, NaN];
  const types = [
    ...new Set(moved.map(({ type }) => type)),
    ...new Set(outbound.map(({ type }) => type)),
    "__proto__",
    "ERROR",
  ];
  const lines = types.flatMap((type) =>
    odd.flatMap((data) => [app(type, data), hubspot(type, data)]),
  );
  expect(found([...hello, ...lines, ...returned]).length).toBe(rules.length);
});

test("what an app writes is one line of text in a finding", () => {
  const evil = "\u001b[31mred\u001b[0m\n## A heading \u202e";
  const [finding] = found(fields("CALL_ENDED", { callEndStatus: evil })(outbound));
  expect(finding?.words).toMatch(
    /^callEndStatus is “\\u\{1b\}\[31mred\\u\{1b\}\[0m\\u\{a\}## A heading \\u\{202e\}”: /,
  );
  const [thrown] = found(hello, { errors: [evil] });
  expect(thrown).toMatchObject({
    rule: "no-errors",
    words: "\\u{1b}[31mred\\u{1b}[0m\\u{a}## A heading \\u{202e}",
  });
});

test("of several sessions, one that breaks a rule counts, then one that keeps it", () => {
  const merged = merge(
    found(outbound),
    found(without("CALL_ENDED")(outbound)),
    judge({ messages: [] }),
  );
  expect(failing(merged)).toContain("ended");
  expect(of("completed", merged)).toMatchObject({ status: "pass" });
  expect(of("navigate", merged)).toMatchObject({ status: "untried" });
});

test("the summary leads with what is untried, and tells musts and shoulds apart", () => {
  const findings = found(
    all(
      fields("CALL_ENDED", { callEndStatus: "GONE" }),
      properties({ own: 1, hs_own: 1 }),
    )(outbound),
  );
  expect(summary(findings)).toMatch(
    /^\d+ untried \(\d+ must, \d+ should\), 2 broken \(1 must, 1 should\), \d+ kept \(/,
  );
  expect(summary(judge({ messages: [] }))).toMatch(/, 0 broken, 0 kept$/);
});

test("the Markdown report shows an app’s words as text", () => {
  const evil = "</p>[x](y) `a` *b* _c_ | \u001b[2J\u202e";
  const report = markdown(
    { name: evil, url: "https://a.example/_x_" },
    found(
      all(fields("CALL_ENDED", { callEndStatus: evil }), after("CALL_ENDED", app(evil)))(outbound),
    ),
  );
  expect(report).toContain(
    "`` callEndStatus is “</p>[x](y) `a` *b* _c_ | \\u{1b}[2J\\u{202e}”: COMPLETED, NO_ANSWER",
  );
  expect(report).not.toContain("\u001b");
  expect(report).not.toContain("\u202e");
  for (const heading of ["Broken: must", "Broken: should", "Untried: must", "Kept: must"])
    expect(report).toContain(`\n## ${heading}\n`);
  expect(report).toContain("- **must** Every call is completed (`completed`): seen once");
});
