// Carries out what the tab or the calling window decides: with its frame, timers, storage, and the browser's windows. It holds the page's one state.
import type { Fields } from "../call/messages.ts";
import type { Message } from "../rules/session.ts";
import {
  type App,
  appIdOf,
  type Installed,
  installedApps,
  type Place,
  placeOf,
  type SettingName,
  tick,
  ticksKey,
  withTicks,
} from "./apps.ts";
import { type CallFilter, filterIn } from "./call-filter.ts";
import { onTicket } from "./calls.ts";
import { clearChart, drawMessage } from "./chart.ts";
import { Conformance } from "./conformance.ts";
import { account, Crm, type CrmRecord, dialPayload, hashOf } from "./crm.ts";
import { type Engagement, Engagements } from "./engagements.ts";
import { Faults } from "./faults.ts";
import { renderHint } from "./first-call.ts";
import { Frame } from "./frame.ts";
import { HelpDesk, NumberSearch } from "./helpdesk.ts";
import type { Opening, PageEffect, PageEvent, PageWorld } from "./pages.ts";
import { appsAtLoad, channelNumbers, forgetOnServer, tellRecords, tellServer } from "./server.ts";
import type { Outcome } from "./state.ts";
import { readKey, writeKey } from "./storage.ts";
import { startTab, type Tab, tab } from "./tab.ts";
import { lastHash, Tabs } from "./tabs.ts";
import { TaskQueue } from "./tasks.ts";
import * as view from "./view.ts";
import { type CallingWindow, callingWindow, startWindow } from "./window.ts";

const windowPath = "/calling-integration-popup-ui/";
const windowAddress = windowPath + account.portalId;
const isAtWindowPath = location.pathname.startsWith(windowPath);
/** A static host has nothing at HubSpot's path: there the page itself is asked to be the window. */
export const isWindow = isAtWindowPath || new URLSearchParams(location.search).has("window");
/** Holds the id of the app that was opened last in this browser. */
const lastAppKey = "LocalHubSpot:app";

export const engagements = new Engagements(tellServer);
export const crm = new Crm(tellRecords);
export const helpDesk = new HelpDesk();
export const numberSearch = new NumberSearch(channelNumbers, () => render());
export const queue = new TaskQueue();
export const faults = new Faults(() => render());
export const tabs = new Tabs((note) => dispatch({ type: "note", note }));
/** Everything that went over the wire since the page was loaded. */
export const messages: Message[] = [];
export const conformance = new Conformance(
  (type, data) => send(type, data),
  () => state.page.hubspot.panel.status !== "closed",
);
/** Who waits for the outcome of a request to dial, by its id. */
const answers = new Map<string, (outcome: Outcome) => void>();

type State = {
  page: Tab | CallingWindow;
  installed: Installed;
  /** What was ticked in the call menu, as it is kept. */
  ticks: string | null;
  /** Those installed, with what was ticked. */
  apps: readonly App[];
  /** The id of the one under "Call from". */
  chosen: string | null;
  frame: Frame | undefined;
  /** The calling window, where this page opened it. */
  opened: Window | null;
  /** Those of the record being viewed, or all on the Calls page. */
  timeline: readonly Engagement[];
  /** Set when the page goes by HubSpot's own doing, which needs no warning. */
  isLeaving: boolean;
};

const readApps = (stored: unknown) => installedApps(readKey, new URL(location.href), stored);

let state: State = offering({
  page: isWindow ? startWindow : startTab(tabs.id),
  installed: readApps(appsAtLoad),
  ticks: readKey(ticksKey),
  apps: [],
  chosen: readKey(lastAppKey),
  frame: undefined,
  opened: null,
  timeline: [],
  isLeaving: false,
});

/** The apps with the settings that hold at the moment; the calling window's address can say otherwise. */
function offering(now: State): State {
  const ticked = withTicks(now.installed.apps, now.ticks);
  const said = isWindow ? new URLSearchParams(location.search).get("usesCallingWindow") : null;
  const apps =
    said === "false" || said === "true"
      ? ticked.map((app) => ({ ...app, usesCallingWindow: said === "true" }))
      : ticked;
  return { ...now, apps };
}

