// What apps do wrong. Around the calls: the handshake, the messages as such, the user, and the frame that speaks.
import {
  after,
  app,
  before,
  elsewhere,
  ended,
  fields,
  hello,
  ids,
  inbound,
  late,
  others,
  outbound,
  payload,
  sync,
  to,
  wait,
  windowed,
  without,
} from "../story.ts";
import type { Wrong } from "./wrong.ts";

export const frames: readonly Wrong[] = [
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
    change: (lines) => before("SYNC_ACK", late(29_900, sync))(wait("SYNC_ACK", 1100)(lines)),
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
];
