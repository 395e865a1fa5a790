// What every line does, whatever is behind it: one suite, for a line that is given with its ways to bring the far end to something.
import { expect, type TestType } from "@playwright/test";
import { isSameNumber, isWithheld } from "../../src/call/number.ts";
import type { DeviceKind, Feature, LineCommand, LineEvent } from "../../src/line/line.ts";

/** A line on trial, new for each test. */
export type Subject = {
  can: readonly Feature[];
  tell: (command: LineCommand) => void | Promise<void>;
  /** All that it has told, in order. */
  told: () => readonly LineEvent[] | Promise<readonly LineEvent[]>;
  /** Lets time go by, or some of it: as much as the far end needs for what it does next. */
  pass: () => void | Promise<void>;
  /** The frequencies in Hz that the user has heard within the last moment, if the line has sound. */
  heard?: () => Promise<readonly number[]>;
  /** Numbers to dial, by what the far end does then. Missing: it cannot be brought to that. */
  numbers: {
    /** Answers, and sends back what it hears, if the line has sound. */
    answers: string;
    busy?: string;
    noAnswer?: string;
    declines?: string;
    unknown?: string;
    /** Answers, and hangs up. */
    hangsUp?: string;
    /** Answers, puts us on hold, and takes us back. */
    holds?: string;
    /** Answers, and says digits back as tones. */
    saysDigits?: string;
    /** Another one that answers, to transfer a call to. */
    other?: string;
  };
  /** Somebody calls, from that number; from none where it is withheld. Resolves to the call's id, which the line may choose. */
  ring: (fromNumber: string) => string | Promise<string>;
  /** The caller gives up, before the call was answered. */
  giveUp?: (id: string) => void | Promise<void>;
};

/** What a user's microphone hears in these tests, in Hz. */
export const voice = 1000;

const own = "+1 212 555 0100";
const id = "one";

/** Waits for the event, and resolves to it. `nth` counts from 1. */
export async function until<T extends LineEvent["type"]>(
  line: Pick<Subject, "told" | "pass">,
  type: T,
  nth = 1,
): Promise<Extract<LineEvent, { type: T }>> {
  for (;;) {
    const found = (await line.told()).filter((event) => isOf(event, type))[nth - 1];
    if (found && isOf(found, type)) return found;
    await line.pass();
  }
}

/** Long enough for a busy machine. */
const soon = { intervals: [100], timeout: 30_000 };

type Listening = Pick<Subject, "heard">;

/** Which of these frequencies, in Hz, the user does not hear now. */
async function missing(line: Listening, frequencies: number[]): Promise<number[]> {
  const now = await line.heard?.();
  return frequencies.filter((hz) => !now?.some((each) => Math.abs(each - hz) < 15));
}

/** The user hears each of these frequencies, all at once. */
export const hears = (line: Listening, ...frequencies: number[]) =>
  expect
    .poll(() => missing(line, frequencies), {
      ...soon,
      message: `what is not heard of ${frequencies} Hz`,
    })
    .toEqual([]);
export const hearsNothing = (line: Listening) =>
  expect.poll(async () => line.heard?.(), soon).toEqual([]);

/** Defines the tests of a line. `line` is the fixture that gives it. */
export function contract(name: string, test: TestType<{ line: Subject }, object>): void {
  test.describe(name, () => define(test));
}

