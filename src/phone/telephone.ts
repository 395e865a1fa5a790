// What the phone knows of its line, apart from the call, and what follows from what the user, the line and the call do. Pure.
import { type Action, type Button, type Event, press, type Timeless } from "../call/events.ts";
import { undialable } from "../call/number.ts";
import { added, type Call, isLive, isWaiting, otherNumber, type State } from "../call/state.ts";
import type {
  Account,
  Device,
  Feature,
  LineCommand,
  LineEvent,
  Quality,
  Reason,
} from "../line/line.ts";

/*
 *   user's wish ────┐                                         ┌─▶ commands ──▶ line
 *   line's event ───┼─▶ next(telephone, happening, context) ──┤
 *   call's change ──┘                                         └─▶ actions ──▶ call, which HubSpot hears of
 *
 * The frame that holds the call has the line. Only it decides here, and it tells the others what it knows; they tell it
 * what their user wishes. None of it is kept: a page that is loaded again has no line, and the call is without a voice.
 */
export type Telephone = {
  /** `new`: it was not asked for. `off`: it is lost, and does not come back by itself. */
  line: "new" | "registering" | "on" | "retrying" | "off";
  /** The call that is on, or the one that was last, as the line has it. */
  leg?: Leg | undefined;
  /** Calls that are over on the line: what it says of them late changes nothing. */
  past: readonly string[];
  devices: readonly Device[];
  /** What went wrong last, and when, in ms since 1970. */
  trouble?: { why: Reason; at: number } | undefined;
  /** The number to call once the call that has ended is saved. */
  nextNumber?: string | undefined;
};

/**
 *   calling ──▶ ringing ──┐
 *   incoming ─▶ answering ┼─▶ talking ──▶ over
 *   resuming ─────────────┘
 */
export type Leg = {
  id: string;
  stage: "calling" | "ringing" | "incoming" | "answering" | "resuming" | "talking" | "over";
  isMuted: boolean;
  isHeld: boolean;
  isHeldByThem: boolean;
  isRecording: boolean;
  /** Those that were sent. */
  digits: string;
  quality?: Quality | undefined;
  /** Why it ended. */
  why?: Reason | undefined;
  recordings: readonly Blob[];
};

/** What a user wants of the line, in whichever frame. */
export type Wish =
  | LineCommand
  /** To save the call, which is over or has lost its voice, and then to call that number. */
  | { type: "call next"; toNumber: string };

export type Happening =
  | { by: "user"; wish: Wish }
  | { by: "line"; event: LineEvent }
  /** The call that comes in could not be taken. */
  | { by: "refusal"; id: string }
  /** The call changed: what it was before. */
  | { by: "call"; before: State };

export type Context = {
  state: State;
  can: readonly Feature[];
  /** The account to register with after a reload. */
  account?: Account | undefined;
  /** ms since 1970 */
  at: number;
  /** For a call that starts now. */
  newId: string;
};

export type Step = {
  telephone: Telephone;
  commands: readonly LineCommand[];
  actions: readonly (Action | Edit)[];
};
type Edit = Extract<Timeless<Event>, { type: "edit" }>;

export const start: Telephone = { line: "new", past: [], devices: [] };

/** A call that is on, and whose voice is not here: its page was loaded again. */
export const isLost = ({ leg }: Telephone, call: Call): boolean =>
  isLive(call) && leg?.id !== call.externalCallId;

/** Whether the other end of such a call can be called: not while the line is off, nor a caller who withheld the number. */
export const canCallBack = ({ line }: Telephone, call: Call): boolean =>
  line !== "new" && line !== "off" && call.status !== "idle" && !undialable(otherNumber(call));

/**
 * What a click on a button does: as `press` has it, but that a person gives up a call which nobody has answered, and a
 * call that has lost its voice has failed.
 * @param newId for a call that starts now
 */
