// How a call is answered and ended.
import { endStatuses, isEndStatus } from "../call/messages.ts";
import {
  before,
  callsOn,
  ends,
  firstOf,
  isFromApp,
  isFromHubSpot,
  isLost,
  speaksFor,
} from "./digest.ts";
import { each, type Occasion, type Rule } from "./rule.ts";
import { isGiven, shown, textOf } from "./values.ts";

/** So many ms after END_CALL a call that goes on has not been ended by it. */
const hangUpLimit = 10_000;

export const endRules = [
  {
    id: "answered",
    title: "A call is answered once, and before it ends",
    level: "should",
    why: "HubSpot shows a call that is over as in progress.",
    source: "Documentation, callAnswered",
    mend: 'telephone.once("answered", () => extensions.callAnswered({ externalCallId }));',
    judge: each(["CALL_ANSWERED"], ({ call, index, page }, session) => {
      if (!call) return null;
      const own = before(call, index).filter((other) => speaksFor(session, other.page, page));
      if (own.some((other) => isFromApp(other, ...ends, "CALL_COMPLETED")))
        return "The call was over.";
      const isAgain = own.some((other) => isFromApp(other, "CALL_ANSWERED"));
      return isAgain ? "The call had been answered before." : "";
    }),
  },
  {
    id: "ended",
    title: "Every call is ended or transferred, once, before it is completed",
    level: "should",
    why: "HubSpot keeps warning its user not to leave the page, as if the call went on.",
    source: "Documentation, callEnded",
    mend: `extensions.callEnded({ externalCallId, engagementId, callEndStatus: "COMPLETED" });
extensions.callCompleted({ externalCallId, engagementId }); // then`,
    judge: (session) =>
      session.calls.flatMap((call): Occasion[] => {
        const { start, said, isIgnored } = call;
        const over = said.filter((other) => isFromApp(other, ...ends));
        const completed = firstOf(call, "CALL_COMPLETED");
        const [end] = over;
        const again = over.find(
          (other) => end && other !== end && speaksFor(session, end.page, other.page),
        );
        if (again) return [{ message: again.message, wrong: "The call was over before." }];
        if (completed && (!end || end.index > completed.index))
          return [{ message: completed.message, wrong: "CALL_COMPLETED came before CALL_ENDED." }];
        if (end) return [{ message: end.message, kept: true }];
        if (isIgnored || isLost(session, call)) return [];
        const { message } = start;
        return [
          session.isOver
            ? { message, wrong: "This call was never ended." }
            : { message, pending: "A call is on." },
        ];
      }),
  },
  {
    id: "end-status",
    title: "callEndStatus is one of HubSpot’s",
    level: "must",
    why: "HubSpot cannot show how the call ended.",
    source: "SDK type EndStatus",
    mend: `extensions.callEnded({ externalCallId, engagementId, callEndStatus: "COMPLETED" });
// ${endStatuses.join(", ")}`,
    judge: each(["CALL_ENDED"], ({ data: { callEndStatus: status } }) => {
      if (!isGiven(status)) return null;
      if (isEndStatus(textOf(status))) return "";
      const isName = textOf(status).startsWith("INTERNAL_");
      const hint = isName
        ? "INTERNAL_ is part of the constant’s name, not of its value"
        : `it has to be one of ${endStatuses.join(", ")}`;
      return `callEndStatus is ${shown(status)}: ${hint}.`;
    }),
  },
  {
    id: "end-status-given",
    title: "CALL_ENDED says how the call ended",
    level: "should",
    why: "HubSpot cannot tell an unanswered call from an answered one.",
    source: "SDK type OnCallEnded; documentation, callEndStatus",
    mend: `extensions.callEnded({ externalCallId, engagementId, callEndStatus: isAnswered ? "COMPLETED" : "NO_ANSWER" });`,
    judge: each(["CALL_ENDED"], ({ data }) =>
      isGiven(data.callEndStatus) ? "" : "There is no callEndStatus.",
    ),
  },
  {
    id: "end-status-right",
    title: "An answered call ends as COMPLETED, and an unanswered one does not",
    level: "should",
    why: "An unanswered call is logged as answered, or an answered one as unanswered.",
    source:
      "Documentation, callAnswered and callEndStatus. That FAILED may follow either is a guess",
    mend: `telephone.once("answered", () => extensions.callAnswered({ externalCallId }));
// and at the end:
extensions.callEnded({ externalCallId, engagementId, callEndStatus: isAnswered ? "COMPLETED" : "NO_ANSWER" });`,
    judge: each(["CALL_ENDED"], ({ data: { callEndStatus }, call, index }) => {
      const status = textOf(callEndStatus);
      if (!call || !isEndStatus(status) || status === "FAILED") return null;
      const isAnswered = before(call, index).some((other) => isFromApp(other, "CALL_ANSWERED"));
      if (isAnswered === (status === "COMPLETED")) return "";
      return isAnswered
        ? `The call was answered, and ended as ${status}.`
        : "The call ended as COMPLETED without CALL_ANSWERED.";
    }),
  },
  {
    id: "end-call",
    title: "END_CALL ends the call",
    level: "should",
    why: "HubSpot’s user hangs up, and the line stays open.",
    source: "SDK handler onEndCall. How soon is a guess",
    mend: `const eventHandlers = {
  onEndCall: () => {
    telephone.hangUp();
    extensions.callEnded({ externalCallId, engagementId, callEndStatus: "COMPLETED" });
  },
};`,
    judge: (session) =>
      session.said
        .filter((said) => isFromHubSpot(said, "END_CALL"))
        .flatMap((said) =>
          callsOn(session, said).flatMap((call): Occasion[] => {
            const { message } = said;
            const end = firstOf(call, ...ends, "CALL_COMPLETED");
            if (end && end.message.at - message.at <= hangUpLimit) return [{ message, kept: true }];
            if (isLost(session, call)) return [];
            return end || session.isOver || session.at - message.at > hangUpLimit
              ? [{ message, wrong: "The call went on after END_CALL." }]
              : [{ message, pending: "END_CALL was said just now." }];
          }),
        ),
  },
] as const satisfies readonly Rule[];
