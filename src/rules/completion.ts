// How a call is completed, and put on the timeline.
import { isFields } from "../call/messages.ts";
import {
  before,
  created,
  firstOf,
  isFromApp,
  isFromHubSpot,
  isLost,
  publishing,
  type Said,
  starts,
} from "./digest.ts";
import { each, eachProperties, type Occasion, type Rule } from "./rule.ts";
import { isGiven, textOf, typesWrong } from "./values.ts";

/** HubSpot's reason for a failure. */
const reasonIn = ({ data: { error } }: Said) =>
  textOf(isFields(error) ? error.message : undefined) || "no reason given";

export const completionRules = [
  {
    id: "completed",
    title: "Every call is completed",
    level: "must",
    why: "HubSpot’s user keeps a log entry without outcome and notes (a “ghost”), or none at all.",
    source: "Documentation, callCompleted; SDK issues 46 and 87",
    mend: `extensions.callEnded({ externalCallId, engagementId, callEndStatus });
// Once the user has saved: also after END_CALL, and after a call that nobody took.
extensions.callCompleted({ externalCallId, engagementId, engagementProperties });`,
    judge: (session) =>
      session.calls.flatMap((call): Occasion[] => {
        const { start, asksEngagement, isIgnored, isRefused, given } = call;
        const completed = firstOf(call, "CALL_COMPLETED");
        if (completed) return [{ message: completed.message, kept: true }];
        // [guess] That whoever takes a transferred call over completes it.
        const isOthers = firstOf(call, "CALL_TRANSFERRED") !== undefined;
        const hasEngagement = asksEngagement && !(isRefused && given.length === 0);
        if (isIgnored || isOthers || !hasEngagement || isLost(session, call)) return [];
        const end = firstOf(call, "CALL_ENDED");
        const isNextOn =
          end &&
          session.calls.some(
            (other) => other.start.page.frame === start.page.frame && other.start.index > end.index,
          );
        const { message } = end ?? start;
        if (session.isOver) return [{ message, wrong: "CALL_COMPLETED never came for this call." }];
        return isNextOn
          ? [
              {
                message,
                wrong: "The next call began, and CALL_COMPLETED has not come for this one.",
              },
            ]
          : [{ message, pending: "A call has not been completed yet." }];
      }),
  },
  {
    id: "completed-once",
    title: "A call that HubSpot has saved is not completed again",
    level: "should",
    why: "What HubSpot’s user has written on the call meanwhile is overwritten.",
    source: "Documentation, callCompleted",
    mend: `extensions.callCompleted({ externalCallId, engagementId, engagementProperties });
call = undefined; // done with`,
    judge: each(["CALL_COMPLETED"], ({ call, index, page }) => {
      if (!call) return null;
      const last = before(call, index).findLast((other) => isFromApp(other, "CALL_COMPLETED"));
      const isSaved =
        last &&
        page.said.some(
          (other) =>
            other.index > last.index &&
            other.index < index &&
            isFromHubSpot(other, "UPDATE_ENGAGEMENT_SUCCEEDED"),
        );
      return isSaved ? "HubSpot had saved the call." : "";
    }),
  },
  {
    id: "engagement-made",
    title: "HubSpot makes the requested engagement",
    level: "should",
    why: "The call is not logged.",
    source: "Documentation, onCreateEngagementFailed. Why HubSpot makes none is a guess",
    mend: `extensions.outgoingCall({ externalCallId, createEngagement: true,
  fromNumber: "+1 212 555 0100", toNumber: "+44 7700 900142" }); // telephone numbers, in full`,
    judge: ({ calls }) =>
      calls.flatMap(({ start, asksEngagement, isIgnored }): Occasion[] => {
        const { message, index, page } = start;
        const answer = page.said.find(
          (other) =>
            other.index > index &&
            (isFromApp(other, ...starts) ||
              isFromHubSpot(other, ...created, "CREATE_ENGAGEMENT_FAILED")),
        );
        if (!asksEngagement || isIgnored || !answer || answer.message.faults) return [];
        if (isFromHubSpot(answer, ...created)) return [{ message, kept: true }];
        return answer.message.from === "app"
          ? []
          : [{ message, wrong: `HubSpot made none: ${reasonIn(answer)}.` }];
      }),
  },
  {
    id: "saved",
    title: "HubSpot saves what CALL_COMPLETED says of the call",
    level: "must",
    why: "Notes and outcome are lost, and the call is not on the timeline.",
    source: "Documentation, callCompleted and onUpdateEngagementFailed",
    mend: `// Without an engagement there is nothing to save to.
extensions.outgoingCall({ externalCallId, fromNumber, toNumber, createEngagement: true });
extensions.callCompleted({ externalCallId, engagementId, engagementProperties: { hs_call_body: notes } });`,
    judge: eachProperties((_, { page, index, call, data }) => {
      const next = page.said.slice(page.said.findIndex((other) => other.index === index) + 1);
      const answer = next.find(
        (other) =>
          isFromApp(other, "CALL_COMPLETED") ||
          isFromHubSpot(other, "UPDATE_ENGAGEMENT_SUCCEEDED", "UPDATE_ENGAGEMENT_FAILED"),
      );
      if (!answer || answer.message.from === "app") return null;
      if (isFromHubSpot(answer, "UPDATE_ENGAGEMENT_SUCCEEDED")) return "";
      // Where HubSpot says that it made no engagement, there is none to save to: another rule's affair.
      const isWithout = call?.isRefused === true;
      // Only HubSpot itself knows an app's own engagement.
      const isOwn = isGiven(data.engagementId) && call?.asksEngagement !== true;
      if (answer.message.faults || isWithout || isOwn) return null;
      return `HubSpot refused it: ${reasonIn(answer)}.`;
    }),
  },
  {
    id: "hide-widget",
    title: "hideWidget is true or false",
    level: "should",
    why: "The app closes when it should stay, or stays when it should close.",
    source: "SDK type OnCallCompleted",
    mend: "extensions.callCompleted({ externalCallId, engagementId, hideWidget: false });",
    judge: each(["CALL_COMPLETED"], ({ data }) => typesWrong(data, { hideWidget: "boolean" })),
  },
  {
    id: "finalize",
    title: "FINALIZE_ENGAGEMENT and PUBLISH_TO_CHANNEL name the engagement",
    level: "should",
    why: "HubSpot does not know which call is meant (FINALIZE_ENGAGEMENT_FAILED).",
    source: "SDK types OnFinalizeEngagement and OnPublishToChannel",
    mend: "extensions.finalizeEngagement({ externalCallId, engagementId });",
    judge: each(publishing, ({ data }) =>
      isGiven(data.engagementId) ? "" : "There is no engagementId.",
    ),
  },
] as const satisfies readonly Rule[];
