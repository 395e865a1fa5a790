// The local HubSpot's page: draws records, the timeline, the panel and alerts. The message chart is in chart.ts, the rules in conformance.ts, the form for messages in sender.ts.

import { element, make } from "../frame/dom.ts";
import {
  type App,
  demoKey,
  type Installed,
  installLine,
  isRefused,
  placeOf,
  type SettingName,
  settingNames,
} from "./apps.ts";
import type { CallFilter } from "./call-filter.ts";
import { renderCalls } from "./call-index.ts";
import { type Channels, renderChannels } from "./channels.ts";
import { type CrmRecord, hashOf, isCustom, kinds, type ObjectTypeId, type Reach } from "./crm.ts";
import type { Engagement } from "./engagements.ts";
import { callList, detailsOf, headingOf } from "./entry.ts";
import { type Fault, faults } from "./faults.ts";
import { renderNumberForm } from "./record-forms.ts";
import type { Panel } from "./state.ts";
import { type TaskQueue, tasks } from "./tasks.ts";

export const page = {
  all: element("page", HTMLElement),
  header: element("header", HTMLElement),
  title: element("title", HTMLElement),
  toCalls: element("to-calls", HTMLAnchorElement),
  toggle: element("toggle", HTMLButtonElement),
  reset: element("reset", HTMLButtonElement),
  problems: element("problems", HTMLElement),
  records: element("records", HTMLElement),
  tasks: element("tasks", HTMLElement),
  start: element("start", HTMLButtonElement),
  queue: element("queue", HTMLElement),
  queueStatus: element("queue-status", HTMLElement),
  next: element("next", HTMLButtonElement),
  leave: element("leave", HTMLButtonElement),
  record: element("record", HTMLElement),
  avatar: element("avatar", HTMLElement),
  kind: element("kind", HTMLElement),
  name: element("name", HTMLElement),
  about: element("about", HTMLElement),
  callMenu: element("callmenu", HTMLDetailsElement),
  callForm: element("callform", HTMLFormElement),
  number: element("number", HTMLSelectElement),
  app: element("app", HTMLSelectElement),
  hint: element("hint", HTMLElement),
  call: element("call", HTMLButtonElement),
  letThemCall: element("let-them-call", HTMLButtonElement),
  howTheyCall: element("how-they-call", HTMLSelectElement),
  openWindow: element("open-window", HTMLButtonElement),
  settings: element("settings", HTMLDetailsElement),
  ticks: element("ticks", HTMLElement),
  faults: element("faults", HTMLElement),
  faultsOn: element("faults-on", HTMLElement),
  facts: element("facts", HTMLElement),
  helpDesk: element("helpdesk", HTMLElement),
  findNumbers: element("find-numbers", HTMLButtonElement),
  install: element("install", HTMLTextAreaElement),
  copyInstall: element("copy-install", HTMLButtonElement),
  phones: element("phones", HTMLElement),
  phoneNumbers: element("phone-numbers", HTMLElement),
  recordCalls: element("record-calls", HTMLElement),
  timeline: element("timeline", HTMLElement),
  calls: element("calls", HTMLElement),
  callFilter: element("callfilter", HTMLFormElement),
  callIndex: element("callindex", HTMLElement),
  clear: element("clear", HTMLButtonElement),
  messages: element("messages", HTMLElement),
  silence: element("silence", HTMLElement),
  empty: element("empty", HTMLElement),
  panel: element("panel", HTMLElement),
  titlebar: element("titlebar", HTMLElement),
  move: element("move", HTMLButtonElement),
  panelTitle: element("panel-title", HTMLElement),
  panelStatus: element("panel-status", HTMLElement),
  frame: element("frame", HTMLElement),
  callOn: element("call-on", HTMLElement),
  hangUp: element("hangup", HTMLButtonElement),
  minimize: element("minimize", HTMLButtonElement),
  close: element("close", HTMLButtonElement),
  reopen: element("reopen", HTMLButtonElement),
  alerts: element("alerts", HTMLElement),
};

/** Everything that the page shows, but for the message chart, the rules and the alerts. */
export type Shown = {
  /** All of the CRM's: another list each time that one changes. */
  records: readonly CrmRecord[];
  /** A record with its timeline, or all calls that pass the filter. The calling window shows neither. */
  record: CrmRecord | undefined;
  filter: CallFilter | undefined;
  /** Those that can be called from the record. */
  numbers: readonly Reach[];
  /** Those on the record's timeline, or all, newest first: another list each time that they or the filter change. */
  timeline: readonly Engagement[];
  installed: Pick<Installed, "isDefault" | "unready" | "problems">;
  apps: readonly App[];
  chosen: App;
  channels: Channels;
  panel: Panel;
  isCallOn: boolean;
  queue: TaskQueue;
  faults: readonly Fault[];
};

