// Which call is meant, and that each is one.
import { isSameNumber } from "../call/number.ts";
import {
  before,
  calledIn,
  callsOn,
  isAskedAgain,
  isFromApp,
  later,
  publishing,
  starts,
} from "./digest.ts";
import { each, occasion, type Rule } from "./rule.ts";
import { isGiven, isText, shown } from "./values.ts";

export const idRules: readonly Rule[] = [
  {
    id: "call-id",
    title: "Every message about a call carries its externalCallId, as text",
    level: "should",
    why: "HubSpot cannot tell which call is meant: a second call, a transfer or a reload mixes them up.",
    source:
      "SDK types OnOutgoingCall, OnIncomingCall, OnCallAnswered, OnCallEnded, OnCallCompleted",
    judge: each([...starts, ...later, ...publishing], ({ data: { externalCallId } }) =>
      isText(externalCallId) ? "" : `externalCallId is ${shown(externalCallId)}.`,
    ),
  },
  {
    id: "call-known",
    title: "A call keeps its externalCallId from start to end",
    level: "should",
    why: "HubSpot takes it for another call: the one that it knows is never over.",
    source: "Documentation, externalCallId",
    judge: each(later, ({ call, isMisnamed, data, page, index }, { calls }) => {
      const id = shown(data.externalCallId);
      if (call)
        return isMisnamed ? `The call began as ${shown(call.id)}, and this says ${id}.` : "";
      // Such a frame may go on with a call of another tab's, or of before.
      const hasCalled = calls.some(
        (other) => other.start.page === page && other.start.index < index,
      );
      const isFromElsewhere =
        page.frame !== "widget" || !page.sync || isGiven(page.sync.data.engagementId);
      return isFromElsewhere && !hasCalled ? null : `No call ${id} was started.`;
    }),
  },
  {
    id: "one-start",
    title: "A call is started once",
    level: "must",
    why: "HubSpot logs the call twice.",
    source: "SDK issues 46 and 87",
    judge: each(starts, (said) => {
      const { call, index, page, data } = said;
      if (!call) return null;
      const isRepeated = before(call, index).some((other) => isFromApp(other, ...starts));
      // A page that comes back to a call may tell of it, as long as it wants no second engagement.
      const isReturn = page !== call.start.page && data.createEngagement !== true;
      if (isRepeated && isAskedAgain(said)) return null;
      return isRepeated && !isReturn ? `The call ${shown(call.id)} had been started before.` : "";
    }),
  },
  {
    id: "call-id-unique",
    title: "Each call has an externalCallId of its own",
    level: "must",
    why: "HubSpot takes the second call for the first: it is not logged, or written over the other.",
    source: "Documentation, externalCallId: unique",
    judge: ({ calls }) =>
      calls
        .filter(({ id }) => id !== "")
        .flatMap((call) => {
          const isUsed = calls.some(
            (other) =>
              other.id === call.id &&
              other.start.page.frame === call.start.page.frame &&
              other.start.index < call.start.index,
          );
          return occasion(
            call.start.message,
            isUsed ? `An earlier call was called ${shown(call.id)}, too.` : "",
          );
        }),
  },
  {
    id: "one-call-a-dial",
    title: "One call is made where HubSpot asks twice",
    level: "should",
    why: "HubSpot has been seen to send DIAL_NUMBER twice for one click: the number is called and logged twice.",
    source: "SDK issue 210",
    judge: each(["OUTGOING_CALL_STARTED"], (said, session) => {
      const number = calledIn(said);
      const isDouble = callsOn(session, said).some(
        (call) =>
          !call.isInbound &&
          number !== "" &&
          isSameNumber(calledIn(call.start), number) &&
          (call !== said.call || isAskedAgain(said)),
      );
      return isDouble ? `A call to ${number} was on already.` : "";
    }),
  },
];
