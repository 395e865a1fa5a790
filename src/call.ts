// What the widget does: next(state, event) gives the state that follows and the SDK calls to make. No page, no SDK, no clock.
import {
  type Command,
  type DialRequest,
  type EndStatus,
  type EngagementProperties,
  type FromHubSpot,
  isEndStatus,
} from "./messages.ts";
import { isSameNumber, undialable } from "./number.ts";

/*
 *   idle ──outgoingcall──▶ ringing ──answercall──▶ answered ──endcall──▶ ended ──completecall──▶ completed ──▶ idle
 *                             └───────────────endcall───────────────────▶┘ │                   ▲    │  (HubSpot has
 *                                                              completecall│                   │    ▼   saved it)
 *                                                                          ▼                   │ unsaved ──▶ idle
 *                                                                      completing ─────────────┴────┘ discard, or
 *                                                    (waits for HubSpot's engagement)   completecall  saved late
 *
 * An event that cannot happen in a state changes nothing and says why in `ignored`: HubSpot's messages can come
 * late or twice, and what a click would do here decides whether its button is enabled.
 */
export type Call =
  | { status: "idle"; dial?: DialRequest }
  | (Started & { status: "ringing" })
  | (Started & { status: "answered"; answeredAt: number })
  | Over;

type Started = {
  externalCallId: string;
  direction: "OUTBOUND";
  fromNumber: string;
  toNumber: string;
  /** ms since 1970, like all times here */
  startedAt: number;
  /** The request that the call answers, though the user may have changed the number. */
  dial?: DialRequest;
  /** HubSpot's record of the call: its id comes some time after the call started, or never. */
  engagement: number | "pending" | "failed";
};

/** `completing` waits for the engagement's id, `completed` for HubSpot's word that it saved the call: `patience` ms each. */
type Over = Started & { answeredAt?: number; endedAt: number; endStatus: EndStatus } & (
    | { status: "ended" | "unsaved" }
    | { status: "completing" | "completed"; since: number }
  );

/** The frame around the widget. `silent`: no handshake within 30 s, after which HubSpot has given up, too. */
export type Host =
  | { status: "outside" }
  | { status: "connecting"; since: number }
  | { status: "silent" }
  | { status: "ready"; engagementId?: number };

/** What stands in the page's fields. */
export type Form = {
  fromNumber: string;
  toNumber: string;
  title: string;
  notes: string;
  /** A disposition's GUID, or empty. */
  outcome: string;
  /** An EndStatus, or empty: as the call went. */
  endStatus: string;
  keepOpen: boolean;
  width: string;
  height: string;
  errorMessage: string;
};

export type State = {
  host: Host;
  isLoggedIn: boolean;
  isAvailable: boolean;
  call: Call;
  form: Form;
  /** Dial requests that came during a call, each once, to be offered after it. */
  waiting: readonly DialRequest[];
  /** Engagements of calls before this one: what HubSpot says of them late must not touch this one. */
  past: readonly number[];
  /** A call was given up before its engagement came: the next one to come may still be that call's. */
  isEngagementOwed: boolean;
  /** A field that kept the last click from being carried out, and why. */
  refused?: { field: keyof Form; why: string } | undefined;
  notice?: { kind: "done" | "trouble"; text: string };
};

/** The page's buttons, by the ids that HubSpot's demo-minimal-js gave them; `discard` is our own. */
export const buttons = [
  "login",
  "logout",
  "outgoingcall",
  "answercall",
  "endcall",
  "completecall",
  "discard",
  "initialize",
  "senderror",
  "resizewidget",
] as const;
export type Button = (typeof buttons)[number];

/** `uuid` names the call, if the click starts one. */
export type Click = { type: Button; at: number; uuid: string };
export type Edit = { [F in keyof Form]: { type: "edit"; field: F; value: Form[F] } }[keyof Form];
export type Event = (
  | Click
  | Edit
  | FromHubSpot
  /** The user picks one of the requests that wait. */
  | { type: "choose"; request: DialRequest }
  | { type: "tick" }
) & { at: number };

export type Step = { state: State; commands: readonly Command[]; ignored?: string };

/** HubSpot sends SYNC for 30 s, then shows the app as failed. */
const handshakeLimit = 30_000;
/** How long, in ms, to wait for HubSpot's word on an engagement. */
export const patience = 10_000;
/** The same click in HubSpot has sent DIAL_NUMBER twice (SDK issue 210). How far apart, in ms, is a guess. */
const sameClick = 1_000;

