// What an adapter for a vendor's SDK need not do itself, where the vendor does not do as it should. (What every line does is in e2e/line/contract.ts.)
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

test("what the vendor says of a call that is over, or that nobody knows, is not told", async () => {
  const { tell, vendor, told } = lineOver();
  await tell(call);
  vendor.happened({ type: "answered", id: "1" });
  vendor.ended("1", "FAILED");
  vendor.ended("1", "FAILED");
  vendor.happened({ type: "muted", id: "1", isOn: true });
  vendor.happened({ type: "ringing", id: "2" });
  vendor.ended("2", "MISSED");
  await tell();
  expect(told).toEqual([
    { type: "answered", id: "1" },
    { type: "ended", id: "1", endStatus: "COMPLETED" },
  ]);
});

test("what the vendor throws is told, and never thrown", async () => {
  const fails = () => {
    throw new Error("The vendor's own words");
  };
  const { tell, told } = lineOver({
    register: async () => fails(),
    call: async ({ toNumber }) => (toNumber === "112" ? { to: toNumber } : fails()),
    mute: fails,
  });
  await tell({ type: "register" });
  await tell(call, { ...call, id: "2", toNumber: "none" });
  await tell({ type: "mute", id: "1", isOn: true });
  expect(told).toEqual([
    { type: "unregistered", why: "refused", isRetrying: false },
    { type: "ended", id: "2", endStatus: "FAILED" },
    { type: "trouble", id: "1", why: "refused" },
  ]);
});

test("a call that comes in has the vendor's id, and is declined by it", async () => {
  const { tell, vendor, did, told } = lineOver();
  vendor.incoming({ to: "me" }, "CA1", "112", "100");
  await tell({ type: "reject", id: "CA1" });
  expect(did).toEqual(["follow me CA1", "reject me"]);
  expect(told).toEqual([
    { type: "incoming", id: "CA1", fromNumber: "112", toNumber: "100" },
    { type: "ended", id: "CA1", endStatus: "REJECTED" },
  ]);
});
