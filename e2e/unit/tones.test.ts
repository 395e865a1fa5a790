// What is heard on a line besides voices, and how well: frequencies, keys, ringing, quality. Without a browser.
import { expect, test } from "@playwright/test";
import type { LineCommand, LineEvent, Reason } from "../../src/line/line.ts";
import { qualityOf, wordFor } from "../../src/line/quality.ts";
import { endStatusFor, wordsFor } from "../../src/line/reasons.ts";
import { follow, type Sounding } from "../../src/line/sounds.ts";
import { keysIn, loudnessOf, notesOf, samplesOf, tones } from "../../src/line/tones.ts";

const keys = "1234567890*#";

/** The pieces' keys, without repetitions. */
const found = (samples: Float32Array, rate: number) =>
  keysIn(samples, rate)
    .filter((key, at, all) => key !== all[at - 1])
    .join("");

for (const rate of [44_100, 48_000]) {
  test(`keys are found in their own sound, wherever its pieces begin, at ${rate} samples a second`, () => {
    const samples = samplesOf(notesOf(`${keys}11`), rate);
    for (let from = 0; from < rate / 20; from += 241)
      expect(found(samples.subarray(from), rate)).toBe(`${keys}11`);
  });
}

test("a key of 50 ms in the midst of a voice is found, whenever it begins", () => {
  const rate = 48_000;
  const missed: string[] = [];
  for (const key of keys)
    for (const hz of [300, 400, 500, 523, 600, 659])
      for (let ms = 0; ms < 40; ms += 3) {
        const [note] = notesOf(key);
        const voice = (ms: number) => ({ hz: [hz], ms });
        const notes = [voice(60 + ms), { hz: note?.hz ?? [], ms: 50 }, voice(120)];
        const heard = found(samplesOf(notes, rate), rate);
        if (heard !== key) missed.push(`${key} after ${ms} ms of ${hz} Hz: ${heard}`);
      }
  expect(missed).toEqual([]);
});

test("no key is found in silence, ringing, a voice, or in half of a key", () => {
  const rate = 48_000;
  for (const [name, notes] of Object.entries(tones))
    expect(found(samplesOf(notes, rate), rate), name).toBe("");
  for (const hz of [[697], [1209], [100, 200, 300, 400, 500], [697, 770, 1209], [440], []])
    expect(found(samplesOf([{ hz, ms: 400 }], rate), rate), `${hz}`).toBe("");
});

test("a key is found under noise, and when it is faint", () => {
  const rate = 48_000;
  let seed = 1;
  const samples = samplesOf(notesOf("5"), rate).map((sample) => {
    seed = (seed * 48271) % 2147483647;
    return sample * 0.3 + (seed / 2147483647 - 0.5) * 0.1;
  });
  expect(found(samples, rate)).toBe("5");
});

test("what is no key makes no sound", () => {
  expect(notesOf("a b+")).toEqual([]);
  expect(notesOf("1a2")).toEqual([...notesOf("1"), ...notesOf("2")]);
});

test("a tone has the frequencies that it says, begins and ends without a click, and never overflows", () => {
  const rate = 8_000;
  const samples = samplesOf(tones.ringback, rate);
  expect(samples).toHaveLength(6 * rate);
  expect(loudnessOf(440, samples.subarray(0, rate), rate)).toBeCloseTo(0.2, 1);
  expect(loudnessOf(480, samples.subarray(0, rate), rate)).toBeCloseTo(0.2, 1);
  expect(loudnessOf(620, samples.subarray(0, rate), rate)).toBeLessThan(0.01);
  expect(Math.max(...samples.subarray(2 * rate).map(Math.abs))).toBe(0);
  for (const notes of [...Object.values(tones), notesOf(keys)]) {
    const wave = samplesOf(notes, rate);
    expect(Math.max(...wave.map(Math.abs))).toBeLessThan(0.5);
    expect(Math.abs(wave[0] ?? 1)).toBe(0);
  }
});

/** What is heard after all of that. */
const heard = (...happenings: (LineCommand | LineEvent)[]) =>
  happenings.reduce<Sounding>(follow, { calls: new Map() }).tone;

const call = (id = "1"): LineCommand => ({ type: "call", id, fromNumber: "", toNumber: "" });
const incoming = (id = "1"): LineEvent => ({ type: "incoming", id, fromNumber: "", toNumber: "" });
const ringing = (id = "1"): LineEvent => ({ type: "ringing", id });
const answered = (id = "1"): LineEvent => ({ type: "answered", id });
const ended = (why?: Reason, id = "1"): LineEvent => ({
  type: "ended",
  id,
  endStatus: "FAILED",
  why,
});

