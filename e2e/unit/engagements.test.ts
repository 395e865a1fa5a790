// The CRM's engagements in a browser's storage: kept for every tab, and not broken by storage that is damaged, full or blocked.
import { expect, test } from "@playwright/test";
import { begun, completed, Engagements, engagementPrefix } from "../../src/hubspot/engagements.ts";
import { pretendStorage } from "./storage.ts";

const storage = pretendStorage();
test.beforeEach(() => storage.begin());
test.afterEach(() => storage.end());

const ofCall = (id: string, at = 1) =>
  begun(id, "uuid", at, [37621684102, 18934410202], { hs_timestamp: at });

test("every tab sees the same, in their order", () => {
  const first = ofCall("call-1", 2);
  const second = ofCall("call-2", 1);
  const here = new Engagements();
  here.keep(first);
  here.keep(completed(second, { hs_call_body: "Notes" }));
  const there = new Engagements();
  expect(there.find(first.engagementId)).toEqual(first);
  expect(there.find(String(first.engagementId))).toEqual(first);
  expect(there.find(undefined, "call-1")).toEqual(first);
  expect(there.find(undefined, "")).toBeUndefined();
  expect(there.last()).toEqual(first);
  expect(there.timeline()).toMatchObject([{ externalCallId: "call-2" }]);
  there.keep(completed(first, {}));
  expect(here.timeline().map((e) => e.externalCallId)).toEqual(["call-1", "call-2"]);
  here.reset();
  expect(there.last()).toBeUndefined();
});

test("a call of another day, which the API has made, stands where its day is", () => {
  const here = new Engagements();
  for (const [id, day] of [
    ["this year's", "2026-11-20"],
    ["last year's", "2025-11-20"],
  ] as const)
    here.keep(completed(ofCall(id, Date.now()), { hs_timestamp: String(Date.parse(day)) }));
  const order = ["this year's", "last year's"];
  expect(here.timeline(37621684102).map((e) => e.externalCallId)).toEqual(order);
  expect(here.newest(1).map((e) => e.externalCallId)).toEqual(order.slice(0, 1));
});

test("a call is on the timelines of its records, and on no other", () => {
  const here = new Engagements();
  here.keep(completed(ofCall("call-1"), {}));
  const has = (recordId: number) => here.timeline(recordId).length;
  // Grace Hopper, Compilers Inc; Ada Lovelace, her company and her ticket.
  expect([37621684102, 18934410202].map(has)).toEqual([1, 1]);
  expect([37621684101, 18934410201, 4290391019].map(has)).toEqual([0, 0, 0]);
});

test("a damaged one counts as none", () => {
  const whole: object = ofCall("call-1");
  const read = (value: unknown) => {
    storage.kept[`${engagementPrefix}5`] =
      typeof value === "string" ? value : JSON.stringify(value);
    return new Engagements().find(5);
  };
  expect(read(whole)).toEqual(whole);
  for (const status of ["on", "over", "completed"]) expect(read({ ...whole, status })).toBeTruthy();
  for (const damaged of ["", "{", "[]", "null", "5"])
    expect(read(damaged), damaged).toBeUndefined();
  for (const name of Object.keys(whole)) {
    for (const value of [undefined, null, {}, [], true]) {
      const isRight =
        (name === "properties" && JSON.stringify(value) === "{}") ||
        (name === "recordIds" && JSON.stringify(value) === "[]");
      expect(!!read({ ...whole, [name]: value }), `${name}: ${JSON.stringify(value)}`).toBe(
        isRight,
      );
    }
  }
  expect(read({ ...whole, properties: { hs_call_body: 5 } })).toBeUndefined();
  expect(read({ ...whole, recordIds: ["5"] })).toBeUndefined();
});

test("one that an older page stored, with one record, is on that of its company, too", () => {
  const { recordIds, ...rest } = ofCall("call-1");
  storage.kept[`${engagementPrefix}${rest.engagementId}`] = JSON.stringify({
    ...rest,
    recordId: 37621684102,
  });
  expect(new Engagements().last()).toEqual({ ...rest, recordIds });
});

test("a transcript is kept as it is, and one that is damaged is none", () => {
  const said = {
    speaker: { id: "1", name: "Ada", email: "ada@engines.example" },
    text: "Hello",
    startTimeMillis: 0,
    endTimeMillis: 900,
    languageCode: "en",
  };
  const read = (transcript: unknown) => {
    storage.kept[`${engagementPrefix}5`] = JSON.stringify({ ...ofCall("call-1"), transcript });
    return new Engagements().find(5)?.transcript;
  };
  expect(read([said])).toEqual([said]);
  for (const name of Object.keys(said)) {
    expect(read([{ ...said, [name]: {} }]), name).toBeUndefined();
  }
  expect(read("Hello")).toBeUndefined();
});

test("what full storage does not take is kept until the page is closed", () => {
  const here = new Engagements();
  storage.isFull = true;
  const call = ofCall("call-1");
  here.keep(call);
  expect(here.last()).toEqual(call);
  expect(new Engagements().last()).toBeUndefined();
  here.keep(completed(call, {}));
  expect(here.timeline()).toHaveLength(1);
  storage.isFull = false;
  here.keep(call);
  expect(new Engagements().last()).toEqual(call);
  expect(here.timeline()).toEqual([]);
});

test("what the server tells takes nothing away that it does not know", () => {
  const here = new Engagements();
  const call = ofCall("call-1");
  const transcript = [
    { speaker: { id: "1", name: "Ada" }, text: "Hello", startTimeMillis: 0, endTimeMillis: 900 },
  ];
  here.keep({ ...completed(call, { hs_call_body: "Long notes" }), transcript });
  // A server that has begun anew since hears of the call from its app first.
  const { hs_timestamp } = call.properties;
  const told = { ...call, properties: { hs_timestamp, hs_call_title: "Call" } };
  const properties = { hs_timestamp, hs_call_body: "Long notes", hs_call_title: "Call" };
  expect(here.hear(told)).toEqual({ ...call, status: "completed", properties, transcript });
  expect(here.last()).toMatchObject({ properties });
});

test("of more than 500 the older half is forgotten, and none for one that changes", () => {
  const here = new Engagements();
  const calls = Array.from({ length: 501 }, (_, n) => ofCall(`call-${n}`, n));
  for (const call of calls.slice(0, 500)) here.keep(call);
  expect(Object.keys(storage.kept)).toHaveLength(500);
  for (const call of calls.slice(0, 1)) here.keep(completed(call, {}));
  expect(Object.keys(storage.kept)).toHaveLength(500);
  for (const call of calls.slice(500)) here.keep(call);
  expect(Object.keys(storage.kept)).toHaveLength(250);
  expect(here.find(undefined, "call-500")).toBeTruthy();
  expect(here.find(undefined, "call-250")).toBeUndefined();
});
