// The SIP dialogs of calls that are on, kept for the tab's next page: after a reload the far end is asked to go on with it.
import { isFields, parse } from "../call/messages.ts";

/** Names a call at both of its ends (RFC 3261, 12), and where its far end is. */
export type Dialog = {
  callId: string;
  ours: string;
  theirs: string;
  target: string;
  isOutgoing: boolean;
};

const place = (id: string) => `calling-phone dialog ${id}`;

/** Keeps the dialog of a call, or forgets it. Where storage is blocked, a reload ends the call. */
export function keepDialog(id: string, dialog: Dialog | undefined): void {
  try {
    sessionStorage.removeItem(place(id));
    if (dialog) sessionStorage.setItem(place(id), JSON.stringify(dialog));
  } catch {
    // Nothing is kept.
  }
}

/** The dialog that was kept of a call, if one was. */
export function keptDialog(id: string): Dialog | undefined {
  try {
    return readDialog(parse(sessionStorage.getItem(place(id))));
  } catch {
    return undefined;
  }
}

function readDialog(value: unknown): Dialog | undefined {
  const { callId, ours, theirs, target, isOutgoing } = isFields(value) ? value : {};
  return typeof callId === "string" &&
    typeof ours === "string" &&
    typeof theirs === "string" &&
    typeof target === "string" &&
    typeof isOutgoing === "boolean"
    ? { callId, ours, theirs, target, isOutgoing }
    : undefined;
}

/**
 * The dialog that a message has made.
 * @param message a request from the far end, or its response to ours, as JsSIP has it: its types lack these fields
 * @param isResponse whose dialog has our tag where a request has theirs
 * @param isOutgoing whether we began the call
 */
export function dialogOf(
  message: unknown,
  isResponse: boolean,
  target: string,
  isOutgoing: boolean,
): Dialog | undefined {
  const { call_id: callId, from_tag, to_tag } = isFields(message) ? message : {};
  const [ours, theirs] = isResponse ? [from_tag, to_tag] : [to_tag, from_tag];
  return readDialog({ callId, ours, theirs, target, isOutgoing });
}

/** The header by which a new call takes the place of that one (RFC 3891): the tags are named as the far end sees them. */
export const replaces = ({ callId, ours, theirs }: Dialog): string =>
  `Replaces: ${callId};to-tag=${theirs};from-tag=${ours}`;
