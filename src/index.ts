// The widget: creates the SDK, and turns HubSpot's messages and the user's clicks into events and their commands into SDK calls.
import CallingExtensions, { type EventHandlers } from "@hubspot/calling-extensions-sdk";
import {
  type Event,
  mayHold,
  next,
  reach,
  type State,
  shared,
  start,
  type Timeless,
  talks,
} from "./call/call.ts";
import { type Command, isFields, type Method, type Payloads, read } from "./call/messages.ts";
import { join, type Note } from "./frame/frames.ts";
import { guard } from "./frame/guard.ts";
import { load, roomOf, save } from "./frame/session.ts";
import { kept, listen, log, type Message, render } from "./view.ts";

guard();

const frameId = crypto.randomUUID();
let state: State = start(
  window.parent === window ? { status: "outside" } : { status: "connecting", since: Date.now() },
  frameId,
);
/** Where this frame's state is kept, and who shares it; empty before the handshake. */
let room = "";
let isKept = true;
/** Tells the other frames, once this one has joined them. */
let tell: (note: Note) => void = () => {};

/** The one way in. What concerns the call is decided by the frame that holds it, so that all see it in one order. */
function dispatch(happened: Timeless<Event>, heard?: unknown): void {
  const event: Event = { ...happened, at: Date.now() };
  const { holder } = state;
  const to = reach(event);
  if (
    !holder ||
    holder === frameId ||
    to === "frame" ||
    (to === "one" && talks(state)) ||
    event.type === "edit" ||
    event.type === "hold"
  )
    happen(event, true, heard);
  else tell({ event, isAsked: true, heard });
}

function happen(event: Event, isDecidedHere: boolean | undefined, heard?: unknown): void {
  const before = state;
  const { state: after, commands, ignored } = next(before, event);
  const to = reach(event);
  // The holder stays where it is: this is between HubSpot and this frame.
  if (to === "one" && isDecidedHere && before.holder !== frameId) {
    commands.forEach(send);
    return;
  }
  state = after;
  if (isDecidedHere && to !== "frame" && after !== before) {
    tell({ event });
    // The holder may have answered this newcomer before it heard of the event: it is asked again.
    if (!before.holder) tell({ newcomer: frameId });
  }
  if (isFields(heard)) {
    const { type, data } = heard;
    say({ from: "hubspot", type: String(type), data, ignored });
  }
  if (to === "frame" || (talks(state) && (to === "all" || isDecidedHere))) commands.forEach(send);
  if (after !== before && state.holder === frameId) isKept = save(room, state);
  render(state, event.at, isKept);
}

/** Lists what went over the wire, in every frame. */
function say(message: Omit<Message, "at">): void {
  const said = [{ ...message, at: Date.now() }];
  said.forEach(log);
  tell({ said });
}

/** What another frame tells. It is acted on, and told to nobody. */
function hear(note: Note): void {
  if ("event" in note) {
    if (!note.isAsked || state.holder === frameId) happen(note.event, note.isAsked, note.heard);
  } else if ("newcomer" in note) {
    const { newcomer, found } = note;
    if (found && newcomer === frameId) dispatch({ type: "found", found });
    if (!found && state.holder === frameId) {
      tell({ said: kept, to: newcomer });
      tell({ newcomer, found: shared(state) });
    }
  } else if (!note.to || note.to === frameId) note.said.forEach(log);
}

async function receive(_data: unknown, message: unknown): Promise<void> {
  const event = read(message);
  if (event.type !== "READY" || state.host.status === "ready") {
    dispatch(event, message);
    return;
  }
  say({ from: "hubspot", type: "SYNC", data: isFields(message) && message.data });
  room = await roomOf(event);
  dispatch({ ...event, found: load(room) });
  // What the page's address asks for.
  if (query.get("order") === "any") edit("anyOrder", "any");
  edit("fromNumber", query.get("from") ?? state.form.fromNumber);
  edit("toNumber", query.get("to") ?? state.form.toNumber);
  // A frame that heard of no other goes on with what it found, in the place of the one that kept it.
  const hold = () => dispatch({ type: "hold", frameId, isFresh: !state.holder });
  try {
    const free = () => dispatch({ type: "free" });
    tell = join(room, mayHold(event), hear, hold, free);
    tell({ newcomer: frameId });
  } catch {
    // Each frame is for itself.
    hold();
  }
}

const query = new URLSearchParams(location.search);
const debugMode = query.has("debug");
// What has no handler of its own comes to this one, so that no event ends in nothing. (The SDK's types want them all.)
const eventHandlers = { defaultEventHandler: receive } as unknown as EventHandlers;
const extensions = new CallingExtensions({ debugMode, eventHandlers });
// The SDK would write every payload, notes included, to the console, in debugMode or not. Instead, it tells what it
// sends: later, since it answers SYNC, and what it does not know, before it hands them on.
extensions.iFrameManager.logDebugMessage = (...entry) => {
  if (debugMode) console.log(entry);
  const [direction, type, message] = entry.slice(-3);
  if (direction === "To HubSpot")
    queueMicrotask(() => say({ from: "app", type, data: message.data }));
};

// Methods, so that TypeScript lets the payloads be those HubSpot takes where the SDK's types demand more.
type Sdk = { [M in Method]: { send(payload: Payloads[M]): void }["send"] };
const sdk: Sdk = extensions as Omit<typeof extensions, "navigateToRecord"> & Sdk;

function send<M extends Method>({ method, payload }: Command<M>): void {
  sdk[method](payload);
}

const edit = (field: keyof State["form"], value: string) =>
  dispatch({ type: "edit", field, value });
listen((type) => dispatch({ type, uuid: crypto.randomUUID() }), edit);
const tick = () =>
  state.holder === frameId ? dispatch({ type: "tick" }) : render(state, Date.now(), isKept);
setInterval(tick, 1000);
tick();
