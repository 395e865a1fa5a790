// What HubSpot says in mid-call is no reason to end the call.
import { isFields } from "../call/messages.ts";
import { isSameNumber } from "../call/number.ts";
import {
  calledIn,
  callsOn,
  type Digest,
  ends,
  isFromApp,
  isFromHubSpot,
  publishing,
  type Said,
} from "./digest.ts";
import { type Occasion, type Rule, reaction } from "./rule.ts";
import { isText, textOf } from "./values.ts";

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
 * Judges what the app does to the call that is on when HubSpot says something that is no reason to end it, or to start
 * another. What comes later may be the user's doing, as may be all that follows END_CALL.
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
function isOdd({ message, data }: Said): boolean {
  const { type } = message;
  if (!fromHubSpot.includes(type)) return true;
  if (type === "DIAL_NUMBER") return !isText(data.phoneNumber) && !isText(data.phone_number);
  return type.endsWith("_SUCCEEDED") && !isFields(message.data);
}

export const disturbanceRules: readonly Rule[] = [
  {
    id: "dial-during-call",
    title: "A request to dial another number does not disturb the call that is on",
    level: "should",
    why: "A click on another number in HubSpot cuts the user off, or starts a second call unasked.",
    source: "Not documented: what HubSpot’s user expects",
    judge: undisturbed(
      "DIAL_NUMBER",
      (said, session) => {
        if (!isFromHubSpot(said, "DIAL_NUMBER") || isOdd(said)) return false;
        const number = textOf(said.data.phoneNumber) || textOf(said.data.phone_number);
        // The same number is the other rule's: HubSpot asks twice.
        return callsOn(session, said).every((call) => !isSameNumber(calledIn(call.start), number));
      },
      "OUTGOING_CALL_STARTED",
    ),
  },
  {
    id: "hidden-during-call",
    title: "A hidden app goes on with its call",
    level: "should",
    why: "Closing or minimising the panel cuts the user off.",
    source: "Documentation, onVisibilityChanged; SDK issue 116",
    judge: undisturbed(
      "VISIBILITY_CHANGED",
      ({ message, data }) =>
        message.type === "VISIBILITY_CHANGED" &&
        (data.isHidden === true || data.isMinimized === true),
    ),
  },
  {
    id: "failure-during-call",
    title: "A call goes on without its engagement",
    level: "should",
    why: "HubSpot fails to log the call, and the user is cut off besides.",
    source: "Documentation, onCreateEngagementFailed",
    judge: undisturbed("CREATE_ENGAGEMENT_FAILED", ({ message }) =>
      ["CREATE_ENGAGEMENT_FAILED", "CALLER_ID_MATCH_FAILED"].includes(message.type),
    ),
  },
  {
    id: "odd-during-call",
    title: "Messages that the app does not know leave the call alone",
    level: "should",
    why: "A message that HubSpot adds one day cuts the user off.",
    source: "SDK, defaultEventHandler",
    judge: undisturbed("a message that HubSpot does not have", isOdd),
  },
];
