// A small builder of sessions: the stories of a good calling app, line by line, changes to them, and what the rules find.
import type { Fields } from "../../src/call/messages.ts";
import { type Finding, judge, type RuleId } from "../../src/rules/rules.ts";
import type { Message, Session } from "../../src/rules/session.ts";

/** A message, and how many ms after the one before it was said: 100 unless it says so. */
export type Line = Omit<Message, "at"> & { after?: number };
export type Change = (lines: readonly Line[]) => Line[];

const line = (from: Message["from"], type: string, data?: unknown): Line => ({
  frame: "widget",
  load: "1",
  from,
  type,
  data,
});
export const app = (type: string, data?: unknown) => line("app", type, data);
export const hubspot = (type: string, data?: unknown) => line("hubspot", type, data);
/** So many ms after the line before it. */
export const late = (after: number, line: Line): Line => ({ ...line, after });

/** When the stories begin, ms since 1970. */
export const begin = 1_750_000_000_000;

/** Judged a minute after its last message, when no more is to come. */
export function session(lines: readonly Line[], more: Partial<Session> = {}): Session {
  let at = begin;
  const messages = lines.map(({ after = 100, ...message }) => {
    at += after;
    return { ...message, at };
  });
  return { messages, at: at + 60_000, isOver: true, ...more };
}

/** What the rules find in the lines. */
export const found = (lines: readonly Line[], more: Partial<Session> = {}) =>
  judge(session(lines, more));

export const failures = (findings: readonly Finding[]) =>
  findings.filter(({ status }) => status === "fail");

/** The rules that are broken. */
export const failing = (findings: readonly Finding[]) => failures(findings).map(({ rule }) => rule);

export const of = (rule: RuleId, findings: readonly Finding[]) =>
  findings.find((finding) => finding.rule === rule);

// ── Changes ──

const lastOf = (lines: readonly Line[], type: string) => {
  const index = lines.findLastIndex((line) => line.type === type);
  if (index < 0) throw new Error(`The story has no ${type}.`);
  return index;
};

/** Other fields in the payload of the last message of that type. */
export const fields =
  (type: string, fields: Fields): Change =>
  (lines) => {
    const index = lastOf(lines, type);
    return lines.map((line, i) =>
      i === index ? { ...line, data: { ...Object(line.data), ...fields } } : line,
    );
  };

/** Another payload altogether. */
export const payload =
  (type: string, data: unknown): Change =>
  (lines) => {
    const index = lastOf(lines, type);
    return lines.map((line, i) => (i === index ? { ...line, data } : line));
  };

/** Other engagementProperties. */
export const properties =
  (properties: Fields): Change =>
  (lines) => {
    const { engagementProperties } = Object(lines[lastOf(lines, "CALL_COMPLETED")]?.data);
    return fields("CALL_COMPLETED", {
      engagementProperties: { ...engagementProperties, ...properties },
    })(lines);
  };

export const without =
  (...types: string[]): Change =>
  (lines) =>
    lines.filter(({ type }) => !types.includes(type));

/** More lines after the last of that type. */
export const after =
  (type: string, ...more: Line[]): Change =>
  (lines) => {
    const index = lastOf(lines, type) + 1;
    return [...lines.slice(0, index), ...more, ...lines.slice(index)];
  };

export const before =
  (type: string, ...more: Line[]): Change =>
  (lines) => {
    const index = lastOf(lines, type);
    return [...lines.slice(0, index), ...more, ...lines.slice(index)];
  };

/** The last of that type says so many ms after the line before it. */
export const wait =
  (type: string, ms: number): Change =>
  (lines) => {
    const index = lastOf(lines, type);
    return lines.map((line, i) => (i === index ? late(ms, line) : line));
  };

/** Nothing is said after the last of that type. */
export const cutAfter =
  (type: string): Change =>
  (lines) =>
    lines.slice(0, lastOf(lines, type) + 1);

/** The app says nothing from the last of that type on. */
export const silentFrom =
  (type: string): Change =>
  (lines) => {
    const index = lastOf(lines, type);
    return lines.filter(({ from }, i) => i < index || from === "hubspot");
  };

export const all =
  (...changes: Change[]): Change =>
  (lines) =>
    changes.reduce<Line[]>((changed, change) => change(changed), [...lines]);

