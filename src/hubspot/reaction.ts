// What HubSpot does with a calling app: react(state, event, world) gives the state that follows, and what HubSpot does then. No page, no storage, no clock.
import { type Fields, isFields } from "../call/messages.ts";
import { type App, canBeFramed, isPixels, isSameApp, type Place, speaks } from "./apps.ts";
import {
  begin,
  callsAfter,
  complete,
  createEngagement,
  end,
  initiateCallId,
  matchCaller,
  publish,
} from "./calls.ts";
import { isCustom } from "./crm.ts";
import { creationDelay, incomplete, refusal } from "./faults.ts";
import {
  chain,
  type Dial,
  type Effect,
  type Event,
  fails,
  type Message,
  type Progress,
  refused,
  type State,
  type Step,
  say,
  step,
  type World,
} from "./state.ts";

/** After so many ms without a handshake the user is told what to look at. */
const slow = 5000;
/** How long, in ms, an app may take from the handshake to INITIALIZED. [guess] That it is as long as for the handshake. */
const initializedLimit = 30_000;

export function react(state: State, event: Event, world: World): Step {
  const { panel } = state;
  const nothing = step(state);
  switch (event.type) {
    case "open":
      return open(state, event.app, event.place);
    case "dial": {
      const { id, app, place, dial } = event;
      const why = whyNotFrom(dial, app, world);
      if (why) return step(state, ...refused(id, why));
      return chain(
        open(state, app, place),
        giveUp,
        (now) =>
          now.panel.status === "open"
            ? ask(now, { id, ...dial }, world)
            : step({ ...now, waiting: { id, ...dial } }),
        (now) => step(now, { type: "focus", on: "app" }),
      );
    }
    case "loaded":
      return panel.status === "closed" ? nothing : awaitHandshake(state);
    case "connected": {
      const { attempt } = state;
      const shaken = {
        ...progress(state, { status: "opening", isSlow: false }),
        isConnected: true,
      };
      const late = { type: "late", attempt } as const;
      return panel.status === "closed"
        ? nothing
        : step(shaken, { type: "wake", event: late, after: initializedLimit });
    }
    case "silent":
      return panel.status === "closed"
        ? nothing
        : fail(
            state,
            `did not answer SYNC for 30 s (SYNC_ACK_FAILED). Is ${panel.url} running, does the browser accept its certificate, and does it let this page frame it?`,
          );
    case "slow":
    case "late": {
      if (event.attempt !== state.attempt || panel.status !== "opening") return nothing;
      if (event.type === "late")
        // HubSpot's own demo leaves all talking, INITIALIZED included, to the frame that speaks.
        return speaks(panel.app, panel.place)
          ? fail(state, "answered SYNC, but sent no INITIALIZED within 30 s.")
          : giveUp(progress(state, { status: "open" }));
      return state.isConnected
        ? nothing
        : step(progress(state, { status: "opening", isSlow: true }));
    }
    case "message":
      return panel.status === "closed" ? nothing : hear(state, panel.app, event, world);
    case "navigate":
      return panel.status === "closed" ? nothing : step(state, event);
    case "navigated": {
      const { engagementId, objectCoordinates } = event.to;
      return event.isDone
        ? nothing
        : say(state, "NAVIGATE_TO_RECORD_FAILED", { engagementId, objectCoordinates });
    }
    case "hangUp":
      return say(state, "END_CALL");
    case "close":
      return close(state);
    case "show":
      return show(state, event);
    case "settings": {
      if (panel.status === "closed") return nothing;
      const now = event.apps.find(({ id }) => id === panel.app.id);
      const isSame = now && isSameApp(now, panel.app);
      if (!isSame && event.mayClose) return close(state);
      return step(now ? { ...state, panel: { ...panel, app: now } } : state);
    }
    default:
      return event satisfies never;
  }
}

/** A closed panel stays as it is. */
const progress = (state: State, now: Progress): State => {
  const { panel } = state;
  if (panel.status === "closed") return state;
  const { app, place, url, isMinimized, isHidden } = panel;
  return { ...state, panel: { app, place, url, isMinimized, isHidden, ...now } };
};

function open(state: State, app: App, place: Place): Step {
  const { panel } = state;
  if (panel.status !== "closed" && panel.status !== "failed" && isSameApp(panel.app, app))
    return show(state, { isMinimized: false, isHidden: false });
  const shown = { status: "opening", isSlow: false, isMinimized: false, isHidden: false } as const;
  return chain(
    giveUp(state),
    (now) =>
      step(
        { ...now, panel: { ...shown, app, place, url: app.url } },
        { type: "frame", app, place },
      ),
    awaitHandshake,
  );
}

/** Takes the frame away, as leaving the record's page does. */
const close = (state: State): Step =>
  chain(giveUp(state), (now) => ({
    state: { ...forgotten(now), panel: { status: "closed" } },
    effects: now.panel.status === "closed" ? [] : [{ type: "remove" }],
  }));

