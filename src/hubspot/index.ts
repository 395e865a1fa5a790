// The local HubSpot: plays HubSpot's side of calling, by clicks and by the console's window.hubspot. One page for both, a tab with records and the calling window.
import type { Fields } from "../call/messages.ts";
import type { Message, Session } from "../rules/session.ts";
import {
  type App,
  callsInWindow,
  demoKey,
  installedApps,
  placeOf,
  settingNames,
  tick,
  ticksKey,
  withTicks,
} from "./apps.ts";
import { clearChart, drawMessage } from "./chart.ts";
import { Conformance } from "./conformance.ts";
import {
  account,
  type CrmRecord,
  calleeOf,
  Engagements,
  engagementPrefix,
  type Phone,
  records,
} from "./crm.ts";
import { Faults, faultsKey } from "./faults.ts";
import { Calling, type Dial, dialPayload, type OpenIn, type Outcome } from "./reaction.ts";
import { samples } from "./samples.ts";
import { makeSender } from "./sender.ts";
import { appsAtLoad, onApps } from "./server.ts";
import { readKey, writeKey } from "./storage.ts";
import { lastHash, type Note, Tabs } from "./tabs.ts";
import { TaskQueue } from "./tasks.ts";
import {
  becomeWindow,
  hashOf,
  makeDismissable,
  makeMovable,
  page,
  renderApps,
  renderFaults,
  renderFrame,
  renderPanel,
  renderRecord,
  renderSettings,
  renderTasks,
  renderTimeline,
  showAlert,
  tickOf,
} from "./view.ts";

/** The console's way to do what a person does by clicking. */
export type LocalHubSpot = {
  /**
   * Asks the chosen app to dial, as the Call button does; any field of the payload can be overridden.
   * @returns the payload that was sent, by the calling window where that has the calls, or undefined when the user was alerted instead
   */
  dial: (fields?: Fields) => Promise<Fields | undefined>;
  /** Sends the app in this page any message. Throws when no app is connected. */
  send: (type: string, data?: unknown) => void;
  /** Everything that went over the wire since the page was loaded, oldest first: in this page, and in the calling window. */
  messages: readonly Message[];
  /** The completed calls, newest first. */
  timeline: readonly { engagementId: number; recordId: number; properties: Fields }[];
  /** What the rules judge: the messages of this tab, also from before its page was loaded again. */
  session: Session;
  /** Sends HubSpot's messages of a session again to the app in this page, with pauses of a second at most. Resolves to how many. */
  replay: (session: Session) => Promise<number>;
  /** Opens the calling window, unless there is one. Resolves to whether there is one then. */
  openCallingWindow: () => Promise<boolean>;
  /** The queue of call tasks, as its buttons work it. `start` and `next` resolve as `dial` does. */
  queue: {
    start: () => Promise<Fields | undefined>;
    next: () => Promise<Fields | undefined>;
    leave: () => void;
  };
  /** What goes wrong at HubSpot's side, in all tabs, until it is deleted again. */
  faults: Pick<Faults, "add" | "delete" | "has">;
  /** Forgets the calls, the messages and the queue, and closes the app; one in the navigation bar or the calling window begins anew. */
  reset: () => void;
};

declare global {
  interface Window {
    hubspot: LocalHubSpot;
    trustedTypes?: { createPolicy: (name: string, rules: object) => unknown };
  }
}

// The SDK's host half empties the element that its iframe goes into by innerHTML; nothing else may use that.
window.trustedTypes?.createPolicy("default", {
  createHTML: (html: string) => (html === "" ? html : null),
});

const windowPath = "/calling-integration-popup-ui/";
const isAtWindowPath = location.pathname.startsWith(windowPath);
/** On a static host. */
const isDeployed = appsAtLoad === undefined;
/** A static host has nothing at HubSpot's path: there the page itself is asked to be the window. */
const isWindow = isAtWindowPath || new URLSearchParams(location.search).has("window");
/** Holds the id of the app that was opened last in this browser. */
const lastAppKey = "LocalHubSpot:app";

