// Who acts on an event, of several frames that share one call, and what they tell each other. Pure.
import { next } from "./call.ts";
import type { Button, Event, Step } from "./events.ts";
import type { Command } from "./messages.ts";
import {
  type Ask,
  adopt,
  introduction,
  later,
  mayHold,
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
 * A frame that hears an older state than its own sends its own. So all frames come to know the same, even a new one, and
 * one that has just taken over the call and does not know what was written while no frame held it.
 */

/** What became of an event: why it was ignored, or nothing when it was taken. */
export type Outcome = Pick<Step, "ignored">;

/** What frames tell each other of the call. */
export type Note =
  /** `commands`: what the decision that led here says to HubSpot, by each frame that speaks. */
  | { type: "state"; shared: Shared; commands?: readonly Command[] | undefined }
  /** With the fields as they were when the user clicked. */
  | { type: "ask"; ask: Ask; shared: Shared }
  | { type: "answer"; id: string; outcome: Outcome };

export type Turn = {
  state: State;
  /** For this frame's HubSpot. */
  commands?: readonly Command[];
  /** For the other frames; the answers are for whoever asked here, too. */
  notes?: readonly Note[];
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
export function happen(before: State, event: Event, id: string): Turn {
  const { holder, frameId, asks } = before;
  const { type } = event;
  if (type === "hold") return hold(before, event);
  const isHolder = holder === frameId;
  if (type === "tick" && !isHolder) return { state: before };

  const { state, commands, ignored } = next(before, event);
  const isHere = ofFrame.includes(type);
  const isOne = ofOne.includes(type);
  const isEdit = type === "edit";
  // This is between HubSpot and this frame: the frame that holds the call stays where it is.
  const isAlone = isOne && !isHolder && talks(before);
  // What cannot happen without a frame that holds the call is refused at once. HubSpot's messages wait for one.
  if (!isHere && !isHolder && !isAlone && (holder || type === type.toUpperCase())) {
    const ask = { id, event };
    const asking = { ...before, asks: [...asks, ask].slice(-20) };
    return { state: asking, notes: holder ? [question(asking, ask)] : [] };
  }
  const isDecided = isHolder && !isHere && state !== before;
  const after = isDecided ? { ...state, turn: state.turn + 1 } : isAlone ? before : state;
  return {
    state: after,
    commands,
    notes: [
      ...(isDecided ? [news(after, isOne ? [] : commands)] : isEdit ? [news(after)] : []),
      { type: "answer", id, outcome: { ignored } },
    ],
    isKept: isDecided || isEdit,
  };
}

/** Another frame tells something. */
export function hear(before: State, note: Note): Turn {
  const { frameId, asks, holder, turn } = before;
  const isHolder = holder === frameId;
  switch (note.type) {
    case "ask":
      return isHolder
        ? happen(adopt(before, note.shared), note.ask.event, note.ask.id)
        : { state: before };

    case "answer":
      return { state: { ...before, asks: asks.filter(({ id }) => id !== note.id) } };

    case "state": {
      const { shared: told, commands = [] } = note;
      const state = adopt(before, told);
      const isSaid = told.turn > turn && talks(state);
      return {
        state,
        commands: [
          // Whoever hears of the others for the first time has said what it is without them.
          ...(note.commands && holder ? [] : corrections(before, state)),
          ...(isSaid ? commands.map(ofAnother) : []),
        ],
        notes: [
          ...(isNewer(state, told) ? [news(state)] : []),
          ...(holder === state.holder ? [] : asks.map((ask) => question(state, ask))),
        ],
        isKept: isHolder && (told.turn > turn || later(told, before).length > 0),
      };
    }
  }
}

/** What there is, for a frame that may not know it. */
export const news = (state: State, commands?: readonly Command[]): Note => ({
  type: "state",
  shared: shared(state),
  commands,
});

/** Whether a frame knows what another has not told. */
const isNewer = (known: Shared, told: Shared): boolean =>
  known.turn > told.turn || known.heldAt > told.heldAt || later(known, told).length > 0;

const question = (state: State, ask: Ask): Note => ({
  type: "ask",
  ask,
  shared: shared(state),
});

/** From now on this frame holds the call: it tells so, and decides what it would have asked another. */
function hold(before: State, event: Event & { type: "hold" }): Turn {
  const { state, commands } = next(before, event);
  const said = [...corrections(before, state), ...commands];
  const notes = [news(state, commands)];
  let known: State = { ...state, asks: [] };
  for (const ask of before.asks) {
    const turn = happen(known, ask.event, ask.id);
    known = turn.state;
    said.push(...(turn.commands ?? []));
    notes.push(...(turn.notes ?? []));
  }
  return { state: known, commands: said, notes, isKept: true };
}

/**
 * What a frame said it is, before it heard of the others, may not be so: HubSpot would wait for a call that is over, or
 * not dial.
 */
function corrections(before: State, state: State): Command[] {
  const { host, form } = state;
  const said = introduction({ ...before, host, form });
  const payload = introduction(state);
  return mayHold(host) && JSON.stringify(said) !== JSON.stringify(payload)
    ? [{ method: "initialized", payload }]
    : [];
}

/** Of several frames one asks for the engagement: whether HubSpot makes one of two requests is not known. */
const ofAnother = (command: Command): Command =>
  command.method === "outgoingCall" || command.method === "incomingCall"
    ? ({ ...command, payload: { ...command.payload, createEngagement: false } } as Command)
    : command;
