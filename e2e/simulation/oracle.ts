// What must be true of any schedule, whatever happened: judged while the dust settles, and once it has.
import { isSameNumber } from "../../src/call/number.ts";
import type { State } from "../../src/call/state.ts";
import { idFor } from "../../src/hubspot/engagement.mjs";
import { judge } from "../../src/rules/rules.ts";
import type { Message } from "../../src/rules/session.ts";
import { helpDeskNumber, widgetUrl } from "./places.ts";
import type { Programs } from "./programs.ts";
import {
  callingWindow,
  faults,
  type Place,
  type Schedule,
  stranger,
  tabNames,
} from "./schedule.ts";
import { World } from "./world.ts";

export type Verdict = {
  /** What is wrong, in words; empty when all is well. */
  wrong: string[];
  story: readonly string[];
  /** Tasks that the browser ran. */
  ran: number;
};

const places: readonly Place[] = [...tabNames, callingWindow];
const starts = ["OUTGOING_CALL_STARTED", "INCOMING_CALL"];
const ends = ["CALL_ENDED", "CALL_TRANSFERRED"];

const kinds = [
  { kind: "starts", types: starts },
  { kind: "is answered", types: ["CALL_ANSWERED"] },
  { kind: "ends", types: ends },
];

/** Lives through a schedule, and judges it. */
export async function live({ setup, steps }: Schedule, programs: Programs): Promise<Verdict> {
  const world = new World(setup, programs);
  await world.begin();
  for (const step of steps) await world.step(step);
  const wrong = new Set<string>();
  for (const words of await calm(world)) wrong.add(words);
  for (const words of [...agreement(world), ...ghosts(world), ...lost(world)]) wrong.add(words);
  await finish(world);
  const after = [
    ...agreement(world),
    ...ghosts(world),
    ...missing(world).map(({ word }) => `“${word}” is lost`),
    ...open(world),
    ...strangers(world),
    ...outcomes(world),
    ...left(world),
    ...timelines(world),
    ...own(world),
  ];
  for (const words of [...after, ...protocol(world), ...world.errors]) wrong.add(words);
  return { wrong: [...wrong], story: world.story, ran: world.browser.clock.ran };
}

/** Nothing goes wrong any more, and there is a place for the call. */
async function calm(world: World): Promise<string[]> {
  world.tell("Nothing goes wrong any more");
  for (const tab of world.browser.tabs) world.browser.thaw(tab);
  await world.step({ do: "storage", isFull: false, wait: 0 });
  await world.pass(1500);
  const wrong = stale(world, world.tab(callingWindow) !== undefined);
  await world.step({ do: "open", at: "Tab 1", wait: 1000 });
  if (world.setup.layout === "window")
    await world.step({ do: "open", at: callingWindow, wait: 1000 });
  const page = tabNames.map((name) => world.hubspot(name)).find((seen) => seen !== undefined);
  for (const fault of faults) page?.hubspot.faults.delete(fault);
  await showPanels(world);
  await world.pass(12_000);
  return wrong;
}

/** In each tab without a panel the user clicks Call, which shows it, and what was left in it. */
async function showPanels(world: World): Promise<void> {
  if (world.setup.layout !== "panel") return;
  for (const name of tabNames)
    if (world.tab(name) && !world.widget(name))
      await world.step({ do: "call", at: name, wait: 2000 });
}
/** The user ends and completes what is there, in each place that shows a call. */
async function finish(world: World): Promise<void> {
  world.tell("The user ends and completes what is there");
  for (let time = 0; time < 8; time++) {
    // What HubSpot does not save is sent again after all else is done.
    const [open] = world.widgets
      .filter(({ widget }) => widget.state.call.status !== "idle")
      .sort((a, b) => Number(isUnsaved(a)) - Number(isUnsaved(b)));
    if (!open) {
      if (world.setup.layout !== "panel" || !(await reveal(world))) return;
      continue;
    }
    const { place, widget } = open;
    const { status } = widget.state.call;
    const button =
      status === "ringing" || status === "answered"
        ? "endcall"
        : widget.canClick("completecall")
          ? "completecall"
          : undefined;
    const at = places.find((name) => name === place);
    if (button && at) await world.step({ do: "click", at, button, wait: 11_000 });
    else await world.pass(11_000);
  }
}

const isUnsaved = ({ widget }: World["widgets"][number]) => widget.state.call.status === "unsaved";

/** A call that a closed tab left behind is found by the next panel. */
async function reveal(world: World): Promise<boolean> {
  const kept = world.browser.keptBy(new URL(widgetUrl).origin);
  if (!missing(world).some(({ word }) => kept.includes(word))) return false;
  const name = tabNames.find((tab) => !world.tab(tab));
  if (!name) return false;
  await world.step({ do: "open", at: name, wait: 1000 });
  await showPanels(world);
  return true;
}