export const start = (host: Host): State => ({
  host,
  isLoggedIn: false,
  isAvailable: false,
  call: { status: "idle" },
  form: {
    fromNumber: "+1 212 555 0100",
    toNumber: "",
    title: "",
    notes: "",
    outcome: "",
    endStatus: "",
    keepOpen: false,
    width: "400",
    height: "650",
    errorMessage: "The line to the phone system was lost.",
  },
  waiting: [],
  past: [],
  isEngagementOwed: false,
});

/** The button that usually comes next. */
export function expected({ host, isLoggedIn, call }: State): Button | undefined {
  if (host.status !== "ready") return undefined;
  switch (call.status) {
    case "idle":
      return isLoggedIn ? "outgoingcall" : "login";
    case "ringing":
      return "answercall";
    case "answered":
      return "endcall";
    default:
      return "completecall";
  }
}

/** Between start and end. */
const isLive = (call: Call) => call.status === "ringing" || call.status === "answered";

/** From answer to end, or to `at` while it lasts, in ms; 0 for a call that nobody answered. */
export function duration(call: Call, at: number): number {
  const end = "endedAt" in call ? call.endedAt : at;
  return "answeredAt" in call && call.answeredAt ? Math.max(0, end - call.answeredAt) : 0;
}

/** The request that led to the call, if it is the requested number that was called. */
export const askedBy = ({ dial, toNumber }: Started): DialRequest | undefined =>
  dial && isSameNumber(dial.number, toNumber) ? dial : undefined;

export function next(state: State, event: Event): Step {
  if (!isClick(event)) return react(state, event);
  // The SDK drops what is sent before the handshake.
  if (state.host.status !== "ready") {
    return { state, commands: [], ignored: "HubSpot is not connected" };
  }
  const { refused: _, notice: __, ...answered } = state;
  const step = react(answered, event);
  return step.ignored === undefined ? step : { ...step, state };
}

