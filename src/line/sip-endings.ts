// Why a SIP call ended, or an account was refused, in the words of the contract. Pure.
import { C } from "jssip";
import type { EndStatus } from "../call/messages.ts";
import type { Reason } from "./line.ts";
import { endStatusFor } from "./reasons.ts";

const { causes } = C;

const reasons: Readonly<Record<string, Reason>> = {
  [causes.BUSY]: "busy",
  [causes.REJECTED]: "rejected",
  [causes.UNAVAILABLE]: "no answer",
  [causes.NO_ANSWER]: "no answer",
  [causes.EXPIRES]: "no answer",
  [causes.NOT_FOUND]: "wrong number",
  [causes.ADDRESS_INCOMPLETE]: "wrong number",
  [causes.CONNECTION_ERROR]: "network gone",
  [causes.REQUEST_TIMEOUT]: "network gone",
  [causes.RTP_TIMEOUT]: "network gone",
  [causes.AUTHENTICATION_ERROR]: "refused",
};

/** A response's status, as in "404 Not Found": JsSIP has causes for those of calls, but none for those of transfers. */
export function whyNot(status: number): Reason {
  if (status === 404 || status === 604 || status === 484) return "wrong number";
  if (status === 486 || status === 600) return "busy";
  if (status === 403 || status === 603) return "rejected";
  return status === 408 || status === 480 ? "no answer" : "far end failed";
}

/** What is known of a call at its end. */
export type Ended = {
  isOutgoing: boolean;
  isAnswered: boolean;
  /** Our user hung up or declined. */
  isGivenUp: boolean;
  /** JsSIP's word for it. */
  cause: string;
  /** Who ended it: "local", "remote" or "system". */
  originator: string;
  /** The header that says why a call was cancelled (RFC 3326). */
  reason?: string | undefined;
};

/** How a call ended. */
export function endingOf(ended: Ended): { endStatus: EndStatus; why?: Reason } {
  const { isOutgoing, isAnswered, isGivenUp, cause, originator, reason } = ended;
  if (isAnswered && (isGivenUp || (cause === causes.BYE && originator === "remote")))
    return { endStatus: "COMPLETED" };
  if (isGivenUp) return { endStatus: isOutgoing ? "CANCELED" : "REJECTED" };
  // The server cancels a call that was taken on another of the user's phones.
  const isElsewhere = /cause=200/i.test(reason ?? "");
  if (cause === causes.CANCELED && originator === "remote" && !isElsewhere)
    return { endStatus: "MISSED" };
  // JsSIP cancels and hangs up by itself when it cannot reach the server.
  const isOurs = originator !== "remote" && [causes.CANCELED, causes.BYE].some((c) => c === cause);
  const why = isElsewhere
    ? "answered elsewhere"
    : isOurs
      ? "network gone"
      : (reasons[cause] ?? "far end failed");
  return { endStatus: isAnswered ? "FAILED" : endStatusFor(why), why };
}
