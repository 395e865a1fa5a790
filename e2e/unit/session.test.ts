// What outlives a frame, in storage and on disk, without a browser: frames come and go, and storage fails, in a simulated one.
import { expect, test } from "@playwright/test";
import { next } from "../../src/call/call.ts";
import { type Ready, read } from "../../src/call/messages.ts";
import { type State, shared, start } from "../../src/call/state.ts";
import { join } from "../../src/frame/channel.ts";
import { type Disk, openDisk } from "../../src/frame/disk.ts";
import { load, roomOf, save } from "../../src/frame/session.ts";
import type { Page } from "../simulation/browser/page.ts";
import { app, Frames, hubspot, leaveBrowser } from "./frames.ts";

test.afterEach(leaveBrowser);

const place = (fields: Partial<Ready> = {}) => ({
  iframeLocation: "widget" as const,
  portalId: 62515,
  userId: 7,
  hostUrl: "https://app.hubspot.com",
  ...fields,
});
const nothing: ReadonlyMap<string, string> = new Map();
/** The room of a frame that holds it from then on. */
const enter = async (frames: Frames, page: Page, fields?: Partial<Ready>, onDisk = nothing) => {
  const room = await frames.within(page, () => roomOf(place(fields), onDisk));
  await frames.within(page, () =>
    join(
      room,
      true,
      () => {},
      () => {},
      () => {},
    ),
  );
  return room;
};

/** What the names of the account's rooms begin with. */
const account = async (frames: Frames, fields?: Partial<Ready>) => {
  const remote = place({ ...fields, iframeLocation: "remote" });
  return frames.within(await frames.open(), () => roomOf(remote, nothing));
};

/** A frame that has done a few things. */
function calling(...events: object[]): State {
  let state = start({ status: "connecting", since: 0 }, "a frame");
  let at = 1_750_000_000_000;
  for (const event of [read({ type: "READY", data: {} }), { type: "hold" }, ...events])
    state = next(state, { ...event, at: ++at } as Parameters<typeof next>[1]).state;
  return { ...state, turn: events.length };
}
const starts = [
  { type: "login" },
  { type: "outgoingcall", id: "7", fromNumber: "112", toNumber: "113" },
];
/** Rooms in each of which that state was kept, as they are on disk. */
const kept = (state: State, ...rooms: string[]): Map<string, string> => {
  const texts = new Map<string, string>();
  // Storage that is not there keeps nothing else.
  for (const room of rooms)
    save(room, state, {
      found: Promise.resolve(texts),
      write: (name, text) => texts.set(name, text),
    });
  return texts;
};