export function pressed(state: State, telephone: Telephone, button: Button, newId: string): Action {
  const { call } = state;
  const action = press(state, button, newId);
  if (action.type !== "endcall") return action;
  if (isLost(telephone, call)) return { ...action, endStatus: "FAILED" };
  const isGivenUp = call.status === "ringing" && call.direction === "OUTBOUND";
  return isGivenUp ? { ...action, endStatus: "CANCELED" } : action;
}

/** What follows. */
export function next(before: Telephone, happening: Happening, context: Context): Step {
  switch (happening.by) {
    case "user":
      return obey(before, happening.wish, context);
    case "line":
      return hear(before, happening.event, context);
    case "refusal": {
      const { id } = happening;
      return then(
        { ...before, past: overWith(before, id) },
        { commands: [{ type: "reject", id }] },
      );
    }
    case "call":
      return follow(before, happening.before, context);
    default:
      return happening satisfies never;
  }
}

const then = (
  telephone: Telephone,
  { commands = [], actions = [] }: Partial<Omit<Step, "telephone">> = {},
): Step => ({ telephone, commands, actions });

function obey(telephone: Telephone, wish: Wish, context: Context): Step {
  const { state } = context;
  const { leg } = telephone;
  switch (wish.type) {
    case "register":
      return then({ ...telephone, line: "registering", trouble: undefined }, { commands: [wish] });

    case "call next": {
      const { call } = state;
      const waiting = { ...telephone, nextNumber: wish.toNumber };
      if (!isLive(call)) return follow(waiting, state, context);
      // What follows from the end is decided once the call has changed.
      const { externalCallId: id } = call;
      return isLost(telephone, call)
        ? then(waiting, { actions: [{ type: "endcall", id, endStatus: "FAILED" }] })
        : then(telephone);
    }

    case "unregister":
    case "call":
    case "reject":
    case "hang up":
    case "take up":
      // These follow from what the call does.
      return then(telephone);

    case "use":
    case "ring me":
      return then(telephone, { commands: [wish] });

    case "answer":
    case "mute":
    case "hold":
    case "digits":
    case "transfer":
    case "record":
      if (!leg || wish.id !== leg.id || leg.stage === "over") return then(telephone);
      if (wish.type === "answer") {
        if (leg.stage !== "incoming") return then(telephone);
        return then(withLeg(telephone, leg, { stage: "answering" }), { commands: [wish] });
      }
      // While the call is held, the line refuses them.
      if (wish.type === "digits" && !leg.isHeld)
        return then(withLeg(telephone, leg, { digits: leg.digits + wish.digits }), {
          commands: [wish],
        });
      return then(telephone, { commands: [wish] });

    default:
      return wish satisfies never;
  }
}

const withLeg = (telephone: Telephone, leg: Leg, change: Partial<Leg>): Telephone => ({
  ...telephone,
  leg: { ...leg, ...change },
});

