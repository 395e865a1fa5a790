// Whom a frame hears, without a browser: the other frames of its room, one of which holds the call, and HubSpot alone.
import { expect, test } from "@playwright/test";
import { join, type Told } from "../../src/frame/channel.ts";
import { guard } from "../../src/frame/guard.ts";
import { version } from "../../src/frame/session.ts";
import { Frames, hubspot, leaveBrowser } from "./frames.ts";

test.afterEach(leaveBrowser);

test.describe("the other frames", () => {
  const room = "a room";
  /** A frame in the room, with what happens to it. */
  const joined = async (frames: Frames, mayHold: boolean) => {
    const page = await frames.open();
    const seen: string[] = [];
    const heard: Told[] = [];
    const { tell, watch } = await frames.within(page, () =>
      join(
        room,
        mayHold,
        (told) => heard.push(told),
        () => seen.push("holds"),
        () => seen.push("free"),
      ),
    );
    return { page, seen, heard, tell, watch };
  };

  test("one of them holds the call, and the next one when it is closed", async () => {
    const frames = new Frames();
    const [first, second, tab] = [
      await joined(frames, true),
      await joined(frames, true),
      await joined(frames, false),
    ];
    expect([first.seen, second.seen, tab.seen]).toEqual([["holds"], [], []]);
    await frames.close(first.page);
    expect([second.seen, tab.seen]).toEqual([["holds"], []]);
  });

  test("a frame that may not hold the call notices that nobody does, each time it watches", async () => {
    const frames = new Frames();
    const window = await joined(frames, true);
    const tab = await joined(frames, false);
    await frames.within(tab.page, tab.watch);
    expect(tab.seen).toEqual([]);
    await frames.close(window.page);
    expect(tab.seen).toEqual(["free"]);
    // It is in nobody's way.
    const again = await joined(frames, true);
    expect(again.seen).toEqual(["holds"]);
    await frames.within(again.page, again.watch);
    await frames.within(tab.page, tab.watch);
    await frames.close(again.page);
    expect(again.seen).toEqual(["holds"]);
    expect(tab.seen).toEqual(["free", "free"]);
  });

  test("several watch at a time", async () => {
    const frames = new Frames();
    const window = await joined(frames, true);
    const tabs = [await joined(frames, false), await joined(frames, false)];
    for (const { page, watch } of tabs) await frames.within(page, watch);
    await frames.close(window.page);
    expect(tabs.map(({ seen }) => seen)).toEqual([["free"], ["free"]]);
  });

  test("they hear each other, and no frame of another room or version", async () => {
    const frames = new Frames();
    const [one, two] = [await joined(frames, true), await joined(frames, false)];
    const other = await frames.open();
    await frames.within(other, () => {
      for (const name of [`another room${version}`, room, `${room}${version - 1}`])
        new BroadcastChannel(name).postMessage({ type: "said", said: [] });
    });
    await frames.within(one.page, () => one.tell({ type: "said", said: [], from: "one" }));
    expect(two.heard).toEqual([{ type: "said", said: [], from: "one" }]);
    expect(one.heard).toEqual([]);
  });

  test("a frame whose lock the browser takes, as WebKit does when its user goes elsewhere, holds the call no longer, nor does one that waited for it", async () => {
    const frames = new Frames();
    const [first, second, third] = [
      await joined(frames, true),
      await joined(frames, true),
      await joined(frames, true),
    ];
    for (const { page } of [first, second]) frames.browser.leave(page.context.tab);
    await frames.browser.clock.pass(1000);
    expect([first.seen, second.seen, third.seen]).toEqual([["holds", "free"], [], ["holds"]]);
  });

  test("where locks are blocked, a frame that may hold the call does, and no other says that it is free", async () => {
    const frames = new Frames();
    const page = await frames.open();
    const locks = { request: () => Promise.reject(new Error("Locks are denied.")) };
    page.window.navigator = { locks };
    for (const [mayHold, expected] of [
      [true, ["holds"]],
      [false, []],
    ] as const) {
      const seen: string[] = [];
      await frames.within(page, () =>
        join(
          room,
          mayHold,
          () => {},
          () => seen.push("holds"),
          () => seen.push("free"),
        ).watch(),
      );
      expect(seen).toEqual(expected);
    }
  });

  test("where the browser gives frames no channel, joining fails at once", async () => {
    const frames = new Frames();
    frames.fails("blocked");
    await expect(joined(frames, true)).rejects.toThrow("insecure");
  });
});

test.describe("the guard", () => {
  const message = { type: "END_CALL", messageId: 1 };
  /** Which messages get past it. */
  async function guarded(host: string) {
    const frames = new Frames();
    const { page, host: context } = await frames.openIn(host);
    await frames.within(page, guard);
    const heard: unknown[] = [];
    page.window.addEventListener("message", ({ data }) => heard.push(data));
    const stranger = await frames.open("https://evil.example/");
    return { frames, page, context, heard, stranger };
  }

  test("the host's messages reach the SDK, when it is HubSpot", async () => {
    const { page, context, heard } = await guarded(hubspot);
    page.receive(message, new URL(hubspot).origin, context);
    expect(heard).toEqual([message]);
    page.receive({ ...message, messageId: {} }, new URL(hubspot).origin, context);
    expect(heard).toEqual([message]);
  });

  test("no host says that it has shaken hands, and as another page of HubSpot's", async () => {
    const { page, context, heard } = await guarded(hubspot);
    const data = { hostUrl: "https://app.hubspot.com", portalId: 1, iframeLocation: "remote" };
    page.receive({ type: "READY", messageId: 1, data }, new URL(hubspot).origin, context);
    expect(heard).toEqual([]);
  });

  test("those of a host that is not HubSpot do not, nor those of other windows, whatever they say they are", async () => {
    const { page, context, heard, stranger } = await guarded("https://evil.example/");
    page.receive(message, "https://evil.example", context);
    page.receive(message, new URL(hubspot).origin, stranger.context);
    expect(heard).toEqual([]);
  });

  test("a widget that is opened by itself hears nothing, not even from itself", async () => {
    const frames = new Frames();
    const page = await frames.open();
    await frames.within(page, guard);
    const heard: unknown[] = [];
    page.window.addEventListener("message", ({ data }) => heard.push(data));
    const { origin } = page;
    page.window.emit("message", { data: message, origin, source: page.window }, page.window);
    expect(heard).toEqual([]);
  });
});