function appOf(id: string | null): App {
  const app = state.apps.find((offered) => offered.id === id) ?? state.apps[0];
  if (!app) throw new Error("There is no calling app");
  return app;
}

export const chosenApp = (): App => appOf(state.chosen);
export const panel = () => state.page.hubspot.panel;
export const isCallOn = () => state.page.hubspot.calls.length > 0;
export const isLeaving = () => state.isLeaving;
const placeHere = (app: App): Place => (isWindow ? "window" : placeOf(app));

/** What its user looks at in this page; in the calling window, in the tab used last. */
const hashHere = (): unknown => (isWindow ? lastHash() : location.hash);

/** The record that is shown, or else the first. */
export const viewed = (): CrmRecord => recordAt(hashHere());

/** What this page shows at that address: a record, by its id; undefined for the page of all calls. */
export function shownAt(address: string): number | undefined {
  const { hash } = new URL(address);
  return filterIn(hash) ? undefined : recordAt(hash).objectId;
}

function recordAt(hash: unknown): CrmRecord {
  const { records } = crm;
  const found = records.find((record) => hashOf(record) === hash) ?? records[0];
  if (!found) throw new Error("The CRM has no records");
  return found;
}

/** The call that this page was opened for, as its address has it. */
export function engagementId(): number | undefined {
  const id = Number(new URLSearchParams(location.search).get("engagementId"));
  return Number.isSafeInteger(id) && id > 0 ? id : undefined;
}

const world = (): PageWorld => ({
  faults,
  engagements,
  crm,
  helpDesk,
  viewed: filterIn(hashHere()) ? undefined : viewed(),
  isInQueue: queue.isOn,
  home: isAtWindowPath ? "/" : location.pathname,
  canTell: tabs.canTell,
  appOf,
});

/** The one way in: something has happened, as the app said it where it did. */
export function dispatch(event: PageEvent, said?: Message): void {
  const { page: before } = state;
  const { page, effects, note } =
    before.kind === "tab" ? tab(before, event, world()) : callingWindow(before, event, world());
  state = { ...state, page };
  if (said) list(note === undefined ? said : { ...said, note });
  effects.forEach(carryOut);
  render();
}

function carryOut(effect: PageEffect): void {
  switch (effect.type) {
    case "frame":
      makeFrame(effect.app, effect.place);
      break;
    case "remove":
      state.frame?.remove();
      state = { ...state, frame: undefined };
      break;
    case "reload":
      state.frame?.reload();
      break;
    case "load":
      state.frame?.load(effect.url);
      break;
    case "resize":
      state.frame?.updateIFrameSize({ width: effect.width, height: effect.height });
      break;
    case "send":
      state.frame?.send(effect.message.type, effect.message.data);
      break;
    case "alert":
      view.showAlert(effect.text, effect.about);
      break;
    case "dismiss":
      view.dismissAlerts(effect.about);
      break;
    case "keep":
      engagements.keep(effect.engagement);
      state = { ...state, timeline: timelineNow() };
      break;
    case "record":
      crm.keep(effect.record);
      break;
    case "answer":
      answers.get(effect.id)?.(effect.outcome);
      answers.delete(effect.id);
      break;
    case "focus":
      // What is not shown takes no focus.
      if (effect.on === "app") render();
      view.moveFocus(effect.on);
      break;
    case "wake":
      setTimeout(dispatch, effect.after, effect.event);
      break;
    case "tell":
      tabs.tell(effect.note);
      break;
    case "openWindow":
      openWindow().then((is) => dispatch({ type: "window", is, by: "dial" }));
      break;
    case "findTab":
      tabs.lastUsed().then((tab) => dispatch({ type: "tab", tab, to: effect.to }));
      break;
    case "newTab": {
      const isDone = window.open(effect.to.address, "_blank") !== null;
      dispatch({ type: "navigated", isDone, to: effect.to });
      break;
    }
    case "leave":
      // Loads it anew, even when it differs only in its hash.
      state = { ...state, isLeaving: true };
      history.pushState(null, "", effect.address);
      location.reload();
      break;
    case "list":
      list(effect.message);
      break;
    case "reset":
      reset();
      break;
    default:
      effect satisfies never;
  }
}