/** Frames that have the same holder show the same; where all share a call, all have the same holder. */
function agreement({ widgets, setup }: World): string[] {
  const wrong: string[] = [];
  const [first] = widgets;
  for (const { place, widget } of widgets) {
    const { holder, host } = widget.state;
    if (host.status !== "ready") wrong.push(`${place} is not connected`);
    else if (!holder) wrong.push(`${place} knows of no frame that holds the call`);
    const other =
      setup.layout === "panel"
        ? widgets.find(({ widget }) => widget.state.holder === holder)
        : first;
    const differs = other && difference(shown(other.widget.state), shown(widget.state));
    if (differs) wrong.push(`${other.place} and ${place} show different states: ${differs}`);
  }
  return wrong;
}

/** What a frame shows of what all have in common. What was done is told to who was there. */
function shown(state: State): object {
  const { holder, isLoggedIn, isAvailable, call, form, waiting, missed, notice } = state;
  const told = notice?.kind === "done" ? undefined : notice;
  return { holder, isLoggedIn, isAvailable, call, form, waiting, missed, notice: told };
}

/** What differs, by name: what stands in one and in the other. */
function difference(a: object, b: object): string {
  return Object.keys({ ...a, ...b })
    .flatMap((key) => {
      const [one, other]: unknown[] = [Reflect.get(a, key), Reflect.get(b, key)];
      if (JSON.stringify(one) === JSON.stringify(other)) return [];
      const areForms = key === "form" && isObject(one) && isObject(other);
      const values = areForms
        ? difference(one, other)
        : `${JSON.stringify(one)} / ${JSON.stringify(other)}`;
      return `${key} ${values}`;
    })
    .join("; ");
}

const isObject = (value: unknown): value is object => typeof value === "object" && value !== null;

/** No HubSpot believes in a call that is over. */
function ghosts(world: World): string[] {
  return [...world.browser.tabs].flatMap(({ name }) => {
    const isOn = name !== stranger && world.hubspot(name)?.isCallOn;
    const widgets =
      world.setup.layout === "panel"
        ? world.widgets.filter(({ place }) => place === name)
        : world.widgets;
    const isLive = widgets.some(({ widget: { state } }) =>
      ["ringing", "answered"].includes(state.call.status),
    );
    return isOn && !isLive ? [`${name}: HubSpot believes in a call that is over`] : [];
  });
}

/** How long, in ms, a strict write takes that waits for the one of the key before. */
const keystroke = 100;

/** The words that are neither on the timeline nor shown in a widget. */
function missing(world: World): World["typed"] {
  const pages = [...world.browser.tabs].flatMap(({ name }) => world.hubspot(name) ?? []);
  const timeline = pages.flatMap(({ hubspot }) =>
    hubspot.timeline.map(({ properties }) => String(properties.hs_call_body)),
  );
  const shownNotes = world.widgets.map(({ widget }) => widget.values.notes);
  const everywhere = [...timeline, ...shownNotes].join("\n");
  return world.typed.filter(
    ({ word, at, callId, page }) =>
      !everywhere.includes(word) &&
      !world.discarded.has(callId) &&
      !world.unkept.has(word) &&
      // What was written is on disk 5 s later. Where the page went with the last key, before that was written, the browser
      // itself writes it within a minute.
      !world.kills.some(
        (kill) => kill >= at && kill < at + (page.goneAt < at + keystroke ? 60_000 : 5000),
      ),
  );
}

function lost(world: World): string[] {
  const kept =
    world.setup.layout === "panel" ? world.browser.keptBy(new URL(widgetUrl).origin) : "";
  return missing(world)
    .filter(({ word }) => !kept.includes(word))
    .map(({ word }) => `“${word}” is lost`);
}

/** Without a calling window no tab shows one that has the call; no request to dial waits twice. */
function stale({ widgets, setup }: World, isWindowOpen: boolean): string[] {
  return widgets.flatMap(({ place, widget: { state } }) => {
    const waiting = state.waiting.map(({ number, callee }) => `${number} ${callee?.id}`);
    return [
      ...(setup.layout === "window" && !isWindowOpen && state.holder
        ? [`${place} shows a calling window that is closed`]
        : []),
      ...(new Set(waiting).size < waiting.length
        ? [`${place}: a request to dial waits twice`]
        : []),
    ];
  });
}

/** Every call has come to its end. */
function open({ widgets }: World): string[] {
  return widgets
    .filter(({ widget }) => !["idle", "unsaved"].includes(widget.state.call.status))
    .map(({ place, widget }) => `${place}: a call stays ${widget.state.call.status}`);
}

