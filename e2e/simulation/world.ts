// A simulated day: the browser with HubSpot's pages and the app in them, the user, and what each of HubSpot's pages heard.
import { buttons } from "../../src/call/events.ts";
import { ticksKey } from "../../src/hubspot/apps.ts";
import { channelsKey } from "../../src/hubspot/helpdesk.ts";
import type { News } from "../../src/hubspot/server.ts";
import type { Message } from "../../src/rules/session.ts";
import { AppServer } from "./app-server.ts";
import { Browser, type Context, type Tab } from "./browser/browser.ts";
import type { Page } from "./browser/page.ts";
import {
  helpDeskNumber,
  hubspotUrl,
  settings,
  strangerUrl,
  viewed,
  widgetUrl,
  windowPath,
} from "./places.ts";
import type { Programs } from "./programs.ts";
import {
  callingWindow,
  type Place,
  type Setup,
  type Step,
  stranger,
  tabNames,
} from "./schedule.ts";
import { type SeenHubSpot, type SeenLine, type SeenWidget, shownIn } from "./seen.ts";
import { Telephone } from "./telephone.ts";

/** A word that the user typed as notes. */
export type Typed = {
  word: string;
  at: number;
  callId: string;
  page: Page;
};

export class World {
  readonly browser: Browser;
  readonly setup: Setup;
  /** What happened, line by line. */
  readonly story: string[] = [];
  /** What each of HubSpot's tabs heard while it was open, oldest first: a list for each page that was loaded. */
  readonly heard: { place: string; tab: Tab; pages: Message[][] }[] = [];
  readonly typed: Typed[] = [];
  readonly telephone = new Telephone(this);
  /** Where the app makes its engagements itself. */
  readonly appServer: AppServer | undefined;
  /** Those of all pages there have been, where the app has lines. */
  readonly lines: (SeenLine & { page: Page })[] = [];
  /** Calls whose notes the user gave up. */
  readonly discarded = new Set<string>();
  readonly errors: string[] = [];
  /** What was typed while storage was full and went with its frame: the widget said that it was not kept. */
  readonly unkept = new Set<string>();
  /** When a call may have gone so, ms since 1970. */
  readonly forgot: number[] = [];
  /** When the browser was killed, ms since 1970. */
  readonly kills: number[] = [];
  /** A page that is none of HubSpot's. */
  readonly evil: Page;
  readonly #began: number;
  /** ms since 1970 */
  #fullUntil = 0;
  #words = 0;
  /** Frames that have had a page of the widget. */
  readonly #loaded = new WeakSet<Context>();
  /** The frame that the user last did something in. */
  #last: Page | undefined;

  constructor(setup: Setup, { widget, hubspot, makesEngagements }: Programs) {
    this.setup = setup;
    this.appServer = makesEngagements ? new AppServer(this) : undefined;
    this.browser = new Browser({
      seed: setup.seed,
      pace: setup.pace,
      program: (url, page) => {
        if (url.origin === new URL(widgetUrl).origin)
          return (globals) => {
            // HubSpot, too, can load the frame again.
            if (this.#loaded.has(page.context)) this.#giveUp(page.context.tab.name);
            this.#loaded.add(page.context);
            widget(globals);
            const { line } = shownIn(page);
            if (line) this.lines.push({ page, ...line });
            this.#attack(page);
          };
        return (globals) => {
          const { name } = page.context.tab;
          page.shown.hear = (message: Message) => this.#hear(name, message);
          page.shown.listen = (hear: (news: News) => void) => {
            if (name !== stranger) this.appServer?.listen(page, hear);
          };
          hubspot(globals);
          const seen = page.shown.hubspot as SeenHubSpot;
          const { tab } = page.context;
          const known = this.heard.find((heard) => heard.tab === tab);
          if (known) {
            // HubSpot's page goes with the app's frame in it, where the user or the app sends it.
            this.#giveUp(tab.name);
            known.pages.push(seen.messages);
          } else this.heard.push({ place: tab.name, tab, pages: [seen.messages] });
        };
      },
      failed: (page, error) => {
        const [where] = (error instanceof Error ? error.stack : "")?.split("\n").slice(1) ?? [];
        this.errors.push(`a page throws ${String(error)}`);
        this.tell(`${page} throws ${String(error)}${where ?? ""}`);
      },
      nameOf: (url) =>
        url.pathname.startsWith(windowPath)
          ? callingWindow
          : url.href === strangerUrl
            ? stranger
            : this.#freeName(),
      // The CRM is not in this browser.
      isDurable: (origin) => origin !== new URL(widgetUrl).origin,
    });
    this.evil = this.browser.pageOutside(new URL("https://evil.example/"));
    this.#began = this.browser.clock.now;
  }

  /** A line of the story. */
  tell(words: string): void {
    const ms = this.browser.clock.now - this.#began;
    const time = new Date(ms).toISOString().slice(14, 23);
    this.story.push(`${time}  ${words}`);
  }

  /** What is not HubSpot's tries to be the frame's host before HubSpot is. */
  #attack({ context }: Page): void {
    const { browser, evil } = this;
    browser.post(evil, context, null, "*");
    browser.post(evil, context, { type: "SYNC", messageId: "1", hostUrl: evil.origin }, "*");
    browser.post(evil, context, { type: "END_CALL", messageId: "2" }, "*");
  }