function react(state: State, event: Event): Step {
  const { host, call, form } = state;
  const then = (change: Partial<State>, ...commands: Command[]): Step => ({
    state: { ...state, ...change },
    commands,
  });
  const ignore = (ignored = `the call is ${call.status}`): Step => ({
    state,
    commands: [],
    ignored,
  });
  const refuse = (field: keyof Form, why: string) => then({ refused: { field, why } });

  switch (event.type) {
    case "initialize":
      return then({}, initialized(state, host));

    case "login":
      if (state.isLoggedIn) return ignore();
      return then({ isLoggedIn: true }, { method: "userLoggedIn", payload: undefined });

    case "logout":
      if (!state.isLoggedIn) return ignore();
      if (isLive(call)) return ignore();
      return then({ isLoggedIn: false }, { method: "userLoggedOut", payload: undefined });

    case "outgoingcall": {
      if (!state.isLoggedIn) return ignore();
      if (call.status !== "idle") return ignore();
      const [fromNumber, toNumber] = [form.fromNumber.trim(), form.toNumber.trim()];
      for (const field of ["toNumber", "fromNumber"] as const) {
        const why = undialable(form[field]);
        if (why) return refuse(field, why);
      }
      const started: Started = {
        externalCallId: event.uuid,
        direction: "OUTBOUND",
        fromNumber,
        toNumber,
        startedAt: event.at,
        engagement: "pending",
        ...(call.dial && { dial: call.dial }),
      };
      const asked = askedBy(started);
      return then(
        {
          call: { ...started, status: "ringing" },
          form: { ...form, title: form.title || `Call to ${toNumber}` },
        },
        {
          method: "outgoingCall",
          payload: {
            externalCallId: event.uuid,
            fromNumber,
            toNumber,
            callStartTime: event.at,
            createEngagement: true,
            ...(asked && { dialingContext: asked.payload }),
          },
        },
      );
    }

    case "answercall":
      if (call.status !== "ringing") return ignore();
      return then(
        { call: { ...call, status: "answered", answeredAt: event.at } },
        { method: "callAnswered", payload: { externalCallId: call.externalCallId } },
      );

    case "endcall":
    case "END_CALL": {
      if (call.status !== "ringing" && call.status !== "answered") return ignore();
      const went = call.status === "answered" ? "COMPLETED" : "NO_ANSWER";
      const endStatus = isEndStatus(form.endStatus) ? form.endStatus : went;
      return then(
        { call: { ...call, status: "ended", endedAt: event.at, endStatus } },
        {
          method: "callEnded",
          payload: {
            externalCallId: call.externalCallId,
            ...engagementId(call),
            callEndStatus: endStatus,
          },
        },
      );
    }

    case "completecall":
      if (call.status !== "ended" && call.status !== "unsaved") return ignore();
      return call.engagement === "pending" && call.status === "ended"
        ? then({ call: { ...call, status: "completing", since: event.at } })
        : complete(state, call, event.at);

    case "discard":
      if (call.status !== "unsaved") return ignore();
      return then({
        ...idle(state, call),
        isEngagementOwed: state.isEngagementOwed || call.engagement === "pending",
      });

    case "choose": {
      if (call.status !== "idle") return ignore();
      const others = state.waiting.filter((request) => request !== event.request);
      return then({
        ...offer(state, event.request),
        waiting: call.dial ? [call.dial, ...others] : others,
      });
    }

    case "senderror": {
      const message = form.errorMessage.trim();
      if (message === "") return refuse("errorMessage", "Enter what HubSpot's user should read.");
      return then({}, { method: "sendError", payload: { message } });
    }

    case "resizewidget": {
      for (const field of ["width", "height"] as const) {
        if (!/^\d{2,4}$/.test(form[field]))
          return refuse(field, "A whole number of px, 10 to 9999.");
      }
      return then({}, { method: "resizeWidget", payload: size(form) });
    }

    case "edit": {
      const change = { form: { ...form, [event.field]: event.value } };
      const refused = state.refused?.field === event.field ? undefined : state.refused;
      return then({ ...change, refused });
    }

    case "tick":
      if (host.status === "connecting" && event.at - host.since >= handshakeLimit) {
        return then({ host: { status: "silent" } });
      }
      if ("since" in call && event.at - call.since >= patience) {
        return call.status === "completing"
          ? complete(state, call, event.at)
          : unsaved(state, call, "it has not answered");
      }
      return { state, commands: [] };

    case "READY": {
      if (host.status === "ready") return ignore();
      const { engagementId } = event;
      const ready: Host = { status: "ready", ...(engagementId && { engagementId }) };
      return then({ host: ready }, initialized(state, ready));
    }

    case "DIAL_NUMBER": {
      const { request } = event;
      if (call.status === "idle") return then(offer(state, request));
      const isRepeated =
        (call.dial && isSameRequest(call.dial, request) && isSameClick(call.dial, request)) ||
        state.waiting.some((other) => isSameRequest(other, request));
      if (isRepeated) return ignore("said before");
      return then({ waiting: [...state.waiting, request] });
    }

    case "CREATE_ENGAGEMENT_SUCCEEDED":
    case "ENGAGEMENT_CREATED": {
      const { engagementId } = event;
      if (state.past.includes(engagementId)) return ignore("of an earlier call");
      if (call.status === "idle") return then({ past: remember(state.past, engagementId) });
      if (typeof call.engagement !== "number")
        return withEngagement(state, { ...call, engagement: engagementId }, event.at);
      if (!state.isEngagementOwed || engagementId === call.engagement) return ignore("said before");
      // The one before was owed to an earlier call; this one is the call's own.
      const settled = { isEngagementOwed: false, past: remember(state.past, call.engagement) };
      return withEngagement(
        { ...state, ...settled },
        { ...call, engagement: engagementId },
        event.at,
      );
    }

    case "CREATE_ENGAGEMENT_FAILED": {
      if (call.status === "idle" || call.engagement !== "pending") return ignore();
      const text = `HubSpot could not create the engagement: ${event.reason}. The call may be missing from the timeline.`;
      const told: State = { ...state, notice: { kind: "trouble", text } };
      return withEngagement(told, { ...call, engagement: "failed" }, event.at);
    }

    case "UPDATE_ENGAGEMENT_SUCCEEDED": {
      if (call.status !== "completed" && call.status !== "unsaved") return ignore();
      const { engagementId = 0 } = event;
      const isOther =
        typeof call.engagement === "number"
          ? engagementId !== call.engagement
          : state.past.includes(engagementId);
      if (isOther) return ignore("of an earlier call");
      const text = `The call with ${call.toNumber} is on HubSpot’s timeline.`;
      return then({
        ...idle(state, call, engagementId || call.engagement),
        notice: { kind: "done", text },
      });
    }

    case "UPDATE_ENGAGEMENT_FAILED":
      return call.status === "completed" || call.status === "unsaved"
        ? unsaved(state, call, event.reason)
        : ignore();

    case "OTHER":
      return ignore();

    default:
      return event satisfies never;
  }
}

