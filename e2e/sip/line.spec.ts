// The SIP line alone, in two browsers that call each other through a real server: what both of its ends are told and hear.
import { expect, type Open, type Phone, test } from "./phones.ts";

/** Two registered phones. */
async function two(open: Open): Promise<[alice: Phone, bob: Phone]> {
  const phones = await Promise.all([open(), open()]);
  await Promise.all(phones.map((phone) => phone.register()));
  return phones;
}

/** Alice calls Bob, whose phone rings: under "out" at her end, under `id` at his. */
async function ring(open: Open) {
  const [alice, bob] = await two(open);
  await alice.call(bob.user);
  const id = await bob.rung(alice);
  return { alice, bob, id };
}

/** Alice and Bob are in a call. */
async function talk(open: Open) {
  const { alice, bob, id } = await ring(open);
  await bob.tell({ type: "answer", id });
  await alice.told({ type: "answered", id: "out" });
  await bob.told({ type: "answered", id });
  return { alice, bob, id };
}

test.describe("registering", () => {
  test("the right password registers, a wrong one is told", async ({ open }) => {
    const phone = await open();
    await phone.tell({ type: "register", account: { user: phone.user, password: "guessed" } });
    await phone.told({ type: "unregistered", why: "wrong password", isRetrying: false });
    await phone.tell({ type: "register", account: phone.account });
    await phone.told({ type: "registered" });
    await phone.tell({ type: "unregister" });
    await phone.told({ type: "unregistered", isRetrying: false });
    expect((await phone.events()).map(({ type }) => type)).toEqual([
      "unregistered",
      "registered",
      "unregistered",
    ]);
  });

  test("a password is nowhere but in memory, and nothing is logged", async ({ open }) => {
    const phone = await open();
    await phone.page.evaluate(() => localStorage.setItem("debug", "JsSIP:*"));
    await phone.page.reload();
    await phone.register();
    const kept = () => JSON.stringify([{ ...localStorage }, { ...sessionStorage }, window.events]);
    expect(await phone.page.evaluate(kept)).not.toContain("secret");
  });
});

test.describe("a call", () => {
  test("rings, is answered, is heard at both ends, and the caller hangs up", async ({ open }) => {
    const { alice, bob, id } = await talk(open);
    await alice.told({ type: "ringing", id: "out" });
    await Promise.all([alice.hears(bob), bob.hears(alice)]);
    await alice.tell({ type: "hang up", id: "out" });
    await alice.told({ type: "ended", id: "out", endStatus: "COMPLETED" });
    await bob.told({ type: "ended", id, endStatus: "COMPLETED" });
  });

  test("is hung up by the one who was called", async ({ open }) => {
    const { alice, bob, id } = await talk(open);
    await bob.tell({ type: "hang up", id });
    await alice.told({ type: "ended", id: "out", endStatus: "COMPLETED" });
    await bob.told({ type: "ended", id, endStatus: "COMPLETED" });
  });

  test("is hung up by both at once", async ({ open }) => {
    const { alice, bob, id } = await talk(open);
    await Promise.all([
      alice.tell({ type: "hang up", id: "out" }),
      bob.tell({ type: "hang up", id }),
    ]);
    await Promise.all([
      alice.told({ type: "ended", id: "out", endStatus: "COMPLETED" }),
      bob.told({ type: "ended", id, endStatus: "COMPLETED" }),
    ]);
    for (const phone of [alice, bob])
      expect((await phone.events()).filter(({ type }) => type === "ended")).toHaveLength(1);
  });

  test("is declined", async ({ open }) => {
    const { alice, bob, id } = await ring(open);
    await bob.tell({ type: "reject", id });
    await bob.told({ type: "ended", id, endStatus: "REJECTED" });
    await alice.told({ type: "ended", id: "out", endStatus: "REJECTED", why: "rejected" });
  });

  test("is given up", async ({ open }) => {
    const { alice, bob, id } = await ring(open);
    await alice.told({ type: "ringing", id: "out" });
    await alice.tell({ type: "hang up", id: "out" });
    await alice.told({ type: "ended", id: "out", endStatus: "CANCELED" });
    await bob.told({ type: "ended", id, endStatus: "MISSED" });
  });

  test("meets a busy line", async ({ open }) => {
    const { bob } = await talk(open);
    const carol = await open();
    await carol.register();
    await carol.call(bob.user);
    await bob.tell({ type: "reject", id: await bob.rung(carol, 2) });
    await carol.told({ type: "ended", id: "out", endStatus: "BUSY", why: "busy" });
  });

  test("is answered by nobody", async ({ open }) => {
    const alice = await open();
    // The server waits a second and a half at such a number.
    const bob = await open({ user: `${alice.user}99` });
    await Promise.all([alice.register(), bob.register()]);
    await alice.call(bob.user);
    const id = await bob.rung(alice);
    await alice.told({ type: "ended", id: "out", endStatus: "NO_ANSWER", why: "no answer" });
    await bob.told({ type: "ended", id, endStatus: "MISSED" });
  });

  test("is answered at another of the user's phones", async ({ open }) => {
    const { alice, bob, id } = await ring(open);
    const atHome = await open({ user: bob.user });
    await atHome.register();
    await alice.tell({ type: "hang up", id: "out" });
    await bob.told({ type: "ended", id });
    await alice.call(bob.user, "again");
    const [here, there] = await Promise.all([bob.rung(alice, 2), atHome.rung(alice)]);
    await atHome.tell({ type: "answer", id: there });
    await alice.told({ type: "answered", id: "again" });
    await bob.told({
      type: "ended",
      id: here,
      endStatus: "CANCELED",
      why: "answered elsewhere",
    });
  });
});

