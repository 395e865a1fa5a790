// What the widget does: next(state, event) gives the state that follows and the SDK calls to make. No page, no SDK, no clock.
import type { Action, Event, Start, Step } from "./events.ts";
import {
  type Command,
  type DialRequest,
  type EndStatus,
  isEndStatus,
  type Method,
  type Payloads,
} from "./messages.ts";
import { isSameNumber, isWithheld, shown, undialable, withheld } from "./number.ts";
import {
  added,
  adopt,
  askedBy,
  type Call,
  completion,
  engagementOf,
  type Form,
  fill,
  introduction,
  isLive,
  isWaiting,
  type Over,
  otherNumber,
  type Place,
  patience,
  type Said,
  type Sent,
  type Started,
  type State,
  sizeOf,
  written,
} from "./state.ts";

/**
 * How long, in ms, a call goes on without a frame that tells of it: a minute to load a page again, or to start the browser,
 * and another because a page in the background tells of itself once a minute only.
 */
const lifetime = 120_000;
/** The same click in HubSpot has sent DIAL_NUMBER twice (SDK issue 210). How far apart, in ms, is a guess. */
const sameClick = 1_000;

const then = (state: State, change?: Partial<State> | false, command?: Command): Step => ({
  state: change ? { ...state, ...change } : state,
  commands: command ? [command] : [],
});

const ignore = (state: State, ignored = `the call is ${state.call.status}`): Step => ({
  state,
  commands: [],
  ignored,
});

function act(state: State, event: Action & { at: number }): Step {
  const { host, holder, call, isLoggedIn, missed } = state;
  const { type, id, anyway } = event;
  // The SDK drops what is sent before the handshake.
  if (host.status !== "ready" || (!holder && type !== "initialize"))
    return ignore(state, "no frame holds the call");
  const isIdle = call.status === "idle";
  const isOther = !isIdle && id && id !== call.externalCallId;
  const isStart = "fromNumber" in event;
  const [change, command, refused] = perform({ ...state, notice: undefined }, host, event);
  if ((change || anyway) && (isStart || !isOther))
    return refused
      ? ignore({ ...state, ...refused }, refused.notice.words)
      : then(state, { notice: undefined, ...change }, command);
  if (!isStart) return ignore(state, isOther ? "this is about another call" : undefined);
  const why = isIdle ? (isLoggedIn ? "not available" : "logged out") : undefined;
  // What cannot be taken is listed, once.
  if ((!isIdle && !isOther) || missed.some(({ externalCallId }) => externalCallId === id))
    return ignore(state, why);
  return ignore({ ...state, missed: [...missed, begin(event)].slice(-5) }, why);
}

/** What an action changes, or nothing when it cannot happen now; what it says; and what is in its way. */
type Performed = [
  change: Partial<State> | false | undefined,
  command?: Command | undefined,
  refused?: ReturnType<typeof trouble> | undefined,
];

/** The cast is TypeScript's need: a generic method and its payload are one Command. */
const say = <M extends Method>(
  method: M,
  ...[payload]: undefined extends Payloads[M] ? [] : [Payloads[M]]
) => ({ method, payload }) as Command;

