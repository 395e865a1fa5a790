// Which screen the phone shows, what comes next on it, and what it says of the call. Pure.
import { type Call, isLive, isWaiting, type State } from "../call/state.ts";
import { wordsFor } from "../line/reasons.ts";
import { canCallBack, isLost, type Telephone } from "./telephone.ts";

/** `away`: the user can call, and cannot be called. `lost`: the call is on, and its voice is gone. */
export type Screen =
  | "outside"
  | "connecting"
  | "no window"
  | "log in"
  | "keypad"
  | "away"
  | "calling"
  | "incoming"
  | "in call"
  | "lost"
  | "ended";

export function screenOf(state: State, telephone: Telephone): Screen {
  const { host, holder, call, isLoggedIn, isAvailable } = state;
  if (host.status !== "ready") return host.status;
  if (!holder) return "no window";
  if (isLost(telephone, call)) return "lost";
  switch (call.status) {
    case "ringing":
      return call.direction === "INBOUND" ? "incoming" : "calling";
    case "answered":
      return "in call";
    case "ended":
    case "completed":
    case "unsaved":
      return "ended";
    case "idle":
      return isLoggedIn ? (isAvailable ? "keypad" : "away") : "log in";
    default:
      return call satisfies never;
  }
}

/** The id of the one primary action of each screen. */
const primary: Record<Screen, string | undefined> = {
  outside: "leads",
  connecting: undefined,
  "no window": "callingwindow",
  "log in": "login",
  keypad: "outgoingcall",
  away: "outgoingcall",
  calling: "endcall",
  incoming: "answercall",
  "in call": "endcall",
  lost: "callback",
  ended: "completecall",
};

/** The id of the primary action that there is now: a call whose sound is lost can only be completed where nobody can be called back. */
export function primaryOf(telephone: Telephone, state: State): string | undefined {
  const screen = screenOf(state, telephone);
  return screen === "lost" && !canCallBack(telephone, state.call) ? "endcall" : primary[screen];
}

/** How the call is going, in a word or two. */
export function statusWords({ call }: State, { leg }: Telephone, at: number): string {
  switch (call.status) {
    case "idle":
      return "";
    case "ringing":
      if (!leg) return "Sound lost";
      if (call.direction === "INBOUND")
        return leg.stage === "answering" ? "Answering…" : "Incoming call";
      return leg.stage === "ringing" ? "Ringing…" : "Calling…";
    case "answered":
      if (!leg) return "Sound lost";
      if (leg.stage === "resuming") return "Reconnecting the call…";
      if (leg.isHeld) return "On hold";
      if (leg.isHeldByThem) return "Put on hold by the other end";
      return leg.isMuted ? "Muted" : "In call";
    case "ended":
      if (isWaiting(call, at)) return "Waiting for the engagement…";
      return leg?.why ? wordsFor(leg.why) : "Call ended";
    case "completed":
      return "Saving to HubSpot…";
    case "unsaved":
      return "Not saved";
    default:
      return call satisfies never;
  }
}

/** What the button that ends a call does. */
export const endWords = (call: Call, screen: Screen): string =>
  screen === "lost"
    ? "Complete"
    : screen === "incoming"
      ? "Decline"
      : isLive(call) && call.status === "ringing"
        ? "Cancel"
        : "Hang up";

/** What is wrong, in words, what matters most first; the line's trouble each time with another number at its end. */
export function troublesOf({
  telephone: { trouble },
  state: { call, notice },
  isKept,
}: {
  telephone: Telephone;
  state: State;
  /** Whether the browser's storage keeps the call. */
  isKept: boolean;
}): string[] {
  // That the last call was saved is old news in the next one.
  const isNews = notice && (notice.kind === "trouble" || call.status === "idle");
  return [
    ...(trouble ? [`${wordsFor(trouble.why)} ${trouble.at}`] : []),
    ...(isNews ? [notice.words] : []),
    ...(isKept ? [] : ["The browser’s storage is blocked or full: a reload forgets the call."]),
  ];
}
