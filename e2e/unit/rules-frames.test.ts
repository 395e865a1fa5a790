// The rules where a call has several frames, or its page is loaded again.
import { expect, test } from "@playwright/test";
import { judge } from "../../src/rules/rules.ts";
import {
  after,
  again,
  answered,
  elsewhere,
  ended,
  failing,
  fields,
  found,
  hello,
  ids,
  inbound,
  moved,
  of,
  outbound,
  session,
  wait,
} from "./story.ts";

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

test("a page that the browser stopped for more than 30 s, with HubSpot's, is not late", () => {
  expect(failing(found(wait("SYNC_ACK", 70_000)(hello)))).toEqual([]);
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

test("a tab that forgets its call is told, though HubSpot does not say which call it was", () => {
  const forgetting = moved
    .slice(0, moved.findLastIndex(({ type }) => type === "INITIALIZED") + 1)
    .map((line) =>
      line.load === "2" && line.type !== "SYNC_ACK"
        ? { ...line, data: { ...Object(line.data), engagementId: undefined } }
        : line,
    );
  expect(failing(found(forgetting))).toEqual(["reload"]);
  // While the session goes on it may still come back; not when another call has begun.
  const open = { isOver: false };
  expect(of("reload", found(forgetting, open))).toMatchObject({
    status: "untried",
    words: "The page was loaded again during the call.",
  });
  const next = elsewhere(again(inbound.slice(hello.length, hello.length + 1)), {
    frame: "remote",
    load: "2",
  });
  expect(of("reload", found([...forgetting, ...next], open))?.status).toBe("fail");
});

test("the engagement of another frame’s call is not this one’s", () => {
  const other = elsewhere(fields("SYNC", { engagementId: 5 })(hello), { frame: "remote" });
  const lines = [...other, ...fields("CALL_COMPLETED", { engagementId: 5 })(outbound)];
  expect(of("engagement-id", found(lines))?.status).toBe("fail");
});
