// What can happen to a call, by name: what a user or a telephone does, what HubSpot says, and what the clock brings.
import type { Command, EndStatus, FromHubSpot, Ready } from "./messages.ts";
import { undialable } from "./number.ts";
import { added, type Form, type Shared, type State } from "./state.ts";

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

/**
 * What a user or a telephone does, by the button that does it. What is about a call names it by its `id`, HubSpot's
 * `externalCallId`, and changes no other call. What starts one carries its numbers.
 */
export type Action = (
  | { type: StartButton; id: string; fromNumber: string; toNumber: string }
  | {
      type: Exclude<Button, StartButton>;
      /** Missing where it is about no call. */
      id?: string;
      /** How the call ended; missing for what the state says. */
      endStatus?: EndStatus;
    }
) & {
  /** "Any order": what cannot happen now is told to HubSpot all the same, and changes nothing. */
  anyway?: boolean;
};
type StartButton = "outgoingcall" | "incomingcall";
export type Start = Extract<Action, { type: StartButton }> & { at: number };

export type Event = (
  | Action
  | Exclude<FromHubSpot, Ready>
  /** `found`: what this browser has kept; false when it cannot be read. */
  | (Ready & { found?: Shared | false | undefined })
  | { type: "edit"; field: keyof Form; value: string }
  | { type: "tick" }
  /** This frame holds the call from now on, and goes on with what it found. */
  | { type: "hold"; found?: Shared | false | undefined }
  /** No frame holds the call any more. */
  | { type: "free" }
) & { at: number };

/** Distributes over Event, so that each kind keeps its own fields. */
export type Timeless<E> = E extends unknown ? Omit<E, "at"> : never;

/**
 * `ignored` says why an event could not happen. HubSpot's messages can come late or twice, a telephone can tell of
 * another call, and what a click would do here decides whether its button is enabled.
 */
export type Step = { state: State; commands: readonly Command[]; ignored?: string | undefined };

/** A button, or the field that it needs. */
export type Next = Button | "toNumber" | "fromNumber" | "engagementProperties";
/** What usually comes next. */
export function expected({ isLoggedIn, call, form }: State): Next {
  if (call.status === "idle") {
    if (!isLoggedIn) return "login";
    if (form.anyOrder) return "outgoingcall";
    if (undialable(form.toNumber)) return "toNumber";
    return undialable(form.fromNumber) ? "fromNumber" : "outgoingcall";
  }
  if (call.status === "ringing") return "answercall";
  if (call.status === "answered") return "endcall";
  return added(form) ? "completecall" : "engagementProperties";
}

/** What a click on the page's button does: about the call on the page, or a new one of that id. “Any order” without a number calls one's own. */
export function press({ call, form }: State, type: Button, newId: string): Action {
  const { fromNumber, toNumber, anyOrder } = form;
  const anyway = anyOrder !== "";
  return type === "outgoingcall" || type === "incomingcall"
    ? { type, id: newId, fromNumber, toNumber: toNumber || (anyway ? fromNumber : ""), anyway }
    : { type, id: call.status === "idle" ? newId : call.externalCallId, anyway };
}
