// A page that goes during a call comes back to the call.
import { isFields } from "../call/messages.ts";
import {
  type Call,
  callsOn,
  isFromApp,
  isOverBy,
  isSilent,
  later,
  publishing,
  type Said,
  starts,
  successor,
} from "./digest.ts";
import { each, type Occasion, type Rule } from "./rule.ts";
import { isGiven, isSaid, plain, shown } from "./values.ts";

/** Whether a message names the call by the ids that it has had all along. */
function isNamed({ data, isMisnamed }: Said, { id, given }: Call): boolean {
  const { externalCallId, engagementId } = data;
  if (isGiven(externalCallId)) return !isMisnamed;
  return isGiven(engagementId) ? given.includes(plain(engagementId)) : id === "";
}

export const returnRules = [
  {
    id: "reload",
    title: "A page that is reloaded during a call continues it, with the same ids",
    level: "should",
    why: "The user loses the call, and HubSpot’s log entry is never finished.",
    source: "SDK issue 21; documentation, navigateToRecord",
    mend: `const kept = sessionStorage.getItem("call"); // or localStorage, where several frames share a call
let call = kept ? JSON.parse(kept) : undefined;
// whenever it changes:
sessionStorage.setItem("call", JSON.stringify(call));
// after the reload, with the ids of before:
extensions.callEnded({ externalCallId: call.externalCallId, engagementId: call.engagementId });`,
    judge: (session) =>
      session.pages.flatMap((page) => {
        const next = successor(session, page);
        // A panel cannot know that the call is still its own unless HubSpot says so; the other frames of an app share one.
        if (!next?.sync || (page.frame === "widget" && !isGiven(next.sync.data.engagementId)))
          return [];
        const { message, index } = next.sync;
        return callsOn(session, next.sync, page)
          .filter(({ isIgnored }) => !isIgnored)
          .flatMap((call): Occasion[] => {
            const told = call.said.filter(
              (other) =>
                other.index > index && isFromApp(other, ...starts, ...later, ...publishing),
            );
            const wrong = told.find((other) => !isNamed(other, call));
            if (wrong) {
              const { externalCallId, engagementId } = wrong.data;
              return [
                {
                  message: wrong.message,
                  wrong: `The call ${shown(call.id)} came back with externalCallId ${shown(externalCallId)} and engagementId ${shown(engagementId)}.`,
                },
              ];
            }
            if (told.length > 0) return [{ message, kept: true }];
            const isReplaced = session.calls.some(({ start }) => start.page === next);
            return session.isOver || isReplaced
              ? [
                  {
                    message,
                    wrong: "The page was loaded again, and said nothing more of its call.",
                  },
                ]
              : [{ message, pending: "The page was loaded again during the call." }];
          });
      }),
  },
  {
    id: "goes-on",
    title:
      "A page that gets an engagementId in SYNC repeats it in INITIALIZED, and continues that call",
    level: "should",
    why: "After the move to the caller’s record the call is gone from the app, or logged a second time.",
    source: "Documentation, navigateToRecord: the page redirects, and onReady has the engagementId",
    mend: `const eventHandlers = {
  onReady: ({ engagementId }) => {
    extensions.initialized({ isLoggedIn: true, ...(engagementId && { engagementId }) });
    if (engagementId) showCall(engagementId);
  },
};`,
    judge: ({ pages, calls }) =>
      pages.flatMap((page): Occasion[] => {
        const { sync, said } = page;
        const id = sync?.data.engagementId;
        if (!sync || !isGiven(id) || isSilent(page)) return [];
        const isOver = calls.some(
          (call) => call.given.includes(plain(id)) && isOverBy(call, sync.index),
        );
        const first = said.find((other) => isFromApp(other, "INITIALIZED"));
        if (isOver || !first) return [];
        const { message, data } = first;
        if (plain(data.engagementId) !== plain(id)) {
          const has = isSaid(data.engagementId)
            ? `has engagementId ${shown(data.engagementId)}`
            : "has no engagementId";
          return [{ message, wrong: `INITIALIZED ${has}, and SYNC had ${shown(id)}.` }];
        }
        const next = said.find((other) => isFromApp(other, ...starts, ...later));
        const isNew = next && isFromApp(next, ...starts) && next.call?.start === next;
        return isNew
          ? [
              {
                message: next.message,
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
    mend: `const eventHandlers = {
  onCallerIdMatchSucceeded: ({ callerIdMatches: [match] }) => {
    if (match) extensions.navigateToRecord({ engagementId, objectCoordinates: match.objectCoordinates });
  },
};`,
    judge: each(["NAVIGATE_TO_RECORD"], ({ data: { objectCoordinates, openIn } }) => {
      const at = isFields(objectCoordinates) ? objectCoordinates : {};
      const missing = ["portalId", "objectId", "objectTypeId"].find((name) => !isGiven(at[name]));
      if (missing) return `objectCoordinates has no ${missing}.`;
      const isPlace = !isSaid(openIn) || openIn === "CURRENT_TAB" || openIn === "NEW_TAB";
      return isPlace ? "" : `openIn is ${shown(openIn)}: CURRENT_TAB or NEW_TAB.`;
    }),
  },
] as const satisfies readonly Rule[];