/** What each part of the page was drawn from: a part that would be drawn the same again is left as it is, with its focus and choices. */
const drawn = new WeakMap<Element, unknown>();
function draw(part: Element, from: unknown, how: () => void): void {
  if (drawn.has(part) && drawn.get(part) === from) return;
  drawn.set(part, from);
  how();
}

const drawTimeline = callList(page.timeline, (call) => {
  const entry = make("li", headingOf(call), ...detailsOf(call));
  entry.className = "entry";
  return entry;
});

/** Draws all of it. */
export function render(shown: Shown): void {
  const { records, record, filter, numbers, timeline, installed, apps, chosen, panel, queue } =
    shown;
  draw(page.records, records, () => renderRecords(records));
  renderPlace(record, filter);
  draw(page.problems, installed, () =>
    page.problems.replaceChildren(...installed.problems.map((problem) => make("p", problem))),
  );
  if (record) {
    draw(page.record, record, () => renderRecord(record));
    draw(page.phoneNumbers, record, () => renderNumberForm(record));
    draw(page.phones, JSON.stringify(numbers), () => renderNumbers(record, numbers));
  }
  if (filter) draw(page.calls, timeline, () => renderCalls(timeline, filter, records));
  else draw(page.timeline, timeline, () => renderTimeline(timeline, records));
  draw(page.app, apps, () =>
    page.app.replaceChildren(...apps.map(({ name, id }) => new Option(name, id))),
  );
  draw(page.tasks, queue.state, () => renderTasks(queue));
  renderSettings(installed, apps, chosen, record);
  draw(page.helpDesk, JSON.stringify(shown.channels), () => renderChannels(shown.channels));
  renderFaults(shown.faults);
  renderPanel(panel, shown.isCallOn);
}

function renderRecords(records: readonly CrmRecord[]): void {
  page.records.replaceChildren();
  for (const id of Object.keys(kinds) as ObjectTypeId[]) {
    const links = records
      .filter(({ objectTypeId }) => objectTypeId === id)
      .map((record) => {
        const link = make("a", record.name);
        link.href = hashOf(record);
        return make("li", link);
      });
    page.records.append(make("h2", kinds[id].plural), make("ul", ...links));
  }
}

/** Which of the two is shown, a record or the Calls page, and that the links say so. */
function renderPlace(record: CrmRecord | undefined, filter: CallFilter | undefined): void {
  for (const part of [page.record, page.phoneNumbers, page.recordCalls]) part.hidden = !record;
  page.calls.hidden = !filter;
  if (record || filter) document.title = `${record?.name ?? "Calls"} · Local HubSpot`;
  const here = record ? hashOf(record) : "";
  for (const link of [...page.records.querySelectorAll("a"), page.toCalls]) {
    if (link === page.toCalls ? filter : link.hash === here) link.ariaCurrent = "page";
    else link.ariaCurrent = null;
  }
}

/** The record's calls, newest first. */
function renderTimeline(timeline: readonly Engagement[], records: readonly CrmRecord[]): void {
  page.empty.hidden = timeline.length > 0;
  drawTimeline(timeline, records);
}

/** The chosen app, and what its settings say. */
function renderSettings(
  { isDefault, unready }: Shown["installed"],
  apps: readonly App[],
  app: App,
  record: CrmRecord | undefined,
): void {
  page.app.selectedIndex = apps.indexOf(app);
  page.call.textContent = `Call with ${app.name}`;
  const hints = [
    isDefault &&
      app === apps[0] &&
      `In HubSpot, this app is offered once localStorage has ${demoKey} set to “local”.`,
    unready.length > 0 && `Not offered, since isReady is false: ${unready.join(", ")}.`,
    record &&
      isCustom(record) &&
      !app.supportsCustomObjects &&
      "This is a custom object, and the app’s supportsCustomObjects is off: you cannot call from here.",
    isRefused(app.url) && `HubSpot itself would refuse ${app.url}: it frames only https.`,
  ];
  page.hint.textContent = hints.filter(Boolean).join(" ");
  const size = `${app.width} x ${app.height} px`;
  page.install.value = installLine(app);
  page.facts.textContent = [app.url, size, app.facts].filter(Boolean).join(" · ");
  draw(page.ticks, settingNames, () =>
    page.ticks.replaceChildren(...settingNames.map((name) => checkbox(name, make("code", name)))),
  );
  for (const box of page.ticks.querySelectorAll("input")) {
    const name = settingNames.find((setting) => setting === box.name);
    if (name) box.checked = app[name];
  }
  page.openWindow.hidden = placeOf(app) !== "remote";
}

/** The faults, with those ticked that are on. */
function renderFaults(on: readonly Fault[]): void {
  page.faultsOn.textContent = on.length ? `${on.length} on` : "";
  draw(page.faults, faults, () =>
    page.faults.replaceChildren(
      ...Object.entries(faults).map(([name, words]) => checkbox(name, words)),
    ),
  );
  for (const box of page.faults.querySelectorAll("input"))
    box.checked = on.some((fault) => fault === box.name);
}

