// The widget: creates the SDK, and turns HubSpot's messages and the user's clicks into events and their commands into SDK calls.
import CallingExtensions from "@hubspot/calling-extensions-sdk";
import { type Event, next, type State, start } from "./call.ts";
import { guard } from "./guard.ts";
import { type Command, isFields, type Method, type Payloads, read, wireType } from "./messages.ts";
import { listen, log, render } from "./view.ts";

guard();

// Distributes over Event, so that each kind keeps its own fields.
type Timeless<E> = E extends unknown ? Omit<E, "at"> : never;

let state: State = start(
  window.parent === window ? { status: "outside" } : { status: "connecting", since: Date.now() },
);

/** The one way in: whatever happens comes through here, once; a message of HubSpot's with what was heard. */
function dispatch(happened: Timeless<Event>, heard?: unknown): void {
  const event: Event = { ...happened, at: Date.now() };
  const { state: then, commands, ignored } = next(state, event);
  state = then;
  if (isFields(heard)) {
    const { type, data } = heard;
    log({ from: "hubspot", type: type === "READY" ? "SYNC" : String(type), data, ignored });
  }
  commands.forEach(send);
  render(state, event.at);
}

const receive = (_data: unknown, message: unknown) => dispatch(read(message), message);
const debugMode = new URLSearchParams(location.search).has("debug");

const extensions = new CallingExtensions({
  debugMode,
  eventHandlers: {
    onReady: receive,
    onDialNumber: receive,
    onEndCall: receive,
    onSetCallState: receive,
    onVisibilityChanged: receive,
    onEngagementCreated: receive,
    onCreateEngagementSucceeded: receive,
    onCreateEngagementFailed: receive,
    onUpdateEngagementSucceeded: receive,
    onUpdateEngagementFailed: receive,
    onFinalizeEngagementSucceeded: receive,
    onFinalizeEngagementFailed: receive,
    onPublishToChannelSucceeded: receive,
    onPublishToChannelFailed: receive,
    onCallerIdMatchSucceeded: receive,
    onCallerIdMatchFailed: receive,
    onInitiateCallIdSucceeded: receive,
    onInitiateCallIdFailed: receive,
    onNavigateToRecordFailed: receive,
    onSetWidgetUrlFailed: receive,
    onFailed: receive,
    defaultEventHandler: receive,
  },
});
// Outside debugMode the SDK still writes every payload, notes included, to console.debug.
if (!debugMode) extensions.iFrameManager.logDebugMessage = () => {};

// Methods, so that TypeScript lets the payloads be those HubSpot takes where the SDK's types demand more.
type Sdk = { [M in Method]: { send(payload: Payloads[M]): void }["send"] };
const sdk: Sdk = extensions;

function send<M extends Method>({ method, payload }: Command<M>): void {
  sdk[method](payload);
  log({ from: "app", type: wireType[method], data: payload });
}

listen({
  click: (type) => dispatch({ type, uuid: crypto.randomUUID() }),
  edit: dispatch,
  choose: (request) => dispatch({ type: "choose", request }),
});
setInterval(() => dispatch({ type: "tick" }), 1000);
render(state, Date.now());
