// What the widget does: next(state, event) gives the state that follows and the SDK calls to make. No page, no SDK, no clock.
import {
  type CallerIdMatch,
  type Command,
  type DialRequest,
  type EndStatus,
  type EngagementProperties,
  type FromHubSpot,
  isEndStatus,
  type Method,
  type Payloads,
  type Ready,
} from "./messages.ts";
import { isSameNumber, undialable } from "./number.ts";

/*
 *   idle ──outgoingcall──▶ ringing ──answercall──▶ answered ──endcall──▶ ended ──completecall──▶ completed ──▶ idle
 *          incomingcall       └──────── endcall, transfercall ─────────▶┘  ▲                      │  (HubSpot has
 *                                                                          │                      ▼   saved it)
 *                                                              completecall └────────────────── unsaved ──▶ idle
 *                                                                                               discard, or saved late
 *
 * An event that cannot happen in a state changes nothing and says why in `ignored`: HubSpot's messages can come
 * late or twice, and what a click would do here decides whether its button is enabled. In "any order" a click that
 * cannot happen still says its message, and changes nothing else.
 */
export type Call =
  | { status: "idle"; dial?: DialRequest }
  | (Started & { status: "ringing" })
  | (Started & { status: "answered"; answeredAt: number })
  | Over;

type Started = {
  externalCallId: string;
  direction: "INBOUND" | "OUTBOUND";
  fromNumber: string;
  toNumber: string;
  /** ms since 1970, like all times here */
  startedAt: number;
  /** The request that the call answers, though the user may have changed the number. */
  dial?: DialRequest;
  /** Who the caller may be. HubSpot tells it some time after the call started. */
  callers?: readonly CallerIdMatch[];
  /** HubSpot's record of the call: its id comes some time after the call started, or never. */
  engagement: number | "pending" | "failed";
};

/** `completed` waits for HubSpot's word that it saved the call, `patience` ms at most. */
type Over = Started & { answeredAt?: number; endedAt: number; endStatus: EndStatus } & (
    | { status: "ended" | "unsaved" }
    | { status: "completed"; since: number }
  );

/** The frame around this page. */
export type Host = { status: "outside" } | { status: "connecting"; since: number } | Place;
export type Place = Omit<Ready, "type"> & { status: "ready"; isUnseen: boolean };

/** What stands in the page's fields, by their ids. A box that is not ticked is empty. */
export type Form = {
  fromNumber: string;
  toNumber: string;
  title: string;
  notes: string;
  /** A disposition's GUID, or empty. */
  outcome: string;
  /** An EndStatus, or empty: as the call went. */
  endStatus: string;
  /** Which of the callers, counted from 0. */
  record: string;
  newTab: string;
  keepOpen: string;
  anyOrder: string;
  width: string;
  height: string;
  widgetUrl: string;
  callData: string;
  errorMessage: string;
};

export type State = {
  /** This frame's name, and where it is: the only things that differ among the frames that share a call. */
  frameId: string;
  host: Host;
  /** The frame that holds the call: if it goes, so does the call. Without one nobody can call. */
  holder?: string | undefined;
  isLoggedIn: boolean;
  isAvailable: boolean;
  call: Call;
  form: Form;
  /** Dial requests that came during a call, each once, to be offered after it. */
  waiting: readonly DialRequest[];
  /** Engagements of calls before this one: what HubSpot says of them late must not touch this one. */
  past: readonly number[];
  /** When the holder was last seen during the call, to the second. */
  seenAt: number;
  /** The holder has asked for its page to be replaced: the call goes on in another frame. */
  isMoving: boolean;
  /** `field`: the one that kept the last click from being carried out. */
  notice?: { kind: "done" | "trouble"; words: string; field?: keyof Form } | undefined;
};

/** The page's buttons, by the ids that HubSpot's demo-minimal-js gave them; those without a message are our own. */
export const buttons = [
  "login",
  "logout",
  "useravailable",
  "userunavailable",
  "outgoingcall",
  "incomingcall",
  "answercall",
  "endcall",
  "transfercall",
  "completecall",
  "discard",
  "navigatetorecord",
  "finalizeengagement",
  "publishtochannel",
  "initialize",
  "senderror",
  "resizewidget",
  "setwidgeturl",
  "calldata",
] as const;
export type Button = (typeof buttons)[number];

