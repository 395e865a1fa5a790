// Messages as such: their types, and what they say when something goes wrong.
import { later, publishing, starts } from "./digest.ts";
import { each, occasion, type Rule } from "./rule.ts";
import { isText, shown } from "./values.ts";

/** As the SDK's Constants.ts has them. */
const fromApp = [
  "SYNC_ACK",
  "INITIALIZED",
  "LOGGED_IN",
  "LOGGED_OUT",
  "USER_AVAILABLE",
  "USER_UNAVAILABLE",
  ...starts,
  ...later,
  ...publishing,
  "NAVIGATE_TO_RECORD",
  "ERROR",
  "RESIZE_WIDGET",
  "SET_WIDGET_URL",
  "CALL_DATA",
  "UNLOADING",
];

export const messageRules = [
  {
    id: "known-types",
    title: "Every message is one that HubSpot knows",
    level: "should",
    why: "HubSpot ignores a message that it does not know.",
    source: "The SDK’s Constants.ts, messageType",
    mend: `// The SDK's methods say the right types. sendMessage() takes any.
extensions.callAnswered({ externalCallId });`,
    judge: (session) =>
      session.said
        .filter(({ message }) => message.from === "app")
        .flatMap(({ message }) =>
          occasion(
            message,
            fromApp.includes(message.type) ? "" : `HubSpot knows no ${shown(message.type)}.`,
          ),
        ),
  },
  {
    id: "deprecated-messages",
    title: "Engagements are finalized, not published by the deprecated message",
    level: "should",
    why: "It works today, and may end with a version of HubSpot’s.",
    source: "The SDK’s Constants.ts: PUBLISH_TO_CHANNEL, use FINALIZE_ENGAGEMENT instead",
    mend: "extensions.finalizeEngagement({ externalCallId, engagementId }); // not publishToChannel()",
    judge: each(publishing, ({ message: { type } }) =>
      type === "PUBLISH_TO_CHANNEL"
        ? "FINALIZE_ENGAGEMENT takes the place of PUBLISH_TO_CHANNEL."
        : "",
    ),
  },
  {
    id: "deprecated-fields",
    title: "The called number is in toNumber, not in the deprecated phoneNumber",
    level: "should",
    why: "It works today, and may end with a version of HubSpot’s.",
    source: "Documentation, outgoingCall: phoneNumber is deprecated",
    mend: `extensions.outgoingCall({ externalCallId, fromNumber: "+1 212 555 0100", toNumber: "+44 7700 900142" });`,
    judge: each(["OUTGOING_CALL_STARTED"], ({ data }) => {
      if ("phoneNumber" in data) return "phoneNumber is deprecated: use toNumber.";
      return isText(data.toNumber) ? "" : null;
    }),
  },
  {
    id: "error-message",
    title: "ERROR has a message for HubSpot’s user",
    level: "should",
    why: "HubSpot shows an alert that says nothing.",
    source: "SDK type OnError",
    mend: `extensions.sendError({ message: "There is no line to the exchange." });`,
    judge: each(["ERROR"], ({ data }) => {
      // The SDK’s own answer to a message that it does not know has none.
      if (data.type === "UNKNOWN_MESSAGE_TYPE") return null;
      return isText(data.message) ? "" : `message is ${shown(data.message)}.`;
    }),
  },
  {
    id: "no-errors",
    title: "Nothing that HubSpot says makes the app’s page throw",
    level: "should",
    why: "The app stops half-way: a button does nothing, a call is not logged.",
    source: "Not documented: seen with payloads that lack fields (SDK issues 207 and 228)",
    mend: `const eventHandlers = {
  onDialNumber: (data) => dial(data?.phoneNumber ?? data?.phone_number ?? "", data?.calleeInfo?.calleeId),
  defaultEventHandler: () => {}, // whatever HubSpot says one day
};`,
    judge: ({ errors }) => {
      if (!errors) return [{ pending: "Nothing watched for errors; the judge command does." }];
      return errors.length > 0 ? errors.map((wrong) => ({ wrong })) : [{ kept: true }];
    },
  },
] as const satisfies readonly Rule[];
