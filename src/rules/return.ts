// A page that goes in mid-call comes back to the call.
import { isFields } from "../call/messages.ts";
import { callsOn, isFromApp, later, pagesAfter, starts } from "./digest.ts";
import { each, type Occasion, type Rule } from "./rule.ts";
import { isGiven, shown } from "./values.ts";

export const returnRules: readonly Rule[] = [
  {
    id: "reload",
    title: "A page that is loaded again in mid-call comes back to the call",
    level: "should",
    why: "The user loses the call, and HubSpot’s log entry is never finished.",
    source: "SDK issue 21",
    judge: (session) =>
      session.pages.flatMap((page) => {
        const [next] = pagesAfter(session, page);
        // A panel cannot know that the call is still its own unless HubSpot says so; the other frames of an app share one.
        if (!next?.sync || (page.frame === "widget" && !isGiven(next.sync.data.engagementId)))
          return [];
        const { message, index } = next.sync;
        return callsOn(session, next.sync, page)
          .filter(({ isIgnored }) => !isIgnored)
          .flatMap((call): Occasion[] => {
            if (call.said.some((other) => other.index > index)) return [{ message, kept: true }];
            const isReplaced = session.calls.some(({ start }) => start.page === next);
            return session.isOver || isReplaced
              ? [
                  {
                    message,
                    wrong: "The page was loaded again, and said nothing more of its call.",
                  },
                ]
              : [{ message, pending: "The page was loaded again in mid-call." }];
          });
      }),
  },
  {
    id: "goes-on",
    title: "A page that is given an engagementId in SYNC goes on with that call",
    level: "should",
    why: "After the move to the caller’s record the call is gone from the app, or logged a second time.",
    source: "Documentation, navigateToRecord: the page redirects, and onReady has the engagementId",
    judge: ({ pages }) =>
      pages.flatMap(({ sync, said }): Occasion[] => {
        const id = sync?.data.engagementId;
        if (!sync || !isGiven(id)) return [];
        const { message } = sync;
        const first = said.find((other) => isFromApp(other, ...starts, ...later));
        if (!first) return [{ message, pending: `Nothing said yet of engagement ${shown(id)}.` }];
        return isFromApp(first, ...starts) && first.call?.start === first
          ? [
              {
                message: first.message,
                wrong: `A new call began, and engagement ${shown(id)} was on.`,
              },
            ]
          : [{ message, kept: true }];
      }),
  },
  {
    id: "navigate",
    title: "NAVIGATE_TO_RECORD names a record, and where to open it",
    level: "must",
    why: "HubSpot opens no record (NAVIGATE_TO_RECORD_FAILED).",
    source: "SDK type OnNavigateToRecord",
    judge: each(["NAVIGATE_TO_RECORD"], ({ data: { objectCoordinates, openIn } }) => {
      const at = isFields(objectCoordinates) ? objectCoordinates : {};
      const missing = ["portalId", "objectId", "objectTypeId"].find((name) => !isGiven(at[name]));
      if (missing) return `objectCoordinates has no ${missing}.`;
      const isPlace = openIn === undefined || openIn === "CURRENT_TAB" || openIn === "NEW_TAB";
      return isPlace ? "" : `openIn is ${shown(openIn)}: CURRENT_TAB or NEW_TAB.`;
    }),
  },
];