function hear(telephone: Telephone, event: LineEvent, { state, at }: Context): Step {
  const { line, leg, past } = telephone;
  switch (event.type) {
    case "registered":
      // Late, or of a line that was not asked for.
      if (line === "new" || line === "on") return then(telephone);
      return then(
        {
          ...telephone,
          line: "on",
          trouble: line === "retrying" ? { why: "registration back", at } : undefined,
        },
        { actions: state.isLoggedIn ? [] : [{ type: "login" }] },
      );

    case "unregistered": {
      const { why, isRetrying } = event;
      if (line === "new") return then(telephone);
      const trouble = why && { why, at };
      return then(
        { ...telephone, line: isRetrying ? "retrying" : "off", trouble },
        { actions: isRetrying || !state.isLoggedIn ? [] : [{ type: "logout" }] },
      );
    }

    case "devices":
      return then({ ...telephone, devices: event.devices });

    case "incoming": {
      const { id, fromNumber, toNumber } = event;
      // Said before: to refuse it would end the call that is on.
      if (past.includes(id) || ("externalCallId" in state.call && state.call.externalCallId === id))
        return then(telephone);
      return then(telephone, { actions: [{ type: "incomingcall", id, fromNumber, toNumber }] });
    }

    case "trouble": {
      const { id, why } = event;
      if (id && id !== leg?.id) return then(telephone);
      return then({ ...telephone, trouble: { why, at } });
    }
  }

  const { id } = event;
  if (!leg || leg.id !== id) {
    if (event.type !== "ended") return then(telephone);
    // It may be over before it is heard to come in, or be the one that has lost its voice.
    const { endStatus } = event;
    return then(
      past.includes(id) ? telephone : { ...telephone, past: overWith(telephone, id) },
      id === idOf(state.call) ? { actions: [{ type: "endcall", id, endStatus }] } : {},
    );
  }
  const isOver = leg.stage === "over";
  switch (event.type) {
    case "recorded": {
      // Whole only once the call is over.
      const { recording, url } = event;
      const recordings = [...leg.recordings, ...(recording ? [recording] : [])];
      return then(withLeg(telephone, leg, { recordings, isRecording: false }), {
        actions: recordedAt(url, state, id),
      });
    }
    case "ringing":
      return then(
        leg.stage === "calling" ? withLeg(telephone, leg, { stage: "ringing" }) : telephone,
      );
    case "answered":
      return isOver || leg.stage === "talking"
        ? then(telephone)
        : then(withLeg(telephone, leg, { stage: "talking" }), {
            actions: [{ type: "answercall", id }],
          });
    case "ended":
    case "transferred": {
      if (isOver) return then(telephone);
      const action: Action =
        event.type === "ended"
          ? { type: "endcall", id, endStatus: event.endStatus }
          : { type: "transfercall", id };
      const why = event.type === "ended" ? event.why : undefined;
      return then(over(telephone, leg, why), { actions: [action] });
    }
    case "muted":
      if (isOver) return then(telephone);
      // Who is heard again has a microphone.
      return then({
        ...withLeg(telephone, leg, { isMuted: event.isOn }),
        ...(leg.isMuted && !event.isOn && { trouble: undefined }),
      });
    case "held": {
      const { isOn, byThem } = event;
      const change = byThem ? { isHeldByThem: isOn } : { isHeld: isOn };
      return then(isOver ? telephone : withLeg(telephone, leg, change));
    }
    case "digits":
      return then(
        isOver ? telephone : withLeg(telephone, leg, { digits: leg.digits + event.digits }),
      );
    case "recording":
      return then(isOver ? telephone : withLeg(telephone, leg, { isRecording: event.isOn }));
    case "quality":
      return then(isOver ? telephone : withLeg(telephone, leg, { quality: event.quality }));
    default:
      return event satisfies never;
  }
}

/** HubSpot plays a recording at an https address, and no other: the call's properties say where. */
function recordedAt(url: string | undefined, { call, form }: State, id: string): Edit[] {
  if (!url || !URL.canParse(url) || new URL(url).protocol !== "https:") return [];
  if (idOf(call) !== id) return [];
  const properties = { ...added(form), hs_call_recording_url: url };
  return [{ type: "edit", field: "engagementProperties", value: JSON.stringify(properties) }];
}

const over = (telephone: Telephone, leg: Leg, why?: Reason): Telephone => ({
  ...withLeg(telephone, leg, { stage: "over", why }),
  past: overWith(telephone, leg.id),
});

const overWith = ({ past }: Telephone, id: string) => [...past, id].slice(-50);

const idOf = (call: Call) => (call.status === "idle" ? undefined : call.externalCallId);

/** The call, or who is logged in, has changed, by whatever: the line follows. */
function follow(telephone: Telephone, before: State, context: Context): Step {
  const { state } = context;
  const steps = [register, hangUp, begin, callNext];
  const nothing = then(telephone);
  if (state.holder !== state.frameId) return nothing;
  return steps.reduce(({ telephone, commands, actions }, follows) => {
    const step = follows(telephone, before, context);
    return {
      telephone: step.telephone,
      commands: [...commands, ...step.commands],
      actions: [...actions, ...step.actions],
    };
  }, nothing);
}