test.describe("rooms", () => {
  test("frames in navigation bars and in the calling window share their account's room", async () => {
    const frames = new Frames();
    const rooms = [
      await enter(frames, await frames.open(), { iframeLocation: "remote" }),
      await enter(frames, await frames.open(), { iframeLocation: "remote" }),
      await enter(frames, await frames.open(), { iframeLocation: "window" }),
      // What the page's address asks for makes no other app of it.
      await enter(frames, await frames.open(`${app}?debug`), { iframeLocation: "remote" }),
    ];
    expect(new Set(rooms).size).toBe(1);
  });

  test("another account, another user, another HubSpot, and another app of the same host have rooms of their own", async () => {
    const frames = new Frames();
    const remote = { iframeLocation: "remote" as const };
    const rooms = [
      await enter(frames, await frames.open(), remote),
      await enter(frames, await frames.open(), { ...remote, portalId: 1 }),
      await enter(frames, await frames.open(), { ...remote, userId: 1 }),
      await enter(frames, await frames.open(), { ...remote, hostUrl: "https://a.hubspot.com" }),
      await enter(frames, await frames.open("https://app.example/other/index.html"), remote),
      await enter(frames, await frames.open("https://app.example/widget/phone.html"), remote),
    ];
    expect(new Set(rooms).size).toBe(6);
  });

  test("a folder whose name looks like that of a page is another app's", async () => {
    const frames = new Frames();
    const at = async (path: string) =>
      enter(frames, await frames.open(`https://app.example/${path}`), { iframeLocation: "remote" });
    const paths = ["index-html-demo/one/", "index-html-demo/two/", "my/", "myindex.html", "v1/"];
    const rooms = await Promise.all([...paths, "v1/index.html/x"].map(at));
    expect(new Set(rooms).size).toBe(6);
    expect(await at("my/index.html?debug")).toBe(rooms[2]);
  });

  test("a panel has its tab's room, also when it is loaded again, and no other tab's", async () => {
    const frames = new Frames();
    const page = await frames.open();
    const room = await enter(frames, page);
    const onDisk = kept(calling(...starts), room);
    expect(await enter(frames, await frames.open(), {}, onDisk)).not.toBe(room);
    frames.browser.navigate(page.context, page.url);
    await frames.browser.clock.pass(1000);
    const { page: again } = page.context;
    expect(again && (await enter(frames, again, {}, onDisk))).toBe(room);
  });

  test("a panel moves into the room that a closed tab has left, and into one only", async () => {
    const frames = new Frames();
    const first = await frames.open();
    const left = await enter(frames, first);
    const other = await enter(frames, await frames.open());
    const anothers = `${await account(frames, { portalId: 1 })} x`;
    const onDisk = kept(calling(...starts), left, other, anothers, "own");
    await frames.close(first);
    expect(await enter(frames, await frames.open(), {}, onDisk)).toBe(left);
    const rooms = [...onDisk.keys()];
    expect(rooms).not.toContain(await enter(frames, await frames.open(), {}, onDisk));
  });

  test("of several rooms that were left, it takes the one with a call", async () => {
    const frames = new Frames();
    const rooms = ["idle", "damaged", "busy", "idle too"];
    const [idle, damaged, busy, idleToo] = await Promise.all(
      rooms.map(async (name) => `${await account(frames)} ${name}`),
    );
    const onDisk = new Map([
      ...kept(calling({ type: "login" }), `${idle}`),
      [`${damaged}`, "damaged"],
      ...kept(calling(...starts, { type: "endcall", id: "7" }), `${busy}`),
      ...kept(calling({ type: "login" }), `${idleToo}`),
    ]);
    const taken = [];
    for (let tabs = 0; tabs < 4; tabs++)
      taken.push(await enter(frames, await frames.open(), {}, onDisk));
    expect(taken[0]).toBe(busy);
    expect(taken.sort()).toEqual([idle, damaged, busy, idleToo].sort());
  });

  test("a panel that is loaded again comes back to its own room, whichever others have been left", async () => {
    const frames = new Frames();
    const page = await frames.open();
    const [before, after] = [await frames.open(), await frames.open()];
    const rooms: string[] = [];
    for (const each of [before, page, after]) rooms.push(await enter(frames, each));
    const onDisk = kept(calling(...starts), ...rooms);
    await frames.close(before);
    await frames.close(after);
    frames.browser.navigate(page.context, page.url);
    await frames.browser.clock.pass(1000);
    const { page: again } = page.context;
    expect(again && (await enter(frames, again, {}, onDisk))).toBe(rooms[1]);
  });

  test("in a page of another site, where Firefox does not say which locks are held, a panel finds its room all the same", async () => {
    const frames = new Frames();
    const { page } = await frames.openIn(hubspot);
    const asked = await frames.within(page, () => navigator.locks.query().catch(String));
    expect(asked).toContain("SecurityError");
    const left = await enter(frames, page);
    const onDisk = kept(calling(...starts), left);
    const { page: other } = await frames.openIn(hubspot);
    expect(await enter(frames, other, {}, onDisk)).not.toBe(left);
    // Two that are loaded at once keep their own.
    frames.browser.navigate(page.context, page.url);
    await frames.browser.clock.pass(1000);
    expect(page.context.page && (await enter(frames, page.context.page, {}, onDisk))).toBe(left);
    frames.browser.remove(page.context);
    const { page: next } = await frames.openIn(hubspot);
    expect(await enter(frames, next, {}, onDisk)).toBe(left);
  });

  test("where storage is blocked, every panel has a room of its own", async () => {
    const frames = new Frames();
    frames.fails("blocked");
    const [one, two] = [await frames.open(), await frames.open()];
    const room = await frames.within(one, () => roomOf(place(), nothing));
    expect(room).not.toBe("");
    expect(await frames.within(two, () => roomOf(place(), nothing))).not.toBe(room);
  });
});

const notes = { type: "edit", field: "notes", value: "Grüße 📞" };

