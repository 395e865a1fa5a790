// What the adapter does when a vendor's SDK does not do as it should. What every line does is in e2e/line/contract.ts.
import { expect, test } from "@playwright/test";
import { adapter, type Tells, type Vendor } from "../../src/line/adapter.ts";
import type { LineCommand, LineEvent } from "../../src/line/line.ts";

type Call = { to: string };

/** A line over a vendor of whom some parts are said; what it did, and what the line told. */
function lineOver(parts: Partial<Vendor<Call>> = {}) {
  const did: string[] = [];
  const told: LineEvent[] = [];
  const vendors: Tells<Call>[] = [];
  const note =
    (what: string) =>
    (...[call, more]: [call: Call, more?: unknown]) => {
      did.push([what, call.to, ...(more === undefined ? [] : [more])].join(" "));
    };
  const line = adapter<Call>("Vendor", (tells) => {
    vendors.push(tells);
    return {
      register: () => tells.happened({ type: "registered" }),
      unregister: () => {},
      call: async ({ toNumber }) => ({ to: toNumber }),
      follow: note("follow"),
      answer: note("answer"),
      reject: note("reject"),
      hangUp: note("hang up"),
      mute: note("mute"),
      ...parts,
    };
  })((event) => told.push(event));
  const [vendor] = vendors;
  if (!vendor) throw new Error("The vendor was not asked");
  return {
    line,
    vendor,
    did,
    told,
    /** Resolves once all that follows has been told. */
    tell: async (...commands: LineCommand[]) => {
      for (const command of commands) line.tell(command);
      await new Promise(setImmediate);
    },
  };
}

const call: LineCommand = { type: "call", id: "1", fromNumber: "100", toNumber: "112" };

test("what a vendor cannot do has no button, and is not asked of it", async () => {
  const none = lineOver();
  expect(none.line.can).toEqual([]);
  await none.tell(call, { type: "hold", id: "1", isOn: true });
  await none.tell({ type: "digits", id: "1", digits: "7" });
  expect(none.did).toEqual(["follow 112 1"]);

  const all = lineOver({
    hold: (call, isOn) => all.did.push(`hold ${call.to} ${isOn}`),
    digits: (call, digits) => all.did.push(`digits ${call.to} ${digits}`),
    transfer: (call, toNumber) => all.did.push(`transfer ${call.to} ${toNumber}`),
  });
  expect(all.line.can).toEqual(["hold", "digits", "transfer"]);
  await all.tell(call);
  await all.tell(
    { type: "hold", id: "1", isOn: true },
    { type: "digits", id: "1", digits: "7" },
    { type: "transfer", id: "1", toNumber: "113" },
  );
  expect(all.did).toEqual(["follow 112 1", "hold 112 true", "digits 112 7", "transfer 112 113"]);
});

test("a call that is given up while the vendor makes it is hung up once it is made", async () => {
  let made: (call: Call) => void = () => {};
  const { tell, did, told } = lineOver({
    call: () =>
      new Promise((resolve) => {
        made = resolve;
      }),
  });
  await tell(call, { type: "hang up", id: "1" });
  expect(told).toEqual([{ type: "ended", id: "1", endStatus: "CANCELED" }]);
  made({ to: "112" });
  await tell();
  expect(did).toEqual(["hang up 112"]);
  expect(told).toHaveLength(1);
});

test("what the vendor says of a call that is over, or that nobody knows, is not told, but what was recorded", async () => {
  const { tell, vendor, told } = lineOver();
  await tell(call);
  vendor.happened({ type: "answered", id: "1" });
  vendor.ended("1", "FAILED");
  vendor.ended("1", "FAILED");
  vendor.happened({ type: "muted", id: "1", isOn: true });
  vendor.happened({ type: "ringing", id: "2" });
  vendor.ended("2", "MISSED");
  vendor.happened({ type: "recorded", id: "1", url: "https://a.example/1" });
  await tell();
  expect(told).toEqual([
    { type: "answered", id: "1" },
    { type: "ended", id: "1", endStatus: "COMPLETED" },
    { type: "recorded", id: "1", url: "https://a.example/1" },
  ]);
});

