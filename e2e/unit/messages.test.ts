// What HubSpot's messages say, read from whatever comes: what is missing, odd, endless or made to deceive.
import { expect, test } from "@playwright/test";
import { dispositions, read, toJson } from "../../src/call/messages.ts";

const dialled = (data: object) => {
  const message = read({ type: "DIAL_NUMBER", data });
  return message.type === "DIAL_NUMBER" ? message.asked : undefined;
};
const callers = (...callerIdMatches: unknown[]) => {
  const message = read({ type: "CALLER_ID_MATCH_SUCCEEDED", data: { callerIdMatches } });
  return message.type === "CALLER_ID_MATCH_SUCCEEDED" ? message.callers : undefined;
};
const contact = (fields: object, objectId: unknown = 5) => ({
  objectCoordinates: { portalId: 9, objectId, objectTypeId: "0-1" },
  ...fields,
});

test("the user can choose each outcome that HubSpot has from the start", () => {
  expect(dispositions).toEqual({
    "9d9162e7-6cf3-4944-bf63-4dff82258764": "Busy",
    "f240bbac-87c9-4f6e-bf70-924b57d47db7": "Connected",
    "a4c4c377-d246-4b32-a13b-75a56a4cd0ff": "Left live message",
    "b2cf5968-551e-4856-9783-52b3da59a7d0": "Left voicemail",
    "73a0d17f-1163-4015-bdd5-ec830791da20": "No answer",
    "17b47fee-58de-441e-a44c-c6300d46f273": "Wrong number",
  });
});

test("a frame is where HubSpot says, and in a panel when it says nothing that is known", () => {
  const place = (data: object) => read({ type: "READY", data });
  for (const iframeLocation of ["widget", "remote", "window"])
    expect(place({ iframeLocation })).toMatchObject({ iframeLocation });
  expect(place({ iframeLocation: "sidebar" })).toMatchObject({ iframeLocation: "widget" });
  expect(place({ usesCallingWindow: false })).toMatchObject({ usesCallingWindow: false });
  expect(place({ portalId: "62515", hostUrl: "https://app.hubspot.com" })).toMatchObject({
    portalId: 62515,
    hostUrl: "https://app.hubspot.com",
    usesCallingWindow: true,
  });
});

test("a dial request names the number, who is called, and when it was clicked", () => {
  const data = {
    phone_number: "112",
    objectId: 7,
    calleeInfo: { calleeId: 5, calleeObjectTypeId: "0-2" },
    startTimestamp: 1_750_000_000_000,
  };
  expect(dialled(data)).toEqual({
    number: "112",
    callee: { id: 5, objectTypeId: "0-2" },
    startTimestamp: 1_750_000_000_000,
    payload: data,
  });
  expect(dialled({ ...data, phoneNumber: "113" })).toMatchObject({ number: "113" });
  expect(dialled({ startTimestamp: "at noon" })).toMatchObject({ number: "", startTimestamp: 0 });
  // It only looks as if it had a value, and throws when it is asked for it.
  const odd = { toString: 1, valueOf: 1 };
  expect(dialled({ phoneNumber: odd, startTimestamp: odd })).toMatchObject({ startTimestamp: 0 });
});

test("a record has a whole number above 0 for its id, or it is none", () => {
  expect(dialled({ calleeInfo: { calleeId: 1 } })?.callee).toEqual({ id: 1, objectTypeId: "" });
  for (const calleeId of [0, -7, 1.5, "7", 2 ** 60, undefined])
    expect(dialled({ calleeInfo: { calleeId } })?.callee, String(calleeId)).toBeUndefined();
  expect(callers(contact({ name: "Nobody" }, 0), contact({ name: "Ada" }, 7))).toEqual([
    { name: "Ada", objectCoordinates: { portalId: 9, objectId: 7, objectTypeId: "0-1" } },
  ]);
});

test("a caller is shown by the best name that there is", () => {
  const lovelace = { firstName: "Ada", lastName: "Lovelace", email: "ada@engines.example" };
  const names = callers(
    contact({ ...lovelace, name: "Engines Ltd" }),
    contact(lovelace),
    contact({ ...lovelace, firstName: undefined }),
    contact({ ...lovelace, lastName: undefined }),
    contact({ email: lovelace.email }),
    contact({}),
  )?.map(({ name }) => name);
  expect(names).toEqual([
    "Engines Ltd",
    "Ada Lovelace",
    "Lovelace",
    "Ada",
    "ada@engines.example",
    "5",
  ]);
});

test("what is endless is cut: names, lists, and whole messages", () => {
  const long = "A".repeat(2000);
  expect(callers(contact({ name: long }))?.[0]?.name).toBe(long.slice(0, 100));
  expect(callers(...new Array(50).fill(contact({ name: "Ada" })))).toHaveLength(20);
  expect(dialled({ phoneNumber: long })?.number).toHaveLength(500);
  expect(dialled({ phoneNumber: "112", more: "A".repeat(90_000) })?.number).toBe("112");
  expect(dialled({ phoneNumber: "112", more: "A".repeat(100_000) })).toMatchObject({
    number: "",
    payload: {},
  });
});

test("a name cannot turn the words around it, nor break the line", () => {
  // U+202E writes what follows from right to left.
  expect(callers(contact({ name: "\u202eA\u0007d\na\u2066" }))?.[0]?.name).toBe("Ada");
  expect(
    read({ type: "CREATE_ENGAGEMENT_FAILED", data: { error: { message: "no\u202e\0" } } }),
  ).toEqual({ type: "CREATE_ENGAGEMENT_FAILED", why: "no" });
});

test("a message is listed as JSON that people can read, and as words where JSON has none", () => {
  expect(toJson({ type: "SYNC" })).toBe('{\n  "type": "SYNC"\n}');
  expect(toJson(undefined)).toBe("");
  expect(toJson(2n ** 70n)).toContain("BigInt");
});