/** Whoever told of a call learns what became of it: what is over changes nothing, and what was not taken is not told to HubSpot. */
function outcomes({ telephone, heard }: World): string[] {
  const rung = heard.flatMap(({ pages }) =>
    pages
      .flat()
      .flatMap(({ type, data }) =>
        type === "INCOMING_CALL" ? [fieldsOf(data).externalCallId] : [],
      ),
  );
  return telephone.told.flatMap(({ tells, id, page, outcome }) => {
    if (outcome === undefined)
      return page.isAlive ? [`the telephone is not told what became of its ${tells}`] : [];
    if (outcome.ignored === undefined)
      return tells === "late" ? ["the end of an earlier call is taken"] : [];
    return tells === "ring" && rung.includes(id) ? ["a ring is refused, and told to HubSpot"] : [];
  });
}

/** A telephone line has no call that the app does not show, and calls nobody twice. */
function left({ widgets, lines }: World): string[] {
  const called = lines.flatMap((line) => line.called);
  const shown = widgets.map(({ widget: { state } }) =>
    state.call.status === "idle" ? "" : state.call.externalCallId,
  );
  return [
    ...(new Set(called).size < called.length ? ["the line is told a call twice"] : []),
    ...lines
      .flatMap(({ page, onLine }) => (page.isAlive ? [...onLine] : []))
      .filter((id) => !shown.includes(id))
      .map(() => "a call goes on on the line, and nobody sees it"),
  ];
}

/**
 * A call that HubSpot logs is on the timelines of whom it is with and of the record that it was made from; one to help
 * desk is on one ticket of its own.
 */
function timelines(world: World): string[] {
  const messages = world.heard.flatMap(({ pages }) => pages.flat());
  const { crm } = world;
  const said = messages.flatMap(({ from, type, data, note }) =>
    from === "app" ? [{ type, note, ...fieldsOf(data) } as Record<string, unknown>] : [],
  );
  const idOf = (call: unknown) =>
    said.find(({ externalCallId, engagementId }) => externalCallId === call && engagementId)
      ?.engagementId;
  return said.flatMap(({ type, note, externalCallId: call, dialingContext, ...start }) => {
    if (!starts.includes(String(type)) || start.createEngagement !== true) return [];
    if (type === "OUTGOING_CALL_STARTED" && note) return [`call ${call}: ${note}`];
    const engagementId = idOf(call);
    const logged = crm?.timeline.find((other) => other.engagementId === engagementId);
    if (!crm || !logged) return [];
    const { calleeInfo, objectId } = fieldsOf(dialingContext);
    const tickets = crm.records.filter(
      (record) => logged.recordIds.includes(record.objectId) && record.name.startsWith("Call from"),
    );
    const isToHelpDesk =
      type === "INCOMING_CALL" && isSameNumber(String(start.toNumber), helpDeskNumber);
    return [
      ...[fieldsOf(calleeInfo).calleeId, objectId]
        .filter((id) => typeof id === "number" && id !== 0 && !logged.recordIds.includes(id))
        .map((id) => `call ${call} is not on the timeline of ${id}`),
      ...(tickets.length === Number(isToHelpDesk)
        ? []
        : [`call ${call} is on ${tickets.length} tickets of help desk`]),
    ];
  });
}

/** A call whose engagement the app's own server has made is saved in that one, and in no other, with what was written last. */
function own({ appServer, crm, widgets }: World): string[] {
  const unsaved = widgets.flatMap(({ widget: { state } }) =>
    state.call.status === "unsaved" ? state.call.externalCallId : [],
  );
  return [...(appServer?.made ?? [])].flatMap(([id, { engagementId, properties }]) => {
    const logged = (crm?.timeline ?? []).filter(
      (call) => call.engagementId === idFor(id) || call.properties.hs_call_external_id === id,
    );
    const kept = logged.find((call) => call.engagementId === engagementId);
    return [
      ...(logged.length === 1 ? [] : [`call ${id} is on the timeline ${logged.length} times`]),
      ...(unsaved.includes(id) ? [`call ${id} is not saved in the engagement that it has`] : []),
      ...(kept?.properties.renewal === properties.renewal
        ? []
        : [`what the app's server wrote of call ${id} is not on the timeline`]),
    ];
  });
}

/** A page of another host hears of no call, and its widget shows none. */
function strangers(world: World): string[] {
  const shown = world.widget(stranger)?.state.call.status ?? "idle";
  const told = world.heard
    .filter(({ place }) => place === stranger)
    .flatMap(({ pages }) => pages.flat())
    .filter(({ from, type }) => from === "app" && type.includes("CALL"));
  return [
    ...(shown === "idle" ? [] : [`${stranger}: shows a call of ours`]),
    ...told.map(({ type }) => `${stranger}: hears ${type} of a call of ours`),
  ];
}