const engagements = new Engagements();
const queue = new TaskQueue();
const faults = new Faults(() => renderFaults(faults.on));
const messages: Message[] = [];
const readApps = (stored: unknown) => installedApps(readKey, new URL(location.href), stored);
let installed = readApps(appsAtLoad);
/** What was ticked in the call menu, as it is kept. */
let ticks = readKey(ticksKey);
let apps = currentApps();

/** Set when the page goes by HubSpot's own doing, which needs no warning. */
let isLeaving = false;
/** The calling window, where this page opened it. */
let opened: Window | null = null;
/** The wish to dial that the calling window has not answered yet. */
let asked: { note: Note & { kind: "dial" }; answer: (outcome: Outcome) => void } | undefined;
/** The wish that the calling window heard last: it may be told twice. */
let heardId = "";
/** Told which tab leaves for an address that the calling window gave it. */
let left: ((tab: string) => void) | undefined;
/** Takes away the alert that asks the user to log in. */
let loginAsked: (() => void) | undefined;

const tabs = new Tabs(isWindow ? hearInWindow : hearInTab);

const conformance = new Conformance(
  (type, data) => calling.send(type, data),
  () => calling.panel.status !== "closed",
);

const calling = new Calling({
  selector: "#frame",
  engagements,
  faults,
  placeOf: (app) => (isWindow ? "window" : placeOf(app)),
  engagementId,
  viewed,
  navigate,
  staysOpen: () => isWindow || queue.isOn,
  heard: (message) => {
    hear(message);
    if (isWindow) tabs.tell({ kind: "message", message });
  },
  alert: showAlert,
  opened: (app) => {
    writeKey(lastAppKey, app.id);
    conformance.opened(app);
  },
  changed: render,
});

/** The apps with the settings that hold at the moment; the calling window's address can say otherwise. */
function currentApps(): App[] {
  const ticked = withTicks(installed.apps, ticks);
  const said = isWindow ? new URLSearchParams(location.search).get("usesCallingWindow") : null;
  return said === "false" || said === "true"
    ? ticked.map((app) => ({ ...app, usesCallingWindow: said === "true" }))
    : ticked;
}

function hear(message: Message): void {
  messages.push(message);
  conformance.heard(message);
  drawMessage(message, isWindow || message.frame !== "window");
  if (message.from === "app" && message.type === "LOGGED_IN") loginAsked?.();
  if (queue.heard(message)) renderTasks(queue);
}

function viewed(): CrmRecord {
  const hash = isWindow ? lastHash() : location.hash;
  const fallback = records[0];
  const found = records.find((record) => hashOf(record) === hash) ?? fallback;
  if (!found) throw new Error("The CRM has no records");
  return found;
}

/** The call that this page was opened for, as its address has it. */
function engagementId(): number | undefined {
  const id = Number(new URLSearchParams(location.search).get("engagementId"));
  return Number.isSafeInteger(id) && id > 0 ? id : undefined;
}

function render(): void {
  const id = engagementId();
  // Once the call is completed, a later reload has nothing to show again.
  if (id !== undefined && engagements.find(id)?.isOnTimeline)
    history.replaceState(null, "", location.pathname + location.hash);
  renderTimeline(engagements.timeline(viewed().objectId));
  renderPanel(calling.panel, calling.isCallOn);
}

function chosenApp(): App {
  const app = apps[page.app.selectedIndex];
  if (!app) throw new Error("No calling app is chosen");
  return app;
}

function chosenPhone(): { callee: CrmRecord; phone: Phone | undefined } {
  const callee = calleeOf(viewed());
  return { callee, phone: callee.phones[page.number.selectedIndex] };
}

