// engagementProperties: what is written on the timeline.
import { dispositions } from "../call/messages.ts";
import { ends, firstOf } from "./digest.ts";
import { eachProperties, property, type Rule } from "./rule.ts";
import { isHttps, isMilliseconds, plain, shown, textOf } from "./values.ts";

const callStatuses = [
  "BUSY",
  "CALLING_CRM_USER",
  "CANCELED",
  "COMPLETED",
  "CONNECTING",
  "FAILED",
  "IN_PROGRESS",
  "NO_ANSWER",
  "QUEUED",
  "RINGING",
];

/** Each documented property whose value is text, or a number in it. */
const textProperties = [
  "hs_call_title",
  "hs_call_body",
  "hs_call_duration",
  "hs_call_status",
  "hs_call_direction",
  "hs_call_disposition",
  "hs_call_from_number",
  "hs_call_to_number",
  "hs_call_callee_object_id",
  "hs_call_callee_object_type",
  "hs_call_recording_url",
  "hs_call_source",
  "hubspot_owner_id",
  "hs_activity_type",
  "hs_attachment_ids",
];

const properties = ["hs_timestamp", ...textProperties];

export const propertyRules: readonly Rule[] = [
  {
    id: "property-names",
    title: "engagementProperties are HubSpot’s, or custom ones",
    level: "should",
    why: "HubSpot refuses properties that it does not know (UPDATE_ENGAGEMENT_FAILED): notes are lost.",
    source: "Documentation, engagement properties; SDK type RawEngagementProperties",
    judge: eachProperties((said) => {
      const unknown = Object.keys(said).find(
        (name) => /^(hs_|hubspot_)/.test(name) && !properties.includes(name),
      );
      return unknown ? `${unknown} is not documented.` : "";
    }),
  },
  {
    id: "property-types",
    title: "engagementProperties are text",
    level: "should",
    why: "HubSpot’s properties are text, numbers included: what it does with others is not said.",
    source: "SDK type RawEngagementProperties",
    judge: eachProperties((said) => {
      const wrong = textProperties.find(
        (name) => said[name] !== undefined && said[name] !== null && typeof said[name] !== "string",
      );
      return wrong ? `${wrong} is ${shown(said[wrong])}, not text.` : "";
    }),
  },
  {
    id: "timestamp",
    title: "hs_timestamp is in milliseconds, or an ISO date",
    level: "must",
    why: "The call stands at the wrong place of the timeline, such as in 1970.",
    source: "Documentation, hs_timestamp",
    judge: property("hs_timestamp", (value) => {
      const isDate =
        typeof value === "string" && /^\d{4}-/.test(value) && !Number.isNaN(Date.parse(value));
      return !isMilliseconds(value) && !isDate && `hs_timestamp is ${shown(value)}.`;
    }),
  },
  {
    id: "duration",
    title: "hs_call_duration is a whole number of milliseconds",
    level: "must",
    why: "HubSpot refuses it, and with it the notes.",
    source: "SDK type RawEngagementProperties: “in milliseconds”",
    judge: property(
      "hs_call_duration",
      (value) => !/^\d+$/.test(plain(value)) && `hs_call_duration is ${shown(value)}.`,
    ),
  },
  {
    id: "duration-unit",
    title: "hs_call_duration is not in seconds",
    level: "should",
    why: "An hour’s call stands on the timeline as one of 3 seconds.",
    source: "SDK type RawEngagementProperties: “in milliseconds”",
    judge: eachProperties(({ hs_call_duration: said }, { call }) => {
      const from = call && firstOf(call, "CALL_ANSWERED");
      const to = call && firstOf(call, ...ends);
      const took = from && to ? to.message.at - from.message.at : 0;
      const value = Number(plain(said));
      // Below that, ms and s cannot be told apart.
      const isSeconds = took >= 2000 && value > 0 && Math.abs(value * 1000 - took) <= 1000;
      return isSeconds ? `hs_call_duration is ${value} for a call of ${took} ms.` : "";
    }),
  },
  {
    id: "call-status",
    title: "hs_call_status is one of HubSpot’s",
    level: "must",
    why: "HubSpot refuses it, and with it the notes.",
    source: "SDK type RawEngagementProperties",
    judge: property(
      "hs_call_status",
      (value) =>
        !callStatuses.includes(textOf(value)) &&
        `hs_call_status is ${shown(value)}: ${callStatuses.join(", ")}.`,
    ),
  },
  {
    id: "direction",
    title: "hs_call_direction is INBOUND or OUTBOUND",
    level: "must",
    why: "HubSpot refuses it, and with it the notes.",
    source: "SDK type RawEngagementProperties",
    judge: property(
      "hs_call_direction",
      (value) =>
        value !== "INBOUND" && value !== "OUTBOUND" && `hs_call_direction is ${shown(value)}.`,
    ),
  },
  {
    id: "direction-right",
    title: "hs_call_direction is the way the call went",
    level: "should",
    why: "A call that came in stands on the timeline as one that was made.",
    source: "SDK type RawEngagementProperties: “from the perspective of the HubSpot user”",
    judge: eachProperties(({ hs_call_direction: said }, { call }) => {
      const isOther = call && said === (call.isInbound ? "OUTBOUND" : "INBOUND");
      return isOther ? `${call.start.message.type} was completed as ${said}.` : "";
    }),
  },
  {
    id: "disposition",
    title: "hs_call_disposition is an outcome’s GUID",
    level: "must",
    why: "HubSpot refuses it, or the call has no outcome.",
    source: "Documentation, call outcomes",
    judge: property("hs_call_disposition", (value) => {
      if (/^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/i.test(textOf(value))) return false;
      const [guid] = Object.entries(dispositions).find(([, name]) => name === value) ?? [];
      return `hs_call_disposition is ${shown(value)}${guid ? `, whose GUID is ${guid}` : ""}.`;
    }),
  },
  {
    id: "recording-url",
    title: "hs_call_recording_url is an https address",
    level: "must",
    why: "HubSpot does not take the recording.",
    source: "SDK type RawEngagementProperties: “Only HTTPS, secure URLs will be accepted”",
    judge: property(
      "hs_call_recording_url",
      (value) => !isHttps(value) && `hs_call_recording_url is ${shown(value)}.`,
    ),
  },
  {
    id: "call-source",
    title: "hs_call_source is INTEGRATIONS_PLATFORM",
    level: "must",
    why: "HubSpot neither records nor transcribes the call.",
    source: "SDK type RawEngagementProperties: “must be set to INTEGRATIONS_PLATFORM”",
    judge: property(
      "hs_call_source",
      (value) => value !== "INTEGRATIONS_PLATFORM" && `hs_call_source is ${shown(value)}.`,
    ),
  },
];