function checkbox(name: string, label: Node | string): HTMLElement {
  const box = make("input");
  box.type = "checkbox";
  box.name = name;
  const made = make("label", box, label);
  if (typeof label === "string") made.title = name;
  return made;
}

/** The setting that a checkbox stands for, and its new value. */
export function tickOf(target: EventTarget | null): { name: SettingName; value: boolean } | null {
  if (!(target instanceof HTMLInputElement)) return null;
  const name = settingNames.find((setting) => setting === target.name);
  return name ? { name, value: target.checked } : null;
}

/** The list of call tasks, and the bar above the record while the queue is on. */
function renderTasks(queue: TaskQueue): void {
  const { current } = queue;
  page.tasks.replaceChildren(
    ...tasks.map(({ name, about }, index) => {
      const isDone = queue.isDone(index);
      const item = make("li", make("strong", name), make("span", isDone ? "Done" : about));
      item.classList.toggle("done", isDone);
      if (current?.number === index + 1) item.ariaCurrent = "step";
      return item;
    }),
  );
  page.start.hidden = queue.isOn;
  page.queue.hidden = !queue.isOn;
  const done = tasks.filter((_, index) => queue.isDone(index)).length;
  const words = current
    ? `Task ${current.number} of ${tasks.length} · ${current.task.name}`
    : `The queue is done: ${done} of ${tasks.length} calls completed.`;
  if (queue.isOn && page.queueStatus.textContent !== words) page.queueStatus.textContent = words;
  page.next.hidden = !current;
}

/** The record being viewed. */
function renderRecord(record: CrmRecord): void {
  const { name, about, objectTypeId } = record;
  page.kind.textContent = kinds[objectTypeId].name;
  page.name.textContent = name;
  page.about.textContent = about;
  page.avatar.textContent = objectTypeId === "0-1" ? initials(name) : name.charAt(0);
}

/** The numbers that can be called from the record being viewed, with whose they are. */
function renderNumbers(record: CrmRecord, numbers: readonly Reach[]): void {
  const nameOf = ({ label, callee }: Reach) =>
    callee.objectId === record.objectId ? label : `${callee.name}, ${label}`;
  page.phones.replaceChildren(
    ...numbers.flatMap((reach) => [make("dt", nameOf(reach)), make("dd", reach.number)]),
  );
  if (numbers.length === 0) page.phones.replaceChildren(make("dd", "None"));
  page.number.replaceChildren(
    ...numbers.map(
      (reach, index) => new Option(`${reach.number} (${nameOf(reach)})`, String(index)),
    ),
  );
  page.call.disabled = numbers.length === 0;
}

const initials = (name: string) =>
  name
    .split(" ")
    .map((word) => word.charAt(0))
    .join("");

function renderPanel(panel: Panel, isCallOn: boolean): void {
  const isOpen = panel.status !== "closed" && !panel.isHidden;
  const isRemote = panel.status !== "closed" && panel.place === "remote";
  page.panel.hidden = !isOpen;
  document.body.classList.toggle("has-panel", isOpen);
  page.reopen.hidden = panel.status === "closed" || isOpen || isRemote;
  page.toggle.hidden = !isRemote;
  page.callOn.hidden = page.hangUp.hidden = !isCallOn;
  if (panel.status === "closed") return;

  const { app, place, isMinimized, status } = panel;
  const isOn = isCallOn ? " · On a call" : "";
  page.panelTitle.textContent = app.name;
  page.reopen.textContent = `Show ${app.name}${isOn}`;
  page.toggle.textContent = isOpen ? `Hide ${app.name}` : `Show ${app.name}${isOn}`;
  page.toggle.ariaExpanded = String(isOpen);
  page.panel.classList.toggle("minimized", isMinimized);
  page.panel.dataset.status = status;
  page.panel.dataset.place = place;
  // Only a panel of the record's can be dragged: what was dragged is put back.
  if (place !== "widget") page.panel.removeAttribute("style");
  page.move.hidden = page.minimize.hidden = place !== "widget";
  page.close.hidden = place === "window";
  page.minimize.ariaLabel = page.minimize.title = isMinimized ? "Restore" : "Minimize";
  page.minimize.ariaExpanded = String(!isMinimized);
  const words = statusOf(panel);
  if (page.panelStatus.textContent !== words) page.panelStatus.textContent = words;
}

function statusOf(panel: Exclude<Panel, { status: "closed" }>): string {
  const { url } = panel;
  const { name } = panel.app;
  switch (panel.status) {
    case "open":
      return "";
    case "failed":
      return `${name} ${panel.why}`;
    case "opening":
      return panel.isSlow
        ? `Connecting to ${name}… No answer yet. Is ${url} running, does the browser accept its certificate when you open it in a tab of its own, and does it let this page frame it?`
        : `Connecting to ${name}…`;
  }
}