test.describe("what is kept", () => {
  /** A disk that remembers what was written to it. */
  const disk = (): Disk & { texts: Map<string, string> } => {
    const texts = new Map<string, string>();
    return {
      texts,
      found: Promise.resolve(texts),
      write: (room, text) => {
        texts.set(room, text);
      },
    };
  };

  test("a call comes back as it was, with what was written", async () => {
    const frames = new Frames();
    const state = calling(...starts, notes);
    const { texts, ...onDisk } = disk();
    expect(await frames.within(await frames.open(), () => save("room", state, onDisk))).toBe(true);
    const page = await frames.open();
    expect(await frames.within(page, () => load("room"))).toEqual(shared(state));
    expect(await frames.within(page, () => load("another room"))).toBeUndefined();
    // With nothing but the disk, as after the browser was killed.
    const other = new Frames();
    const text = texts.get("room");
    expect(await other.within(await other.open(), () => load("room", text))).toEqual(shared(state));
  });

  test("of what is here and what is on disk, each part that is newer counts", async () => {
    const frames = new Frames();
    const page = await frames.open();
    const earlier = calling(...starts);
    const later = calling(...starts, { type: "answercall", id: "7" }, notes);
    const onDisk = disk();
    await frames.within(page, () => save("room", later, onDisk));
    const text = onDisk.texts.get("room");
    await frames.within(page, () => localStorage.clear());
    await frames.within(page, () => save("room", earlier, disk()));
    expect(await frames.within(page, () => load("room", text))).toMatchObject({
      call: { status: "answered" },
      form: { notes: "Grüße 📞" },
    });
    // The other way round, too.
    await frames.within(page, () => save("room", later, disk()));
    await frames.within(page, () => save("old", earlier, onDisk));
    const old = onDisk.texts.get("old");
    expect(await frames.within(page, () => load("room", old))).toMatchObject({
      call: { status: "answered" },
    });
  });

  test("nothing stays of a call that is done with but what the user set", async () => {
    const frames = new Frames();
    const page = await frames.open();
    const idle = {
      ...calling({ type: "login" }),
      past: [101],
      notice: { kind: "done" as const, words: "The call with Ada is on the timeline." },
    };
    await frames.within(page, () => save("room", idle, disk()));
    const kept = await frames.within(page, () => load("room"));
    expect(kept).toMatchObject({ isLoggedIn: true, past: [] });
    expect(kept).not.toHaveProperty("notice");
    // During a call both matter.
    await frames.within(page, () => save("other", { ...calling(...starts), past: [101] }, disk()));
    expect(await frames.within(page, () => load("other"))).toMatchObject({ past: [101] });
  });

  test("a frame that knows less does not write over what the one that holds the call has kept", async () => {
    const frames = new Frames();
    const page = await frames.open();
    await frames.within(page, () => save("room", calling(...starts, notes), disk()));
    const late = calling({ type: "login" });
    await frames.within(page, () => save("room", late, disk()));
    expect(await frames.within(page, () => load("room"))).toMatchObject({
      call: { status: "ringing" },
      form: { notes: "Grüße 📞" },
    });
  });

  test("what is damaged, cut, or another version's cannot be read, and is told from nothing", async () => {
    const frames = new Frames();
    const page = await frames.open();
    const onDisk = disk();
    await frames.within(page, () => save("room", calling(...starts, notes), onDisk));
    const text = onDisk.texts.get("room") ?? "";
    const { length } = text;
    for (const damaged of [
      text.replace('"112"', '"911"'),
      text.replace('"112"', '"121"'),
      text.slice(0, length / 2),
      text.slice(0, -1),
      `${text}0`,
      "{}",
      "{}3",
      "",
      "null",
    ]) {
      await frames.within(page, () => localStorage.setItem("room", damaged));
      expect(await frames.within(page, () => load("room")), damaged).toBe(false);
      // What is whole counts, wherever it is.
      expect(await frames.within(page, () => load("room", text)), damaged).toMatchObject({
        call: { status: "ringing" },
      });
      expect(await frames.within(page, () => load("empty", damaged)), damaged).toBe(false);
    }
    await frames.within(page, () => localStorage.setItem("room", text));
    expect(await frames.within(page, () => load("room", "{}"))).toMatchObject({
      call: { status: "ringing" },
    });
    // It is written over.
    await frames.within(page, () => localStorage.setItem("room", "{}"));
    await frames.within(page, () => save("room", calling(...starts), disk()));
    expect(await frames.within(page, () => load("room"))).toMatchObject({
      call: { status: "ringing" },
    });
  });

  test("where storage is full or blocked, or HubSpot sent what JSON cannot say, it is told that nothing is kept", async () => {
    const frames = new Frames();
    const page = await frames.open();
    const keep = (state: State, room = "room") =>
      frames.within(page, () => save(room, state, disk()));
    const huge = {
      payload: { id: 2n ** 70n },
      number: "112",
      callee: undefined,
      startTimestamp: 0,
    };
    expect(await keep({ ...calling(...starts), waiting: [huge] })).toBe(false);
    frames.fails("full");
    expect(await keep(calling(...starts))).toBe(false);
    frames.fails("blocked");
    expect(await keep(calling(...starts))).toBe(false);
    expect(await frames.within(page, () => load("room"))).toBeUndefined();
    frames.fails(undefined);
    expect(await keep(calling(...starts))).toBe(true);
    // What is out of date goes, when there is no place for what is newer.
    frames.fails("full");
    expect(await keep(calling(...starts, notes))).toBe(false);
    expect(await frames.within(page, () => load("room"))).toBeUndefined();
  });
});

