// What apps do wrong. What goes on the timeline: the completion, and the properties.
import {
  after,
  all,
  begin,
  completed,
  fields,
  from,
  hubspot,
  inbound,
  missed,
  others,
  outbound,
  properties,
  rejected,
  silentFrom,
  to,
  twoCalls,
  without,
} from "../story.ts";
import type { Wrong } from "./wrong.ts";

export const timeline: readonly Wrong[] = [
  // ── Completion ──
  {
    it: "never completes a call",
    breaks: "completed",
    story: outbound,
    change: silentFrom("CALL_COMPLETED"),
  },
  {
    it: "never completes a call whose engagement it asked for in text",
    breaks: "completed",
    also: ["start-fields"],
    story: outbound,
    change: all(
      fields("OUTGOING_CALL_STARTED", { createEngagement: "true" }),
      silentFrom("CALL_COMPLETED"),
    ),
  },
  {
    it: "begins the next call before it has completed the last",
    breaks: "completed",
    story: twoCalls,
    change: (lines) => {
      const first = lines.findIndex(({ type }) => type === "CALL_COMPLETED");
      return lines.filter((_, index) => index !== first && index !== first + 1);
    },
  },
  {
    it: "completes again what HubSpot has saved",
    breaks: "completed-once",
    story: outbound,
    change: after("UPDATE_ENGAGEMENT_SUCCEEDED", completed),
  },
  {
    it: "asks for an engagement with a number for which HubSpot makes none",
    breaks: "engagement-made",
    also: ["dialable"],
    story: inbound,
    change: all(
      fields("INCOMING_CALL", { toNumber: "reception" }),
      (lines) =>
        lines.map((line) =>
          line.type === "CREATE_ENGAGEMENT_SUCCEEDED"
            ? hubspot("CREATE_ENGAGEMENT_FAILED", { error: { message: "toNumber is none" } })
            : line,
        ),
      fields("CALL_ENDED", { engagementId: undefined }),
      fields("CALL_COMPLETED", { engagementId: undefined }),
      properties({ hs_call_to_number: undefined }),
      without("UPDATE_ENGAGEMENT_SUCCEEDED"),
      after(
        "CALL_COMPLETED",
        hubspot("UPDATE_ENGAGEMENT_FAILED", { error: { message: "the call has no engagement" } }),
      ),
    ),
  },
  {
    it: "writes notes on a call for which it asked no engagement",
    breaks: "saved",
    story: outbound,
    change: all(
      fields("OUTGOING_CALL_STARTED", { createEngagement: false }),
      without("CREATE_ENGAGEMENT_SUCCEEDED", "UPDATE_ENGAGEMENT_SUCCEEDED"),
      fields("CALL_ENDED", { engagementId: undefined }),
      fields("CALL_COMPLETED", { engagementId: undefined }),
      after(
        "CALL_COMPLETED",
        hubspot("UPDATE_ENGAGEMENT_FAILED", { error: { message: "the call has no engagement" } }),
      ),
    ),
  },
  {
    it: "says what HubSpot refuses to save",
    breaks: "saved",
    story: outbound,
    change: all(
      without("UPDATE_ENGAGEMENT_SUCCEEDED"),
      after(
        "CALL_COMPLETED",
        hubspot("UPDATE_ENGAGEMENT_FAILED", { error: { message: "No such property" } }),
      ),
    ),
  },
  {
    it: "says hideWidget in text",
    breaks: "hide-widget",
    story: outbound,
    change: fields("CALL_COMPLETED", { hideWidget: "no" }),
  },
  {
    it: "finalizes no engagement",
    breaks: "finalize",
    story: others,
    change: fields("FINALIZE_ENGAGEMENT", { engagementId: undefined }),
  },

  // ── The properties ──
  {
    it: "makes a property up",
    breaks: "property-names",
    story: outbound,
    change: properties({ hs_call_notes: "As agreed." }),
  },
  {
    it: "says the duration as a number",
    breaks: "property-types",
    story: outbound,
    change: properties({ hs_call_duration: 3000 }),
  },
  {
    it: "says hs_timestamp in seconds",
    breaks: "timestamp",
    story: outbound,
    change: properties({ hs_timestamp: begin / 1000 }),
  },
  {
    it: "says hs_timestamp an hour late",
    breaks: "timestamp-right",
    story: outbound,
    change: properties({ hs_timestamp: begin + 3_600_000 }),
  },
  {
    it: "says hs_timestamp as a day",
    breaks: "timestamp-right",
    story: outbound,
    change: properties({ hs_timestamp: "2025-06-15" }),
  },
  {
    it: "says the duration as on a clock",
    breaks: "duration",
    story: outbound,
    change: properties({ hs_call_duration: "0:03" }),
  },
  {
    it: "says the duration in seconds",
    breaks: "duration-unit",
    story: outbound,
    change: properties({ hs_call_duration: "3" }),
  },
  {
    it: "counts the duration from the start of the day",
    breaks: "duration-right",
    story: outbound,
    change: properties({ hs_call_duration: "54000000" }),
  },
  {
    it: "counts the ringing, too",
    breaks: "duration-right",
    story: missed,
    change: properties({ hs_call_duration: "3100" }),
  },
  {
    it: "says a status of its own making",
    breaks: "call-status",
    story: outbound,
    change: properties({ hs_call_status: "DONE" }),
  },
  {
    it: "writes COMPLETED on a call that nobody answered",
    breaks: "status-right",
    story: missed,
    change: properties({ hs_call_status: "COMPLETED" }),
  },
  {
    it: "writes COMPLETED on a call that was rejected",
    breaks: "status-right",
    story: rejected,
    change: properties({ hs_call_status: "COMPLETED" }),
  },
  {
    it: "says the direction in words of its own",
    breaks: "direction",
    story: outbound,
    change: properties({ hs_call_direction: "outgoing" }),
  },
  {
    it: "writes INBOUND on a call that was made",
    breaks: "direction-right",
    story: outbound,
    change: properties({ hs_call_direction: "INBOUND" }),
  },
  {
    it: "writes the two numbers the wrong way round",
    breaks: "numbers-right",
    story: outbound,
    change: properties({ hs_call_from_number: to, hs_call_to_number: from }),
  },
  {
    it: "writes the number of another call",
    breaks: "numbers-right",
    story: outbound,
    change: properties({ hs_call_to_number: "+44 20 7946 0018" }),
  },
  {
    it: "says an outcome’s name for its GUID",
    breaks: "disposition",
    story: outbound,
    change: properties({ hs_call_disposition: "Connected" }),
  },
  {
    it: "gives the recording’s address as http",
    breaks: "recording-url",
    story: outbound,
    change: properties({ hs_call_recording_url: "http://recordings.example/1.mp3" }),
  },
  {
    it: "says another source",
    breaks: "call-source",
    story: outbound,
    change: properties({ hs_call_source: "MY_APP" }),
  },
];