/** What frames have in common: all but where each one is. */
export type Shared = Omit<State, "frameId" | "host">;

/** `uuid` names the call, if the click starts one. */
export type Click = { type: Button; uuid: string };
export type Event = (
  | Click
  | Exclude<FromHubSpot, Ready>
  /** `found`: what this browser remembers of the widget's frames; null when it cannot be read. */
  | (Ready & { found?: Shared | null | undefined })
  | { type: "edit"; field: keyof Form; value: string }
  | { type: "tick" }
  /** A frame holds the call from now on. `isFresh`: there was no other, and it goes on with the call that it found. */
  | { type: "hold"; frameId: string; isFresh: boolean }
  /** No frame holds the call any more. */
  | { type: "free" }
  /** The frame that holds the call tells a new one what there is. */
  | { type: "found"; found: Shared }
) & { at: number };

/** Distributes over Event, so that each kind keeps its own fields. */
export type Timeless<E> = E extends unknown ? Omit<E, "at"> : never;

export type Step = { state: State; commands: readonly Command[]; ignored?: string };

/** How long, in ms, to wait for HubSpot's word on an engagement. */
export const patience = 10_000;
/** How long, in ms, a call goes on without a frame: the time to load a page again, or to start the browser. */
const lifetime = 60_000;
/** The same click in HubSpot has sent DIAL_NUMBER twice (SDK issue 210). How far apart, in ms, is a guess. */
const sameClick = 1_000;

const blank: Form = {
  fromNumber: "+1 212 555 0100",
  toNumber: "",
  title: "",
  notes: "",
  outcome: "",
  endStatus: "",
  record: "0",
  newTab: "",
  keepOpen: "",
  anyOrder: "",
  width: "400",
  height: "650",
  widgetUrl: "",
  callData: "{}",
  errorMessage: "",
};
export const fields = Object.keys(blank) as (keyof Form)[];

/** @param frameId a name that no other frame has */
export const start = (host: Host, frameId: string): State => ({
  frameId,
  host,
  isLoggedIn: false,
  isAvailable: false,
  call: { status: "idle" },
  form: blank,
  waiting: [],
  past: [],
  seenAt: 0,
  isMoving: false,
});

export const shared = ({ frameId: _, host: __, ...found }: State): Shared => found;

/** Whether a frame there may hold the call: the calling window's, if the app uses it, else any other. A `widget` is alone. */
export const mayHold = ({ iframeLocation, usesCallingWindow }: Omit<Ready, "type">): boolean =>
  iframeLocation === "widget" || usesCallingWindow === (iframeLocation === "window");

/** Whether this frame's word reaches HubSpot: the holder's in the calling window, else every frame's to the HubSpot of its own tab. */
export const talks = ({ host, holder, frameId }: State): boolean =>
  host.status === "ready" &&
  (host.iframeLocation === "widget" ||
    (host.usesCallingWindow ? holder === frameId : host.iframeLocation === "remote"));

/** Whom an event is for: this frame alone, one frame that speaks for all, or all. */
export const reach = ({ type }: Timeless<Event>): "frame" | "one" | "all" =>
  ofFrame.includes(type) ? "frame" : ofOne.includes(type) ? "one" : "all";
const ofFrame: readonly string[] = ["READY", "VISIBILITY_CHANGED", "free", "found", "initialize"];
const ofOne: readonly string[] = [
  "navigatetorecord",
  "finalizeengagement",
  "publishtochannel",
  "senderror",
];

/** The button that usually comes next. */
export function expected({ isLoggedIn, call }: State): Button {
  if (call.status === "idle") return isLoggedIn ? "outgoingcall" : "login";
  if (call.status === "ringing") return "answercall";
  return call.status === "answered" ? "endcall" : "completecall";
}

