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
  talks,
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
  /** Whether the state is to be kept for frames to come: what the frame that holds the call knows, and what is written in any. */
  isKept?: boolean;
};

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
  const { holder, frameId, asks, host } = member;
  const { type } = event;
  if (type === "hold") return hold(member, event);
  const isHolder = holder === frameId;
  if (type === "tick" && !isHolder) return { member, commands: [], notes: [] };

  const { state, commands, ignored } = next(member, event);
  const isHere = ofFrame.includes(type);
  const isOne = ofOne.includes(type);
  const isEdit = type === "edit";
  // This is between HubSpot and this frame: the frame that holds the call stays where it is.
  const isAlone = isOne && !isHolder && host.status === "ready" && talks(member, host);
  // What cannot happen without a frame that holds the call is refused at once. HubSpot's messages wait for one.
  if (!isHere && !isHolder && !isAlone && (holder || type === type.toUpperCase())) {
    const ask = { id, event };
    const asking = { ...member, asks: [...asks, ask].slice(-20) };
    return { member: asking, commands: [], notes: holder ? [question(asking, ask)] : [] };
  }
  const isDecided = isHolder && !isHere && state !== member;
  const after = { ...member, ...state, turn: state.turn + (isDecided ? 1 : 0) };
  return {
    member: isAlone || state === member ? member : after,
    commands,
    notes: [
      ...(isDecided ? [news(after, isOne ? [] : commands)] : isEdit ? [news(after)] : []),
      { type: "answer", id, outcome: ignored === undefined ? "taken" : { ignored } },
    ],
    isKept: isDecided || isEdit,
  };
}

/** Another frame tells something. */
export function hear(member: Member, note: Note): Turn {
  const { frameId, asks, holder, turn, host, form } = member;
  const isHolder = holder === frameId;
  switch (note.type) {
    case "ask":
      return isHolder
        ? happen({ ...member, ...mergeFields(member, note.seen) }, note.ask.event, note.ask.id)
        : { member, commands: [], notes: [] };

    case "answer": {
      const left = asks.filter(({ id }) => id !== note.id);
      return { member: { ...member, asks: left }, commands: [], notes: [] };
    }

    case "state": {
      const { shared: told, commands } = note;
      const known: Member = { ...member, ...adopt(member, told) };
      const isSpoken = told.turn > turn && host.status === "ready" && talks(known, host);
      return {
        member: known,
        commands: commands ? (isSpoken ? commands.map(ofAnother) : []) : corrections(member, known),
        notes: [
          ...(isNewer(known, told) ? [news(known)] : []),
          ...(holder === known.holder ? [] : asks.map((ask) => question(known, ask))),
        ],
        isKept: isHolder && (known.turn > turn || known.form !== form),
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
  known.heldAt > told.heldAt ||
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
  return { ...all, isKept: true };
}

/**
 * What a frame said it is, before it heard of the others, may not be so: HubSpot would wait for a call that is over, or
 * not dial.
 */
function corrections(before: State, known: State): Command[] {
  const { host } = known;
  if (host.status !== "ready" || !mayHold(host)) return [];
  const [said, now] = [introduction({ ...before, host }, host), introduction(known, host)];
  return said.isLoggedIn === now.isLoggedIn &&
    said.isAvailable === now.isAvailable &&
    said.engagementId === now.engagementId
    ? []
    : [{ method: "initialized", payload: now }];
}

/** Of several frames one asks for the engagement: whether HubSpot makes one of two requests is not known. */
const ofAnother = (command: Command): Command =>
  command.method === "outgoingCall" || command.method === "incomingCall"
    ? ({ ...command, payload: { ...command.payload, createEngagement: false } } as Command)
    : command;
