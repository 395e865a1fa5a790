// The loopback line in a browser: it keeps to the contract, its sound is real, and it touches and leaves open nothing that it does not need.
import { expect } from "@playwright/test";
import type { LineEvent, Reason } from "../../src/line/line.ts";
import { loudnessOf } from "../../src/line/tones.ts";
import { contract, hears, hearsNothing, type Subject, until, voice } from "./contract.ts";
import { numbers, ringMe } from "./numbers.ts";
import { type LinePage, test } from "./page.ts";

contract(
  "The loopback line",
  test.extend<{ line: Subject }>({
    line: async ({ at }, use) => {
      await at.open("bare", voice);
      await use({
        can: await at.page.evaluate(() => window.line.can),
        tell: (command) => at.tell(command),
        told: () => at.told(),
        pass: () => at.pass(),
        heard: () => at.heard(),
        numbers,
        ...ringMe(
          (command) => at.tell(command),
          () => at.pass(30_000),
        ),
      });
    },
  }),
);

const id = "one";
const call = (at: LinePage, toNumber: string) =>
  at.tell({ type: "register" }, { type: "call", id, fromNumber: "", toNumber });
const mute = (at: LinePage, isOn: boolean) => at.tell({ type: "mute", id, isOn });
const hangUp = (at: LinePage) => at.tell({ type: "hang up", id });
const trouble = (why: Reason) => ({ type: "trouble", id, why });

test("before the first call it touches no sound, device or network, and it asks no server ever", async ({
  at,
}) => {
  await at.open("sounding", voice);
  await at.tell({ type: "register" });
  await until(at, "registered");
  await at.tell({ type: "use", kind: "speaker", deviceId: "" });
  expect(await at.touched()).toEqual([]);
  await call(at, numbers.answers);
  await until(at, "answered");
  expect(await at.touched()).toContain("getUserMedia");
  await hears(at, voice);
  expect(at.requests).toEqual(["https://line.example/"]);
});

test("a call goes on that was to be transferred to a number that nobody has", async ({ at }) => {
  await at.open("bare", voice);
  await call(at, numbers.answers);
  await until(at, "answered");
  await at.tell({ type: "transfer", id, toNumber: "208" });
  expect(await at.told()).toContainEqual(trouble("wrong number"));
  await hears(at, voice);
});

test("one hears one's own voice, from the browser's own microphone", async ({ at }) => {
  await at.open("sounding", "the browser's");
  await call(at, numbers.answers);
  await until(at, "answered");
  // Chromium's microphone that is not there beeps.
  await expect.poll(() => at.heard(), { intervals: [100] }).not.toEqual([]);
});

for (const [error, why] of [
  ["NotAllowedError", "microphone denied"],
  ["NotFoundError", "microphone missing"],
] as const) {
  test(`with the ${why} a call goes on, muted, and unmuting tries again`, async ({ at }) => {
    await at.open("bare", error);
    await call(at, numbers.answers);
    await until(at, "answered");
    expect(await at.told()).toEqual(
      expect.arrayContaining([trouble(why), { type: "muted", id, isOn: true }]),
    );
    await mute(at, false);
    // How good the line is, is told every now and then.
    const last = async () => (await at.told()).filter(({ type }) => type !== "quality").slice(-2);
    await expect.poll(last).toEqual([trouble(why), { type: "muted", id, isOn: true }]);
    await at.page.evaluate((hz) => {
      window.microphone = hz;
    }, voice);
    await mute(at, false);
    await hears(at, voice);
    expect((await at.told()).filter(({ type }) => type === "muted").at(-1)).toMatchObject({
      isOn: false,
    });
  });
}

test("without a microphone one hears the other end, and is called", async ({ at }) => {
  await at.open("bare", "NotFoundError");
  await at.tell({ type: "register" }, { type: "ring me", id, fromNumber: "201" });
  await until(at, "incoming");
  expect(await at.touched()).toEqual([]);
  await at.tell({ type: "answer", id });
  await until(at, "answered");
  await hears(at, 440);
});

test("a microphone that is pulled out is replaced by another, or the call goes on muted", async ({
  at,
}) => {
  await at.open("bare", voice);
  await call(at, numbers.answers);
  await hears(at, voice);
  await at.page.evaluate(() => {
    window.microphone = 2000;
    window.person.unplug();
  });
  await hears(at, 2000);
  await at.page.evaluate(() => {
    window.microphone = "NotFoundError";
    window.person.unplug();
  });
  expect(await until(at, "trouble")).toEqual(trouble("microphone missing"));
  expect(await until(at, "muted")).toMatchObject({ isOn: true });
  await hearsNothing(at);
});

