// Who acts on an event, of several frames that share one call, and what they tell each other. Pure.
import { type Button, type Event, next } from "./call.ts";
import type { Command } from "./messages.ts";
import {
  adopt,
  fields,
  introduction,
  mayHold,
  mergeFields,
  type Shared,
  type State,
  shared,
} from "./state.ts";

/*
 *                        ┌─ about this frame alone ─▶ it acts
 *   something happens ───┼─ a field is edited ──────▶ it tells the state; each frame takes the later value
 *   in some frame        └─ anything else ──────────▶ the frame that holds the call decides, and tells the state that
 *                                                     follows. Another frame asks it, until it is answered.
 *
 * Who hears a state that is older than its own tells its own: so do all frames come to know the same, also one that is
 * new, and one that has just come to hold the call and does not know what was written while no frame held it.
 */

/** What became of an event. */
export type Outcome = "taken" | { ignored: string };

/** An event that the frame that holds the call is asked to decide. `id` is the question's. */
export type Ask = { id: string; event: Event };

/** What frames tell each other of the call. */
export type Note =
  /** `commands`: what the decision that led here says to HubSpot, by each frame that speaks. */
  | { type: "state"; shared: Shared; commands?: readonly Command[] }
  /** `seen`: the fields, as they were when the user clicked. */
  | { type: "ask"; ask: Ask; seen: Pick<Shared, "form" | "changedAt"> }
  | { type: "answer"; id: string; outcome: Outcome };

/** One frame of several. */
export type Member = State & {
  /** What it has asked and was not answered yet, oldest first. */
  asks: readonly Ask[];
};

export type Turn = {
  member: Member;
  /** For this frame's HubSpot. */
  commands: readonly Command[];
  /** For the other frames; the answers are for whoever asked here, too. */
  notes: readonly Note[];
};

/** Whether this frame's word reaches HubSpot: the holder's in the calling window, else every frame's to the HubSpot of its own tab. */
export const talks = ({ host, holder, frameId }: State): boolean =>
  host.status === "ready" &&
  mayHold(host) &&
  (host.iframeLocation !== "window" || holder === frameId);

const ofFrame: readonly string[] = ["READY", "VISIBILITY_CHANGED", "edit", "free", "initialize"];
/** One frame that speaks is enough. */
const ofOne: readonly string[] = [
  "navigatetorecord",
  "finalizeengagement",
  "publishtochannel",
  "senderror",
] satisfies Button[];

/**
 * Something happens in this frame.
 * @param id names the question, should another frame have to be asked
 */
export function happen(member: Member, event: Event, id: string): Turn {
  const { holder, frameId, asks } = member;
  const { type } = event;
  if (type === "hold") return hold(member, event);
  const isHolder = holder === frameId;
  if (type === "tick" && !isHolder) return { member, commands: [], notes: [] };

  const { state, commands, ignored } = next(member, event);
  const isHere = ofFrame.includes(type);
  const isOne = ofOne.includes(type);
  // This is between HubSpot and this frame: the frame that holds the call stays where it is.
  const isAlone = isOne && !isHolder && talks(member);
  // What cannot happen without a frame that holds the call is refused at once. HubSpot's messages wait for one.
  if (!isHere && !isHolder && !isAlone && (holder || type === type.toUpperCase())) {
    const ask = { id, event };
    const asking = { ...member, asks: [...asks, ask].slice(-20) };
    return { member: asking, commands: [], notes: holder ? [question(asking, ask)] : [] };
  }
  const isDecided = isHolder && !isHere && state !== member;
  const after = { ...member, ...state, turn: state.turn + (isDecided ? 1 : 0) };
  const answer: Note = {
    type: "answer",
    id,
    outcome: ignored === undefined ? "taken" : { ignored },
  };
  return {
    member: isAlone || state === member ? member : after,
    commands,
    notes: [
      ...(isDecided ? [news(after, isOne ? [] : commands)] : type === "edit" ? [news(after)] : []),
      answer,
    ],
  };
}

/** Another frame tells something. */
export function hear(member: Member, note: Note): Turn {
  const { frameId, asks, holder, turn } = member;
  const isHolder = holder === frameId;
  switch (note.type) {
    case "ask":
      return isHolder
        ? happen({ ...member, ...mergeFields(member, note.seen) }, note.ask.event, note.ask.id)
        : { member, commands: [], notes: [] };

    case "answer":
      return {
        member: { ...member, asks: asks.filter(({ id }) => id !== note.id) },
        commands: [],
        notes: [],
      };

    case "state": {
      const told = note.shared;
      const heard: Member = { ...member, ...adopt(member, told) };
      // Who holds the call goes on to do so, with what another frame knew.
      const known =
        isHolder && heard.turn > turn ? { ...heard, holder, turn: heard.turn + 1 } : heard;
      return {
        member: known,
        commands:
          told.turn > turn && talks(known)
            ? (note.commands?.map(ofAnother) ?? corrections(member, known))
            : [],
        notes: [
          ...(isNewer(known, told) ? [news(known)] : []),
          ...(holder === known.holder ? [] : asks.map((ask) => question(known, ask))),
        ],
      };
    }

    default:
      return note satisfies never;
  }
}

/** What there is, for a frame that may not know it. */
export const news = ({ asks: _, ...state }: Member, commands?: readonly Command[]): Note => ({
  type: "state",
  shared: shared(state),
  ...(commands && { commands }),
});

/** Whether a frame knows what another has not told. */
const isNewer = (known: Shared, told: Shared): boolean =>
  known.turn > told.turn ||
  (known.turn === told.turn && !told.holder && !!known.holder) ||
  fields.some((name) => (known.changedAt[name] ?? 0) > (told.changedAt[name] ?? 0));

const question = ({ form, changedAt }: Member, ask: Ask): Note => ({
  type: "ask",
  ask,
  seen: { form, changedAt },
});

/** From now on this frame holds the call: it tells so, and decides what it would have asked another. */
function hold(member: Member, event: Event & { type: "hold" }): Turn {
  const { state, commands } = next(member, event);
  const held: Member = { ...member, ...state, asks: [] };
  let all: Turn = {
    member: held,
    commands: [...corrections(member, held), ...commands],
    notes: [news(held, commands)],
  };
  for (const ask of member.asks) {
    const then = happen(all.member, ask.event, ask.id);
    all = {
      member: then.member,
      commands: [...all.commands, ...then.commands],
      notes: [...all.notes, ...then.notes],
    };
  }
  return all;
}

/**
 * What a frame said it is, before it heard of the others, may not be so: HubSpot would wait for a call that is over, or
 * not dial.
 */
function corrections(before: State, { host, ...known }: State): Command[] {
  if (host.status !== "ready") return [];
  const [said, payload] = [before, known].map((state) => introduction({ ...state, host }, host));
  return payload && JSON.stringify(said) !== JSON.stringify(payload)
    ? [{ method: "initialized", payload }]
    : [];
}

/** Of several frames one asks for the engagement: whether HubSpot makes one of two requests is not known. */
const ofAnother = (command: Command): Command =>
  command.method === "outgoingCall" || command.method === "incomingCall"
    ? ({ ...command, payload: { ...command.payload, createEngagement: false } } as Command)
    : command;

/**
 * Whether what is known now is to be kept for frames to come: where the call is held all of it and, while no frame holds
 * it, what is written anywhere.
 */
export const isToBeKept = (before: State, { holder, frameId, form, turn }: State): boolean =>
  (holder === frameId && turn !== before.turn) ||
  ((!holder || holder === frameId) && form !== before.form);