function makeFrame(app: App, place: Place): void {
  state.frame?.remove();
  const frame = new Frame({
    app,
    place,
    selector: "#frame",
    faults,
    sync: () => {
      const id = engagementId();
      const { usesCallingWindow } = app;
      const known = { ...account, iframeLocation: place, usesCallingWindow };
      return id === undefined ? known : { ...known, engagementId: id };
    },
    onMessage: (said) => {
      if (said.from === "hubspot") list(said);
      else {
        const at = performance.timeOrigin + performance.now();
        dispatch({ type: "message", message: said, at, uuid: crypto.randomUUID() }, said);
      }
    },
    onLoad: () => dispatch({ type: "loaded" }),
    onReady: () => dispatch({ type: "connected" }),
    onSilence: () => dispatch({ type: "silent" }),
  });
  state = { ...state, frame, chosen: app.id };
  writeKey(lastAppKey, app.id);
  conformance.opened(app);
}

/** Lists what went over the wire, here or in the calling window. */
function list(message: Message): void {
  messages.push(message);
  conformance.heard(message);
  draw(message);
  queue.heard(message);
  if (isWindow) tabs.tell({ kind: "message", message });
}

const draw = (message: Message) => drawMessage(message, isWindow || message.frame !== "window");

/** Draws the page as it is. */
export function render(): void {
  const id = engagementId();
  // Once the call is completed, a later reload has nothing to show again.
  if (id !== undefined && engagements.find(id)?.status === "completed")
    history.replaceState(null, "", location.pathname + location.hash);
  const filter = filterHere();
  view.render({
    records: crm.records,
    record: isWindow || filter ? undefined : viewed(),
    numbers: crm.numbersFrom(viewed()),
    filter,
    installed: state.installed,
    apps: state.apps,
    chosen: chosenApp(),
    channels: {
      appId: appIdOf(chosenApp()),
      connected: helpDesk.channels,
      answer: numberSearch.answer,
    },
    timeline: state.timeline,
    panel: panel(),
    isCallOn: isCallOn(),
    queue,
    faults: faults.on,
  });
  renderHint(chosenApp(), conformance.session.messages);
}

/** What the Calls page shows; undefined in every other page. */
const filterHere = (): CallFilter | undefined => (isWindow ? undefined : filterIn(location.hash));

const timelineNow = () =>
  filterHere()
    ? engagements.newest(Number.POSITIVE_INFINITY)
    : engagements.timeline(viewed().objectId);

/** The calls may have changed, or the record. */
export function readTimeline(): void {
  state = { ...state, timeline: timelineNow() };
  render();
}

/** Which of the numbers under "Number" is chosen. */
export const chosenNumber = () => crm.numbersFrom(viewed())[view.page.number.selectedIndex];

/**
 * Asks the chosen app to dial; any field of the payload can be overridden.
 * @returns the payload that was sent, or undefined when none was
 */
export function dial(fields?: Fields): Promise<Fields | undefined> {
  if (filterHere()) {
    view.showAlert("HubSpot calls from a record’s page. Open one first.", "dial");
    return Promise.resolve(undefined);
  }
  const app = chosenApp();
  const payload = dialPayload(viewed(), chosenNumber(), Date.now(), fields);
  const id = crypto.randomUUID();
  return new Promise((resolve) => {
    answers.set(id, (outcome) => resolve(outcome.isSent ? outcome.payload : undefined));
    dispatch({ type: "dial", id, app, place: placeHere(app), dial: { payload } });
  });
}

/**
 * Sends the app in this page any message.
 * @throws an Error when no app is there to hear it, or the type is missing
 */
export function send(type: string, data?: unknown): void {
  if (typeof type !== "string" || type === "") throw new Error("A message needs a type.");
  if (!state.frame?.isReady) throw new Error("No calling app is connected: click Call first.");
  state.frame.send(type, data);
}

/** Opens the calling window, or focuses the one there is. Resolves to whether there is one then. */
export async function openCallingWindow(): Promise<boolean> {
  if (isWindow) return true;
  const is = await openWindow();
  dispatch({ type: "window", is, by: "user" });
  return is !== "blocked";
}