async function dial(fields?: Fields): Promise<Fields | undefined> {
  const app = chosenApp();
  const { callee, phone } = chosenPhone();
  const wish = {
    payload: dialPayload(viewed(), callee, phone, fields),
    calleeId: callee.objectId,
  };
  const isElsewhere = !isWindow && callsInWindow(app);
  const outcome = await (isElsewhere ? dialInWindow(app, wish) : calling.dial(app, wish));
  if (outcome.isSent) return outcome.payload;
  if (outcome.why) loginAsked = showAlert(outcome.why);
  return undefined;
}

async function dialInWindow({ id: app }: App, wish: Dial): Promise<Outcome> {
  if (!tabs.canTell)
    return {
      isSent: false,
      why: "This browser keeps its tabs from talking to each other, so the calling window cannot be asked to dial.",
    };
  if (!(await openCallingWindow())) return { isSent: false };
  asked?.answer({ isSent: false });
  return new Promise((answer) => {
    asked = { note: { kind: "dial", id: crypto.randomUUID(), app, ...wish }, answer };
    tabs.tell(asked.note);
  });
}

async function openCallingWindow(): Promise<boolean> {
  if (isWindow) return true;
  if ((opened && !opened.closed) || (await tabs.isWindowOpen())) {
    opened?.focus();
    return true;
  }
  // A name would let the browser load the address again in a window that has a call.
  const address = isDeployed ? "?window" : windowPath + account.portalId;
  opened = window.open(address, "_blank", "popup,width=420,height=720");
  if (!opened)
    showAlert(
      "The browser blocked the calling window. Allow pop-ups for this page, and try again.",
    );
  return opened !== null;
}

async function navigate(record: CrmRecord, id: unknown, openIn: OpenIn): Promise<boolean> {
  const query = typeof id === "number" || typeof id === "string" ? `?engagementId=${id}` : "";
  const address = `${isAtWindowPath ? "/" : location.pathname}${query}${hashOf(record)}`;
  const inNewTab = () => window.open(address, "_blank") !== null;
  if (openIn === "NEW_TAB") return inNewTab();
  if (!isWindow) {
    leaveFor(address);
    return true;
  }
  const tab = await tabs.lastUsed();
  if (tab === undefined || !tabs.canTell) return inNewTab();
  tabs.tell({ kind: "navigate", tab, address });
  // A tab that is just being closed does not answer.
  const isTaken = await new Promise<boolean>((resolve) => {
    left = (by) => by === tab && resolve(true);
    setTimeout(resolve, 1000, false);
  });
  return isTaken || inNewTab();
}

/** Loads an address of this page's anew, even when it differs in its hash alone. */
function leaveFor(address: string): void {
  isLeaving = true;
  history.pushState(null, "", address);
  location.reload();
}

/** A tab hears the calling window. */
function hearInTab(note: Note): void {
  switch (note.kind) {
    case "message":
      hear(note.message);
      break;
    case "here":
      if (asked) tabs.tell(asked.note);
      break;
    case "gone":
      answer({ isSent: false });
      break;
    case "dialled":
      if (note.id === asked?.note.id) answer(note.outcome);
      break;
    case "navigate":
      if (note.tab !== tabs.id) break;
      tabs.tell({ kind: "leaves", tab: tabs.id });
      leaveFor(note.address);
      break;
  }
}

function answer(outcome: Outcome): void {
  asked?.answer(outcome);
  asked = undefined;
}

/** The calling window hears a tab. */
function hearInWindow(note: Note): void {
  if (note.kind === "reset") reset();
  if (note.kind === "leaves") left?.(note.tab);
  if (note.kind === "dial" && note.id !== heardId) {
    heardId = note.id;
    dialHere(note);
  }
}

async function dialHere({
  id,
  app: asked,
  payload,
  calleeId,
}: Note & { kind: "dial" }): Promise<void> {
  const app = apps.find((offered) => offered.id === asked) ?? chosenApp();
  page.app.selectedIndex = apps.indexOf(app);
  const outcome = await calling.dial(app, { payload, calleeId });
  if (!outcome.isSent && outcome.why) loginAsked = showAlert(outcome.why);
  tabs.tell({ kind: "dialled", id, outcome });
}