test("it rings back while it rings at the far end, unless the far end is heard itself", () => {
  expect(heard(call())).toBeUndefined();
  expect(heard(call(), ringing())).toBe("ringback");
  expect(heard(call(), ringing(), ringing())).toBe("ringback");
  expect(heard(call(), { type: "ringing", id: "1", isHeard: true })).toBeUndefined();
  expect(heard(call(), ringing(), { type: "ringing", id: "1", isHeard: true })).toBeUndefined();
  expect(heard(call(), ringing(), answered())).toBeUndefined();
  expect(heard(call(), ringing(), { type: "hang up", id: "1" })).toBeUndefined();
});

test("it rings until the user has done something about it, or the caller has given up", () => {
  expect(heard(incoming())).toBe("ringing");
  for (const type of ["answer", "reject"] as const)
    expect(heard(incoming(), { type, id: "1" })).toBeUndefined();
  expect(heard(incoming(), ended())).toBeUndefined();
  expect(heard(incoming(), ended("answered elsewhere"))).toBeUndefined();
});

test("during a call no other rings", () => {
  expect(heard(call(), answered(), incoming("2"))).toBeUndefined();
  expect(heard({ type: "take up", id: "1" }, answered(), incoming("2"))).toBeUndefined();
  expect(heard(call(), ringing(), incoming("2"))).toBe("ringback");
  expect(heard(incoming(), incoming("2"), { type: "reject", id: "2" }, ended(undefined, "2"))).toBe(
    "ringing",
  );
});

test("a call that fails is heard to fail, and one that ends is not", () => {
  expect(heard(call(), ended("busy"))).toBe("busy");
  for (const why of ["wrong number", "rejected", "no answer", "network gone"] as const)
    expect(heard(call(), ended(why))).toBe("failed");
  expect(heard(call(), answered(), ended())).toBeUndefined();
  expect(heard(call(), ended("busy"), call("2"))).toBeUndefined();
  expect(heard(call(), ended("busy"), { type: "registered" })).toBe("busy");
});

test("what is late, doubled or about a call that is unknown makes no sound", () => {
  expect(heard(ringing(), answered(), ended("busy"))).toBeUndefined();
  expect(heard(call(), ended(), ringing(), incoming("2"), incoming("2"))).toBe("ringing");
  expect(heard(call(), ended("busy"), ended("busy"), call("2"), ended("busy"))).toBeUndefined();
});

const report = (type: RTCStatsType, rest: object = {}): RTCStats => ({
  id: type,
  timestamp: 0,
  type,
  ...rest,
});
/** As Chromium gives it. */
const stats = (packetsReceived: number, packetsLost: number) => [
  report("transport"),
  report("candidate-pair", { currentRoundTripTime: 9, nominated: false }),
  report("inbound-rtp", { packetsReceived, packetsLost, jitter: 0.01 }),
  report("candidate-pair", { currentRoundTripTime: 0.05, nominated: true }),
];

test("quality is counted from one second to the next", () => {
  expect(qualityOf([])).toBeUndefined();
  const first = qualityOf(stats(50, 0));
  expect(first?.quality).toEqual({ loss: 0, jitter: 10, roundTrip: 50 });
  const second = qualityOf(stats(90, 10), first?.counted);
  expect(second?.quality.loss).toBeCloseTo(0.2);
  // Packets that were late come after all; or nothing comes.
  expect(qualityOf(stats(150, 5), second?.counted)?.quality.loss).toBe(0);
  expect(qualityOf(stats(90, 10), second?.counted)?.quality.loss).toBe(0);
});

test("quality is said in a word", () => {
  const good = { loss: 0, jitter: 5, roundTrip: 20 };
  expect(wordFor(good)).toBe("Good");
  expect(wordFor({ ...good, loss: 0.02 })).toBe("Fair");
  expect(wordFor({ ...good, jitter: 40 })).toBe("Fair");
  expect(wordFor({ ...good, roundTrip: 400 })).toBe("Fair");
  expect(wordFor({ ...good, loss: 0.1 })).toBe("Poor");
  expect(wordFor({ loss: 0.02, jitter: 100, roundTrip: 400 })).toBe("Poor");
  expect(wordFor({ ...good, roundTrip: 900 })).toBe("Poor");
});

test("every reason has its words, and ends a call in a way that HubSpot knows", () => {
  for (const [why, endStatus] of [
    ["busy", "BUSY"],
    ["no answer", "NO_ANSWER"],
    ["rejected", "REJECTED"],
    ["answered elsewhere", "CANCELED"],
    ["wrong number", "FAILED"],
    ["network gone", "FAILED"],
    ["microphone denied", "FAILED"],
  ] as const) {
    expect(wordsFor(why)).toMatch(/^[A-Z].*\.$/);
    expect(endStatusFor(why)).toBe(endStatus);
  }
});