/** Turns the page into the calling window: a slim title, and the app. */
export function becomeWindow(): void {
  document.body.classList.add("window");
  document.title = "Calling window · Local HubSpot";
  page.title.textContent = "Local HubSpot · Calling window";
  page.header.append(page.callOn, page.hangUp);
  // The record, which is the main part elsewhere, is not shown.
  page.all.role = "main";
}

/** Lets the panel be dragged by its title bar, and moved with the arrow keys. It stays within the window. */
export function makeMovable(): void {
  const { panel, titlebar, move } = page;
  const moveTo = (x: number, y: number) => {
    const within = (value: number, most: number) => `${Math.max(0, Math.min(value, most))}px`;
    panel.style.left = within(x, innerWidth - panel.offsetWidth);
    panel.style.top = within(y, innerHeight - panel.offsetHeight);
    panel.style.right = panel.style.bottom = "auto";
  };
  titlebar.onpointerdown = ({ target, pointerId, clientX, clientY }) => {
    if (page.panel.dataset.place !== "widget") return;
    if (target instanceof Element && target.closest("button:not(#move)")) return;
    const { left, top } = panel.getBoundingClientRect();
    titlebar.setPointerCapture(pointerId);
    // A fast pointer would be lost to the app's frame.
    panel.classList.add("dragging");
    titlebar.onpointermove = (event) =>
      moveTo(left + event.clientX - clientX, top + event.clientY - clientY);
  };
  titlebar.onlostpointercapture = () => {
    panel.classList.remove("dragging");
    titlebar.onpointermove = null;
  };
  const steps: Record<string, [number, number]> = {
    ArrowLeft: [-16, 0],
    ArrowRight: [16, 0],
    ArrowUp: [0, -16],
    ArrowDown: [0, 16],
  };
  move.onkeydown = (event) => {
    const step = steps[event.key];
    if (!step) return;
    event.preventDefault();
    moveTo(panel.offsetLeft + step[0], panel.offsetTop + step[1]);
  };
  addEventListener("resize", () => {
    if (panel.style.left) moveTo(panel.offsetLeft, panel.offsetTop);
  });
}

/** Lets the call menu close as menus do, and be seen whole when it opens. */
export function makeDismissable(): void {
  const { callMenu, callForm } = page;
  const close = () => {
    callMenu.open = false;
  };
  callMenu.ontoggle = () => {
    if (callMenu.open) callForm.scrollIntoView({ block: "nearest" });
  };
  callMenu.onkeydown = ({ key }) => {
    if (key !== "Escape") return;
    close();
    focusCall();
  };
  addEventListener("pointerdown", ({ target }) => {
    if (target instanceof Node && !callMenu.contains(target)) close();
  });
  callForm.addEventListener("submit", close);
  addEventListener("hashchange", close);
}

/**
 * An alert pop-up, as HubSpot shows them: it stays until it is dismissed. At most 500 characters are shown.
 * @param about by which it can be taken away
 */
export function showAlert(text: string, about?: About): void {
  const shown = text.slice(0, 500);
  for (const paragraph of page.alerts.querySelectorAll("p")) {
    if (paragraph.textContent === shown) paragraph.parentElement?.remove();
  }
  const dismiss = make("button", "Dismiss");
  dismiss.type = "button";
  const alert = make("div", make("p", shown), dismiss);
  if (about) alert.dataset.about = about;
  dismiss.onclick = () => alert.remove();
  page.alerts.prepend(alert);
  while (page.alerts.childElementCount > 5) page.alerts.lastElementChild?.remove();
}

type About = "dial" | "window";

/** Takes away the alerts about that, or all. */
export function dismissAlerts(about?: About): void {
  for (const alert of page.alerts.querySelectorAll("div"))
    if (!about || alert.dataset.about === about) alert.remove();
}

/** Scrolls to the panel: on a narrow page it stands below the record. */
export const showPanel = (): void => page.panel.scrollIntoView({ block: "nearest" });

/** Moves the keyboard's focus from the call menu into the app, or from the app to the call menu; nobody who is elsewhere is disturbed. */
export function moveFocus(to: "app" | "call"): void {
  const { activeElement, body } = document;
  const from = to === "app" ? page.callMenu : page.panel;
  if (activeElement && activeElement !== body && !from.contains(activeElement)) return;
  // Not the app itself, which would go on from wherever its focus was last: Tab then leads to its first control.
  if (to === "app") page.frame.focus({ preventScroll: true });
  else focusCall();
}

/** Moves the keyboard's focus to the button that opens the call menu. */
export const focusCall = (): void => page.callMenu.querySelector("summary")?.focus();