/** Opens the app that is part of every page: the calling window's, the navigation bar's, or that of a call which the page was opened for. */
function openByItself(): void {
  const app = chosenApp();
  if (isWindow || placeOf(app) === "remote" || engagementId() !== undefined) calling.open(app);
}

/** Takes over what was ticked here or in another tab, or sent to HubSpot: an app with other settings is closed, and opened anew where it opens by itself. */
function applySettings(mayClose = true): void {
  const { panel } = calling;
  const before = panel.status === "closed" ? undefined : panel.app;
  apps = currentApps();
  const now = apps.find(({ id }) => id === before?.id);
  const decisive = ["url", "width", "height", ...settingNames] as const;
  const isSame = before && now && decisive.every((name) => before[name] === now[name]);
  if (before && !isSame && mayClose) calling.close();
  else if (now && panel.status !== "closed") panel.app = now;
  renderSettings(chosenApp());
  if (calling.panel.status === "closed") openByItself();
}

/** Offers the apps, with the one chosen that was, or that was opened last. */
function offerApps(): void {
  const { isDefault, unready } = installed;
  const last = page.app.selectedIndex < 0 ? readKey(lastAppKey) : chosenApp().id;
  apps = currentApps();
  const hints = [
    isDefault && `In HubSpot, this app is offered once localStorage has ${demoKey} set to “local”.`,
    unready.length > 0 && `Not offered, since isReady is false: ${unready.join(", ")}.`,
  ];
  const chosen = apps.findIndex(({ id }) => id === last);
  renderApps(apps, Math.max(0, chosen), hints.filter(Boolean).join(" "));
}

const mayLose = () =>
  !calling.isCallOn || confirm("A call is on. This takes the calling app away in mid-call. Go on?");

function reset(): void {
  calling.close();
  engagements.reset();
  queue.reset();
  messages.length = 0;
  clearChart();
  conformance.reset();
  page.alerts.replaceChildren();
  if (!isWindow) tabs.tell({ kind: "reset" });
  showRecord();
  renderTasks(queue);
  if (isWindow || placeOf(chosenApp()) === "remote") openByItself();
}

function showRecord(): void {
  renderRecord(viewed());
  render();
  if (!isWindow) tabs.wasUsed(location.hash);
}

/** Opens the current task's record, and dials. */
async function workTask(): Promise<Fields | undefined> {
  renderTasks(queue);
  const { current } = queue;
  if (!current) return undefined;
  location.hash = hashOf(current.task.record);
  // The event of it comes later.
  showRecord();
  return dial();
}

const queueButtons: LocalHubSpot["queue"] = {
  start: () => {
    queue.start();
    return workTask();
  },
  next: () => {
    queue.next();
    return workTask();
  },
  leave: () => {
    queue.leave();
    renderTasks(queue);
  },
};

page.callForm.onsubmit = (event) => {
  event.preventDefault();
  page.callMenu.open = false;
  dial();
  if (callsInWindow(chosenApp())) return;
  page.panel.scrollIntoView({ block: "nearest" });
  page.panel.querySelector("iframe")?.focus();
};
page.app.onchange = () => {
  renderSettings(chosenApp());
  // One app at a time has the navigation bar; that with a call keeps it.
  if (placeOf(chosenApp()) === "remote" && !calling.isCallOn) openByItself();
};
page.ticks.onchange = ({ target }) => {
  const ticked = tickOf(target);
  if (ticked && mayLose()) {
    ticks = tick(ticks, chosenApp(), ticked.name, ticked.value);
    writeKey(ticksKey, ticks);
    applySettings();
  } else renderSettings(chosenApp());
};
page.faults.onchange = ({ target }) => {
  if (!(target instanceof HTMLInputElement)) return;
  if (target.checked) faults.add(target.name);
  else faults.delete(target.name);
};
page.openWindow.onclick = () => openCallingWindow();
page.reset.onclick = () => {
  if (mayLose()) reset();
};
page.start.onclick = () => {
  queueButtons.start();
};
page.next.onclick = () => {
  queueButtons.next();
};
page.leave.onclick = queueButtons.leave;
/** Whether the app goes away when another record is opened: only a panel of the record's does. */
const diesWithRecord = () =>
  calling.panel.status !== "closed" && calling.panel.place === "widget" && !queue.isOn;
