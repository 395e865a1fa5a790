// What HubSpot says during a call is no reason to end the call.
import { isFields } from "../call/messages.ts";
import {
  askedIn,
  callsOn,
  type Digest,
  ends,
  isAskedFor,
  isFromApp,
  isFromHubSpot,
  publishing,
  type Said,
} from "./digest.ts";
import { type Occasion, type Rule, reaction } from "./rule.ts";

const fromHubSpot = [
  "SYNC",
  "DIAL_NUMBER",
  "END_CALL",
  "VISIBILITY_CHANGED",
  "ENGAGEMENT_CREATED",
  "SET_CALL_STATE",
  "SET_WIDGET_URL_FAILED",
  "NAVIGATE_TO_RECORD_FAILED",
  ...["CREATE_ENGAGEMENT", "UPDATE_ENGAGEMENT", "CALLER_ID_MATCH", "INITIATE_CALL_ID"].flatMap(
    (name) => [`${name}_SUCCEEDED`, `${name}_FAILED`],
  ),
  ...publishing.flatMap((name) => [`${name}_SUCCEEDED`, `${name}_FAILED`]),
];

/**
 * Judges what the app does to the current call when HubSpot says something that is no reason to end it, or to start
 * another. Later actions, and any after END_CALL, may be the user's.
 */
const undisturbed =
  (
    what: string,
    concerns: (said: Said, session: Digest) => boolean,
    ...alsoNot: string[]
  ): Rule["judge"] =>
  (session) =>
    session.said
      .filter((said) => said.message.from === "hubspot" && concerns(said, session))
      .flatMap((said): Occasion[] => {
        const on = callsOn(session, said);
        if (on.length === 0) return [];
        // Nobody starts a call as soon as another is asked for, and HubSpot's own demos wait for 500 ms.
        const until = said.message.at + reaction * (alsoNot.length > 0 ? 2 : 1);
        const next = said.page.said.filter(
          ({ index, message }) => index > said.index && message.at < until,
        );
        if (next.some((other) => isFromHubSpot(other, "END_CALL"))) return [];
        const done = next.find(
          (other) =>
            isFromApp(other, ...alsoNot) ||
            (isFromApp(other, ...ends, "CALL_COMPLETED") &&
              other.message.at < said.message.at + reaction &&
              other.call &&
              on.includes(other.call)),
        );
        if (done) {
          const { message } = done;
          return [{ message, wrong: `${message.type} came at once after ${what}.` }];
        }
        return session.at < until ? [] : [{ message: said.message, kept: true }];
      });

/** What HubSpot would not say, or not so. */
function isOdd(said: Said): boolean {
  const { type, data } = said.message;
  if (!fromHubSpot.includes(type)) return true;
  if (type === "DIAL_NUMBER") return askedIn(said) === "";
  return type.endsWith("_SUCCEEDED") && !isFields(data);
}

/** HubSpot says so of its panel. */
const isVisibility = ({ message, data }: Said, name: "isHidden" | "isMinimized") =>
  message.type === "VISIBILITY_CHANGED" && data[name] === true;

export const disturbanceRules = [
  {
    id: "dial-during-call",
    title: "A request to dial another number does not disturb the call that is on",
    level: "should",
    why: "A click on another number in HubSpot cuts the user off, or starts a second call unasked.",
    source: "Not documented: what HubSpot’s user expects",
    mend: `const eventHandlers = {
  onDialNumber: (data) => {
    if (call) waiting.push(data); // to be offered when the call is over
    else offer(data);
  },
};`,
    judge: undisturbed(
      "DIAL_NUMBER",
      (said, session) =>
        isFromHubSpot(said, "DIAL_NUMBER") &&
        !isOdd(said) &&
        // The same number is the other rule's: HubSpot asks twice.
        callsOn(session, said).every(({ start }) => !isAskedFor(start, said)),
      "OUTGOING_CALL_STARTED",
    ),
  },
  {
    id: "hidden-during-call",
    title: "A hidden app goes on with its call",
    level: "should",
    why: "Closing the panel cuts the user off.",
    source: "Documentation, onVisibilityChanged; SDK issue 116",
    mend: `const eventHandlers = {
  // The call goes on.
  onVisibilityChanged: ({ isHidden }) => { document.body.classList.toggle("hidden", isHidden); },
};`,
    judge: undisturbed("VISIBILITY_CHANGED", (said) => isVisibility(said, "isHidden")),
  },
  {
    id: "minimized-during-call",
    title: "A minimised app goes on with its call",
    level: "should",
    why: "Minimising the panel cuts the user off.",
    source: "Documentation, onVisibilityChanged; SDK issue 116",
    mend: `const eventHandlers = {
  // The call goes on.
  onVisibilityChanged: ({ isMinimized }) => { document.body.classList.toggle("small", isMinimized); },
};`,
    judge: undisturbed("VISIBILITY_CHANGED", (said) => isVisibility(said, "isMinimized")),
  },
  {
    id: "failure-during-call",
    title: "A call goes on without its engagement",
    level: "should",
    why: "HubSpot fails to log the call, and the app cuts the user off.",
    source: "Documentation, onCreateEngagementFailed",
    mend: `const eventHandlers = {
  // The call goes on.
  onCreateEngagementFailed: ({ error }) => { status.textContent = "Not logged: " + error.message; },
};`,
    judge: undisturbed("CREATE_ENGAGEMENT_FAILED", (said) =>
      isFromHubSpot(said, "CREATE_ENGAGEMENT_FAILED"),
    ),
  },
  {
    id: "no-match-during-call",
    title: "A call whose caller HubSpot does not find goes on",
    level: "should",
    why: "Callers who are no contacts yet, or who withhold their numbers, are cut off.",
    source: "Documentation, onCallerIdMatchFailed",
    mend: `const eventHandlers = {
  onCallerIdMatchSucceeded: ({ callerIdMatches }) => show(callerIdMatches), // possibly empty
  onCallerIdMatchFailed: () => show([]), // the call goes on
};`,
    judge: undisturbed("CALLER_ID_MATCH_FAILED", (said) =>
      isFromHubSpot(said, "CALLER_ID_MATCH_FAILED"),
    ),
  },
  {
    id: "odd-during-call",
    title: "Messages that the app does not know do not touch the call",
    level: "should",
    why: "A new message from HubSpot cuts the user off.",
    source: "SDK, defaultEventHandler",
    mend: `const eventHandlers = {
  defaultEventHandler: () => {}, // do nothing about what you do not know
};`,
    judge: undisturbed("a message that HubSpot does not have", isOdd),
  },
] as const satisfies readonly Rule[];