/** Between start and end. */
export const isLive = (call: Call): call is Call & { status: "ringing" | "answered" } =>
  call.status === "ringing" || call.status === "answered";

/** From answer to end, or to `at` while it lasts, in ms; 0 for a call that nobody answered. */
export function duration(call: Call, at: number): number {
  const end = "endedAt" in call ? call.endedAt : at;
  return "answeredAt" in call && call.answeredAt ? Math.max(0, end - call.answeredAt) : 0;
}

/** The request that led to the call, if it is the requested number that was called. */
export const askedBy = ({ dial, toNumber }: Started): DialRequest | undefined =>
  dial && isSameNumber(dial.number, toNumber) ? dial : undefined;

/** The number at the other end. */
export const otherNumber = ({ direction, fromNumber, toNumber }: Started): string =>
  direction === "INBOUND" ? fromNumber : toNumber;

export function next(state: State, event: Event): Step {
  if (!("uuid" in event)) return react(state, event);
  const { host, holder, form, call } = state;
  const ignored: Step = { state, commands: [], ignored: `the call is ${call.status}` };
  // The SDK drops what is sent before the handshake.
  if (host.status !== "ready" || (!holder && reach(event) !== "frame")) return ignored;
  const [change, command, refused] = click(state, host, event);
  if (!change && !form.anyOrder) return ignored;
  if (refused) return { state: { ...state, ...refused }, commands: [] };
  return {
    state: { ...state, notice: undefined, ...change },
    commands: command ? [command] : [],
  };
}

/** What a click changes, or nothing when it cannot happen now; what it says; and the field that is in its way. */
type Clicked = [
  change: Partial<State> | false | undefined,
  command?: Command | undefined,
  refused?: Pick<State, "notice"> | undefined,
];

/** The cast is TypeScript's need: a generic method and its payload are one Command. */
const say = <M extends Method>(
  method: M,
  ...[payload]: undefined extends Payloads[M] ? [] : [Payloads[M]]
) => ({ method, payload }) as Command;

function click(state: State, host: Place, { type, uuid, at }: Click & { at: number }): Clicked {
  const { call, form, isLoggedIn, isAvailable } = state;
  // In "any order", a message without a call is about one that nobody has heard of.
  const said = call.status === "idle" ? begin(state, type, uuid, at) : call;
  const { externalCallId } = said;

  switch (type) {
    case "initialize":
      return [{}, initialized(state, host)];

    case "login":
      return [!isLoggedIn && { isLoggedIn: true }, say("userLoggedIn")];

    case "logout":
      return [
        isLoggedIn && !isLive(call) && { isLoggedIn: false, isAvailable: false },
        say("userLoggedOut"),
      ];

    case "useravailable":
      return [isLoggedIn && !isAvailable && { isAvailable: true }, say("userAvailable")];

    case "userunavailable":
      return [isAvailable && { isAvailable: false }, say("userUnavailable")];

    case "outgoingcall":
    case "incomingcall": {
      const begun = begin(state, type, uuid, at);
      const { fromNumber, toNumber, direction } = begun;
      const isInbound = direction === "INBOUND";
      const asked = askedBy(begun);
      const payload = {
        externalCallId: uuid,
        fromNumber,
        toNumber,
        callStartTime: at,
        // Of several frames one asks for the engagement: whether HubSpot makes one of two requests is not known.
        // A message out of order asks for none, since it would be taken for that of the call that is on.
        createEngagement:
          call.status === "idle" && (state.holder === state.frameId || !talks(state)),
      };
      const title = form.title || `Call ${isInbound ? "from" : "to"} ${otherNumber(begun)}`;
      return [
        isLoggedIn &&
          call.status === "idle" &&
          (isAvailable || !isInbound) && {
            call: begun,
            form: { ...form, record: "0", title },
            seenAt: at,
          },
        isInbound
          ? say("incomingCall", payload)
          : say("outgoingCall", { ...payload, ...(asked && { dialingContext: asked.payload }) }),
        refusal(form, "toNumber") || refusal(form, "fromNumber"),
      ];
    }

    case "answercall":
      return [
        call.status === "ringing" && { call: { ...call, status: "answered", answeredAt: at } },
        say("callAnswered", { externalCallId }),
      ];

    case "endcall":
      return hangUp(state, said, at);

    case "transfercall":
      return [
        (call.status === "answered" || said.direction === "INBOUND") &&
          ended(call, at, "COMPLETED"),
        say("callTransferred", { externalCallId }),
      ];

    case "completecall": {
      const isOver = call.status === "ended" || call.status === "unsaved";
      return [
        isOver &&
          !isWaiting(call, at) && {
            call: { ...call, status: "completed", since: at },
            ...(call.engagement === "pending" && trouble("HubSpot sent no engagement.")),
          },
        say("callCompleted", completion(state, said, at)),
      ];
    }

    case "discard":
      return [call.status === "unsaved" && idle(state, call)];

    case "navigatetorecord": {
      const caller = said.callers?.[Number(form.record)];
      const { portalId } = host;
      const objectCoordinates = caller?.objectCoordinates ?? {
        portalId,
        objectId: 0,
        objectTypeId: "0-1",
      };
      const openIn = form.newTab ? "NEW_TAB" : "CURRENT_TAB";
      return [
        caller && { isMoving: !form.newTab },
        say("navigateToRecord", { ...engagementOf(said), objectCoordinates, openIn }),
      ];
    }

    case "finalizeengagement":
    case "publishtochannel":
      return [
        typeof said.engagement === "number" && {},
        say(type === "publishtochannel" ? "publishToChannel" : "finalizeEngagement", {
          externalCallId,
          ...engagementOf(said),
        }),
      ];

    case "senderror":
      return [{}, say("sendError", { message: form.errorMessage })];

    case "resizewidget":
      return [{}, say("resizeWidget", size(form))];

    case "setwidgeturl":
      return [{}, say("setWidgetUrl", { iFrameUrl: form.widgetUrl })];

    case "calldata":
      try {
        return [{}, say("callData", JSON.parse(form.callData))];
      } catch (error) {
        return [{}, undefined, trouble(String(error), "callData")];
      }

    default:
      return type satisfies never;
  }
}

