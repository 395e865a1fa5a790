// What apps do wrong. In mid-call, and after the page was loaded again.
import {
  after,
  again,
  all,
  app,
  type Change,
  cutAfter,
  disturbances,
  fields,
  from,
  ids,
  inbound,
  type Line,
  late,
  moved,
  outbound,
  properties,
  wait,
} from "../story.ts";
import type { Wrong } from "./wrong.ts";

/** In mid-call, HubSpot says something, and the app ends the call at once. */
const endsOn = (disturbance: Line): Change =>
  all(after("CALL_ANSWERED", late(3000, disturbance)), wait("CALL_ENDED", 100));

export const interruptions: readonly Wrong[] = [
  // ── In mid-call ──
  {
    it: "hangs up when HubSpot asks for another number",
    breaks: "dial-during-call",
    story: outbound,
    change: endsOn(disturbances.otherDial),
  },
  {
    it: "calls another number during a call as soon as HubSpot asks for it",
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