  #hear(place: string, message: Message): void {
    const { from, type, data } = message;
    if (type.startsWith("SYNC")) return;
    if (from === "app" && place !== stranger) this.appServer?.follow(message);
    const { externalCallId, engagementId } = Object(data);
    const call = typeof externalCallId === "string" ? ` of call ${externalCallId.slice(0, 4)}` : "";
    const engagement =
      typeof engagementId === "number" ? `, engagement ${engagementId % 10_000}` : "";
    const what = `${type}${call}${engagement}`;
    const way = from === "app" ? `HubSpot hears ${what}` : `HubSpot says ${what}`;
    this.tell(`    ${place}: ${way}`);
  }

  tab(place: string): Tab | undefined {
    return [...this.browser.tabs].find(({ name }) => name === place);
  }

  hubspot(place: string): SeenHubSpot | undefined {
    return shownIn(this.tab(place)?.top.page).hubspot;
  }

  /** The CRM, as the first tab shows it. */
  get crm(): SeenHubSpot["hubspot"] | undefined {
    return tabNames.flatMap((name) => this.hubspot(name)?.hubspot ?? [])[0];
  }

  frame(place: string): Context | undefined {
    return this.tab(place)?.top.page?.frames[0];
  }

  widget(place: string): SeenWidget | undefined {
    return shownIn(this.frame(place)?.page).widget;
  }

  /** Whether a call may have gone with its frame, while storage was full. */
  get isForgetful(): boolean {
    return this.forgot.length > 0;
  }

  /** The places that have a widget of ours that can be used. */
  get widgets(): { place: string; widget: SeenWidget }[] {
    return [...this.browser.tabs].flatMap(({ name: place }) => {
      const widget = this.widget(place);
      return widget && place !== stranger ? [{ place, widget }] : [];
    });
  }

  pass(ms: number): Promise<void> {
    return this.browser.clock.pass(ms);
  }

  /** Opens what the layout needs, and logs in. */
  async begin(): Promise<void> {
    const { layout } = this.setup;
    const url = new URL(hubspotUrl + viewed["Tab 1"]);
    const top = this.browser.open(url);
    await this.pass(200);
    this.#tick(top);
    this.browser.navigate(top, url);
    await this.pass(500);
    await this.#show("Tab 1");
    if (layout === "window") await this.step({ do: "open", at: callingWindow, wait: 1000 });
    const at: Place = layout === "window" ? callingWindow : "Tab 1";
    await this.step({ do: "click", at, button: "login", wait: 200 });
    await this.step({ do: "click", at, button: "useravailable", wait: 500 });
  }

  /** The app's settings, as they are ticked in HubSpot, and what is connected to help desk. */
  #tick({ page }: Context): void {
    const ticks = JSON.stringify({ [widgetUrl]: settings[this.setup.layout] });
    const storage = page?.window.localStorage as Storage | undefined;
    storage?.setItem(ticksKey, ticks);
    const channel = { appId: 1, e164PhoneNumber: helpDeskNumber, friendlyName: "Support" };
    storage?.setItem(channelsKey, JSON.stringify([channel]));
  }

  /** In a panel, the app is shown once somebody is called. */
  async #show(place: Place): Promise<void> {
    if (this.setup.layout !== "panel") return;
    this.hubspot(place)?.hubspot.dial();
    await this.pass(500);
  }

  /** Does the step, where it is possible, and lets time pass. */
  async step(step: Step): Promise<void> {
    if ("at" in step && ["close", "crash", "reload", "reload frame", "away"].includes(step.do))
      this.#giveUp(step.at);
    if (step.do === "kill") this.#giveUp();
    await this.#do(step);
    // Nobody loads a frame again before it is there.
    await this.pass(step.do === "reload frame" ? Math.max(step.wait, 500) : step.wait);
  }

  /** With storage full, what no frame knows any more is lost. */
  #giveUp(at?: string): void {
    if (!this.#isFull) return;
    const goes = (place: string) =>
      place === at || this.tab(place)?.top.isLoading || this.frame(place)?.isLoading;
    const left =
      at && this.setup.layout !== "panel"
        ? this.widgets.filter(({ place }) => !goes(place) && !this.#isFrozen(place))
        : [];
    const known = Math.max(...this.widgets.map(({ widget }) => widget.state.turn));
    // A frame that was opened while the others were frozen has heard of nothing.
    if (!left.some(({ widget }) => widget.state.turn >= known))
      this.forgot.push(this.browser.clock.now);
    for (const { word } of this.typed)
      if (!left.some(({ widget }) => widget.values.notes.includes(word))) this.unkept.add(word);
  }

  async #do(step: Step): Promise<void> {
    const { browser } = this;
    switch (step.do) {
      case "kill":
        await this.#kill(step.isRestored);
        return;
      case "sleep":
        this.tell(`The computer sleeps for ${step.wait / 1000} s`);
        for (const tab of browser.tabs) browser.freeze(tab);
        await this.pass(step.wait);
        for (const tab of browser.tabs) browser.thaw(tab);
        return;
      case "storage":
        this.tell(step.isFull ? "Storage is full" : "Storage has room again");
        browser.troubles.set(new URL(widgetUrl).origin, step.isFull ? "full" : undefined);
        if (step.isFull) this.#fullUntil = Number.POSITIVE_INFINITY;
        else this.#fullUntil = Math.min(this.#fullUntil, browser.clock.now);
        return;
      case "fault":
        this.#fault(step.fault, step.isOn);
        return;
      case "open":
        await this.#open(step.at);
        return;
    }
    const { at } = step;
    const tab = this.tab(at);
    if (!tab) return;
    const frame = this.frame(at);
    switch (step.do) {
      case "close":
      case "crash":
        this.tell(`${at}: ${step.do === "close" ? "the user closes it" : "crashes"}`);
        browser[step.do](tab);
        return;
      case "thaw":
        if (tab.top.page?.isFrozen) this.tell(`${at}: is thawed`);
        browser.thaw(tab);
        if (this.#fullUntil > 0) this.#fullUntil = Math.max(this.#fullUntil, browser.clock.now);
        return;
    }
    // A frozen page does nothing that the user asks for.
    if (tab.top.page?.isFrozen || !tab.top.page) return;
    switch (step.do) {
      case "reload":
        this.tell(`${at}: the user reloads it`);
        browser.navigate(tab.top, tab.top.page.url);
        return;
      case "reload frame":
        if (!frame?.page) return;
        this.tell(`${at}: the widget's frame reloads`);
        browser.navigate(frame, frame.page.url);
        return;
      case "freeze":
        this.tell(`${at}: is frozen`);
        browser.freeze(tab);
        return;
      case "away":
        this.tell(`${at}: the user goes elsewhere for ${step.wait / 1000} s, and back`);
        browser.leave(tab);
        await this.pass(step.wait);
        browser.comeBack(tab);
        return;
      case "duplicate": {
        const copy = browser.duplicate(tab);
        if (copy) this.tell(`${at}: the user duplicates it, as ${copy.tab.name}`);
        return;
      }
      case "call":
        await this.#moveTo(tab.top.page);
        this.tell(`${at}: the user clicks Call in HubSpot`);
        this.hubspot(at)?.hubspot.dial();
        return;
      case "hang up":
        if (!this.hubspot(at)?.isCallOn) return;
        await this.#moveTo(tab.top.page);
        this.tell(`${at}: the user clicks Hang up in HubSpot`);
        this.hubspot(at)?.hangUp();
        return;
      case "telephone":
        this.telephone.tell(at, step.tells);
        return;
      case "click":
      case "enter":
      case "type":
        await this.#use(step);
        return;
      default:
        step satisfies never;
    }
  }

  async #kill(isRestored: boolean): Promise<void> {
    const { browser } = this;
    const open = isRestored
      ? [...browser.tabs].flatMap(({ top, session }) =>
          top.page ? [{ url: top.page.url, session }] : [],
        )
      : [{ url: new URL(hubspotUrl + viewed["Tab 1"]), session: undefined }];
    this.tell(
      `The browser is killed, and started again with ${isRestored ? "its tabs" : "one tab"}`,
    );
    this.kills.push(browser.clock.now);
    browser.kill();
    for (const { url, session } of open) browser.open(url, undefined, session);
    await this.pass(500);
  }

  async #meetStranger(): Promise<void> {
    this.tell("A page of another host is opened, with the app in it");
    const top = this.browser.open(new URL(strangerUrl));
    await this.pass(200);
    this.#tick(top);
    this.browser.navigate(top, new URL(strangerUrl));
    await this.pass(500);
    await this.#show(stranger);
  }

  #fault(fault: string, isOn: boolean): void {
    const [page] = tabNames.flatMap((name) => this.hubspot(name) ?? []);
    if (!page || page.hubspot.faults.has(fault) === isOn) return;
    this.tell(`HubSpot: the fault ${fault} is ${isOn ? "on" : "off"}`);
    if (isOn) page.hubspot.faults.add(fault);
    else page.hubspot.faults.delete(fault);
  }

  async #open(place: Place): Promise<void> {
    if (this.tab(place)) return;
    if (place === stranger) {
      await this.#meetStranger();
      return;
    }
    if (place !== callingWindow) {
      // Tabs are opened in their order.
      if (this.#freeName() !== place) return;
      this.tell(`${place}: the user opens it`);
      this.browser.open(new URL(hubspotUrl + (viewed[place] ?? "")));
      return;
    }
    const opener = tabNames.find((name) => this.hubspot(name) && !this.#isFrozen(name));
    if (!opener) return;
    this.tell(`${opener}: the user opens the calling window`);
    this.hubspot(opener)?.hubspot.openCallingWindow();
    await this.pass(300);
  }

  /** Whether what there is may be kept nowhere: what did not fit is kept a second after there is room, by a page that is not frozen. */
  get #isFull(): boolean {
    const isFrozen = this.widgets.some(({ place }) => this.#isFrozen(place));
    return this.browser.clock.now < this.#fullUntil + 2000 || (isFrozen && this.#fullUntil > 0);
  }

  #isFrozen(place: string): boolean {
    return this.tab(place)?.top.page?.isFrozen === true;
  }

  /** People need a moment to get from one frame to another. */
  async #moveTo(page: Page): Promise<void> {
    if (this.#last && this.#last !== page) await this.pass(500);
    this.#last = page;
  }

  /** The user does something in the widget's frame, as far as it lets them. */
  async #use(step: Extract<Step, { do: "click" | "enter" | "type" }>): Promise<void> {
    const { at } = step;
    const page = this.frame(at)?.page;
    if (!page) return;
    await this.#moveTo(page);
    const seen = () => (page.isAlive && !page.isFrozen ? shownIn(page).widget : undefined);
    const widget = seen();
    if (widget?.state.host.status !== "ready") return;
    const { clock } = this.browser;
    switch (step.do) {
      case "click": {
        const next = step.button === "next" ? widget.expected() : step.button;
        const known = buttons.find((button) => button === next);
        // What a call needs first is a number.
        const button = known ?? "outgoingcall";
        if (known && !widget.canClick(known)) return;
        // A panel is for apps without inbound calls.
        if (button === "incomingcall" && this.setup.layout === "panel") return;
        if (/^(outgoing|incoming)call$/.test(button) && widget.values.toNumber === "") {
          this.tell(`${at}: the user enters a number`);
          clock.run(page, () => widget.edit("toNumber", "+44 20 7946 0018"));
          await this.pass(200);
        }
        const now = seen();
        if (!now?.canClick(button)) return;
        const { call } = now.state;
        this.tell(`${at}: the user clicks ${button} (${call.status})`);
        if (button === "discard" && "externalCallId" in call)
          this.discarded.add(call.externalCallId);
        clock.run(page, () => now.click(button));
        return;
      }
      case "enter":
        this.tell(`${at}: the user enters “${step.value}” as ${step.field}`);
        clock.run(page, () => widget.edit(step.field, step.value));
        return;
      case "type": {
        const { call } = widget.state;
        if (call.status === "idle" || call.status === "completed") return;
        const word = `w${++this.#words}.`;
        this.tell(`${at}: the user types “${word}” as notes (${call.status})`);
        // Key by key; what stands in the field by then is added to.
        for (const key of ["w", word.slice(1)]) {
          const now = seen();
          // Where the call is saved between two keys, it has the first of them.
          if (!now || now.state.call.status === "idle") return;
          clock.run(page, () => now.edit("notes", now.values.notes + key));
          if (key === "w") await this.pass(40);
        }
        this.typed.push({ word, at: clock.now, callId: call.externalCallId, page });
        return;
      }
      default:
        step satisfies never;
    }
  }

  #freeName(): string {
    for (let number = 1; ; number++) if (!this.tab(`Tab ${number}`)) return `Tab ${number}`;
  }
}