function begin({ call, form }: State, button: Button, uuid: string, at: number) {
  const { dial } = "dial" in call ? call : {};
  const ringing: Call & { status: "ringing" } = {
    status: "ringing",
    externalCallId: uuid,
    direction: button === "incomingcall" ? "INBOUND" : "OUTBOUND",
    fromNumber: form.fromNumber.trim(),
    toNumber: form.toNumber.trim(),
    startedAt: at,
    engagement: "pending",
    ...(dial && button === "outgoingcall" && { dial }),
  };
  return ringing;
}

/** As the user says, or else as the call went. */
function endStatusOf({ call, form }: State): EndStatus {
  if (isEndStatus(form.endStatus)) return form.endStatus;
  if (call.status !== "ringing") return "COMPLETED";
  return call.direction === "INBOUND" ? "REJECTED" : "NO_ANSWER";
}

const ended = (call: Call, at: number, endStatus: EndStatus): Partial<State> | false =>
  isLive(call) && { call: { ...call, status: "ended", endedAt: at, endStatus } };

const hangUp = (
  state: State,
  said: Started,
  at: number,
  callEndStatus = endStatusOf(state),
): Clicked => [
  ended(state.call, at, callEndStatus),
  say("callEnded", { externalCallId: said.externalCallId, ...engagementOf(said), callEndStatus }),
];

/** Notes are best saved on the engagement's id, which may be a while in coming. */
export const isWaiting = (call: Call, at: number): boolean =>
  call.status === "ended" && call.engagement === "pending" && at - call.endedAt < patience;

const trouble = (words: string, field?: keyof Form) => ({
  notice: { kind: "trouble" as const, words, ...(field && { field }) },
});

