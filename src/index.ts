// The widget: creates the SDK, and turns HubSpot's messages and the user's clicks into events and their commands into SDK calls.
import CallingExtensions, { type EventHandlers } from "@hubspot/calling-extensions-sdk";
import { type Event, press, type Timeless } from "./call/events.ts";
import { happen, hear, type Note, news, type Outcome, type Turn } from "./call/holder.ts";
import {
  type Command,
  isFields,
  type Method,
  type Payloads,
  parse,
  read,
  toJson,
} from "./call/messages.ts";
import { mayHold, type State, start } from "./call/state.ts";
import { type Frames, join, type Message, type Told } from "./frame/channel.ts";
import { openDisk } from "./frame/disk.ts";
import { guard } from "./frame/guard.ts";
import { load, roomOf, save } from "./frame/session.ts";
import { kept, listen, log, render } from "./view.ts";

guard();
const disk = openDisk();

const frameId = crypto.randomUUID();
/** All that changes here. */
const shell = {
  state: start(
    window.parent === window ? { status: "outside" } : { status: "connecting", since: Date.now() },
    frameId,
    location.href,
  ),
  /** Where the state is kept, and who shares it; empty before the handshake. */
  room: "",
  isKept: true,
  /** The other frames, once this one has joined them. */
  frames: { tell: () => {}, watch: () => {} } as Frames,
};
/** Who waits to be told what became of an event, by the event's own name here. */
const waiting = new Map<string, ((outcome: Outcome) => void) | undefined>();

/**
 * The one way in: something has happened in this frame. What concerns the call is decided by the frame that holds it.
 * @param told is told what became of it: at once, where it is decided here
 */
function dispatch(event: Timeless<Event>, told?: (outcome: Outcome) => void): void {
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
  if (state.holder && state.holder !== holder) shell.frames.watch();
  commands.forEach(send);
  notes.forEach(shell.frames.tell);
  render(state, Date.now(), shell.isKept);
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
  shell.frames.tell({ type: "said", said: [message] });
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
    shell.frames.tell({ type: "said", said: kept, to: from });
  if (!to || to === frameId) said.forEach(log);
}

async function receive(_data: unknown, message: unknown): Promise<void> {
  const { type, data } = isFields(message) ? message : {};
  const heard = { at: Date.now(), from: "hubspot" as const, type: String(type), data };
  const event = read(message);
  if (event.type !== "READY" || shell.state.host.status === "ready") {
    dispatch(event, (outcome) => say({ ...heard, ...outcome }));
    return;
  }
  say({ ...heard, type: "SYNC" });
  const onDisk = await disk.found;
  const room = await roomOf(event, onDisk.keys());
  shell.room = room;
  const found = () => load(room, onDisk.get(room));
  dispatch({ ...event, found: found() });
  const hold = () => dispatch({ type: "hold", found: found() });
  try {
    const free = () => dispatch({ type: "free" });
    shell.frames = join(room, mayHold(event), listenTo, hold, free);
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

const { debug, order, from, to } = Object.fromEntries(new URLSearchParams(location.search));
const debugMode = debug !== undefined;
// What has no handler of its own comes to this one, so that no event ends in nothing. (The SDK's types want them all.)
const eventHandlers = { defaultEventHandler: receive } as unknown as EventHandlers;
const extensions = new CallingExtensions({ debugMode, eventHandlers });
// The SDK would write every payload, notes included, to the console, in debugMode or not. Instead, it tells what it
// sends: later, since it answers SYNC, and what it does not know, before it hands them on.
extensions.iFrameManager.logDebugMessage = (...entry) => {
  if (debugMode) window.console.log(entry);
  const [, direction, type, message] = entry;
  if (direction === "To HubSpot")
    queueMicrotask(() => say({ at: Date.now(), from: "app", type, data: message.data }));
};

// Methods, so that TypeScript lets the payloads be those HubSpot takes where the SDK's types demand more.
type Sdk = { [M in Method]: { send(payload: Payloads[M]): void }["send"] };
const sdk: Sdk = extensions as Omit<typeof extensions, "navigateToRecord"> & Sdk;

function send<M extends Method>({ method, payload }: Command<M>): void {
  sdk[method](payload);
}

const edit = (field: keyof State["form"], value: string) =>
  dispatch({ type: "edit", field, value });
listen((button) => dispatch(press(shell.state, button, crypto.randomUUID())), edit);
const tick = () => {
  dispatch({ type: "tick" });
};
setInterval(tick, 1000);
tick();