test("a call does not wait for the user to allow the microphone, nor does the microphone outlive it", async ({
  at,
}) => {
  await at.open("bare", "asks the user");
  await call(at, "201");
  await until(at, "answered");
  await hears(at, 440);
  await hangUp(at);
  await until(at, "ended");
  await at.page.evaluate((hz) => window.person.allow(hz), voice);
  await expect.poll(() => at.page.evaluate(() => window.person.open())).toEqual([]);
  await at.tell({ type: "call", id: "two", fromNumber: "", toNumber: numbers.answers });
  await until(at, "answered", 2);
  await at.page.evaluate((hz) => window.person.allow(hz), voice);
  await hears(at, voice);
});

test("who is put on hold hears music, and is not heard", async ({ at }) => {
  await at.open("bare", voice);
  await call(at, "207");
  await until(at, "answered");
  await until(at, "held");
  await hears(at, 330);
  await until(at, "held", 2);
  await hears(at, voice);
});

test("it rings, rings back and is busy aloud, and each key is heard", async ({ at }) => {
  await at.open("sounding", voice);
  await at.tell({ type: "register" }, { type: "ring me", id, fromNumber: "" });
  await hears(at, 784, 988);
  await at.tell({ type: "reject", id });
  await hearsNothing(at);
  await call(at, "203");
  await until(at, "ringing");
  await hears(at, 440, 480);
  await hangUp(at);
  await hearsNothing(at);
  await call(at, "202");
  await until(at, "ended", 3);
  await hears(at, 480, 620);
  await hearsNothing(at);
  await call(at, "201");
  await until(at, "answered");
  // So often that a busy machine hears it, too.
  await at.tell({ type: "digits", id, digits: "5".repeat(20) });
  await hears(at, 440, 770, 1336);
});

test("it rings on the ringer, and voices are on the speaker, also on one that is chosen during a call", async ({
  at,
}) => {
  const speakers = () => at.page.evaluate(() => window.person.speakers());
  await at.open("sounding", voice);
  await call(at, "201");
  await until(at, "answered");
  const { devices } = await until(at, "devices");
  const [, first = "", second = ""] = devices.flatMap(({ kind, deviceId }) =>
    kind === "speaker" ? [deviceId] : [],
  );
  expect(await speakers()).toEqual([""]);
  await at.tell({ type: "use", kind: "speaker", deviceId: first });
  await expect.poll(speakers).toEqual([first]);
  await at.tell({ type: "use", kind: "ringer", deviceId: second });
  await hears(at, 440);
  await hangUp(at);
  await until(at, "ended");
  await at.tell({ type: "ring me", id: "two", fromNumber: "201" });
  await hears(at, 784);
  await expect.poll(speakers).toEqual([second]);
  await at.tell({ type: "answer", id: "two" });
  await hears(at, 440);
  await expect.poll(speakers).toEqual([first]);
});

test("another speaker is chosen in the browser's own list, where it has one, or none is", async ({
  at,
}) => {
  await at.page.addInitScript(() => {
    const { mediaDevices } = navigator;
    const chosen: (MediaDeviceInfo | undefined)[] = [];
    Object.assign(mediaDevices, {
      choose: async (label: string) => {
        const found = (await mediaDevices.enumerateDevices()).find((each) => each.label === label);
        chosen.push(found);
      },
      selectAudioOutput: async () => {
        const device = chosen.shift();
        if (!device) throw new DOMException("", "NotAllowedError");
        return device;
      },
    });
  });
  await at.open("bare", voice);
  await call(at, "201");
  const speakers = async () => {
    const told = (await at.told()).findLast((event) => event.type === "devices");
    return told?.type === "devices" ? told.devices.filter(({ kind }) => kind === "speaker") : [];
  };
  await expect.poll(async () => (await speakers()).at(-1)?.label).toBe("Another…");
  const use = async () => {
    const { deviceId = "" } = (await speakers()).at(-1) ?? {};
    await at.tell({ type: "use", kind: "speaker", deviceId });
  };
  const used = async () => (await speakers()).find(({ isUsed }) => isUsed)?.label;
  expect(await used()).toBe("Fake Default Audio Output");
  await at.page.evaluate(() => Object(navigator.mediaDevices).choose("Fake Audio Output 2"));
  await use();
  await expect.poll(used).toBe("Fake Audio Output 2");
  const count = async () => (await at.told()).filter(({ type }) => type === "devices").length;
  const before = await count();
  await use();
  await expect.poll(count).toBeGreaterThan(before);
  expect(await used()).toBe("Fake Audio Output 2");
});

