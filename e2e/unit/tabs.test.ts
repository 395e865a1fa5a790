// What a tab and the calling window do for each other, without a browser: notes and clicks in, notes and what else is to be done out.
import { expect, test } from "@playwright/test";
import type { App } from "../../src/hubspot/apps.ts";
import { isNote, type Note } from "../../src/hubspot/notes.ts";
import type { PageEffect, PageEvent, PageStep, PageWorld } from "../../src/hubspot/pages.ts";
import { startTab, type Tab, tab } from "../../src/hubspot/tab.ts";
import { type CallingWindow, callingWindow, startWindow } from "../../src/hubspot/window.ts";
import { ada, grace, HubSpot, inTabs, inWindow } from "./local-hubspot.ts";

const { app: appInWindow } = new HubSpot(inWindow);
const { app: appInTabs } = new HubSpot(inTabs);

/** A page, and what the last event made it do. */
class Page<P extends Tab | CallingWindow> {
  page: P;
  effects: readonly PageEffect[] = [];
  done: PageEffect[] = [];
  note: string | undefined;
  world: PageWorld;
  readonly #decide: (page: P, event: PageEvent, world: PageWorld) => PageStep<P>;

  constructor(page: P, decide: (page: P, event: PageEvent, world: PageWorld) => PageStep<P>) {
    this.page = page;
    this.#decide = decide;
    const { faults, engagements, crm, helpDesk } = new HubSpot();
    this.world = {
      faults,
      engagements,
      crm,
      helpDesk,
      viewed: ada,
      isInQueue: false,
      home: "/",
      canTell: true,
      appOf: () => appInWindow,
    };
  }
  happens(event: PageEvent): this {
    const { page, effects, note } = this.#decide(this.page, event, this.world);
    this.note = note;
    this.page = page;
    this.effects = effects;
    this.done.push(...effects);
    return this;
  }
  hears(note: Note): this {
    return this.happens({ type: "note", note });
  }
  dial(id: string, app: App = appInWindow): this {
    const dial = { payload: { phoneNumber: "112" } };
    return this.happens({ type: "dial", id, app, place: "remote", dial });
  }
  says(type: string, data?: unknown): this {
    return this.happens({ type: "message", message: { type, data }, at: 0, uuid: "uuid" });
  }
  /** A frame with its handshake done, and its app initialized. */
  initialize(data: object = {}): this {
    this.happens({ type: "loaded" }).happens({ type: "connected" });
    return this.says("INITIALIZED", data);
  }
  get told(): Note[] {
    return this.effects.flatMap((effect) => (effect.type === "tell" ? [effect.note] : []));
  }
  /** By the kind of effect, without timers. */
  get did() {
    return this.effects.map(({ type }) => type).filter((type) => type !== "wake");
  }
}

const aTab = () => new Page(startTab("tab-1"), tab);
const aWindow = () =>
  new Page(startWindow, callingWindow).happens({ type: "here", app: appInWindow });
const wish = {
  kind: "dial",
  id: "wish",
  app: appInWindow.id,
  payload: { phoneNumber: "112" },
} as const;
const objectCoordinates = { portalId: 62515, objectId: grace.objectId, objectTypeId: "0-1" };
const navigate = (openIn: string) => ({ engagementId: 7, objectCoordinates, openIn });
const address = "/?engagementId=7#/record/0-1/37621684102";