test("a call that is answered before the vendor has made it was answered; why one was not is told", async () => {
  const answered = lineOver({
    call: async ({ id, toNumber }) => {
      answered.vendor.happened({ type: "answered", id });
      return { to: toNumber };
    },
  });
  await answered.tell(call);
  answered.vendor.ended("1", "NO_ANSWER");
  await answered.tell();
  expect(answered.told.at(-1)).toEqual({ type: "ended", id: "1", endStatus: "COMPLETED" });

  const busy = lineOver();
  await busy.tell(call);
  busy.vendor.ended("1", "BUSY", "busy");
  await busy.tell({ type: "hang up", id: "1" });
  expect(busy.told).toEqual([{ type: "ended", id: "1", endStatus: "BUSY", why: "busy" }]);
  expect(busy.did).toEqual(["follow 112 1"]);
});

test("what the vendor throws is told, and never thrown", async () => {
  const fails = () => {
    throw new Error("The vendor's own words");
  };
  const line = lineOver({
    register: async () => fails(),
    unregister: async () => fails(),
    call: async ({ toNumber }) => (toNumber === "none" ? fails() : { to: toNumber }),
    follow: ({ to }) => to === "deaf" && fails(),
    mute: async () => fails(),
    answer: async () => fails(),
  });
  const { tell, vendor, told, did } = line;
  await tell({ type: "register" });
  await tell(call, { ...call, id: "2", toNumber: "none" }, { ...call, id: "3", toNumber: "deaf" });
  await tell({ type: "mute", id: "1", isOn: true });
  vendor.incoming({ to: "me" }, "4", "112", "100");
  await tell({ type: "answer", id: "4" });
  await tell({ type: "unregister" });
  expect(told).toEqual([
    { type: "unregistered", why: "refused", isRetrying: false },
    { type: "ended", id: "2", endStatus: "FAILED" },
    { type: "ended", id: "3", endStatus: "FAILED" },
    { type: "trouble", id: "1", why: "refused" },
    { type: "incoming", id: "4", fromNumber: "112", toNumber: "100" },
    { type: "ended", id: "4", endStatus: "FAILED" },
    { type: "ended", id: "1", endStatus: "FAILED" },
    { type: "unregistered", isRetrying: false },
  ]);
  // Nobody goes on ringing, or talking to nobody.
  expect(did).toEqual(["hang up deaf", "reject me"]);
});

test("what cannot be done yet is told", async () => {
  const { tell, told } = lineOver({ call: () => new Promise(() => {}) });
  await tell(call, { type: "mute", id: "1", isOn: true });
  expect(told).toEqual([{ type: "trouble", id: "1", why: "refused" }]);
});

test("a line that is registered again is unregistered before, and one that nobody wants says no more of it", async () => {
  const { tell, vendor, told, did } = lineOver({ unregister: () => did.push("unregister") });
  await tell({ type: "register" });
  await tell({ type: "register" });
  expect(did).toEqual(["unregister"]);
  await tell({ type: "unregister" });
  vendor.happened({ type: "unregistered", why: "registration lost", isRetrying: false });
  await tell();
  expect(told).toEqual([
    { type: "registered" },
    { type: "registered" },
    { type: "unregistered", isRetrying: false },
  ]);
});

test("a call that comes in has the vendor's id, is told once, and is declined by it", async () => {
  const { tell, vendor, did, told } = lineOver();
  for (let time = 0; time < 2; time++) vendor.incoming({ to: "me" }, "CA1", "112", "100");
  await tell({ type: "reject", id: "CA1" });
  vendor.incoming({ to: "me" }, "CA1", "112", "100");
  await tell();
  expect(did).toEqual(["follow me CA1", "reject me"]);
  expect(told).toEqual([
    { type: "incoming", id: "CA1", fromNumber: "112", toNumber: "100" },
    { type: "ended", id: "CA1", endStatus: "REJECTED" },
  ]);
});