function perform(state: State, host: Place, event: Action & { at: number }): Performed {
  const { call, form, isLoggedIn, isAvailable } = state;
  const { type, id = "", at } = event;
  // In "any order", a message without a call is about one that nobody has heard of.
  const said: Said =
    call.status === "idle" ? begin({ ...form, type: "outgoingcall", id, at }) : call;
  const { externalCallId } = said;

  switch (type) {
    case "initialize":
      return [{}, say("initialized", introduction(state))];

    case "login":
      return [!isLoggedIn && { isLoggedIn: true }, say("userLoggedIn")];

    case "logout":
      return [
        isLoggedIn && !isLive(call) && { isLoggedIn: false, isAvailable: false, missed: [] },
        say("userLoggedOut"),
      ];

    case "useravailable":
      return [isLoggedIn && !isAvailable && { isAvailable: true }, say("userAvailable")];

    case "userunavailable":
      return [isAvailable && { isAvailable: false }, say("userUnavailable")];

    case "outgoingcall":
    case "incomingcall":
      return startCall(state, event);

    case "answercall":
      return [
        call.status === "ringing" && { call: { ...call, status: "answered", answeredAt: at } },
        say("callAnswered", { externalCallId }),
      ];

    case "endcall":
      return hangUp(state, said, at, event.endStatus);

    case "transfercall":
      return [
        (call.status === "answered" || said.direction === "INBOUND") &&
          ended(call, at, "COMPLETED"),
        say("callTransferred", { externalCallId }),
      ];

    case "completecall":
      return [
        (call.status === "ended" || call.status === "unsaved") &&
          !isWaiting(call, at) && {
            call: {
              ...call,
              status: "completed",
              sent: [...(call.status === "unsaved" ? call.sent : []), written(form)],
              since: at,
            },
            ...(call.engagement === "pending" && trouble("HubSpot sent no engagement.")),
          },
        say("callCompleted", completion(state, host, said, at)),
        added(form) ? undefined : trouble("This is no JSON object.", "engagementProperties"),
      ];

    case "discard":
      return [call.status === "unsaved" && idle(state, call, at)];

    case "navigatetorecord": {
      const caller = said.callers?.[Number(form.record)];
      return [
        caller && {},
        say("navigateToRecord", {
          ...engagementOf(said),
          objectCoordinates: caller?.objectCoordinates,
          openIn: form.newTab ? "NEW_TAB" : "CURRENT_TAB",
        }),
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
      return [{}, say("resizeWidget", sizeOf(form))];

    case "setwidgeturl":
      return [{}, say("setWidgetUrl", { iFrameUrl: form.widgetUrl })];

    case "calldata":
      try {
        return [{}, say("callData", JSON.parse(form.callData))];
      } catch (error) {
        return [{}, undefined, trouble(String(error), "callData")];
      }
  }
}

function startCall(state: State, event: Start): Performed {
  const { call, form, isLoggedIn, isAvailable } = state;
  const isInbound = event.type === "incomingcall";
  const dial = isInbound ? undefined : call.dial;
  const engagement = form.createEngagement ? "pending" : "own";
  const begun: Call = { ...begin(event), status: "ringing", dial, engagement };
  const { externalCallId, fromNumber, toNumber, startedAt } = begun;
  const isIdle = call.status === "idle";
  const asked = askedBy(begun);
  const payload = {
    externalCallId,
    fromNumber,
    toNumber,
    callStartTime: startedAt,
    // A message out of order asks for none, since it would be taken for that of the call that is on.
    createEngagement: isIdle && form.createEngagement !== "",
  };
  return [
    isIdle &&
      isLoggedIn &&
      (isAvailable || !isInbound) &&
      // One that waited longer for a frame to hold it is over.
      event.at + patience > state.heldAt && {
        call: begun,
        seenAt: startedAt,
        ...fill(state, { record: "0" }, startedAt),
      },
    isInbound
      ? say("incomingCall", payload)
      : say("outgoingCall", { ...payload, ...(asked && { dialingContext: asked.payload }) }),
    refusal(form, "toNumber", toNumber) ??
      (isInbound && isWithheld(fromNumber) ? undefined : refusal(form, "fromNumber", fromNumber)),
  ];
}

function begin({ type, id, fromNumber, toNumber, at }: Start): Started {
  const isInbound = type === "incomingcall";
  return {
    externalCallId: id,
    direction: isInbound ? "INBOUND" : "OUTBOUND",
    fromNumber: isInbound && isWithheld(fromNumber) ? withheld : fromNumber.trim(),
    toNumber: toNumber.trim(),
    startedAt: at,
    engagement: "pending",
  };
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
): [change: Partial<State> | false, command: Command] => [
  ended(state.call, at, callEndStatus),
  say("callEnded", { externalCallId: said.externalCallId, ...engagementOf(said), callEndStatus }),
];

const trouble = (words: string, field?: keyof Form) => ({
  notice: { kind: "trouble" as const, words, field },
});

/** Why a number cannot be dialled: at the field, where it stands in one. (What the other fields need, the page's markup says.) */
function refusal(form: Form, field: "toNumber" | "fromNumber", number: string) {
  const why = undialable(number);
  return why ? trouble(why, form[field].trim() === number ? field : undefined) : undefined;
}

export function next(state: State, event: Event): Step {
  const { host, call, past, waiting } = state;
  const { at } = event;

  switch (event.type) {
    case "edit":
      return then(state, fill(state, { [event.field]: event.value }, at));

    case "tick":
      return call.status === "completed" && at - call.since >= patience
        ? then(state, ...unsaved(call, "it has not answered", call.sent))
        : then(state, isLive(call) && { seenAt: at });

    case "hold": {
      const known = event.found ? adopt(state, event.found) : state;
      const { seenAt, turn } = known;
      const held = { ...known, holder: state.frameId, heldAt: at };
      if (!isLive(known.call) || at - seenAt < lifetime) return then(held);
      const [change, command] = hangUp(known, known.call, seenAt, "FAILED");
      const why = trouble("The frame that held the call was closed.");
      return then({ ...held, turn: turn + 1 }, { ...change, ...why }, command);
    }

    case "free":
      return then(state, { holder: undefined });

    case "READY": {
      if (host.status === "ready") return ignore(state);
      const { type: _, found, at: __, ...rest } = event;
      const place: Place = { ...rest, status: "ready" };
      const known = found
        ? adopt(state, found)
        : { ...state, ...(found === false && trouble("An earlier call was lost.")) };
      // Who held the call when it was kept may be gone.
      const here = { ...known, holder: undefined, heldAt: 0, host: place };
      return then(here, undefined, say("initialized", introduction(here)));
    }

    case "VISIBILITY_CHANGED":
      return then(state);

    case "DIAL_NUMBER": {
      const { asked: request } = event;
      if (call.status === "idle") return then(state, offer(state, at, request));
      const { dial } = call;
      const isSameClick =
        dial && Math.abs(dial.startTimestamp - request.startTimestamp) <= sameClick;
      const isRepeated = [...waiting, ...(isSameClick ? [dial] : [])].some(
        ({ number, callee }) =>
          isSameNumber(number, request.number) && callee?.id === request.callee?.id,
      );
      return isRepeated
        ? ignore(state, "said before")
        : then(state, { waiting: [...waiting, request].slice(-20) });
    }

    case "CALLER_ID_MATCH_SUCCEEDED":
      return call.status === "idle" || call.direction === "OUTBOUND"
        ? ignore(state)
        : then(state, { call: { ...call, callers: event.callers } });

    case "CREATE_ENGAGEMENT_SUCCEEDED":
    case "ENGAGEMENT_CREATED": {
      const { engagementId } = event;
      if (past.includes(engagementId)) return ignore(state, "said before");
      if (call.status === "idle") return then(state, { past: remember(past, engagementId) });
      // HubSpot says it twice: by the deprecated message, too.
      if (engagementId === call.engagement) return then(state);
      // The last one counts: an earlier one may belong to a call that was given up before it came.
      return then(state, {
        call: { ...call, engagement: engagementId },
        past: remember(past, call.engagement),
      });
    }

    case "CREATE_ENGAGEMENT_FAILED":
      return call.status === "idle" || call.engagement !== "pending"
        ? ignore(state)
        : then(state, {
            call: { ...call, engagement: "failed" },
            ...trouble(`HubSpot created no engagement: ${event.why}`),
          });

    case "UPDATE_ENGAGEMENT_SUCCEEDED":
    case "UPDATE_ENGAGEMENT_FAILED":
      if (call.status !== "completed" && call.status !== "unsaved") return ignore(state);
      return event.type === "UPDATE_ENGAGEMENT_FAILED"
        ? then(state, ...unsaved(call, event.why, call.sent.slice(1)))
        : saved(state, call, event.engagementId ?? 0);

    case "END_CALL":
      return isLive(call) && state.holder ? then(state, ...hangUp(state, call, at)) : ignore(state);

    case "NEWS":
      return then(state, {
        notice: { kind: event.isFailure ? "trouble" : "done", words: event.words },
      });

    default:
      return act(state, event);
  }
}

type Tried = Over & { sent: Sent };

/** HubSpot has saved a call: done with, unless it is an earlier one, or something was written since it was sent. */
function saved(state: State, call: Tried, engagementId: number): Step {
  const { past, form } = state;
  const { engagement } = call;
  const isEarlier =
    typeof engagement === "number" ? engagementId !== engagement : past.includes(engagementId);
  if (isEarlier || !call.sent[0]) return ignore(state, "said before");
  if (JSON.stringify(call.sent[0]) !== JSON.stringify(written(form)))
    return then(state, {
      call: { ...call, status: "unsaved", sent: call.sent.slice(1) },
      ...trouble("Saved without your latest changes. Send it again."),
    });
  const words = `The call with ${shown(otherNumber(call))} is on the timeline.`;
  return then(state, {
    // What is being written in another frame stays: the fields lose no more than what was known here.
    ...idle(state, call, 0, engagementId || engagement),
    notice: { kind: "done", words },
  });
}

/** HubSpot did not save the call: what was written stays, to be sent again. HubSpot may have hidden the widget, so it is to say so, too. */
function unsaved(call: Tried, why: string, sent: Sent): [Partial<State>, Command] {
  const message = `HubSpot has not saved the call: ${why}`;
  return [
    { call: { ...call, status: "unsaved", sent }, ...trouble(message) },
    say("sendError", { message }),
  ];
}

/** An idle widget with the request's number filled in, ready to be called. */
const offer = (
  state: State,
  at: number,
  dial?: DialRequest,
  values?: Partial<Form>,
): Partial<State> => ({
  call: { status: "idle", dial },
  ...fill(state, { ...values, toNumber: dial?.number ?? "" }, at),
});

/** The call is done with: nothing of it stays, and the request that has waited longest is offered. */
function idle(
  state: State,
  call: Over,
  at: number,
  engagement: Started["engagement"] = call.engagement,
): Partial<State> {
  const [first, ...waiting] = state.waiting;
  const fromNumber = call.direction === "INBOUND" ? call.toNumber : call.fromNumber;
  const values = { fromNumber, notes: "", outcome: "", engagementProperties: "", endStatus: "" };
  const past = remember(state.past, engagement);
  return { ...offer(state, at, first, values), waiting, past };
}

/** Messages can be late by a call or two, not by more. */
const remember = (past: readonly number[], engagement: Started["engagement"]) =>
  typeof engagement === "number" ? [...past, engagement].slice(-20) : past;