test.describe("on disk", () => {
  const texts = async (frames: Frames) => {
    const page = await frames.open();
    return Object.fromEntries(await frames.within(page, () => openDisk().found));
  };

  test("what was written last is there when the browser has been killed a moment later", async () => {
    const frames = new Frames();
    expect(await texts(frames)).toEqual({});
    const page = await frames.open();
    await frames.within(page, () => {
      const { write } = openDisk();
      for (const text of ["one", "two", "three"]) write("room", text);
    });
    frames.browser.kill();
    expect(await texts(frames)).toEqual({ room: "three" });
  });

  test("what does not fit leaves nothing that is out of date, and what fits later is written", async () => {
    const frames = new Frames();
    const page = await frames.open();
    const { write } = await frames.within(page, openDisk);
    await frames.within(page, () => write("room", "old"));
    await frames.within(page, () => write("other", "another"));
    frames.fails("full");
    await frames.within(page, () => write("room", "new"));
    frames.fails(undefined);
    expect(await texts(frames)).toEqual({ other: "another" });
    await frames.within(page, () => write("room", "newer"));
    expect(await texts(frames)).toEqual({ other: "another", room: "newer" });
  });

  test("each room has its own text, and a text that is written again takes no more place", async () => {
    const frames = new Frames();
    const page = await frames.open();
    const { write } = await frames.within(page, openDisk);
    for (const text of ["one", "two"])
      for (const room of ["room", "other"]) await frames.within(page, () => write(room, text));
    const { databases } = frames.browser.storagesOf(page);
    expect(databases.values).toEqual([
      ["room", "two"],
      ["other", "two"],
    ]);
  });

  test("what is on disk is waited for, also where that takes a while", async () => {
    const frames = new Frames();
    const page = await frames.open();
    await frames.within(page, () => openDisk().write("room", "one"));
    frames.fails("slow");
    const { found } = await frames.within(await frames.open(), openDisk);
    await frames.browser.clock.pass(1000);
    expect(Object.fromEntries(await found)).toEqual({ room: "one" });
  });

  test("where the database is blocked, nothing is found, and nothing throws", async () => {
    const frames = new Frames();
    frames.fails("blocked");
    // At once.
    expect(await texts(frames)).toEqual({});
    await frames.within(await frames.open(), () => openDisk().write("room", "text"));
  });

  test("a database that never answers is waited for two and a half seconds", async () => {
    const frames = new Frames();
    const page = await frames.open();
    page.window.indexedDB = { open: () => ({}) };
    let found: ReadonlyMap<string, string> | undefined;
    const began = frames.browser.clock.now;
    let waited = 0;
    await frames.within(page, () => {
      openDisk().found.then((texts) => {
        found = texts;
        waited = frames.browser.clock.now - began;
      });
    });
    await frames.browser.clock.pass(2000);
    expect(found).toEqual(new Map());
    expect(waited).toBeGreaterThan(2400);
    expect(waited).toBeLessThan(2600);
  });
});