/** The same lines, said elsewhere: in another frame, or by the page that was loaded next. */
export const elsewhere = (lines: readonly Line[], place: Partial<Message>): Line[] =>
  lines.map((line) => ({ ...line, ...place }));

/** The same call under another id, and with another engagement. */
export const again = (
  lines: readonly Line[],
  id: string | number = "call-2",
  engagementId = 61_200_000_008,
): Line[] =>
  lines.map((line) => ({
    ...line,
    data: {
      ...Object(line.data),
      ...(Object(line.data).externalCallId && { externalCallId: id }),
      ...(Object(line.data).engagementId && { engagementId }),
    },
  }));

// ── A good app ──

export const sync = hubspot("SYNC", {
  hostUrl: "https://app.hubspot.com",
  portalId: 62515,
  userId: 4711,
  iframeLocation: "widget",
  usesCallingWindow: true,
});
export const hello = [
  sync,
  app("SYNC_ACK", { version: "0.9.7" }),
  app("INITIALIZED", {
    isLoggedIn: true,
    isAvailable: true,
    sizeInfo: { width: 400, height: 600 },
  }),
];
export const from = "+1 212 555 0100";
export const to = "+447700900142";
export const asked = {
  phoneNumber: to,
  phone_number: to,
  countryCode: "GB",
  calleeInfo: { calleeId: 37621684101, calleeObjectTypeId: "0-1" },
  objectId: 37621684101,
  startTimestamp: begin,
};
export const dial = hubspot("DIAL_NUMBER", asked);
export const otherDial = hubspot("DIAL_NUMBER", {
  ...asked,
  phoneNumber: "+44 20 7946 0018",
  phone_number: "+44 20 7946 0018",
});
const engagementId = 61_200_000_007;
export const ids = { externalCallId: "call-1", engagementId };
const start = {
  externalCallId: "call-1",
  fromNumber: from,
  toNumber: to,
  callStartTime: begin,
  createEngagement: true,
};
export const started = app("OUTGOING_CALL_STARTED", { ...start, dialingContext: asked });
export const created = hubspot("CREATE_ENGAGEMENT_SUCCEEDED", { engagementId });
export const answered = app("CALL_ANSWERED", { externalCallId: "call-1" });
export const ended = late(3000, app("CALL_ENDED", { ...ids, callEndStatus: "COMPLETED" }));
export const completed = app("CALL_COMPLETED", {
  ...ids,
  hideWidget: true,
  engagementProperties: {
    hs_timestamp: begin,
    hs_call_title: "A call",
    hs_call_body: "As agreed.",
    hs_call_duration: "3000",
    hs_call_status: "COMPLETED",
    hs_call_direction: "OUTBOUND",
    hs_call_from_number: from,
    hs_call_to_number: to,
    hs_call_disposition: "f240bbac-87c9-4f6e-bf70-924b57d47db7",
    hs_call_recording_url: "https://recordings.example/1.mp3",
    hs_call_source: "INTEGRATIONS_PLATFORM",
    own_property: 1,
  },
});
export const saved = hubspot("UPDATE_ENGAGEMENT_SUCCEEDED", { engagementId });
export const hangsUp = [ended, completed, saved];
const talk = [created, answered, ...hangsUp];

export const outbound: readonly Line[] = [...hello, dial, started, ...talk];

/** From a caller who is a contact of HubSpot's. */
export const rings = app("INCOMING_CALL", {
  ...start,
  fromNumber: "+1 212 555 0143",
  toNumber: from,
});
const asInbound = properties({
  hs_call_direction: "INBOUND",
  hs_call_from_number: "+1 212 555 0143",
  hs_call_to_number: from,
});
const match = hubspot("CALLER_ID_MATCH_SUCCEEDED", { callerIdMatches: [] });
export const inbound: readonly Line[] = asInbound([...hello, rings, match, ...talk]);

/** Nobody answers. */
const unanswered = (callEndStatus: string, hs_call_status: string): Change =>
  all(
    without("CALL_ANSWERED"),
    fields("CALL_ENDED", { callEndStatus }),
    properties({ hs_call_status, hs_call_duration: "0" }),
  );