test.describe("in a call", () => {
  test("a muted microphone sends silence", async ({ open }) => {
    const { alice, bob } = await talk(open);
    await bob.hears(alice);
    await alice.tell({ type: "mute", id: "out", isOn: true });
    await alice.told({ type: "muted", id: "out", isOn: true });
    await bob.hearsNothingOf(alice);
    await alice.hears(bob);
    await alice.tell({ type: "mute", id: "out", isOn: false });
    await bob.hears(alice);
  });

  test("a hold silences both ends, is told to both, and keeps a muted microphone muted", async ({
    open,
  }) => {
    const { alice, bob, id } = await talk(open);
    await Promise.all([alice.hears(bob), bob.hears(alice)]);
    await alice.tell({ type: "hold", id: "out", isOn: true });
    await alice.told({ type: "held", id: "out", isOn: true, byThem: false });
    await bob.told({ type: "held", id, isOn: true, byThem: true });
    await Promise.all([alice.hearsNothingOf(bob), bob.hearsNothingOf(alice)]);
    await alice.tell({ type: "mute", id: "out", isOn: true });
    await alice.tell({ type: "hold", id: "out", isOn: false });
    await alice.told({ type: "held", id: "out", isOn: false, byThem: false });
    await bob.told({ type: "held", id, isOn: false, byThem: true });
    await alice.hears(bob);
    await bob.hearsNothingOf(alice);
    await alice.tell({ type: "mute", id: "out", isOn: false });
    await bob.hears(alice);
  });

  test("a hold that is taken back at once is over at both ends", async ({ open }) => {
    const { alice, bob, id } = await talk(open);
    await alice.tell({ type: "hold", id: "out", isOn: true });
    await alice.tell({ type: "hold", id: "out", isOn: false });
    await alice.told({ type: "held", id: "out", isOn: false, byThem: false });
    await bob.told({ type: "held", id, isOn: false, byThem: true });
    await Promise.all([alice.hears(bob), bob.hears(alice)]);
  });

  test("a hold that meets the other's goes through after all", async ({ open }) => {
    const { alice, bob, id } = await talk(open);
    await Promise.all([
      alice.tell({ type: "hold", id: "out", isOn: true }),
      bob.tell({ type: "hold", id, isOn: true }),
    ]);
    for (const byThem of [true, false]) {
      await alice.told({ type: "held", id: "out", isOn: true, byThem }, 10_000);
      await bob.told({ type: "held", id, isOn: true, byThem }, 10_000);
    }
    await alice.tell({ type: "hold", id: "out", isOn: false });
    await alice.told({ type: "held", id: "out", isOn: false, byThem: false });
    await bob.tell({ type: "hold", id, isOn: false });
    await bob.told({ type: "held", id, isOn: false, byThem: false });
    await Promise.all([alice.hears(bob), bob.hears(alice)]);
  });

  test("digits arrive as tones, also those pressed one after the other", async ({ open }) => {
    const { alice, bob } = await talk(open);
    await bob.hears(alice);
    await bob.listen();
    for (const digits of ["4", "#", "9"]) await alice.tell({ type: "digits", id: "out", digits });
    await expect.poll(() => bob.keys(), { timeout: 10_000 }).toEqual(["4", "#", "9"]);
  });

  test("digits go by INFO to a far end that takes no telephone-events", async ({ open }) => {
    const [alice, bob] = await Promise.all([open(), open()]);
    const sent: string[] = [];
    alice.page.on("websocket", (socket) =>
      socket.on("framesent", ({ payload }) => sent.push(String(payload))),
    );
    await bob.page.evaluate(() => {
      const { prototype } = RTCPeerConnection;
      const { createAnswer } = prototype;
      prototype.createAnswer = function (this: RTCPeerConnection) {
        const codecs = RTCRtpReceiver.getCapabilities("audio")?.codecs ?? [];
        const voice = codecs.filter(({ mimeType }) => mimeType !== "audio/telephone-event");
        for (const transceiver of this.getTransceivers()) transceiver.setCodecPreferences(voice);
        return Reflect.apply(createAnswer, this, []);
      };
    });
    await Promise.all([alice.register(), bob.register()]);
    await alice.call(bob.user);
    await bob.tell({ type: "answer", id: await bob.rung(alice) });
    await alice.told({ type: "answered", id: "out" });
    await alice.tell({ type: "digits", id: "out", digits: "4#" });
    const signals = () => sent.flatMap((text) => /^INFO .*Signal=(.)/s.exec(text)?.[1] ?? []);
    await expect.poll(signals).toEqual(["4", "#"]);
  });

  test("the quality is told", async ({ open }) => {
    const { alice } = await talk(open);
    await expect
      .poll(async () => (await alice.events()).findLast(({ type }) => type === "quality"))
      .toMatchObject({ id: "out", quality: { loss: 0 } });
  });
});