function react(state: State, event: Exclude<Event, Click>): Step {
  const { host, call, form } = state;
  const then = (change: Partial<State> | false | undefined, command?: Command): Step => ({
    state: { ...state, ...change },
    commands: command ? [command] : [],
  });
  const ignore = (ignored = `the call is ${call.status}`): Step => ({
    state,
    commands: [],
    ignored,
  });

  switch (event.type) {
    case "edit": {
      const notice = state.notice?.field === event.field ? undefined : state.notice;
      return then({ form: { ...form, [event.field]: event.value }, notice });
    }

    case "tick":
      return call.status === "completed" && event.at - call.since >= patience
        ? then(...unsaved(call, "it has not answered"))
        : isLive(call)
          ? then({ seenAt: event.at })
          : { state, commands: [] };

    case "hold": {
      const held = { holder: event.frameId, isMoving: false };
      const goesOn = event.isFresh ? event.at - state.seenAt < lifetime : state.isMoving;
      if (!isLive(call) || goesOn) return then(held);
      const [change, command] = hangUp(state, call, state.seenAt, "FAILED");
      const words = trouble("The frame that held the call was closed.");
      return then({ ...held, ...change, ...words }, command);
    }

    case "free":
      return then({ holder: undefined });

    case "found":
      return then(event.found);

    case "READY": {
      if (host.status === "ready") return ignore();
      const { type: _, found, ...rest } = event;
      const place: Place = { ...rest, status: "ready", isUnseen: false };
      const unread = trouble("An earlier call is lost.");
      const goesOn = {
        ...state,
        ...(found === null ? unread : found),
        // Who held the call when it was kept may be gone.
        holder: undefined,
        host: place,
      };
      return { state: goesOn, commands: [initialized(goesOn, place)] };
    }

    case "VISIBILITY_CHANGED":
      if (host.status !== "ready") return ignore();
      return then({ host: { ...host, isUnseen: event.isMinimized || event.isHidden } });

    case "DIAL_NUMBER": {
      const { asked: request } = event;
      if (call.status === "idle") return then(offer(state, request));
      const isRepeated =
        (call.dial && isSameRequest(call.dial, request) && isSameClick(call.dial, request)) ||
        state.waiting.some((other) => isSameRequest(other, request));
      if (isRepeated) return ignore("said before");
      return then({ waiting: [...state.waiting, request].slice(-20) });
    }

    case "CALLER_ID_MATCH_SUCCEEDED":
      if (call.status === "idle" || call.direction === "OUTBOUND") return ignore();
      return then({ call: { ...call, callers: event.callers } });

    case "CREATE_ENGAGEMENT_SUCCEEDED":
    case "ENGAGEMENT_CREATED": {
      const { engagementId } = event;
      if (state.past.includes(engagementId)) return ignore("said before");
      if (call.status === "idle") return then({ past: remember(state.past, engagementId) });
      // HubSpot says it twice: by the deprecated message, too.
      if (engagementId === call.engagement) return then({});
      // Of two, the first may be that of a call which was given up before it came: the last counts.
      const past = remember(state.past, call.engagement);
      return then({ call: { ...call, engagement: engagementId }, past });
    }

    case "CREATE_ENGAGEMENT_FAILED":
      if (call.status === "idle" || call.engagement !== "pending") return ignore();
      return then({
        call: { ...call, engagement: "failed" },
        ...trouble(`HubSpot created no engagement: ${event.why}`),
      });

    case "UPDATE_ENGAGEMENT_SUCCEEDED": {
      if (call.status !== "completed" && call.status !== "unsaved") return ignore();
      const { engagementId = 0 } = event;
      const isOther =
        typeof call.engagement === "number"
          ? engagementId !== call.engagement
          : state.past.includes(engagementId);
      if (isOther) return ignore("said before");
      const words = `The call with ${otherNumber(call)} is on the timeline.`;
      return then({
        ...idle(state, call, engagementId || call.engagement),
        notice: { kind: "done", words },
      });
    }

    case "UPDATE_ENGAGEMENT_FAILED":
      return call.status === "completed" || call.status === "unsaved"
        ? then(...unsaved(call, event.why))
        : ignore();

    case "END_CALL": {
      if (!isLive(call) || !state.holder) return ignore();
      const [change, command] = hangUp(state, call, event.at);
      return then(change, command);
    }

    case "NEWS":
      return then({
        notice: { kind: event.isFailure ? "trouble" : "done", words: event.words },
        isMoving: state.isMoving && !event.isFailure,
      });

    default:
      return event satisfies never;
  }
}