/** The line is registered while the user is logged in; without one, nobody is logged in for long. */
function register(telephone: Telephone, before: State, context: Context): Step {
  const { line } = telephone;
  const { state, can, account } = context;
  const { isLoggedIn, call } = state;
  if (isLoggedIn && line === "new" && (account || !can.includes("account")))
    return then(
      { ...telephone, line: "registering" },
      { commands: [{ type: "register", account }] },
    );
  if (isLoggedIn && (line === "new" || line === "off") && !isLive(call))
    return then(telephone, { actions: [{ type: "logout" }] });
  if (!isLoggedIn && before.isLoggedIn && line !== "new")
    return then({ ...telephone, line: "new" }, { commands: [{ type: "unregister" }] });
  return then(telephone);
}

/** What is over for HubSpot is over on the line. */
function hangUp(telephone: Telephone, _before: State, { state: { call } }: Context): Step {
  const { leg } = telephone;
  if (!leg) return then(telephone);
  const { id, stage } = leg;
  if (stage === "over")
    return then(id === idOf(call) ? telephone : { ...telephone, leg: undefined });
  if (isLive(call) && call.externalCallId === id) return then(telephone);
  const type = stage === "incoming" ? "reject" : "hang up";
  return then(over(telephone, leg), { commands: [{ type, id }] });
}

/** A call that begins here has its voice here. One that was on before the page was loaded is taken up, where the line can. */
function begin(telephone: Telephone, _before: State, { state, can }: Context): Step {
  const { call, heldAt } = state;
  const { line, past } = telephone;
  if (!isLost(telephone, call) || !isLive(call)) return then(telephone);
  const { externalCallId: id, direction, fromNumber, toNumber, status, startedAt } = call;
  // What went wrong in the last call is old news in this one.
  const leg = (stage: Leg["stage"]): Telephone => ({
    ...telephone,
    trouble: undefined,
    leg: { ...silent, id, stage },
  });
  if (past.includes(id)) return then(telephone);
  // An earlier one can also be heard of from another frame, when this one found nothing that was kept.
  if (startedAt >= heldAt && status === "ringing")
    return direction === "INBOUND"
      ? then(leg("incoming"))
      : then(leg("calling"), { commands: [{ type: "call", id, fromNumber, toNumber }] });
  if (status === "answered" && line === "on" && can.includes("take up"))
    return then(leg("resuming"), { commands: [{ type: "take up", id }] });
  return then(telephone);
}

const silent = {
  isMuted: false,
  isHeld: false,
  isHeldByThem: false,
  isRecording: false,
  recordings: [],
  digits: "",
};

const keepOpen = (value: "on" | ""): Edit => ({ type: "edit", field: "keepOpen", value });

/** Saves the call that is over, and calls the next number. */
function callNext(telephone: Telephone, _before: State, { state, at, newId }: Context): Step {
  const { nextNumber } = telephone;
  const { call, form } = state;
  if (nextNumber === undefined) return then(telephone);
  switch (call.status) {
    case "ended":
      if (isWaiting(call, at)) return then(telephone);
      // HubSpot is not to hide the phone in between.
      return then(telephone, {
        actions: [
          form.keepOpen ? { type: "completecall", id: call.externalCallId } : keepOpen("on"),
        ],
      });
    case "completed":
      return then(telephone);
    case "idle": {
      const { fromNumber } = form;
      return then(
        { ...telephone, nextNumber: undefined },
        {
          actions: [
            keepOpen(""),
            { type: "outgoingcall", id: newId, fromNumber, toNumber: nextNumber },
          ],
        },
      );
    }
    // Another call came first, or HubSpot did not save this one.
    case "unsaved":
    case "ringing":
    case "answered":
      return then({ ...telephone, nextNumber: undefined }, { actions: [keepOpen("")] });
    default:
      return call satisfies never;
  }
}
