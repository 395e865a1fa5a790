// The rules about numbers and times, and the calls that HubSpot asks for.
import { expect, test } from "@playwright/test";
import {
  after,
  all,
  app,
  asked,
  begin,
  dial,
  dialledAgain,
  failing,
  fields,
  found,
  inbound,
  late,
  of,
  outbound,
  payload,
  properties,
  started,
  to,
  withheld,
} from "./story.ts";

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

test("who makes the engagement itself need not give the dialing context; else HubSpot’s words say what is lost", () => {
  const bare = fields("OUTGOING_CALL_STARTED", { dialingContext: undefined })(outbound);
  const note = "Not on the timeline of A ticket: it has no dialingContext.";
  const noted = bare.map((line) =>
    line.type === "OUTGOING_CALL_STARTED" ? { ...line, note } : line,
  );
  expect(of("dialing-context-given", found(bare))?.words).toBe("There is no dialingContext.");
  expect(of("dialing-context-given", found(noted))?.words).toBe(note);
  // The call is on all the same.
  expect(failing(found(noted))).toEqual(["dialing-context-given"]);
  expect(of("ended", found(noted))?.status).toBe("pass");
  const own = fields("OUTGOING_CALL_STARTED", { createEngagement: false })(bare);
  expect(of("dialing-context-given", found(own))?.status).toBe("untried");
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

test("a time that is wrong is told with how wrong it is", () => {
  const words = (callStartTime: unknown) =>
    of("start-time", found(fields("OUTGOING_CALL_STARTED", { callStartTime })(outbound)))?.words;
  expect(words(begin / 1000)).toBe("callStartTime is 1750000000, which is in seconds.");
  expect(words(begin + 3_600_000)).toBe("callStartTime is 1750003600000, 60 minutes too late.");
  expect(words(begin - 7_200_000)).toBe("callStartTime is 1749992800000, 120 minutes too early.");
  expect(words("now")).toBe("callStartTime is “now”.");
  expect(words(5)).toBe("callStartTime is 5.");
});

test("a doubled call is counted once, and an incoming call from the number is none", () => {
  const twice = after("DIAL_NUMBER", started)(dialledAgain);
  expect(of("one-call-a-dial", found(twice))).toMatchObject({ seen: 1, broken: 1 });
  const ringing = after(
    "CALL_ANSWERED",
    dial,
  )(fields("INCOMING_CALL", { fromNumber: "+1 212 555 0100", toNumber: to })(inbound));
  expect(of("one-call-a-dial", found(ringing))).toMatchObject({ status: "untried" });
});

test("a caller who withholds the number breaks no rule, and neither do two of them", () => {
  expect(failing(found(withheld))).toEqual([]);
  expect(of("from-and-to", found(withheld))).toMatchObject({ status: "pass" });
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