async function openWindow(): Promise<Opening> {
  const { opened } = state;
  if (opened && !opened.closed) {
    opened.focus();
    return "focused";
  }
  if (tabs.isWindowOpen ?? (await tabs.findWindow())) return "elsewhere";
  // A name would let the browser load the address again in a window that has a call.
  const address = appsAtLoad === undefined ? "?window" : windowAddress;
  const now = window.open(address, "_blank", "popup,width=420,height=720");
  state = { ...state, opened: now };
  return now ? "opened" : "blocked";
}

/** Opens the app that is part of every page: the calling window's, the navigation bar's, or that of a call which the page was opened for. */
export function openByItself(): void {
  if (placeHere(chosenApp()) !== "widget" || engagementId() !== undefined) openApp();
}

/** Opens the chosen app in this page, without asking it to dial. */
export function openApp(): void {
  const app = chosenApp();
  dispatch({ type: "open", app, place: placeHere(app) });
}

/** Another app is chosen under "Call from". One at a time has the navigation bar; that with a call keeps it. */
export function choose(id: string): void {
  state = { ...state, chosen: id };
  render();
  if (placeOf(chosenApp()) === "remote" && !isCallOn()) openByItself();
}

/** One of the chosen app's settings is ticked or unticked. */
export function tickSetting(name: SettingName, value: boolean): void {
  const ticks = tick(state.ticks, chosenApp(), name, value);
  writeKey(ticksKey, ticks);
  applySettings({ ...state, ticks }, true);
}

/** What was ticked in another tab: an app with other settings is closed, and opened anew where it opens by itself. */
export const readTicks = (): void => applySettings({ ...state, ticks: readKey(ticksKey) }, true);

/** A call that the API has made or changed, which may be to help desk. */
export function putOnTicket(engagement: Engagement): void {
  onTicket(engagement, world()).forEach(carryOut);
  readTimeline();
}

/** HubSpot was sent other apps, or other settings. A call goes on where it is. */
export function setApps(stored: unknown): void {
  const installed = readApps(stored);
  if (JSON.stringify(installed) !== JSON.stringify(state.installed))
    applySettings({ ...state, installed }, !isCallOn());
}

function applySettings(now: State, mayClose: boolean): void {
  state = offering(now);
  dispatch({ type: "settings", apps: state.apps, mayClose });
  if (panel().status === "closed") openByItself();
}

/** Forgets the calls, the messages and the queue, and closes the app; one in the navigation bar or the calling window begins anew. */
export function reset(): void {
  dispatch({ type: "close" });
  engagements.reset();
  forgetOnServer();
  queue.reset();
  messages.length = 0;
  clearChart();
  conformance.reset();
  view.dismissAlerts();
  if (!isWindow) tabs.tell({ kind: "reset" });
  readTimeline();
  if (placeHere(chosenApp()) !== "widget") openByItself();
}

/** From the back/forward cache a page comes as it was, but WebKit has taken its locks. */
function comingBack(come: () => void): void {
  addEventListener("pageshow", ({ persisted }) => {
    if (persisted) come();
  });
}

/** Makes this page the calling window, once no other one is. */
export async function beWindow(): Promise<void> {
  view.becomeWindow();
  if (isAtWindowPath && location.pathname !== windowAddress) {
    view.showAlert(`This account’s calling window is at ${windowAddress}`);
    return;
  }
  view.showAlert("Another calling window is open. This one takes over when it closes.", "window");
  await tabs.becomeWindow();
  view.dismissAlerts("window");
  dispatch({ type: "here", app: chosenApp() });
  addEventListener("pagehide", () => dispatch({ type: "gone" }));
  comingBack(() => location.reload());
}

/** Makes this page a tab that the calling window can find. */
export function beTab(): void {
  // What was said before the page was loaded again, as by NAVIGATE_TO_RECORD.
  for (const message of conformance.session.messages) draw(message);
  showRecord();
  tabs.becomeTab();
  comingBack(() => tabs.becomeTab());
  for (const type of ["focus", "pointerdown"])
    addEventListener(type, () => tabs.wasUsed(location.hash));
  openByItself();
}

/** Another record is shown. */
export function showRecord(): void {
  readTimeline();
  if (!isWindow) tabs.wasUsed(location.hash);
}