const size = (form: Form) => ({ width: Number(form.width), height: Number(form.height) });

const initialized = (
  { isLoggedIn, isAvailable, call, form }: State,
  { engagementId }: Place,
): Command => ({
  method: "initialized",
  payload: {
    isLoggedIn,
    isAvailable,
    ...(engagementId && { engagementId }),
    ...("engagement" in call && engagementOf(call)),
    sizeInfo: size(form),
  },
});

/** An idle widget with the request's number filled in, ready to be called. */
const offer = ({ form }: Pick<State, "form">, dial?: DialRequest): Partial<State> => ({
  call: { status: "idle", ...(dial && { dial }) },
  form: { ...form, toNumber: dial?.number ?? "" },
});

/** The call is done with: nothing of it stays, and the request that has waited longest is offered. */
function idle(state: State, call: Over, engagement = call.engagement): Partial<State> {
  const [first, ...waiting] = state.waiting;
  const own = call.direction === "INBOUND" ? call.toNumber : call.fromNumber;
  const form = {
    ...state.form,
    fromNumber: own,
    title: "",
    notes: "",
    outcome: "",
    endStatus: "",
  };
  const past = remember(state.past, engagement);
  return { ...offer({ form }, first), waiting, past, isMoving: false };
}

const isSameRequest = (a: DialRequest, b: DialRequest) =>
  isSameNumber(a.number, b.number) && a.callee?.id === b.callee?.id;

const isSameClick = (a: DialRequest, b: DialRequest) =>
  Math.abs((a.startTimestamp ?? 0) - (b.startTimestamp ?? 0)) <= sameClick;

/** Why the field's number cannot be dialled. (What the other fields need, the page's markup says.) */
function refusal(form: Form, field: "toNumber" | "fromNumber") {
  const why = undialable(form[field]);
  return why ? trouble(why, field) : undefined;
}

const engagementOf = ({ engagement }: Started) =>
  typeof engagement === "number" ? { engagementId: engagement } : {};

/** Messages can be late by a call or two, not by more. */
const remember = (past: readonly number[], engagement: Started["engagement"]) =>
  typeof engagement === "number" ? [...past, engagement].slice(-20) : past;

/** The call's outcome and notes. Without an engagementId, HubSpot still has the externalCallId to find the engagement by. */
function completion(state: State, call: Started, at: number): Payloads["callCompleted"] {
  const { form, waiting } = state;
  return {
    externalCallId: call.externalCallId,
    ...engagementOf(call),
    // A request that waits has to be seen, and notes that HubSpot may be unable to save.
    hideWidget: !form.keepOpen && !waiting.length && typeof call.engagement === "number",
    engagementProperties: {
      hs_timestamp: call.startedAt,
      hs_call_title: form.title,
      hs_call_body: form.notes,
      hs_call_duration: String(duration(state.call, at)),
      hs_call_status: callStatus(state.call),
      hs_call_direction: call.direction,
      hs_call_from_number: call.fromNumber,
      hs_call_to_number: call.toNumber,
      ...(form.outcome && { hs_call_disposition: form.outcome }),
    },
  };
}

/** The property knows fewer ways to end than the message. [guess] That these two come nearest. */
function callStatus(call: Call): EngagementProperties["hs_call_status"] {
  if (!("endStatus" in call)) return "COMPLETED";
  const { endStatus } = call;
  return endStatus === "REJECTED" ? "CANCELED" : endStatus === "MISSED" ? "NO_ANSWER" : endStatus;
}

/** HubSpot did not save the call: what was written stays, to be sent again. HubSpot may have hidden the widget, so it is to say so, too. */
function unsaved(call: Over, why: string): [change: Partial<State>, command: Command] {
  const message = `HubSpot has not saved the call: ${why}`;
  return [
    { call: { ...call, status: "unsaved" }, ...trouble(message) },
    say("sendError", { message }),
  ];
}
