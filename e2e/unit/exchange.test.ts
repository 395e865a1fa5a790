// The loopback line's far ends, by their numbers: what they do when, without a browser.
import { expect, test } from "@playwright/test";
import { behaviourOf, behaviours, ownNumber } from "../../src/line/behaviours.ts";
import { createExchange } from "../../src/line/exchange.ts";
import type { LineCommand, LineEvent } from "../../src/line/line.ts";
import { createClock, scripted, silent, unruly } from "../line/scripted.ts";

/** A registered line without sound, and all that it has told since. */
function registered() {
  const { wait, pass } = createClock();
  const told: LineEvent[] = [];
  const line = silent(wait)((event) => told.push(event));
  const tell = (...commands: LineCommand[]) => {
    for (const command of commands) {
      const before = told.length;
      line.tell(command);
      expect(told, "nothing is told before tell() has returned").toHaveLength(before);
    }
    pass(0);
  };
  tell({ type: "register" });
  told.length = 0;
  return { told, tell, pass };
}

const call = (toNumber: string, id = "1") =>
  ({ type: "call", id, fromNumber: ownNumber, toNumber }) as const;
const ringMe = (fromNumber: string, id = "1") => ({ type: "ring me", id, fromNumber }) as const;
const told = (type: LineEvent["type"], rest: object = {}) => ({ type, id: "1", ...rest });

test("the numbers are different ones, and each says what it does", () => {
  const numbers = behaviours.map(({ number }) => number);
  expect(new Set(numbers).size).toBe(numbers.length);
  for (const { number, words } of behaviours) {
    expect(words, number).toMatch(/^[a-z].*[^.]$/);
    expect(behaviourOf(number).words).toBe(words);
  }
  expect(behaviourOf("+1 212 555 0143")).toBe(behaviours[0]);
  expect(behaviourOf(" 2-0-2 ").number).toBe("202");
});

const talk = [told("ringing"), told("answered")];
for (const [number, events] of [
  ["+1 212 555 0143", talk],
  ["201", talk],
  ["202", [told("ended", { endStatus: "BUSY", why: "busy" })]],
  ["203", [told("ringing"), told("ended", { endStatus: "NO_ANSWER", why: "no answer" })]],
  ["204", [told("ringing"), told("ended", { endStatus: "REJECTED", why: "rejected" })]],
  ["205", [...talk, told("ended", { endStatus: "COMPLETED", why: undefined })]],
  ["206", talk],
  [
    "207",
    [
      ...talk,
      told("held", { isOn: true, byThem: true }),
      told("held", { isOn: false, byThem: true }),
    ],
  ],
  ["208", [told("ended", { endStatus: "FAILED", why: "wrong number" })]],
  ["209", [...talk, told("ended", { endStatus: "FAILED", why: "network gone" })]],
] as const) {
  test(`${number}, when it is called, ${behaviourOf(number).words}`, () => {
    const line = registered();
    line.tell(call(number));
    line.pass(40_000);
    expect(line.told).toEqual(events);
  });
}

test("it rings for us with any number, and with none", () => {
  for (const fromNumber of ["+44 20 7946 0018", "+1 212 555 0199", ""]) {
    const line = registered();
    line.tell(ringMe(fromNumber));
    expect(line.told).toEqual([told("incoming", { fromNumber, toNumber: ownNumber })]);
    line.tell({ type: "answer", id: "1" });
    line.pass(60_000);
    expect(line.told.slice(1)).toEqual([told("answered")]);
    line.tell({ type: "hang up", id: "1" });
    expect(line.told.slice(2)).toEqual([told("ended", { endStatus: "COMPLETED" })]);
  }
});

test("an incoming call ends as it went: declined, given up, answered elsewhere", () => {
  for (const [number, command, end] of [
    ["", "reject", { endStatus: "REJECTED" }],
    ["", "hang up", { endStatus: "REJECTED" }],
    ["", undefined, { endStatus: "MISSED" }],
    ["203", undefined, { endStatus: "MISSED" }],
    ["209", undefined, { endStatus: "CANCELED", why: "answered elsewhere" }],
  ] as const) {
    const line = registered();
    line.tell(ringMe(number));
    if (command) line.tell({ type: command, id: "1" });
    line.pass(30_000);
    expect(line.told.slice(1)).toEqual([told("ended", end)]);
  }
});

test("a caller does once it is answered what its number does", () => {
  const line = registered();
  line.tell(ringMe("205"), { type: "answer", id: "1" });
  line.pass(5_000);
  expect(line.told.slice(1)).toEqual([told("answered"), told("ended", { endStatus: "COMPLETED" })]);
});