export const missed = unanswered("NO_ANSWER", "NO_ANSWER")(outbound);
export const rejected = unanswered("REJECTED", "CANCELED")(inbound);

export const withheld = all(
  fields("INCOMING_CALL", { fromNumber: "anonymous" }),
  properties({ hs_call_from_number: "anonymous" }),
  payload("CALLER_ID_MATCH_SUCCEEDED", { error: { message: "fromNumber is no telephone number" } }),
)(inbound).map((line) =>
  line.type === "CALLER_ID_MATCH_SUCCEEDED" ? { ...line, type: "CALLER_ID_MATCH_FAILED" } : line,
);

/** HubSpot asks for the number twice by one click. */
export const dialledTwice = before("OUTGOING_CALL_STARTED", late(5, dial))(outbound);
/** HubSpot asks for the number again in the call to it. */
export const dialledAgain = after("CALL_ANSWERED", dial)(outbound);

/** What HubSpot may say during a call, a second apart. */
export const disturbances = {
  otherDial: late(1000, otherDial),
  hidden: late(1000, hubspot("VISIBILITY_CHANGED", { isHidden: true, isMinimized: false })),
  minimized: late(1000, hubspot("VISIBILITY_CHANGED", { isHidden: false, isMinimized: true })),
  failure: late(1000, hubspot("CREATE_ENGAGEMENT_FAILED", { error: { message: "To try it" } })),
  noMatch: late(1000, hubspot("CALLER_ID_MATCH_FAILED", { error: { message: "Nobody" } })),
  odd: late(1000, hubspot("NEWER_THAN_THE_APP")),
};
export const disturbed = all(
  after("CALL_ANSWERED", ...Object.values(disturbances)),
  properties({ hs_call_duration: "9000" }),
)(outbound);

/** HubSpot hangs up. */
export const cut = all(
  before("CALL_ENDED", late(2900, hubspot("END_CALL"))),
  wait("CALL_ENDED", 100),
)(outbound);

export const twoCalls = [...outbound, ...again(outbound.slice(hello.length))];

/** The frame in the navigation bar where each tab speaks: the page is redirected to the caller's record during a call. */
const tab = fields("SYNC", { iframeLocation: "remote", usesCallingWindow: false })(hello);
const record = { portalId: 62515, objectId: 37621684102, objectTypeId: "0-1" };
export const returned = all(
  fields("SYNC", { engagementId }),
  fields("INITIALIZED", { engagementId }),
)(tab);
export const moved = [
  ...elsewhere(
    [
      ...tab,
      ...inbound.slice(hello.length, hello.length + 3),
      app("NAVIGATE_TO_RECORD", {
        engagementId,
        objectCoordinates: record,
        openIn: "CURRENT_TAB",
      }),
    ],
    { frame: "remote" },
  ),
  ...elsewhere([...returned, ...inbound.slice(hello.length + 3)], { frame: "remote", load: "2" }),
];

/** The calling window speaks, and the frame in the navigation bar keeps silent. */
export const windowed = [
  ...elsewhere(fields("SYNC", { iframeLocation: "remote" })(hello.slice(0, 2)), {
    frame: "remote",
    load: "tab",
  }),
  ...elsewhere(fields("SYNC", { iframeLocation: "window" })(outbound), {
    frame: "window",
    load: "window",
  }),
];

/** What an app can say besides. */
export const others: readonly Line[] = [
  ...hello,
  app("LOGGED_OUT"),
  app("LOGGED_IN"),
  app("USER_UNAVAILABLE"),
  app("USER_AVAILABLE"),
  app("RESIZE_WIDGET", { width: 400, height: 500 }),
  app("SET_WIDGET_URL", { iFrameUrl: "https://app.example/call" }),
  app("ERROR", { message: "No line" }),
  app("ERROR", { type: "UNKNOWN_MESSAGE_TYPE" }),
  ...inbound.slice(hello.length, hello.length + 3),
  app("FINALIZE_ENGAGEMENT", ids),
  ...inbound.slice(hello.length + 3),
];

/** Every story of the good app's. */
export const stories: Record<string, readonly Line[]> = {
  outbound,
  inbound,
  missed,
  rejected,
  withheld,
  dialledTwice,
  dialledAgain,
  disturbed,
  cut,
  twoCalls,
  moved,
  windowed,
  others,
};