/** Minimises, hides or shows the panel, and tells the app when that is news. */
function show(
  state: State,
  { isMinimized, isHidden }: { isMinimized: boolean; isHidden: boolean },
): Step {
  const { panel } = state;
  if (panel.status === "closed") return step(state);
  if (panel.isMinimized === isMinimized && panel.isHidden === isHidden) return step(state);
  const visibility = { isMinimized, isHidden };
  return say({ ...state, panel: { ...panel, ...visibility } }, "VISIBILITY_CHANGED", visibility);
}

/** What was known of the app's page went with it. */
const forgotten = (state: State): State => ({
  ...state,
  isConnected: false,
  isLoggedIn: false,
  hasLoggedOut: false,
  isAvailable: false,
  calls: [],
});

function awaitHandshake(state: State): Step {
  const attempt = state.attempt + 1;
  return step(
    { ...progress(forgotten(state), { status: "opening", isSlow: false }), attempt },
    { type: "wake", event: { type: "slow", attempt }, after: slow },
  );
}

const fail = (state: State, why: string): Step =>
  giveUp(progress(state, { status: "failed", why }));

/** Who waits for the app to dial need not wait any more. */
const giveUp = (state: State): Step =>
  state.waiting
    ? step(
        { ...state, waiting: undefined },
        { type: "answer", id: state.waiting.id, outcome: { isSent: false } },
      )
    : step(state);

/** Why a call cannot be made with the app from the record that is viewed; undefined when it can. */
function whyNotFrom({ payload }: Dial, app: App, { crm }: World): string | undefined {
  const viewed = crm.of(payload.objectId);
  return viewed && isCustom(viewed) && !app.supportsCustomObjects
    ? `supportsCustomObjects is off for ${app.name}, so there are no calls from a custom object. Turn it on under Call, App settings; in HubSpot, in the app’s calling settings.`
    : undefined;
}

/** Asks the app, which is there, to dial; or its user to log in first. */
function ask(state: State, { id, payload }: Dial & { id: string }, { faults }: World): Step {
  const { panel } = state;
  if (panel.status === "closed") return step(state);
  if (!state.isLoggedIn) {
    const why = `You are logged out of ${panel.app.name}. Log in there, then click Call again.`;
    return step(state, ...refused(id, why));
  }
  const answer: Effect = { type: "answer", id, outcome: { isSent: true, payload } };
  const dialled = [incomplete(faults, payload), ...state.dialled].slice(0, 10);
  return chain(say({ ...state, dialled }, "DIAL_NUMBER", payload), (now) => step(now, answer));
}

function hear(state: State, app: App, event: Message, world: World): Step {
  const { type, data } = event.message;
  const payload = isFields(data) ? data : {};
  switch (type) {
    case "INITIALIZED":
      return initialize(state, payload, world);
    case "LOGGED_IN":
      return step(
        { ...state, isLoggedIn: true, hasLoggedOut: false },
        { type: "dismiss", about: "dial" },
      );
    case "LOGGED_OUT":
      return step({ ...state, isLoggedIn: false, hasLoggedOut: true });
    case "USER_AVAILABLE":
    case "USER_UNAVAILABLE":
      return step({ ...state, isAvailable: type === "USER_AVAILABLE" });
    case "OUTGOING_CALL_STARTED":
      return chain(initiateCallId(begin(state, payload), payload, event, world), (now) =>
        createEngagement(now, event, "OUTBOUND", world),
      );
    case "INCOMING_CALL": {
      const note = whyIgnored(state, app, world);
      if (note) return { ...step(state, { type: "alert", text: note }), note };
      return chain(
        // [guess] That HubSpot brings a hidden app to the front when it rings.
        show(begin(state, payload), { isMinimized: false, isHidden: false }),
        (now) => matchCaller(now, payload, event, world),
        (now) => createEngagement(now, event, "INBOUND", world),
      );
    }
    case "CALL_ANSWERED":
      return disturb(state, app, world);
    case "CALL_ENDED":
    case "CALL_TRANSFERRED":
      return end(state, payload, world);
    case "CALL_COMPLETED":
      return chain(complete(state, payload, world), (now) => hideAfterCall(now, payload, world));
    case "FINALIZE_ENGAGEMENT":
    case "PUBLISH_TO_CHANNEL":
      return publish(state, type, payload, world);
    case "NAVIGATE_TO_RECORD":
      return navigate(state, payload, event, world);
    case "SET_WIDGET_URL":
      return setUrl(state, payload.iFrameUrl, world);
    case "RESIZE_WIDGET":
      return resize(state, payload);
    case "ERROR":
      return step(state, { type: "alert", text: errorText(payload) });
    default:
      return step(state);
  }
}