test("a call that is given up ends at once, and nothing is told of it any more", () => {
  for (const [after, endStatus] of [
    [0, "CANCELED"],
    [1_000, "CANCELED"],
    [3_000, "COMPLETED"],
  ] as const) {
    const line = registered();
    line.tell(call("205"));
    line.pass(after);
    line.tell({ type: "hang up", id: "1" });
    expect(line.told.at(-1)).toEqual(told("ended", { endStatus }));
    const before = line.told.length;
    for (const type of ["hang up", "answer", "reject"] as const) line.tell({ type, id: "1" });
    for (const type of ["mute", "hold", "record"] as const)
      line.tell({ type, id: "1", isOn: true });
    line.tell({ type: "digits", id: "1", digits: "1" });
    line.tell({ type: "transfer", id: "1", toNumber: "112" });
    line.pass(60_000);
    expect(line.told).toHaveLength(before);
  }
});

test("what cannot be done is told, and changes nothing", () => {
  const refused = told("trouble", { why: "refused" });
  const line = registered();
  line.tell(call("+1 212 555 0143"));
  line.tell({ type: "hold", id: "1", isOn: true }, { type: "digits", id: "1", digits: "1" });
  line.tell({ type: "record", id: "1", isOn: true });
  line.tell({ type: "transfer", id: "1", toNumber: "112" }, call("112"), ringMe("112"));
  expect(line.told).toEqual(Array(6).fill(refused));
  line.pass(3_000);
  line.tell({ type: "transfer", id: "1", toNumber: "Ada" });
  expect(line.told.slice(6)).toEqual([...talk, told("trouble", { why: "wrong number" })]);
});

test("nobody is called before the user is registered, or after", () => {
  const line = registered();
  line.tell(call("201"));
  line.pass(3_000);
  line.tell({ type: "unregister" });
  expect(line.told.slice(2)).toEqual([
    told("ended", { endStatus: "COMPLETED" }),
    { type: "unregistered", isRetrying: false },
  ]);
  line.tell(call("201", "2"), ringMe("201", "3"));
  expect(line.told.slice(4)).toEqual([
    { type: "ended", id: "2", endStatus: "FAILED", why: "refused" },
    { type: "trouble", id: "3", why: "refused" },
  ]);
});

test("in a browser that has no sound a call fails, and says so", () => {
  const { wait, pass } = createClock();
  const happened: LineEvent[] = [];
  const order = createExchange({
    happened: (event) => happened.push(event),
    wait,
    link: () => {
      throw new ReferenceError("RTCPeerConnection is not defined");
    },
  });
  order({ type: "register" });
  order(call("201"));
  order(ringMe("201", "2"));
  order({ type: "answer", id: "2" });
  pass(60_000);
  const failed = { type: "ended", endStatus: "FAILED", why: "far end failed" };
  expect(happened.slice(1)).toMatchObject([
    { ...failed, id: "1" },
    { type: "incoming", id: "2" },
    { ...failed, id: "2" },
  ]);
});

test("a number that cannot be dialled is a wrong one", () => {
  const line = registered();
  line.tell(call("Ada"));
  expect(line.told).toEqual([told("ended", { endStatus: "FAILED", why: "wrong number" })]);
});

test("a transferred call is over", () => {
  const line = registered();
  line.tell(call("201"));
  line.pass(3_000);
  line.tell({ type: "transfer", id: "1", toNumber: "+1 212 555 0110" });
  expect(line.told.slice(2)).toEqual([
    told("transferred"),
    told("ended", { endStatus: "COMPLETED" }),
  ]);
});

test("two calls are each their own", () => {
  const line = registered();
  line.tell(call("205", "1"), call("201", "2"));
  line.pass(60_000);
  const of = (id: string) => line.told.filter((event) => "id" in event && event.id === id);
  expect(of("1").map(({ type }) => type)).toEqual(["ringing", "answered", "ended"]);
  expect(of("2").map(({ type }) => type)).toEqual(["ringing", "answered"]);
});

test("an unruly line tells everything once at least, late or twice, by its seed", () => {
  const { wait, pass } = createClock();
  const happened: LineEvent[] = [];
  let seed = 1;
  const random = () => {
    seed = (seed * 48271) % 2147483647;
    return seed / 2147483647;
  };
  const said = Array.from({ length: 200 }, (_, id) => ({
    type: "answered" as const,
    id: `${id}`,
  }));
  const line = unruly(
    scripted(() => said.map((event) => [0, event]), wait),
    wait,
    random,
  )((event) => happened.push(event));
  line.tell({ type: "register" });
  pass(5_000);
  const soon = happened.length;
  pass(120_000);
  expect(new Set(happened).size).toBe(said.length);
  expect(soon).toBeGreaterThan(said.length);
  expect(happened.length).toBeGreaterThan(soon);
  expect(happened.slice(0, said.length)).not.toEqual(said);
});
