// The rules where they are fine: what is not judged, what excuses an app, and what counts as seen.
import { expect, test } from "@playwright/test";
import { markdown, summary } from "../../src/rules/report.ts";
import { judge, merge, type RuleId, rules } from "../../src/rules/rules.ts";
import {
  after,
  again,
  all,
  answered,
  app,
  begin,
  created,
  dial,
  ended,
  failing,
  fields,
  found,
  hello,
  hubspot,
  ids,
  inbound,
  type Line,
  late,
  missed,
  moved,
  of,
  outbound,
  payload,
  properties,
  returned,
  session,
  started,
  without,
} from "./story.ts";

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

test("an engagement that HubSpot neither makes nor refuses is a ghost, uncompleted; one that a fault kept it from making is nobody’s", () => {
  const silent = without("CREATE_ENGAGEMENT_SUCCEEDED", "CALL_COMPLETED")(outbound);
  expect(of("completed", found(silent))?.status).toBe("fail");
  const failed = hubspot("CREATE_ENGAGEMENT_FAILED", { error: { message: "No" } });
  const refusedBy = (more: Partial<Line>, ringing: Partial<Line> = {}) =>
    of(
      "engagement-made",
      found(
        inbound.map((line) =>
          line.type === "CREATE_ENGAGEMENT_SUCCEEDED"
            ? { ...failed, ...more }
            : line.type === "INCOMING_CALL"
              ? { ...line, ...ringing }
              : line,
        ),
      ),
    )?.status;
  expect(refusedBy({})).toBe("fail");
  expect(refusedBy({ faults: ["createEngagementFails"] })).toBe("untried");
  expect(refusedBy({}, { note: "supportsInboundCalling is off" })).toBe("untried");
});

test("an answer that comes after the end is too late, also of a call that nobody answered", () => {
  const words = of("answered", found(after("CALL_ENDED", answered)(missed)))?.words;
  expect(words).toBe("The call was over.");
});

test("a call that is told to HubSpot again, without asking for another engagement, is started once", () => {
  const told = after(
    "OUTGOING_CALL_STARTED",
    app("OUTGOING_CALL_STARTED", { ...Object(started.data), createEngagement: false }),
  );
  expect(of("one-start", found(told(outbound)))).toMatchObject({ status: "pass" });
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
    "`` callEndStatus is “</p>[x](y) `a` *b* _c_ | \\u{1b}[2J\\u{202e}”: it has to be one of COMPLETED, NO_ANSWER",
  );
  expect(report).not.toContain("\u001b");
  expect(report).not.toContain("\u202e");
  for (const heading of ["Broken: must", "Broken: should", "Untried: must", "Kept: must"])
    expect(report).toContain(`\n## ${heading}\n`);
  expect(report).toContain("- **must** Every call is completed (`completed`): seen once");
});