test.describe("a transfer", () => {
  test("leaves the far end with the other number", async ({ open }) => {
    const { alice, bob, id } = await talk(open);
    const carol = await open();
    await carol.register();
    await alice.tell({ type: "transfer", id: "out", toNumber: carol.user });
    const theirs = await carol.rung(bob);
    await alice.told({ type: "transferred", id: "out" });
    await alice.told({ type: "ended", id: "out", endStatus: "COMPLETED" });
    await carol.tell({ type: "answer", id: theirs });
    await Promise.all([bob.hears(carol), carol.hears(bob)]);
    expect(await bob.events()).not.toContainEqual(expect.objectContaining({ type: "ended" }));
    await bob.tell({ type: "hang up", id });
    await carol.told({ type: "ended", id: theirs, endStatus: "COMPLETED" });
    await bob.told({ type: "ended", id, endStatus: "COMPLETED" });
  });

  test("to a number that nobody has leaves the call as it is", async ({ open }) => {
    const { alice, bob } = await talk(open);
    await alice.tell({ type: "transfer", id: "out", toNumber: "+15550000000" });
    await alice.told({ type: "trouble", id: "out", why: "wrong number" });
    await Promise.all([alice.hears(bob), bob.hears(alice)]);
  });
});

test.describe("trouble", () => {
  test("the server is killed during a call: it goes on, and can be hung up once the server is back", async ({
    open,
    server,
  }) => {
    const { alice, bob, id } = await talk(open);
    await server.kill();
    for (const phone of [alice, bob])
      await phone.told(
        { type: "unregistered", why: "registration lost", isRetrying: true },
        10_000,
      );
    await Promise.all([alice.hears(bob), bob.hears(alice)]);
    await alice.tell({ type: "hold", id: "out", isOn: true });
    await alice.told({ type: "trouble", id: "out", why: "network gone" });
    await server.start();
    for (const phone of [alice, bob]) await phone.registeredAgain(10_000);
    await alice.hears(bob);
    await bob.tell({ type: "hang up", id });
    await alice.told({ type: "ended", id: "out", endStatus: "COMPLETED" });
  });

  test("the server is killed while it rings: both are told", async ({ open, server }) => {
    const { alice, bob, id } = await ring(open);
    await server.kill();
    await server.start();
    await alice.told({ type: "ended", id: "out", endStatus: "FAILED", why: "network gone" });
    await alice.registeredAgain(10_000);
    await bob.registeredAgain(10_000);
    await bob.tell({ type: "reject", id });
    await bob.told({ type: "ended", id });
  });
});