test.describe("a tab", () => {
  test("dials itself where the tabs have the calls", () => {
    const page = aTab().happens({ type: "open", app: appInTabs, place: "remote" }).initialize();
    page.dial("wish", appInTabs);
    expect(page.effects).toContainEqual({
      type: "send",
      message: { type: "DIAL_NUMBER", data: { phoneNumber: "112" } },
    });
    expect(page.told).toEqual([]);
  });

  test("opens the calling window, asks it to dial, and asks again once it is there", () => {
    const page = aTab().dial("wish");
    expect(page.effects).toEqual([{ type: "openWindow" }]);
    for (const is of ["opened", "focused", "elsewhere"] as const)
      expect(page.happens({ type: "window", is, by: "dial" }).effects).toEqual([
        { type: "tell", note: wish },
      ]);
    expect(page.hears({ kind: "here" }).told).toEqual([wish]);
    const outcome = { isSent: true, payload: { phoneNumber: "112" } } as const;
    expect(page.hears({ kind: "dialled", id: "another's", outcome }).effects).toEqual([]);
    expect(page.hears({ kind: "dialled", id: "wish", outcome }).effects).toEqual([
      { type: "answer", id: "wish", outcome },
    ]);
    // It is done with.
    expect(page.hears({ kind: "dialled", id: "wish", outcome }).effects).toEqual([]);
    expect(page.hears({ kind: "here" }).effects).toEqual([]);
    expect(page.hears({ kind: "gone" }).effects).toEqual([]);
  });

  test("gives a wish up for a newer one, and when the calling window is gone or blocked", () => {
    const page = aTab().dial("first").dial("second");
    const givenUp = (id: string) => ({ type: "answer", id, outcome: { isSent: false } });
    expect(page.effects).toEqual([givenUp("first"), { type: "openWindow" }]);
    expect(page.hears({ kind: "gone" }).effects).toEqual([givenUp("second")]);
    page.dial("third").happens({ type: "window", is: "blocked", by: "dial" });
    expect(page.effects).toEqual([
      { type: "alert", text: expect.stringContaining("The browser blocked the calling window") },
      givenUp("third"),
    ]);
    expect(page.hears({ kind: "here" }).effects).toEqual([]);
  });

  test("says why the calling window did not dial, until the user has logged in there", () => {
    const page = aTab().dial("wish");
    page.hears({ kind: "dialled", id: "wish", outcome: { isSent: false, why: "Log in." } });
    expect(page.effects).toEqual([
      { type: "alert", text: "Log in.", about: "dial" },
      { type: "answer", id: "wish", outcome: { isSent: false, why: "Log in." } },
    ]);
    const message = { at: 0, frame: "window", load: "1", from: "app", data: undefined } as const;
    const login = { ...message, type: "LOGGED_IN" };
    expect(page.hears({ kind: "message", message: login }).effects).toEqual([
      { type: "list", message: login },
      { type: "dismiss", about: "dial" },
    ]);
    const other = { ...message, type: "LOGGED_OUT" };
    expect(page.hears({ kind: "message", message: other }).did).toEqual(["list"]);
  });

  test("says so when it cannot ask, or cannot bring the window to the front", () => {
    const page = aTab();
    page.world = { ...page.world, canTell: false };
    expect(page.dial("wish").effects).toMatchObject([
      {
        type: "alert",
        text: expect.stringContaining("the calling window cannot be asked to dial"),
      },
      { type: "answer", id: "wish", outcome: { isSent: false } },
    ]);
    expect(page.happens({ type: "window", is: "elsewhere", by: "user" }).effects).toEqual([
      { type: "alert", text: expect.stringContaining("The calling window is open already.") },
    ]);
    for (const is of ["opened", "focused"] as const)
      expect(page.happens({ type: "window", is, by: "user" }).effects).toEqual([]);
    expect(page.happens({ type: "window", is: "blocked", by: "user" }).did).toEqual(["alert"]);
  });

  test("opens a record itself, or in a new tab", () => {
    const page = aTab().happens({ type: "open", app: appInTabs, place: "remote" }).initialize();
    expect(page.says("NAVIGATE_TO_RECORD", navigate("CURRENT_TAB")).effects).toEqual([
      { type: "leave", address },
    ]);
    expect(page.says("NAVIGATE_TO_RECORD", navigate("NEW_TAB")).effects).toMatchObject([
      { type: "newTab", to: { address, record: grace } },
    ]);
  });

  test("puts the call into the record's address, however the app writes its id, or leaves it out", () => {
    const page = aTab().happens({ type: "open", app: appInTabs, place: "remote" }).initialize();
    for (const [engagementId, query] of [
      ["7", "?engagementId=7"],
      [undefined, ""],
      [{}, ""],
    ])
      expect(page.says("NAVIGATE_TO_RECORD", { engagementId, objectCoordinates }).effects).toEqual([
        { type: "leave", address: `/${query}#/record/0-1/37621684102` },
      ]);
  });

  test("says why it ignores a call, with the message", () => {
    const page = aTab().happens({ type: "open", app: appInWindow, place: "remote" }).initialize();
    expect(page.note).toBeUndefined();
    page.says("INCOMING_CALL", { externalCallId: "in-1" });
    expect(page.note).toContain("supportsInboundCalling is off");
  });

  test("leaves for the record that the calling window gives it, and says that it does", () => {
    const page = aTab();
    expect(page.hears({ kind: "navigate", tab: "tab-2", address }).effects).toEqual([]);
    expect(page.hears({ kind: "navigate", tab: "tab-1", address }).effects).toEqual([
      { type: "tell", note: { kind: "leaves", tab: "tab-1" } },
      { type: "leave", address },
    ]);
  });

  test("does nothing of what concerns the calling window", () => {
    const page = aTab();
    for (const note of [wish, { kind: "leaves", tab: "tab-1" }, { kind: "reset" }] as const)
      expect(page.hears(note).effects, note.kind).toEqual([]);
  });
});

