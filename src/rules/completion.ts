// How a call is completed, and put on the timeline.
import { before, firstOf, isFromApp, isFromHubSpot, isLost, later, publishing } from "./digest.ts";
import { each, type Occasion, type Rule } from "./rule.ts";
import { isGiven, plain, shown, typesWrong } from "./values.ts";

export const completionRules: readonly Rule[] = [
  {
    id: "completed",
    title: "Every call is completed",
    level: "must",
    why: "HubSpot’s user keeps a log entry without outcome and notes (a “ghost”), or none at all.",
    source: "Documentation, callCompleted; SDK issues 46 and 87",
    judge: (session) =>
      session.calls.flatMap((call): Occasion[] => {
        const { start, asksEngagement, isIgnored } = call;
        const completed = firstOf(call, "CALL_COMPLETED");
        if (completed) return [{ message: completed.message, kept: true }];
        // [guess] That whoever takes a transferred call over completes it.
        const isOthers = firstOf(call, "CALL_TRANSFERRED") !== undefined;
        if (isIgnored || isOthers || !asksEngagement || isLost(session, call)) return [];
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
    id: "engagement-id",
    title: "engagementId is the one that HubSpot gave the call",
    level: "must",
    why: "Notes and outcome are written on another call, or lost.",
    source: "Documentation, onCreateEngagementSucceeded",
    judge: each(
      [...later, ...publishing, "NAVIGATE_TO_RECORD"],
      ({ data, call, index, page }, { said, pages }) => {
        const { engagementId: id } = data;
        if (!call?.asksEngagement || !isGiven(id)) return null;
        // Answers do not say which call they are for: any since this one began may be its own.
        const given = [
          ...pages.flatMap(({ sync }) => sync ?? []),
          ...said
            .slice(call.start.index, index)
            .filter((other) =>
              isFromHubSpot(other, "CREATE_ENGAGEMENT_SUCCEEDED", "ENGAGEMENT_CREATED"),
            ),
        ];
        const isGivenId = given.some(
          (other) =>
            other.page.frame === page.frame && plain(other.data.engagementId) === plain(id),
        );
        return isGivenId
          ? ""
          : `engagementId is ${shown(id)}, which HubSpot did not give for this call.`;
      },
    ),
  },
  {
    id: "hide-widget",
    title: "hideWidget is true or false",
    level: "should",
    why: "The app is closed when it was to stay, or stays when it was to go.",
    source: "SDK type OnCallCompleted",
    judge: each(["CALL_COMPLETED"], ({ data }) => typesWrong(data, { hideWidget: "boolean" })),
  },
  {
    id: "finalize",
    title: "FINALIZE_ENGAGEMENT and PUBLISH_TO_CHANNEL name the engagement",
    level: "should",
    why: "HubSpot does not know which call is meant (FINALIZE_ENGAGEMENT_FAILED).",
    source: "SDK types OnFinalizeEngagement and OnPublishToChannel",
    judge: each(publishing, ({ data }) =>
      isGiven(data.engagementId) ? "" : "There is no engagementId.",
    ),
  },
];