// HubSpot warns before its user leaves during a call.
page.records.onclick = (event) => {
  if (diesWithRecord() && !mayLose()) event.preventDefault();
};
addEventListener("beforeunload", (event) => {
  if (calling.isCallOn && !isLeaving) event.preventDefault();
});
page.minimize.onclick = () => {
  const { panel } = calling;
  if (panel.status !== "closed") {
    calling.show({ isMinimized: !panel.isMinimized, isHidden: false });
  }
};
const hide = (isHidden: boolean) => calling.show({ isMinimized: false, isHidden });
page.close.onclick = () => hide(true);
page.reopen.onclick = () => hide(false);
page.toggle.onclick = () => hide(!page.panel.hidden);
page.hangUp.onclick = () => calling.hangUp();
page.clear.onclick = clearChart;
addEventListener("hashchange", () => {
  if (diesWithRecord()) calling.close();
  showRecord();
});
addEventListener("storage", ({ key }) => {
  if (key === null || key === ticksKey) {
    ticks = readKey(ticksKey);
    applySettings();
  }
  if (key === null || key === faultsKey) renderFaults(faults.on);
  if (key === null || key.startsWith(engagementPrefix)) render();
});
makeMovable();
makeDismissable();
onApps((stored) => {
  const before = JSON.stringify(installed);
  installed = readApps(stored);
  if (JSON.stringify(installed) === before) return;
  offerApps();
  // A call goes on where it is.
  applySettings(!calling.isCallOn);
});
window.hubspot = {
  dial,
  send: (type, data) => calling.send(type, data),
  messages,
  get timeline() {
    return engagements
      .timeline()
      .map(({ engagementId, recordId, properties }) => ({ engagementId, recordId, properties }));
  },
  get session() {
    return conformance.session;
  },
  replay: (session) => conformance.replay(session),
  openCallingWindow,
  queue: queueButtons,
  faults,
  reset,
};

renderFrame(installed.problems);
offerApps();
makeSender(
  () => {
    const { callee, phone } = chosenPhone();
    const app = chosenApp();
    const call = engagements.last();
    return samples({
      callee,
      dial: dialPayload(viewed(), callee, phone),
      engagementId: call?.engagementId ?? 61200000001,
      externalCallId: call?.externalCallId ?? "the app’s own id of the call",
      sync: { iframeLocation: placeOf(app), usesCallingWindow: app.usesCallingWindow },
    });
  },
  (type, data) => calling.send(type, data),
);
renderSettings(chosenApp());
renderTasks(queue);
renderFaults(faults.on);
if (isWindow) startWindow();
else {
  showRecord();
  tabs.becomeTab();
  for (const type of ["focus", "pointerdown"])
    addEventListener(type, () => tabs.wasUsed(location.hash));
  openByItself();
}

async function startWindow(): Promise<void> {
  becomeWindow();
  if (isAtWindowPath && location.pathname !== windowPath + account.portalId) {
    showAlert(`This account’s calling window is at ${windowPath}${account.portalId}`);
    return;
  }
  const waiting = showAlert(
    "There is another calling window. This one takes its place once that is closed.",
  );
  await tabs.becomeWindow();
  waiting();
  tabs.tell({ kind: "here" });
  addEventListener("pagehide", () => tabs.tell({ kind: "gone" }));
  openByItself();
}
