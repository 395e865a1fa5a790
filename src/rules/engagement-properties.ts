// engagementProperties: what is written on the timeline, each value by itself.
import { dispositions } from "../call/messages.ts";
import { callStatuses, properties, textProperties } from "./properties.mjs";
import { eachProperties, property, type Rule } from "./rule.ts";
import { isLoadable, isSaid, plain, shown, textOf, timeOf } from "./values.ts";

/** How each of these samples begins and ends. */
const completing = (lines: string) =>
  `extensions.callCompleted({ externalCallId, engagementId, engagementProperties: {\n  ${lines}\n} });`;

export const propertyRules = [
  {
    id: "property-names",
    title: "engagementProperties are HubSpot’s, or custom ones",
    level: "should",
    why: "HubSpot refuses properties that it does not know (UPDATE_ENGAGEMENT_FAILED): notes are lost.",
    source:
      "Documentation, engagement properties; SDK type RawEngagementProperties. That HubSpot refuses others is a guess",
    mend: completing("hs_call_body: notes, // not hs_call_notes\n  my_own_property: value,"),
    judge: eachProperties((said) => {
      const names = Object.keys(said).filter((name) => /^(hs_|hubspot_)/.test(name));
      const unknown = names.find((name) => !properties.includes(name));
      if (unknown) return `${unknown} is not documented.`;
      return names.length > 0 ? "" : null;
    }),
  },
  {
    id: "property-types",
    title: "engagementProperties are text",
    level: "should",
    why: "HubSpot’s properties are text, even numbers: what it does with others is unknown.",
    source: "SDK type RawEngagementProperties",
    mend: completing("hs_call_duration: String(ms),"),
    judge: eachProperties((said) => {
      const names = textProperties.filter((name) => isSaid(said[name]));
      const wrong = names.find((name) => typeof said[name] !== "string");
      if (wrong) return `${wrong} is ${shown(said[wrong])}, not text.`;
      return names.length > 0 ? "" : null;
    }),
  },
  {
    id: "timestamp",
    title: "hs_timestamp is in milliseconds, or an ISO date",
    level: "must",
    why: "The call stands at the wrong place of the timeline, such as in 1970.",
    source: "Documentation, hs_timestamp",
    mend: completing("hs_timestamp: startedAt, // as Date.now() gives it"),
    judge: property(
      "hs_timestamp",
      (value) => timeOf(value) === undefined && `hs_timestamp is ${shown(value)}.`,
    ),
  },
  {
    id: "duration",
    title: "hs_call_duration is a number",
    level: "must",
    why: "HubSpot refuses it, and with it the notes.",
    source: "SDK type RawEngagementProperties: “in milliseconds”",
    mend: completing('hs_call_duration: String(endedAt - answeredAt), // not "0:03"'),
    judge: property(
      "hs_call_duration",
      (value) => !/^\d+(\.\d+)?$/.test(plain(value)) && `hs_call_duration is ${shown(value)}.`,
    ),
  },
  {
    id: "call-status",
    title: "hs_call_status is one of HubSpot’s",
    level: "should",
    why: "HubSpot may refuse it, and with it the notes.",
    source:
      "SDK type RawEngagementProperties. HubSpot’s endpoint for calls from outside knows HOLD, MISSED and UNKNOWN, too: whether the property does is a guess",
    mend: completing(`hs_call_status: "COMPLETED",\n  // ${callStatuses.join(", ")}`),
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
    mend: completing('hs_call_direction: "OUTBOUND",'),
    judge: property(
      "hs_call_direction",
      (value) =>
        value !== "INBOUND" && value !== "OUTBOUND" && `hs_call_direction is ${shown(value)}.`,
    ),
  },
  {
    id: "disposition",
    title: "hs_call_disposition is an outcome’s GUID",
    level: "must",
    why: "HubSpot refuses it, or the call has no outcome.",
    source: "Documentation, call outcomes",
    mend: completing(
      Object.entries(dispositions)
        .map(
          ([guid, name], index) =>
            `${index > 0 ? "// " : ""}hs_call_disposition: "${guid}", // ${name}`,
        )
        .join("\n  "),
    ),
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
    mend: completing('hs_call_recording_url: "https://recordings.example/1.mp3",'),
    judge: property(
      "hs_call_recording_url",
      (value) =>
        !(isLoadable(value) && textOf(value).startsWith("https:")) &&
        `hs_call_recording_url is ${shown(value)}.`,
    ),
  },
  {
    id: "call-source",
    title: "hs_call_source is INTEGRATIONS_PLATFORM",
    level: "must",
    why: "HubSpot neither records nor transcribes the call.",
    source: "SDK type RawEngagementProperties: “must be set to INTEGRATIONS_PLATFORM”",
    mend: completing('hs_call_source: "INTEGRATIONS_PLATFORM",'),
    judge: property(
      "hs_call_source",
      (value) => value !== "INTEGRATIONS_PLATFORM" && `hs_call_source is ${shown(value)}.`,
    ),
  },
] as const satisfies readonly Rule[];