/** The app is there, and says of itself whether it can be used. */
function initialize(state: State, payload: Fields, world: World): Step {
  const { isLoggedIn, isAvailable, sizeInfo, engagementId } = payload;
  const opened = (now: State) =>
    step({
      ...progress(now, { status: "open" }),
      // [guess] An app that says nothing of the one or the other is taken to be logged in, and available: both are optional.
      isLoggedIn: isLoggedIn !== false,
      isAvailable: isAvailable !== false,
      calls: callsAfter(now, engagementId, world),
    });
  const dial = ({ waiting, ...now }: State) => (waiting ? ask(now, waiting, world) : step(now));
  return chain(resize(state, sizeInfo), opened, dial);
}

/**
 * A record is opened, for the call that is on where the app does not name one; once that has its engagement, not before.
 */
function navigate(state: State, payload: Fields, { at }: Message, world: World): Step {
  const { objectCoordinates, openIn } = payload;
  const record = world.crm.at(objectCoordinates);
  if (!record || world.faults.has("navigationFails")) {
    const { engagementId } = payload;
    return say(state, "NAVIGATE_TO_RECORD_FAILED", { engagementId, objectCoordinates });
  }
  const { engagements } = world;
  const on = state.calls.flatMap(
    (call) => engagements.find(call.engagementId, call.externalCallId) ?? [],
  );
  const engagementId = payload.engagementId || on.at(-1)?.engagementId;
  const engagement = engagements.find(engagementId);
  const to = { record, engagementId, objectCoordinates };
  const navigates = {
    type: "navigate",
    to,
    openIn: openIn === "NEW_TAB" ? "NEW_TAB" : "CURRENT_TAB",
  } as const;
  const isLate = world.faults.has("createEngagementLate") && engagement !== undefined;
  const after = isLate ? engagement.createdAt + creationDelay - at : 0;
  return step(state, after > 0 ? { type: "wake", event: navigates, after } : navigates);
}

/** The app goes away after a call, unless it says otherwise; in the calling window and in a queue of call tasks it stays. */
function hideAfterCall(state: State, { hideWidget }: Fields, { isInQueue }: World): Step {
  const { panel } = state;
  if (hideWidget === false || isInQueue || panel.status === "closed" || panel.place === "window")
    return step(state);
  return chain(step(state, { type: "focus", on: "call" }), (now) =>
    show(now, { isMinimized: false, isHidden: true }),
  );
}

/**
 * Why an incoming call is ignored; undefined when it is not. [guess] What becomes of a call while the user is logged
 * out or unavailable, and that a call is heard of an app that has said neither LOGGED_IN nor LOGGED_OUT, even if its
 * INITIALIZED said isLoggedIn: false: one was seen that rings so in HubSpot.
 */
function whyIgnored(
  { isLoggedIn, hasLoggedOut, isAvailable }: State,
  { name, supportsInboundCalling }: App,
  { faults }: World,
): string | undefined {
  const ignored = "An incoming call was ignored: ";
  if (!supportsInboundCalling)
    return `${ignored}supportsInboundCalling is off for ${name}. Turn it on under Call, App settings; in HubSpot, in the app’s calling settings.`;
  if (hasLoggedOut || (!isLoggedIn && faults.has("loginRequired")))
    return `${ignored}you are logged out of ${name}.`;
  if (!isAvailable) return `${ignored}you are not available in ${name}.`;
  return undefined;
}

/** What some faults do to a call that was just answered. */
function disturb(state: State, app: App, { faults }: World): Step {
  const url = new URL(app.url);
  url.searchParams.set("navigated", "");
  return chain(
    faults.has("frameReloaded") ? step(state, { type: "reload" }) : step(state),
    (now) => (faults.has("frameNavigated") ? load(now, url.href) : step(now)),
    (now) =>
      faults.has("panelHidden") ? show(now, { isMinimized: false, isHidden: true }) : step(now),
  );
}

function setUrl(state: State, url: unknown, { faults }: World): Step {
  if (faults.has("widgetUrlRefused")) return fails(state, "SET_WIDGET_URL_FAILED", refusal);
  if (typeof url === "string" && canBeFramed(url)) return load(state, url);
  const why = url ? "iFrameUrl is not an https address" : "iFrameUrl is missing";
  return fails(state, "SET_WIDGET_URL_FAILED", why);
}

function load(state: State, url: string): Step {
  const { panel } = state;
  const now = panel.status === "closed" ? panel : { ...panel, url };
  return chain(step({ ...state, panel: now }, { type: "load", url }), awaitHandshake);
}

function resize(state: State, size: unknown): Step {
  const { width, height } = isFields(size) ? size : {};
  return isPixels(width) && isPixels(height)
    ? step(state, { type: "resize", width, height })
    : step(state);
}

function errorText({ message, type, data }: Fields): string {
  if (typeof message === "string" && message !== "") return message;
  // The SDK answers a message that it does not know with this.
  const original = isFields(data) && isFields(data.originalMessage) ? data.originalMessage : {};
  return type === "UNKNOWN_MESSAGE_TYPE" && typeof original.type === "string"
    ? `The app does not know the message ${original.type}.`
    : "The app reports an error, without a message.";
}
