// What apps do wrong: each is one small change to a story of the good app's, with the rule that names it.
import type { RuleId } from "../../src/rules/rules.ts";
import {
  after,
  again,
  all,
  answered,
  app,
  asked,
  before,
  begin,
  type Change,
  completed,
  cut,
  cutAfter,
  dialledAgain,
  dialledTwice,
  disturbances,
  elsewhere,
  ended,
  fields,
  from,
  hello,
  hubspot,
  ids,
  inbound,
  type Line,
  late,
  missed,
  moved,
  others,
  outbound,
  payload,
  properties,
  rejected,
  silentFrom,
  started,
  sync,
  to,
  twoCalls,
  wait,
  windowed,
  without,
} from "./story.ts";

export type Wrong = {
  /** What the app does, after "It". */
  it: string;
  breaks: RuleId;
  /** What comes of it besides. */
  also?: RuleId[];
  story: readonly Line[];
  change: Change;
};

/** In mid-call, HubSpot says something, and the app ends the call at once. */
const endsOn = (disturbance: Line): Change =>
  all(after("CALL_ANSWERED", late(3000, disturbance)), wait("CALL_ENDED", 100));

export const wrongBehaviours: readonly Wrong[] = [
  // ── The handshake ──
  {
    it: "does not answer SYNC",
    breaks: "handshake",
    story: hello,
    change: () => [...Array(299)].map(() => sync),
  },
  {
    it: "answers SYNC with another messageId, so that HubSpot asks on",
    breaks: "handshake",
    story: hello,
    change: after("SYNC_ACK", ...[...Array(10)].map(() => sync)),
  },
  {
    it: "answers SYNC after 31 s",
    breaks: "handshake",
    story: hello,
    change: wait("SYNC_ACK", 31_000),
  },
  {
    it: "logs in before the handshake",
    breaks: "nothing-before-handshake",
    story: hello,
    change: before("SYNC_ACK", app("LOGGED_IN")),
  },
  {
    it: "never says INITIALIZED",
    breaks: "initialized",
    story: hello,
    change: without("INITIALIZED"),
  },
  {
    it: "never says INITIALIZED in the calling window either",
    breaks: "initialized",
    story: windowed.slice(0, 5),
    change: without("INITIALIZED"),
  },
  {
    it: "logs in before INITIALIZED",
    breaks: "initialized-first",
    story: hello,
    change: before("INITIALIZED", app("LOGGED_IN")),
  },
  {
    it: "says INITIALIZED at each login",
    breaks: "initialized-once",
    story: hello,
    change: after("INITIALIZED", app("INITIALIZED", { isLoggedIn: true })),
  },
  {
    it: "says isLoggedIn as text",
    breaks: "initialized-fields",
    story: hello,
    change: fields("INITIALIZED", { isLoggedIn: "false" }),
  },
  {
    it: "says isAvailable as a number",
    breaks: "initialized-fields",
    story: hello,
    change: fields("INITIALIZED", { isAvailable: 1 }),
  },

  // ── Messages ──
  {
    it: "says a message of its own making",
    breaks: "known-types",
    story: outbound,
    change: after("CALL_ANSWERED", app("CALL_HELD", ids)),
  },
  {
    it: "publishes by the deprecated message",
    breaks: "deprecated-messages",
    story: outbound,
    change: after("CALL_ANSWERED", app("PUBLISH_TO_CHANNEL", ids)),
  },
  {
    it: "says the number in the deprecated phoneNumber",
    breaks: "deprecated-fields",
    story: outbound,
    change: fields("OUTGOING_CALL_STARTED", { toNumber: undefined, phoneNumber: to }),
  },
  {
    it: "reports an error without words",
    breaks: "error-message",
    story: others,
    change: payload("ERROR", { text: "No line" }),
  },
  {
    it: "asks for a size in text",
    breaks: "size",
    story: others,
    change: fields("RESIZE_WIDGET", { width: "400px" }),
  },
  {
    it: "asks for a negative height",
    breaks: "size",
    story: hello,
    change: fields("INITIALIZED", { sizeInfo: { width: 400, height: -1 } }),
  },
  {
    it: "asks for more than a laptop shows",
    breaks: "size-fits",
    story: others,
    change: fields("RESIZE_WIDGET", { height: 2000 }),
  },
  {
    it: "gives half an address",
    breaks: "widget-url",
    story: others,
    change: fields("SET_WIDGET_URL", { iFrameUrl: "/call" }),
  },
  {
    it: "gives an http address",
    breaks: "widget-url",
    story: others,
    change: fields("SET_WIDGET_URL", { iFrameUrl: "http://app.example/call" }),
  },

  // ── The user, and the frame that speaks ──
  {
    it: "calls for a user who is logged out",
    breaks: "logged-in",
    story: outbound,
    change: before("OUTGOING_CALL_STARTED", app("LOGGED_OUT")),
  },
  {
    it: "rings for a user who is not available",
    breaks: "available",
    story: inbound,
    change: fields("INITIALIZED", { isAvailable: false }),
  },
  {
    it: "speaks from the navigation bar, where the calling window is to speak",
    breaks: "window-talks",
    story: elsewhere(outbound, { frame: "window" }),
    change: (lines) => elsewhere(lines, { frame: "remote" }),
  },
  {
    it: "speaks from the calling window, where each tab is to speak",
    breaks: "window-talks",
    story: elsewhere(outbound, { frame: "window" }),
    change: fields("SYNC", { usesCallingWindow: false }),
  },
  {
    it: "tells the end from the navigation bar as well",
    breaks: "window-talks",
    also: ["initialized-first"],
    story: windowed,
    change: after(
      "CALL_ENDED",
      ...elsewhere([{ ...ended, after: 1 }], { frame: "remote", load: "tab" }),
    ),
  },

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

  // ── In mid-call ──
  {
    it: "hangs up when HubSpot asks for another number",
    breaks: "dial-during-call",
    story: outbound,
    change: endsOn(disturbances.otherDial),
  },
  {
    it: "calls another number in mid-call as soon as HubSpot asks for it",
    breaks: "dial-during-call",
    story: outbound,
    change: all(
      after(
        "CALL_ANSWERED",
        disturbances.otherDial,
        app("OUTGOING_CALL_STARTED", {
          externalCallId: "call-2",
          fromNumber: from,
          toNumber: "+44 20 7946 0018",
          dialingContext: disturbances.otherDial.data,
          createEngagement: false,
        }),
        app("CALL_ENDED", { externalCallId: "call-2", callEndStatus: "CANCELED" }),
      ),
      properties({ hs_call_duration: "4200" }),
    ),
  },
  {
    it: "hangs up when it is hidden",
    breaks: "hidden-during-call",
    story: outbound,
    change: endsOn(disturbances.hidden),
  },
  {
    it: "hangs up when it is minimised",
    breaks: "minimized-during-call",
    story: outbound,
    change: endsOn(disturbances.minimized),
  },
  {
    it: "hangs up when HubSpot makes no engagement",
    breaks: "failure-during-call",
    story: outbound,
    change: endsOn(disturbances.failure),
  },
  {
    it: "hangs up on callers whom HubSpot does not know",
    breaks: "no-match-during-call",
    story: inbound,
    change: endsOn(disturbances.noMatch),
  },
  {
    it: "hangs up at a message that it does not know",
    breaks: "odd-during-call",
    story: outbound,
    change: endsOn(disturbances.odd),
  },

  // ── Coming back ──
  {
    it: "forgets the call with its page",
    breaks: "goes-on",
    also: ["reload"],
    story: moved,
    change: all(cutAfter("INITIALIZED"), fields("INITIALIZED", { engagementId: undefined })),
  },
  {
    it: "says that it goes on, and then nothing more",
    breaks: "reload",
    also: ["completed", "ended"],
    story: moved,
    change: cutAfter("INITIALIZED"),
  },
  {
    it: "comes back with engagementId 0",
    breaks: "goes-on",
    story: moved,
    change: fields("INITIALIZED", { engagementId: 0 }),
  },
  {
    it: "comes back with an empty engagementId",
    breaks: "goes-on",
    story: moved,
    change: fields("INITIALIZED", { engagementId: "" }),
  },
  {
    it: "comes back with an engagementId that it made up",
    breaks: "goes-on",
    story: moved,
    change: fields("INITIALIZED", { engagementId: 4711 }),
  },
  {
    it: "comes back without saying to which call",
    breaks: "goes-on",
    story: moved,
    change: fields("INITIALIZED", { engagementId: undefined }),
  },
  {
    it: "comes back to the call under a new id",
    breaks: "reload",
    also: ["call-known"],
    story: moved,
    change: (lines) => [
      ...lines.filter(({ load }) => load === "1"),
      ...again(
        lines.filter(({ load }) => load === "2"),
        "made up",
        ids.engagementId,
      ),
    ],
  },
  {
    it: "comes back to the call under an empty id",
    breaks: "reload",
    also: ["call-id", "engagement-id-empty"],
    story: moved,
    change: all(
      (lines) => lines.filter(({ load, type }) => load === "1" || type !== "CALL_ANSWERED"),
      fields("CALL_ENDED", { externalCallId: "", engagementId: 0, callEndStatus: "FAILED" }),
      properties({ hs_call_duration: "0", hs_call_status: "FAILED" }),
    ),
  },
  {
    it: "begins a new call where HubSpot’s engagement was on",
    breaks: "goes-on",
    story: inbound,
    change: all(
      fields("SYNC", { engagementId: 61_200_000_006 }),
      fields("INITIALIZED", { engagementId: 61_200_000_006 }),
    ),
  },
  {
    it: "opens no record in particular",
    breaks: "navigate",
    story: moved,
    change: fields("NAVIGATE_TO_RECORD", {
      objectCoordinates: { portalId: 62515, objectTypeId: "0-1" },
    }),
  },
  {
    it: "opens a record nowhere",
    breaks: "navigate",
    story: moved,
    change: fields("NAVIGATE_TO_RECORD", { openIn: "ELSEWHERE" }),
  },
];