test.describe("the calling window", () => {
  test("says that it is there, opens its app, and says when it goes", () => {
    const page = aWindow();
    expect(page.told).toEqual([{ kind: "here" }]);
    expect(page.effects).toContainEqual({ type: "frame", app: appInWindow, place: "window" });
    expect(page.happens({ type: "gone" }).effects).toEqual([
      { type: "tell", note: { kind: "gone" } },
    ]);
  });

  test("dials for a tab, once, and tells what became of it", () => {
    const page = aWindow().initialize().hears(wish);
    expect(page.effects).toContainEqual({
      type: "send",
      message: { type: "DIAL_NUMBER", data: wish.payload },
    });
    const outcome = { isSent: true, payload: wish.payload } as const;
    expect(page.told).toEqual([{ kind: "dialled", id: "wish", outcome }]);
    expect(page.hears(wish).effects).toEqual([]);
  });

  test("… once its app is there; or tells why not", () => {
    const page = aWindow().hears(wish);
    expect(page.told).toEqual([]);
    page.initialize({ isLoggedIn: false });
    const why = expect.stringContaining("You are logged out of An app");
    expect(page.told).toEqual([{ kind: "dialled", id: "wish", outcome: { isSent: false, why } }]);
    expect(page.effects).toContainEqual({ type: "alert", text: why, about: "dial" });
  });

  test("has a record opened by the tab used last", () => {
    const page = aWindow().initialize().says("NAVIGATE_TO_RECORD", navigate("CURRENT_TAB"));
    const [find] = page.effects;
    if (find?.type !== "findTab") throw new Error("No tab is looked for");
    page.happens({ type: "tab", tab: "tab-1", to: find.to });
    expect(page.told).toEqual([{ kind: "navigate", tab: "tab-1", address }]);
    const untaken = { type: "untaken", tab: "tab-1", to: find.to } as const;
    expect(page.effects).toContainEqual({ type: "wake", event: untaken, after: 1000 });
    expect(page.hears({ kind: "leaves", tab: "tab-2" }).effects).toEqual([]);
    expect(page.hears({ kind: "leaves", tab: "tab-1" }).effects).toEqual([]);
    expect(page.happens(untaken).effects).toEqual([]);
  });

  test("… or opens a new one: without a tab, for one that does not answer, and when asked to", () => {
    const page = aWindow().initialize().says("NAVIGATE_TO_RECORD", navigate("CURRENT_TAB"));
    const [find] = page.effects;
    if (find?.type !== "findTab") throw new Error("No tab is looked for");
    const { to } = find;
    expect(page.happens({ type: "tab", tab: undefined, to }).effects).toEqual([
      { type: "newTab", to },
    ]);
    page.happens({ type: "tab", tab: "closing", to });
    // That another tab leaves answers nothing.
    page.hears({ kind: "leaves", tab: "tab-2" });
    expect(page.happens({ type: "untaken", tab: "closing", to }).effects).toEqual([
      { type: "newTab", to },
    ]);
    expect(page.happens({ type: "untaken", tab: "closing", to }).effects).toEqual([]);
    expect(page.says("NAVIGATE_TO_RECORD", navigate("NEW_TAB")).did).toEqual(["newTab"]);
    page.world = { ...page.world, canTell: false };
    expect(page.says("NAVIGATE_TO_RECORD", navigate("CURRENT_TAB")).did).toEqual(["newTab"]);
    // That may be blocked.
    const failed = page.happens({ type: "navigated", isDone: false, to });
    expect(failed.effects).toEqual([
      {
        type: "send",
        message: {
          type: "NAVIGATE_TO_RECORD_FAILED",
          data: { engagementId: 7, objectCoordinates },
        },
      },
    ]);
  });

  test("begins afresh when a tab does", () => {
    expect(aWindow().hears({ kind: "reset" }).effects).toEqual([{ type: "reset" }]);
  });

  test("does nothing of what concerns tabs", () => {
    const page = aWindow();
    const outcome = { isSent: false } as const;
    for (const note of [
      { kind: "here" },
      { kind: "gone" },
      { kind: "navigate", tab: "tab-1", address },
      { kind: "dialled", id: "wish", outcome },
    ] as const)
      expect(page.hears(note).effects, note.kind).toEqual([]);
    expect(page.happens({ type: "window", is: "opened", by: "user" }).effects).toEqual([]);
  });
});

test("notes of another build are not heard", () => {
  const dialled = { kind: "dialled", id: "wish", outcome: { isSent: false } };
  for (const note of [wish, dialled, { kind: "here" }, { kind: "leaves", tab: "tab-1" }])
    expect(isNote(note), note.kind).toBe(true);
  for (const odd of [
    null,
    "here",
    {},
    { kind: "rain" },
    { ...wish, id: 5 },
    { ...wish, payload: "112" },
    { ...wish, payload: "1" },
    { kind: "dialled", id: "wish" },
    { kind: "dialled", id: "wish", outcome: {} },
    { kind: "message", message: { type: "SYNC" } },
    { kind: "leaves" },
    { kind: "navigate", tab: "tab-1" },
  ])
    expect(isNote(odd), JSON.stringify(odd)).toBe(false);
});