function define(test: TestType<{ line: Subject }, object>): void {
  /** What was told of the call, but what comes by the clock. */
  const toldOf = async (line: Subject, of = id) =>
    (await line.told()).filter(
      (event) => "id" in event && event.id === of && event.type !== "quality",
    );

  async function register(line: Subject): Promise<void> {
    const account = { user: "100", password: "secret" };
    await line.tell(
      line.can.includes("account") ? { type: "register", account } : { type: "register" },
    );
    await until(line, "registered");
  }

  async function call(line: Subject, toNumber = line.numbers.answers): Promise<void> {
    await register(line);
    await line.tell({ type: "call", id, fromNumber: own, toNumber });
  }

  async function talk(line: Subject, toNumber = line.numbers.answers): Promise<void> {
    await call(line, toNumber);
    await until(line, "answered");
  }

  async function hangUp(line: Subject): Promise<void> {
    await line.tell({ type: "hang up", id });
    await until(line, "ended");
  }

  test("registers, and ends that when it is told to", async ({ line }) => {
    expect(await line.told()).toEqual([]);
    await register(line);
    await line.tell({ type: "unregister" });
    const { why, isRetrying } = await until(line, "unregistered");
    expect([why, isRetrying]).toEqual([undefined, false]);
  });

  test("calls, is answered, and hangs up", async ({ line }) => {
    await talk(line);
    await hangUp(line);
    const told = (await toldOf(line)).map(({ type }) => type);
    expect(told.filter((type) => type !== "ringing")).toEqual(["answered", "ended"]);
    expect(await until(line, "ended")).toMatchObject({ id, endStatus: "COMPLETED" });
  });

  test("gives a call up before it is answered", async ({ line }) => {
    await call(line);
    await hangUp(line);
    expect(await until(line, "ended")).toMatchObject({ id, endStatus: "CANCELED" });
    expect((await toldOf(line)).some(({ type }) => type === "answered")).toBe(false);
  });

  for (const [name, number, endStatus, why] of [
    ["that is busy", "busy", "BUSY", "busy"],
    ["that nobody answers", "noAnswer", "NO_ANSWER", "no answer"],
    ["that is declined", "declines", "REJECTED", "rejected"],
    ["to a number that nobody has", "unknown", "FAILED", "wrong number"],
  ] as const) {
    test(`tells of a call ${name}`, async ({ line }) => {
      const { [number]: toNumber } = line.numbers;
      test.skip(!toNumber, "its far end cannot be brought to that");
      await call(line, toNumber);
      const ended = await until(line, "ended");
      expect(ended).toMatchObject({ id, endStatus });
      // Not every line knows.
      expect([why, undefined]).toContain(ended.why);
      expect((await toldOf(line)).some(({ type }) => type === "answered")).toBe(false);
    });
  }

  test("tells that the far end has hung up", async ({ line }) => {
    test.skip(!line.numbers.hangsUp, "its far end cannot be brought to that");
    await talk(line, line.numbers.hangsUp);
    expect(await until(line, "ended")).toMatchObject({ id, endStatus: "COMPLETED" });
  });

  for (const fromNumber of ["+44 20 7946 0018", "+1 212 555 0199", ""]) {
    test(`takes a call from ${fromNumber || "a withheld number"}`, async ({ line }) => {
      await register(line);
      const of = await line.ring(fromNumber);
      const incoming = await until(line, "incoming");
      expect(incoming.id).toBe(of);
      if (fromNumber) expect(isSameNumber(incoming.fromNumber, fromNumber)).toBe(true);
      else expect(isWithheld(incoming.fromNumber)).toBe(true);
      await line.tell({ type: "answer", id: of });
      await until(line, "answered");
      await line.tell({ type: "hang up", id: of });
      await until(line, "ended");
      expect(await toldOf(line, of)).toMatchObject([
        { type: "incoming" },
        { type: "answered" },
        { type: "ended", endStatus: "COMPLETED" },
      ]);
    });
  }

  test("declines a call", async ({ line }) => {
    await register(line);
    const of = await line.ring(own);
    await until(line, "incoming");
    await line.tell({ type: "reject", id: of });
    expect(await until(line, "ended")).toMatchObject({ id: of, endStatus: "REJECTED" });
  });

  test("tells that the caller has given up", async ({ line }) => {
    test.skip(!line.giveUp, "its far end cannot be brought to that");
    await register(line);
    const of = await line.ring(own);
    await until(line, "incoming");
    await line.giveUp?.(of);
    expect(await until(line, "ended")).toMatchObject({ id: of, endStatus: "MISSED" });
  });

  test("mutes, and is heard again", async ({ line }) => {
    await talk(line);
    if (line.heard) await hears(line, voice);
    await line.tell({ type: "mute", id, isOn: true });
    expect(await until(line, "muted")).toMatchObject({ id, isOn: true });
    if (line.heard) await hearsNothing(line);
    await line.tell({ type: "mute", id, isOn: false });
    expect(await until(line, "muted", 2)).toMatchObject({ id, isOn: false });
    if (line.heard) await hears(line, voice);
    await hangUp(line);
    if (line.heard) await hearsNothing(line);
  });

  test("puts the far end on hold, and takes it back", async ({ line }) => {
    test.skip(!line.can.includes("hold"), "it cannot");
    await talk(line);
    if (line.heard) await hears(line, voice);
    await line.tell({ type: "hold", id, isOn: true });
    expect(await until(line, "held")).toMatchObject({ id, isOn: true, byThem: false });
    if (line.heard) await hearsNothing(line);
    await line.tell({ type: "hold", id, isOn: false });
    expect(await until(line, "held", 2)).toMatchObject({ id, isOn: false, byThem: false });
    if (line.heard) await hears(line, voice);
    await hangUp(line);
  });

  test("hangs up while it holds, and while it is muted", async ({ line }) => {
    await talk(line);
    await line.tell({ type: "mute", id, isOn: true });
    if (line.can.includes("hold")) await line.tell({ type: "hold", id, isOn: true });
    await hangUp(line);
    expect(await until(line, "ended")).toMatchObject({ id, endStatus: "COMPLETED" });
  });

  test("tells that the far end has put us on hold, and taken us back", async ({ line }) => {
    test.skip(!line.numbers.holds, "its far end cannot be brought to that");
    await talk(line, line.numbers.holds);
    expect(await until(line, "held")).toMatchObject({ id, isOn: true, byThem: true });
    expect(await until(line, "held", 2)).toMatchObject({ id, isOn: false, byThem: true });
    await hangUp(line);
  });

  test("sends digits", async ({ line }) => {
    test.skip(!line.can.includes("digits"), "it cannot");
    await talk(line, line.numbers.saysDigits);
    /** Where the machine is too busy for the sound of a key, it is pressed again. */
    const press = (digits: string, ...frequencies: number[]) =>
      expect(async () => {
        await line.tell({ type: "digits", id, digits });
        if (line.heard && line.numbers.saysDigits)
          await expect
            .poll(() => missing(line, frequencies), { intervals: [100], timeout: 4000 })
            .toEqual([]);
      }).toPass({ timeout: 30_000 });
    await press("1", 697, 1209);
    await press("#", 941, 1477);
    await hangUp(line);
    expect(await toldOf(line)).not.toContainEqual(expect.objectContaining({ type: "trouble" }));
  });

  test("transfers a call, which is over then", async ({ line }) => {
    test.skip(!line.can.includes("transfer"), "it cannot");
    await talk(line);
    const { answers, other = answers } = line.numbers;
    await line.tell({ type: "transfer", id, toNumber: other });
    await until(line, "transferred");
    expect(await until(line, "ended")).toMatchObject({ id, endStatus: "COMPLETED" });
  });

  test("records a call, and gives the whole of it", async ({ line }) => {
    test.skip(!line.can.includes("recording"), "it cannot");
    await talk(line);
    if (line.heard) await hears(line, voice);
    await line.tell({ type: "record", id, isOn: true });
    expect(await until(line, "recording")).toMatchObject({ id, isOn: true });
    await line.tell({ type: "record", id, isOn: true });
    await line.tell({ type: "mute", id, isOn: true });
    if (line.heard) await hearsNothing(line);
    await hangUp(line);
    const { recording, url } = await until(line, "recorded");
    expect(recording?.size || url?.startsWith("https://")).toBeTruthy();
    const told = (await toldOf(line)).filter(({ type }) => type.startsWith("record"));
    expect(told.map(({ type }) => type)).not.toContainEqual("trouble");
    expect(told.filter(({ type }) => type === "recorded")).toHaveLength(1);
  });

  test("tells its devices, and uses the one that it is told", async ({ line }) => {
    test.skip(!line.can.includes("devices"), "it has none");
    await talk(line);
    const { devices } = await until(line, "devices");
    const ofKind = (kind: DeviceKind) => devices.filter((device) => device.kind === kind);
    for (const kind of ["microphone", "speaker", "ringer"] as const) {
      const last = ofKind(kind).at(-1);
      expect(ofKind(kind).filter(({ isUsed }) => isUsed)).toHaveLength(ofKind(kind).length ? 1 : 0);
      if (last) await line.tell({ type: "use", kind, deviceId: last.deviceId });
      if (last)
        await expect
          .poll(async () => {
            const told = (await line.told()).filter((event) => isOf(event, "devices"));
            return told.at(-1)?.devices.find((each) => each.isUsed && each.kind === kind)?.deviceId;
          })
          .toBe(last.deviceId);
    }
    if (line.heard) await hears(line, voice);
    await hangUp(line);
  });

  test("says nothing of calls that it does not know, or that are over", async ({ line }) => {
    await talk(line);
    await hangUp(line);
    const before = (await line.told()).length;
    for (const of of [id, "nobody's"]) {
      for (const type of ["answer", "reject", "hang up"] as const)
        await line.tell({ type, id: of });
      for (const type of ["mute", "hold", "record"] as const)
        await line.tell({ type, id: of, isOn: true });
      await line.tell({ type: "digits", id: of, digits: "1" });
      await line.tell({ type: "transfer", id: of, toNumber: line.numbers.answers });
    }
    // Whatever it made of that, it has told by the end of the next call.
    await line.tell({ type: "call", id: "two", fromNumber: own, toNumber: line.numbers.answers });
    await until(line, "answered", 2);
    await line.tell({ type: "hang up", id: "two" });
    await until(line, "ended", 2);
    const since = (await line.told()).slice(before);
    expect(since.filter((event) => "id" in event && event.id !== "two")).toEqual([]);
  });

  test("calls nobody before it is registered", async ({ line }) => {
    await line.tell({ type: "call", id, fromNumber: own, toNumber: line.numbers.answers });
    expect(await until(line, "ended")).toMatchObject({ id, endStatus: "FAILED" });
  });
}

const isOf = <T extends LineEvent["type"]>(
  event: LineEvent,
  type: T,
): event is Extract<LineEvent, { type: T }> => event.type === type;