/** How long, in ms, HubSpot's page has to live for what it heard to count. A strict write takes a tenth of it. */
const lastMoments = 50;

/** What HubSpot heard keeps the rules, and names each call once. */
function protocol(world: World): string[] {
  const wrong: string[] = [];
  const creations = new Counts();
  const engagements = new Map<string, Set<unknown>>();
  const times = new Counts();
  for (const [index, { place, tab, pages }] of world.heard.entries()) {
    const messages = pages.flat();
    const isOver = world.browser.tabs.has(tab);
    // A tab that was closed had no time for more.
    const session = isOver ? { messages, at: world.browser.clock.now, isOver } : { messages };
    for (const { rule, level, status, words, message } of judge(session))
      if (
        level === "must" &&
        status === "fail" &&
        !isExcused(rule, messages, world) &&
        !(message && isAnsweredEarly(message, messages))
      )
        wrong.push(`${place}: ${rule}: ${words} (${message?.type})`);
    // Calling windows follow one another, and go on with each other's call.
    const hubspot = place === callingWindow ? place : `${place}, opened as number ${index + 1}`;
    for (const { at, from, type, data } of messages) {
      if (from !== "app") continue;
      // HubSpot's page died with the browser: what it heard in its last moments got no further.
      if (world.kills.some((kill) => kill >= at && kill < at + lastMoments)) continue;
      const { externalCallId: id, createEngagement, engagementId } = fieldsOf(data);
      if (typeof id !== "string") continue;
      const kind = kinds.find(({ types }) => types.includes(type))?.kind;
      // Where there was no room for it, and no time to take away what was kept before.
      const isForgotten = world.forgot.some((when) => Math.abs(when - at) < keystroke);
      if (kind && !isForgotten) times.add(`${hubspot}: call ${id} ${kind}`);
      if (createEngagement === true) creations.add(id);
      if (engagementId !== undefined)
        engagements.set(id, (engagements.get(id) ?? new Set()).add(engagementId));
    }
  }
  // A killed browser may have had no room for the end, and no time to take away what was before it.
  const mayRepeat = world.isForgetful && world.kills.length > 0;
  for (const [what, count] of mayRepeat ? [] : times.several) wrong.push(`${what} ${count} times`);
  for (const [id, count] of creations.several)
    wrong.push(`${count} engagements are asked for call ${id}`);
  for (const [id, ids] of engagements)
    if (ids.size > 1) wrong.push(`call ${id} is told with engagements ${[...ids].join(" and ")}`);
  return wrong;
}

/** What HubSpot refuses is not the app's fault; a call can be completed in another tab; and one that storage had no room for is lost. */
function isExcused(rule: string, here: readonly Message[], world: World): boolean {
  const { heard, isForgetful } = world;
  // A panel can go on with the call of a tab that was closed: its engagement was given to that tab's HubSpot.
  if (rule === "engagement-id") return world.setup.layout === "panel";
  if (rule !== "completed") return rule === "saved";
  const callsIn = (messages: readonly Message[], ...types: string[]) =>
    messages.flatMap(({ type, data }) =>
      types.includes(type) ? [fieldsOf(data).externalCallId] : [],
    );
  const completed = callsIn(
    heard.flatMap(({ pages }) => pages.flat()),
    "CALL_COMPLETED",
  );
  return isForgetful || callsIn(here, ...starts).every((id) => completed.includes(id));
}

/** Longer than a message takes, in ms. */
const aMoment = 100;

/**
 * Whether the page that a message is of answered the SYNC that was meant for the page before it, which was being loaded
 * again. The SDK's app answers no other, and its host asks anew once the page has loaded: what an app could do is not known.
 */
function isAnsweredEarly({ load }: Message, here: readonly Message[]): boolean {
  const begins = here.findIndex((message) => message.load === load);
  const before = here.slice(0, begins).findLast(({ from }) => from === "app");
  const page = here.slice(begins).filter((message) => message.load === load);
  return (
    before?.type === "SYNC_ACK" &&
    (page[0]?.at ?? 0) - before.at < aMoment &&
    !page.some(({ type }) => type === "SYNC_ACK")
  );
}

class Counts extends Map<string, number> {
  add(what: string): void {
    this.set(what, (this.get(what) ?? 0) + 1);
  }

  get several(): [string, number][] {
    return [...this].filter(([, count]) => count > 1);
  }
}

const fieldsOf = (data: unknown): Record<string, unknown> =>
  typeof data === "object" && data !== null ? { ...data } : {};
