// What a calling app's page runs on in HubSpot's frame: turns messages and clicks into events, and carries out what the call decides.
import type CallingExtensions from "@hubspot/calling-extensions-sdk";
import type { EventHandlers } from "@hubspot/calling-extensions-sdk";
import type { Event, Timeless } from "../call/events.ts";
import { happen, hear, type Note, news, type Outcome, type Turn } from "../call/holder.ts";
import {
  type Command,
  fieldsOf,
  type Method,
  type Payloads,
  parse,
  read,
  toJson,
} from "../call/messages.ts";
import { type Form, mayHold, type State, start } from "../call/state.ts";
import { debug, from, order, to } from "./address.ts";
import { type Frames, join, type Message, type Told } from "./channel.ts";
import { openDisk } from "./disk.ts";
import { guard } from "./guard.ts";
import { kept, log } from "./log.ts";
import { load, roomOf, save } from "./session.ts";

guard();
const disk = openDisk();
// A page from the back/forward cache has missed messages, so it is loaded again.
window.onpageshow = ({ persisted }) => persisted && location.reload();

/**
 * Is told the state whenever it may have changed, and once a second.
 * @param at ms since 1970
 * @param isKept whether the browser's storage keeps it
 */
type Show = (state: State, at: number, isKept: boolean) => void;

// Methods, so that TypeScript lets the payloads be those HubSpot takes where the SDK's types demand more.
type Sdk = { [M in Method]: { send(payload: Payloads[M]): void }["send"] };

type Shell = {
  state: State;
  /** Where the state is kept, and who shares it; empty before the handshake. */
  room: string;
  isKept: boolean;
  /** The other frames, once this one has joined them. */
  frames?: Frames;
  sdk: Sdk;
  show: Show;
};

const frameId = crypto.randomUUID();
/** All that changes here. */
export const shell = {
  state: start(
    window.parent === window ? { status: "outside" } : { status: "connecting", since: Date.now() },
    frameId,
    location.href,
  ),
  room: "",
  isKept: true,
} as Shell;
/** Who waits to be told what became of an event, by the event's own name here. */
const waiting = new Map<string, ((outcome: Outcome) => void) | undefined>();

/**
 * The one way in: something has happened in this frame. What concerns the call is decided by the frame that holds it.
 * @param told is told what became of it: at once, where it is decided here
 */
export function dispatch(event: Timeless<Event>, told?: (outcome: Outcome) => void): void {
  const id = crypto.randomUUID();
  waiting.set(id, told);
  carryOut(happen(shell.state, { ...event, at: Date.now() }, id));
}

/** Does what was decided. */
function carryOut({ state, commands = [], notes = [], isKept }: Turn): void {
  const { holder } = shell.state;
  shell.state = state;
  // First of all: what HubSpot hears next must not be lost. What found no room is tried again, with each tick of the clock.
  if (shell.room && (isKept || !shell.isKept)) shell.isKept = save(shell.room, state, disk);
  if (state.holder && state.holder !== holder) shell.frames?.watch();
  commands.forEach(send);
  for (const note of notes) shell.frames?.tell(note);
  shell.show(state, Date.now(), shell.isKept);
  notes.forEach(answer);
}

function answer(note: Note): void {
  if (note.type !== "answer") return;
  waiting.get(note.id)?.(note.outcome);
  waiting.delete(note.id);
}

/** Lists what went over the wire, in every frame. */
function say(said: Omit<Message, "load">): void {
  // What JSON cannot say is said in words.
  const message = { ...said, load: frameId, data: parse(toJson(said.data)) };
  log(message);
  shell.frames?.tell({ type: "said", said: [message] });
}

function listenTo(told: Told): void {
  if (told.type !== "said") {
    answer(told);
    carryOut(hear(shell.state, told));
    return;
  }
  const { said, from, to } = told;
  // Before what a newcomer says of itself is among it.
  if (from && shell.state.holder === frameId)
    shell.frames?.tell({ type: "said", said: kept, to: from });
  if (!to || to === frameId) said.forEach(log);
}

async function receive(_data: unknown, message: unknown): Promise<void> {
  const { type, data } = fieldsOf(message);
  const heard = { at: Date.now(), from: "hubspot" as const, type: String(type), data };
  const event = read(message);
  if (event.type !== "READY" || shell.state.host.status === "ready") {
    dispatch(event, (outcome) => say({ ...heard, ...outcome }));
    return;
  }
  say({ ...heard, type: "SYNC" });
  const onDisk = await disk.found;
  const room = await roomOf(event, onDisk);
  shell.room = room;
  const found = () => load(room, onDisk.get(room));
  dispatch({ ...event, found: found() });
  const hold = () => dispatch({ type: "hold", found: found() });
  try {
    const free = () => dispatch({ type: "free" });
    shell.frames = join(room, mayHold(shell.state.host), listenTo, hold, free);
    shell.frames.tell(news(shell.state));
    shell.frames.tell({ type: "said", said: kept, from: frameId });
  } catch {
    // Each frame is for itself.
    hold();
  }
  // What the page's address asks for.
  if (order === "any") edit("anyOrder", order);
  if (from) edit("fromNumber", from);
  if (to) edit("toNumber", to);
}

const debugMode = debug !== undefined;
/** What the page creates the SDK with. What has no handler of its own comes to the one here, so that no event ends in nothing. (The SDK's types want them all.) */
export const options = {
  debugMode,
  eventHandlers: { defaultEventHandler: receive } as unknown as EventHandlers,
};

function send<M extends Method>({ method, payload }: Command<M>): void {
  shell.sdk[method](payload);
}

/** Somebody has put another value into a field. */
export const edit = (field: keyof Form, value: string) => dispatch({ type: "edit", field, value });

function tick(): void {
  dispatch({ type: "tick" });
}

/** From now on HubSpot is heard and answered, and the page is told the state. */
export function enter(extensions: CallingExtensions, show: Show): void {
  // The SDK would write every payload, notes included, to the console, in debugMode or not. Instead, it tells what it
  // sends: later, since it answers SYNC, and what it does not know, before it hands them on.
  extensions.iFrameManager.logDebugMessage = (...entry) => {
    if (debugMode) window.console.log(entry);
    const [, direction, type, message] = entry;
    if (direction === "To HubSpot")
      queueMicrotask(() => say({ at: Date.now(), from: "app", type, data: message.data }));
  };
  shell.sdk = extensions as Omit<typeof extensions, "navigateToRecord"> & Sdk;
  shell.show = show;
  setInterval(tick, 1000);
  // In a frame there is nothing to do before the handshake, and nothing to draw: HubSpot waits. After a second its user is told.
  if (shell.state.host.status === "outside") tick();
}
