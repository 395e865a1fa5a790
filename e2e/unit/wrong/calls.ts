// What apps do wrong. From a call’s start to its end: which one is meant, the number that is called, and what is said of it.
import {
  after,
  again,
  all,
  answered,
  asked,
  begin,
  completed,
  cut,
  dialledAgain,
  dialledTwice,
  elsewhere,
  ended,
  fields,
  from,
  hello,
  ids,
  inbound,
  missed,
  moved,
  outbound,
  payload,
  properties,
  silentFrom,
  started,
  to,
  twoCalls,
  wait,
  without,
} from "../story.ts";
import type { Wrong } from "./wrong.ts";

export const calls: readonly Wrong[] = [
  // ── Ids ──
  {
    it: "ends a call without saying which",
    breaks: "call-id",
    story: outbound,
    change: fields("CALL_ENDED", { externalCallId: undefined }),
  },
  {
    it: "says the id as a number",
    breaks: "call-id",
    story: outbound,
    change: (lines) => again(lines, 17, ids.engagementId),
  },
  {
    it: "ends a call under another id",
    breaks: "call-known",
    story: outbound,
    change: fields("CALL_ENDED", { externalCallId: "another" }),
  },
  {
    it: "answers a call that it never started",
    breaks: "call-known",
    story: hello,
    change: (lines) => [...lines, answered],
  },
  {
    it: "starts a call twice, and asks for two engagements",
    breaks: "one-start",
    story: outbound,
    change: after("OUTGOING_CALL_STARTED", started),
  },
  {
    it: "starts the call again after a reload, and asks for another engagement",
    breaks: "one-start",
    story: moved,
    change: after(
      "INITIALIZED",
      ...elsewhere([inbound[3] ?? started], { frame: "remote", load: "2" }),
    ),
  },
  {
    it: "gives every call the same id",
    breaks: "call-id-unique",
    story: outbound,
    change: (lines) => [...lines, ...again(lines.slice(hello.length), "call-1")],
  },
  {
    it: "completes the second call with the first one’s engagement",
    breaks: "engagement-id",
    story: twoCalls,
    change: fields("CALL_COMPLETED", { engagementId: ids.engagementId }),
  },
  {
    it: "makes an engagementId up",
    breaks: "engagement-id",
    story: outbound,
    change: fields("CALL_COMPLETED", { engagementId: 4711 }),
  },
  {
    it: "completes with engagementId 0",
    breaks: "engagement-id-empty",
    story: outbound,
    change: fields("CALL_COMPLETED", { engagementId: 0 }),
  },
  {
    it: "ends with an empty engagementId",
    breaks: "engagement-id-empty",
    story: outbound,
    change: fields("CALL_ENDED", { engagementId: "" }),
  },

  // ── Calls that HubSpot asks for ──
  {
    it: "loses the country’s code",
    breaks: "dialled-number",
    story: outbound,
    change: all(
      wait("OUTGOING_CALL_STARTED", 4000),
      fields("OUTGOING_CALL_STARTED", { toNumber: "07700 900142", dialingContext: undefined }),
    ),
  },
  {
    it: "loses a digit",
    breaks: "dialled-number",
    also: ["numbers-right"],
    story: outbound,
    change: all(
      wait("OUTGOING_CALL_STARTED", 4000),
      fields("OUTGOING_CALL_STARTED", { toNumber: "+44770090014", dialingContext: undefined }),
    ),
  },
  {
    it: "puts its own country’s code before the number",
    breaks: "dialled-number",
    also: ["numbers-right"],
    story: outbound,
    change: all(
      wait("OUTGOING_CALL_STARTED", 4000),
      fields("OUTGOING_CALL_STARTED", { toNumber: "+1447700900142", dialingContext: undefined }),
    ),
  },
  {
    it: "calls the number of the call before, at once",
    breaks: "dialled-number",
    also: ["numbers-right"],
    story: outbound,
    change: fields("OUTGOING_CALL_STARTED", { toNumber: "+44 20 7946 0018" }),
  },
  {
    it: "calls another number later, and says that it is the one that HubSpot asked for",
    breaks: "dialled-number",
    also: ["numbers-right"],
    story: outbound,
    change: all(
      wait("OUTGOING_CALL_STARTED", 4000),
      fields("OUTGOING_CALL_STARTED", { toNumber: "+44 20 7946 0018" }),
    ),
  },
  {
    it: "puts another country’s code before a number without one",
    breaks: "dialled-number",
    story: outbound,
    change: all(
      payload("DIAL_NUMBER", {
        ...asked,
        phoneNumber: "07700 900142",
        phone_number: "07700 900142",
      }),
      fields("OUTGOING_CALL_STARTED", { toNumber: "+497700900142", dialingContext: undefined }),
      properties({ hs_call_to_number: "+497700900142" }),
    ),
  },
  {
    it: "gives the DIAL_NUMBER of another call as dialingContext",
    breaks: "dialing-context",
    story: outbound,
    change: fields("OUTGOING_CALL_STARTED", {
      dialingContext: { ...asked, startTimestamp: begin - 60_000 },
    }),
  },
  {
    it: "gives half of DIAL_NUMBER as dialingContext",
    breaks: "dialing-context",
    story: outbound,
    change: fields("OUTGOING_CALL_STARTED", { dialingContext: { phoneNumber: to } }),
  },
  {
    it: "gives dialingContext as text",
    breaks: "dialing-context",
    story: outbound,
    change: fields("OUTGOING_CALL_STARTED", { dialingContext: JSON.stringify(asked) }),
  },
  {
    it: "gives no dialingContext",
    breaks: "dialing-context-given",
    story: outbound,
    change: fields("OUTGOING_CALL_STARTED", { dialingContext: undefined }),
  },
  {
    it: "calls twice where HubSpot asks twice",
    breaks: "one-call-a-dial",
    story: dialledTwice,
    change: all(
      after(
        "OUTGOING_CALL_STARTED",
        ...again([started]).map((line) => ({
          ...line,
          data: { ...Object(line.data), dialingContext: asked },
        })),
      ),
      after(
        "UPDATE_ENGAGEMENT_SUCCEEDED",
        ...again([{ ...ended, after: 1 }, completed], "call-2", ids.engagementId),
      ),
      fields("CALL_ENDED", { callEndStatus: "FAILED" }),
      properties({ hs_call_duration: "0", hs_call_status: "FAILED" }),
    ),
  },
  {
    it: "starts the call again when HubSpot asks again",
    breaks: "one-call-a-dial",
    story: dialledAgain,
    change: after("DIAL_NUMBER", started),
  },

  // ── The start ──
  {
    it: "does not say who calls",
    breaks: "numbers",
    story: outbound,
    change: fields("OUTGOING_CALL_STARTED", { fromNumber: "" }),
  },
  {
    it: "does not say who is called",
    breaks: "numbers",
    story: outbound,
    change: fields("OUTGOING_CALL_STARTED", { toNumber: undefined, dialingContext: undefined }),
  },
  {
    it: "says a name for a number",
    breaks: "dialable",
    story: inbound,
    change: all(
      fields("INCOMING_CALL", { toNumber: "Ada" }),
      properties({ hs_call_to_number: undefined }),
    ),
  },
  {
    it: "says its own number on both sides",
    breaks: "from-and-to",
    story: inbound,
    change: all(
      fields("INCOMING_CALL", { fromNumber: from }),
      properties({ hs_call_from_number: from }),
    ),
  },
  {
    it: "confuses from and to",
    breaks: "from-and-to",
    also: ["dialled-number"],
    story: outbound,
    change: all(
      fields("OUTGOING_CALL_STARTED", { fromNumber: to, toNumber: from }),
      properties({ hs_call_from_number: to, hs_call_to_number: from }),
    ),
  },
  {
    it: "says callStartTime in seconds",
    breaks: "start-time",
    story: outbound,
    change: fields("OUTGOING_CALL_STARTED", { callStartTime: begin / 1000 }),
  },
  {
    it: "says callStartTime in another time zone",
    breaks: "start-time",
    story: outbound,
    change: fields("OUTGOING_CALL_STARTED", { callStartTime: begin + 3_600_000 }),
  },
  {
    it: "says callStartTime as a date",
    breaks: "start-time",
    story: outbound,
    change: fields("OUTGOING_CALL_STARTED", { callStartTime: "2025-06-15T15:06:40Z" }),
  },
  {
    it: "asks for an engagement in text",
    breaks: "start-fields",
    story: outbound,
    change: fields("OUTGOING_CALL_STARTED", { createEngagement: "true" }),
  },

  // ── Answer and end ──
  {
    it: "answers a call twice",
    breaks: "answered",
    story: outbound,
    change: after("CALL_ANSWERED", answered),
  },
  {
    it: "answers a call that is over",
    breaks: "answered",
    story: outbound,
    change: after("CALL_ENDED", answered),
  },
  {
    it: "completes a call that it has not ended",
    breaks: "ended",
    story: outbound,
    change: all(without("CALL_ENDED"), wait("CALL_COMPLETED", 3000)),
  },
  {
    it: "ends a call twice",
    breaks: "ended",
    story: outbound,
    change: after("CALL_ENDED", { ...ended, after: 1 }),
  },
  {
    it: "never ends a call",
    breaks: "ended",
    also: ["completed"],
    story: outbound,
    change: silentFrom("CALL_ENDED"),
  },
  {
    it: "ends a call as INTERNAL_COMPLETED",
    breaks: "end-status",
    story: outbound,
    change: fields("CALL_ENDED", { callEndStatus: "INTERNAL_COMPLETED" }),
  },
  {
    it: "ends a call as HUNG_UP",
    breaks: "end-status",
    story: outbound,
    change: fields("CALL_ENDED", { callEndStatus: "HUNG_UP" }),
  },
  {
    it: "does not say how a call ended",
    breaks: "end-status-given",
    story: outbound,
    change: fields("CALL_ENDED", { callEndStatus: undefined }),
  },
  {
    it: "says COMPLETED of a call that nobody answered",
    breaks: "end-status-right",
    story: missed,
    change: all(
      fields("CALL_ENDED", { callEndStatus: "COMPLETED" }),
      properties({ hs_call_status: "COMPLETED" }),
    ),
  },
  {
    it: "says NO_ANSWER of a call that was answered",
    breaks: "end-status-right",
    story: outbound,
    change: all(
      fields("CALL_ENDED", { callEndStatus: "NO_ANSWER" }),
      properties({ hs_call_status: "NO_ANSWER" }),
    ),
  },
  {
    it: "says REJECTED of a call that was answered",
    breaks: "end-status-right",
    story: inbound,
    change: all(
      fields("CALL_ENDED", { callEndStatus: "REJECTED" }),
      properties({ hs_call_status: "CANCELED" }),
    ),
  },
  {
    it: "does not hang up when HubSpot does",
    breaks: "end-call",
    story: cut,
    change: all(wait("CALL_ENDED", 12_000), properties({ hs_call_duration: "14900" })),
  },
];