const isClick = (event: Event): event is Click =>
  (buttons as readonly string[]).includes(event.type);

const size = (form: Form) => ({ width: Number(form.width), height: Number(form.height) });

const initialized = ({ isLoggedIn, isAvailable, form }: State, host: Host): Command => ({
  method: "initialized",
  payload: {
    isLoggedIn,
    isAvailable,
    ...("engagementId" in host && { engagementId: host.engagementId }),
    sizeInfo: size(form),
  },
});

/** An idle widget with the request's number filled in, ready to be called. */
const offer = ({ form }: State, dial?: DialRequest): Partial<State> => ({
  call: { status: "idle", ...(dial && { dial }) },
  form: { ...form, toNumber: dial?.number ?? "" },
  refused: undefined,
});

/** The call is done with: nothing of it stays, and the request that has waited longest is offered. */
function idle(state: State, call: Over, engagement = call.engagement): Partial<State> {
  const [first, ...waiting] = state.waiting;
  const form = { ...state.form, title: "", notes: "", outcome: "", endStatus: "" };
  return { ...offer({ ...state, form }, first), waiting, past: remember(state.past, engagement) };
}

const isSameRequest = (a: DialRequest, b: DialRequest) =>
  isSameNumber(a.number, b.number) && a.callee?.id === b.callee?.id;

const isSameClick = (a: DialRequest, b: DialRequest) =>
  Math.abs((a.startTimestamp ?? 0) - (b.startTimestamp ?? 0)) <= sameClick;

const engagementId = ({ engagement }: Started) =>
  typeof engagement === "number" ? { engagementId: engagement } : {};

/** Messages can be late by a call or two, not by more. */
const remember = (past: readonly number[], engagement: Started["engagement"]) =>
  typeof engagement === "number" ? [...past, engagement].slice(-20) : past;

/** What became of the engagement is known: does what waited for it. */
function withEngagement(state: State, call: Exclude<Call, { status: "idle" }>, at: number): Step {
  return call.status === "completing"
    ? complete(state, call, at)
    : { state: { ...state, call }, commands: [] };
}

/** Sends the call's outcome and notes. Without an engagementId, HubSpot still has the externalCallId to find the engagement by. */
function complete(state: State, over: Over, at: number): Step {
  const { form } = state;
  const call: Call = { ...over, status: "completed", since: at };
  const text = "HubSpot sent no engagement for this call. It was completed without.";
  return {
    state: {
      ...state,
      call,
      ...(call.engagement === "pending" && { notice: { kind: "trouble", text } }),
    },
    commands: [
      {
        method: "callCompleted",
        payload: {
          externalCallId: call.externalCallId,
          ...engagementId(call),
          // A request that waits has to be seen, and notes that HubSpot may be unable to save.
          hideWidget:
            !form.keepOpen && state.waiting.length === 0 && typeof call.engagement === "number",
          engagementProperties: {
            hs_timestamp: call.startedAt,
            hs_call_title: form.title,
            hs_call_body: form.notes,
            hs_call_duration: String(duration(call, at)),
            hs_call_status: callStatus[call.endStatus],
            hs_call_direction: call.direction,
            hs_call_from_number: call.fromNumber,
            hs_call_to_number: call.toNumber,
            ...(form.outcome && { hs_call_disposition: form.outcome }),
          },
        },
      },
    ],
  };
}

/** The property knows fewer ways to end than the message. [guess] That these two come nearest. */
const callStatus: Record<EndStatus, EngagementProperties["hs_call_status"]> = {
  COMPLETED: "COMPLETED",
  NO_ANSWER: "NO_ANSWER",
  BUSY: "BUSY",
  CANCELED: "CANCELED",
  FAILED: "FAILED",
  REJECTED: "CANCELED",
  MISSED: "NO_ANSWER",
};

/** HubSpot did not save the call: what was written stays, to be sent again. */
function unsaved(state: State, call: Over, why: string): Step {
  const text = `HubSpot has not saved the call: ${why}. “Call completed” sends it again.`;
  return {
    state: { ...state, call: { ...call, status: "unsaved" }, notice: { kind: "trouble", text } },
    commands: [],
  };
}