test("devices that come and go are told, and one that is gone is not used", async ({ at }) => {
  await at.open("bare", voice);
  await call(at, "201");
  await until(at, "devices");
  await at.tell({ type: "use", kind: "speaker", deviceId: "gone" });
  const { devices } = await until(at, "devices", 2);
  expect(devices.find(({ kind, isUsed }) => kind === "speaker" && isUsed)?.deviceId).toBe(
    "default",
  );
  await hears(at, 440);
  await at.page.evaluate(() => navigator.mediaDevices.dispatchEvent(new Event("devicechange")));
  await until(at, "devices", 3);
});

for (const isOutgoing of [true, false]) {
  test(`a recording has the caller on the first channel and the callee on the second, when we are ${isOutgoing ? "the caller" : "the callee"}`, async ({
    at,
  }) => {
    await at.open("bare", voice);
    if (isOutgoing) await call(at, "201");
    else
      await at.tell(
        { type: "register" },
        { type: "ring me", id, fromNumber: "201" },
        { type: "answer", id },
      );
    await hears(at, 440);
    await at.tell({ type: "record", id, isOn: true });
    // Long enough to be heard, and with another microphone in the end.
    await at.tell({ type: "hold", id, isOn: true });
    await hearsNothing(at);
    await at.page.evaluate(() => window.person.unplug());
    await at.tell({ type: "hold", id, isOn: false });
    await hears(at, 440);
    await hangUp(at);
    await until(at, "recorded");
    const heard = await at.page.evaluate(async () => {
      const found = window.told.find((event) => event.type === "recorded");
      if (found?.type !== "recorded" || !found.recording) throw new Error("No recording");
      const context = new AudioContext();
      const audio = await context.decodeAudioData(await found.recording.arrayBuffer());
      const { numberOfChannels, sampleRate: rate } = audio;
      return {
        type: found.recording.type,
        rate,
        channels: Array.from({ length: numberOfChannels }, (_, channel) => [
          ...audio.getChannelData(channel).slice(-rate / 5),
        ]),
      };
    });
    const { type, rate, channels } = heard;
    expect(type).toMatch(/^audio\//);
    expect(channels).toHaveLength(2);
    const [caller, callee] = channels.map((samples) => ({
      voice: loudnessOf(voice, Float32Array.from(samples), rate),
      tone: loudnessOf(440, Float32Array.from(samples), rate),
    }));
    const [ours, theirs] = isOutgoing ? [caller, callee] : [callee, caller];
    for (const [its, other] of [
      [ours?.voice, ours?.tone],
      [theirs?.tone, theirs?.voice],
    ]) {
      expect(its).toBeGreaterThan(0.01);
      expect(its).toBeGreaterThan(10 * (other ?? 1));
    }
  });
}

test("a recording that ends as it begins is none", async ({ at }) => {
  await at.open("bare", voice);
  await call(at, "201");
  await until(at, "answered");
  await at.tell({ type: "record", id, isOn: true }, { type: "record", id, isOn: false });
  expect(await until(at, "recorded")).toEqual({ type: "recorded", id });
  expect((await at.told()).filter(({ type }) => type === "recording")).toMatchObject([
    { isOn: true },
    { isOn: false },
  ]);
});

test("it says about once a second how well the call goes", async ({ at }) => {
  await at.open("bare", voice);
  await call(at, numbers.answers);
  await hears(at, voice);
  const { quality } = await until(at, "quality", 3);
  expect(quality.loss).toBe(0);
  expect(quality.jitter).toBeLessThan(100);
  expect(quality.roundTrip).toBeLessThan(100);
});

test("of calls that are over nothing stays open, however they ended", async ({ at }) => {
  test.slow();
  await at.open("sounding", voice);
  await at.tell({ type: "register" });
  const ends: LineEvent["type"][] = [];
  for (const number of ["201", "202", "204", "205", "206", "207", "208", "209", "203"]) {
    await at.tell({ type: "call", id: number, fromNumber: "", toNumber: number });
    if (["201", "206", "207"].includes(number)) {
      await until(at, "answered", ends.filter((type) => type === "answered").length + 1);
      ends.push("answered");
      await at.tell({ type: "record", id: number, isOn: true }, { type: "hang up", id: number });
    }
    if (["205", "209"].includes(number)) ends.push("answered");
    ends.push("ended");
    await until(at, "ended", ends.filter((type) => type === "ended").length);
  }
  await at.tell({ type: "ring me", id: "theirs", fromNumber: "203" });
  await until(at, "ended", 10);
  await expect.poll(() => at.page.evaluate(() => window.person.open())).toEqual([]);
});