test("where the browser gives no connection, there is no call, and nothing is thrown", async ({
  open,
}) => {
  const [alice, bob] = await two(open);
  await alice.page.evaluate(() => {
    window.RTCPeerConnection = class extends RTCPeerConnection {
      constructor() {
        super();
        this.close();
        throw new DOMException("No more", "UnknownError");
      }
    };
  });
  await alice.call(bob.user);
  await alice.told({ type: "ended", id: "out", endStatus: "FAILED", why: "refused" });
  await bob.call(alice.user);
  const id = await alice.rung(bob);
  await alice.tell({ type: "answer", id });
  await alice.told({ type: "trouble", id, why: "refused" });
  await alice.told({ type: "ended", id });
  await bob.told({ type: "ended", id: "out" });
});

test.describe("a reload during a call", () => {
  for (const who of ["caller", "called"] as const)
    test(`of the ${who}’s page: the call is taken up again`, async ({ open }) => {
      const { alice, bob, id } = await talk(open);
      const [gone, stays] = who === "caller" ? [alice, bob] : [bob, alice];
      const call = who === "caller" ? "out" : id;
      await gone.reload();
      await gone.register();
      await gone.tell({ type: "take up", id: call });
      await gone.told({ type: "answered", id: call });
      await Promise.all([alice.hears(bob), bob.hears(alice)]);
      expect(await stays.events()).not.toContainEqual(expect.objectContaining({ type: "ended" }));
      await stays.tell({ type: "hang up", id: who === "caller" ? id : "out" });
      await gone.told({ type: "ended", id: call, endStatus: "COMPLETED" });
    });

  test("when the other has hung up meanwhile, it is over", async ({ open }) => {
    const { alice, bob, id } = await talk(open);
    await alice.reload();
    await bob.tell({ type: "hang up", id });
    await bob.told({ type: "ended", id });
    await alice.register();
    await alice.tell({ type: "take up", id: "out" });
    await alice.told({ type: "ended", id: "out", endStatus: "FAILED", why: "far end failed" });
  });

  test("a call that rings is given up", async ({ open }) => {
    const { alice, bob, id } = await ring(open);
    await alice.told({ type: "ringing", id: "out" });
    await alice.reload();
    await bob.told({ type: "ended", id, endStatus: "MISSED" });
    await alice.register();
    await alice.tell({ type: "take up", id: "out" });
    await alice.told({ type: "ended", id: "out", endStatus: "FAILED", why: "refused" });
  });
});
