// What HubSpot expects of a calling app, each rule with its reason and its source, and the judging of a session by them. No page, no clock.
import { dispositions, endStatuses, type Fields, isEndStatus, isFields } from "../call/messages.ts";
import { isSameNumber, undialable } from "../call/number.ts";
import type { Message, Session } from "./session.ts";

/** "must": HubSpot's user loses something. "should": HubSpot lets it pass, or does not say that it does not. */
export type Level = "must" | "should";

export type Finding = {
  rule: string;
  title: string;
  level: Level;
  status: "pass" | "fail" | "untried";
  /** The first message that broke the rule. */
  message?: Message;
  /** What was wrong with it; of an untried rule, what it waits for. */
  words?: string;
  /** How often the rule was broken. */
  broken: number;
  why: string;
  source: string;
};

export type Rule = {
  id: string;
  title: string;
  level: Level;
  /** What a user sees go wrong when it is broken. */
  why: string;
  /** Where HubSpot says so; "SDK issue 87" is of the repository HubSpot/calling-extensions-sdk. */
  source: string;
  judge: (session: Digest) => Occasion[];
};

/** One time that a rule applied to something: it was kept or broken, or it cannot be told yet. */
type Occasion = { message?: Message | undefined } & (
  | { kept: true }
  | { wrong: string }
  | { pending: string }
);

/** A message, and what is known at that moment. */
type Said = {
  message: Message;
  /** Its place among all. */
  index: number;
  /** Empty when the payload is no object. */
  data: Fields;
  page: Page;
  /** The call that it is about. */
  call?: Call | undefined;
  /** Its externalCallId is not that of the call that it must be about. */
  isMisnamed?: boolean;
  /** What the app has told of its user; undefined where it told nothing. */
  isLoggedIn: boolean | undefined;
  isAvailable: boolean | undefined;
};

/** A page that was loaded into a frame of the app's: a reload makes another. */
type Page = {
  frame: Message["frame"];
  /** The first SYNC; missing when the session begins later. */
  sync?: Said;
  ack?: Said;
  said: Said[];
};

/** A call, as one place of HubSpot's hears of it. With several frames, each tells its own HubSpot. */
type Call = {
  id: string;
  isInbound: boolean;
  start: Said;
  /** All that the app says about it, the start included. */
  said: Said[];
  /** The place of what ended or completed it, among all messages. */
  overAt: number;
  /** Whether HubSpot is to make the engagement; else the app has its own. */
  asksEngagement: boolean;
  /** HubSpot took no notice of it. */
  isIgnored: boolean;
};

type Digest = {
  said: readonly Said[];
  pages: readonly Page[];
  calls: readonly Call[];
  at: number;
  isOver: boolean;
  errors: readonly string[] | undefined;
};

/** How long, in ms, HubSpot waits for the handshake; SYNC is repeated every 100 ms until then. [guess] That INITIALIZED has as long. */
const patience = 30_000;
/** What an app does within so many ms of HubSpot's message, and of itself, is taken as done because of it. */
export const reaction = 500;
/** So many ms after END_CALL a call that goes on has not been ended by it. */
const hangUpLimit = 10_000;
/** px. [guess] No window of HubSpot's on a small laptop shows more. */
const largest = { width: 1366, height: 768 };
const day = 24 * 60 * 60 * 1000;

const starts = ["OUTGOING_CALL_STARTED", "INCOMING_CALL"];
const ends = ["CALL_ENDED", "CALL_TRANSFERRED"];
const later = ["CALL_ANSWERED", ...ends, "CALL_COMPLETED"];
const publishing = ["FINALIZE_ENGAGEMENT", "PUBLISH_TO_CHANNEL"];

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

// ── What the rules are made of ──

const isText = (value: unknown): value is string => typeof value === "string" && value !== "";
const textOf = (value: unknown): string => (typeof value === "string" ? value : "");
const isGiven = (value: unknown): boolean =>
  value !== undefined && value !== null && value !== "" && value !== 0;
const isNumber = (value: unknown): value is number =>
  typeof value === "number" && Number.isFinite(value);
/** Not String() alone, which throws for objects that only look as if they had a text. */
const plain = (value: unknown): string => (typeof value === "object" ? "" : String(value));
/** A value as it stands in a finding. */
function shown(value: unknown): string {
  if (typeof value === "string") return `“${value.slice(0, 60)}”`;
  if (typeof value === "object" && value !== null)
    return Array.isArray(value) ? "a list" : "an object";
  return value === undefined ? "missing" : String(value);
}

const isOf = ({ message }: Said, from: Message["from"], types: readonly string[]) =>
  message.from === from && types.includes(message.type);
const isFromApp = (said: Said, ...types: string[]) => isOf(said, "app", types);
const isFromHubSpot = (said: Said, ...types: string[]) => isOf(said, "hubspot", types);

/** Judges each message of the app's of those types: "" for kept, what is wrong in words, or null where the rule does not apply. */
const each =
  (
    types: readonly string[],
    check: (said: Said, session: Digest) => string | null,
  ): Rule["judge"] =>
  (session) =>
    session.said
      .filter((said) => isOf(said, "app", types))
      .flatMap((said) => occasion(said.message, check(said, session)));

/** Judges the properties of each call that is completed with some. A property that is left out is in order. */
const eachProperties = (check: (properties: Fields, said: Said) => string) =>
  each(["CALL_COMPLETED"], (said) =>
    isFields(said.data.engagementProperties) ? check(said.data.engagementProperties, said) : null,
  );

/** Judges one property, where it is given. */
const property = (name: string, wrong: (value: unknown) => string | false) =>
  eachProperties(({ [name]: value }) => (isGiven(value) && wrong(value)) || "");

function occasion(message: Message | undefined, wrong: string | null): Occasion[] {
  if (wrong === null) return [];
  return [wrong ? { message, wrong } : { message, kept: true }];
}

/** What the app says about a call before `index`. */
const before = ({ said }: Call, index: number) => said.filter((other) => other.index < index);
const firstOf = ({ said }: Call, ...types: string[]) => said.find((s) => isFromApp(s, ...types));
const isOverBy = ({ overAt }: Call, index: number) => overAt < index;
/** The calls that are on in a page when something is said. One that a page has not come back to is not on in it. */
const callsOn = ({ calls }: Digest, { index, page }: Said, at: Page = page) =>
  calls.filter((call) => !isOverBy(call, index) && before(call, index).at(-1)?.page === at);
/** Whether HubSpot has asked for a call since the app last started the one that this is about. */
const isAskedAgain = ({ call, page, index }: Said) => {
  const last = call && before(call, index).findLast((other) => isFromApp(other, ...starts));
  return page.said.some(
    (other) =>
      isFromHubSpot(other, "DIAL_NUMBER") &&
      other.index > (last?.index ?? index) &&
      other.index < index,
  );
};
/** The number that an outbound call is to. */
const calledIn = ({ data }: Said) => textOf(data.toNumber) || textOf(data.phoneNumber);
/** The pages loaded in the place of `page` after it, oldest first. */
const pagesAfter = ({ pages }: Digest, page: Page) =>
  pages.slice(pages.indexOf(page) + 1).filter(({ frame }) => frame === page.frame);
/** The page was replaced while the call was on, and none since has said anything about it. */
const isLost = (session: Digest, call: Call) => {
  const page = call.said.at(-1)?.page ?? call.start.page;
  return call.overAt === Number.POSITIVE_INFINITY && pagesAfter(session, page).length > 0;
};

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

const typesWrong = (data: Fields, types: Record<string, "boolean" | "object">): string => {
  const wrong = Object.entries(types).find(([name, type]) => {
    const value = data[name];
    const isRight = type === "object" ? isFields(value) : typeof value === type;
    return value !== undefined && value !== null && !isRight;
  });
  return wrong ? `${wrong[0]} is ${shown(data[wrong[0]])}, not ${wrong[1]}.` : "";
};

const isMilliseconds = (value: unknown) => /^\d{12,14}$/.test(plain(value));
const isHttps = (value: unknown) =>
  typeof value === "string" && URL.canParse(value) && new URL(value).protocol === "https:";
const sizeWrong = (width: unknown, height: unknown) =>
  [width, height].every((side) => isNumber(side) && side >= 1)
    ? ""
    : `width is ${shown(width)} and height ${shown(height)}: both are numbers of pixels.`;
/** The size that a message asks for, where it asks for one. */
const sizeOf = ({ message, data }: Said): Fields | undefined =>
  message.type === "RESIZE_WIDGET" ? data : isFields(data.sizeInfo) ? data.sizeInfo : undefined;
const sizes = ["INITIALIZED", "RESIZE_WIDGET"];

/** A number as the call's own direction takes it: a caller may have withheld theirs. */
const numberWrong = (name: string, value: unknown, isCaller: boolean) =>
  isText(value) && !isCaller && undialable(value) ? `${name} is ${shown(value)}.` : "";

// ── The rules ──

export const rules: readonly Rule[] = [
  {
    id: "handshake",
    title: "SYNC is answered with SYNC_ACK within 30 s",
    level: "must",
    why: "HubSpot gives the app up (SYNC_ACK_FAILED), and its user sees a blank frame.",
    source: "The SDK’s IFrameManager.sendSync",
    judge: ({ pages }) =>
      pages.flatMap(({ sync, ack, said }) => {
        if (!sync) return [];
        const syncs = said.filter((other) => isFromHubSpot(other, "SYNC"));
        const unheard = syncs.filter(
          ({ message: { at } }) => ack && at > ack.message.at && at < ack.message.at + 2000,
        );
        // HubSpot may have sent one more before it heard the answer.
        if (ack && unheard.length > 5)
          return occasion(
            ack.message,
            "SYNC_ACK has not the messageId of SYNC: HubSpot asks again.",
          );
        const waited = (at: number) => at - sync.message.at;
        const words = ack
          ? waited(ack.message.at) > patience && "was answered too late"
          : // The last SYNC goes out shortly before the 30 s are over.
            waited((syncs.at(-1) ?? sync).message.at) > patience - 1000 &&
            "was not answered for 30 s";
        return words || ack ? occasion(sync.message, words ? `SYNC ${words}.` : "") : [];
      }),
  },
  {
    id: "nothing-before-handshake",
    title: "Nothing is said before the handshake",
    level: "must",
    why: "HubSpot does not hear it: what was said is lost.",
    source: "The SDK’s IFrameManager.sendMessage, which drops such messages; SDK issue 153",
    judge: ({ pages }) =>
      pages.flatMap(({ sync, ack, said }) =>
        !sync
          ? []
          : said
              .filter(
                (other) => other.message.from === "app" && other.index <= (ack?.index ?? Infinity),
              )
              .flatMap((other) =>
                occasion(
                  other.message,
                  other === ack ? "" : `${other.message.type} came before SYNC_ACK.`,
                ),
              ),
      ),
  },
  {
    id: "initialized",
    title: "INITIALIZED follows the handshake within 30 s",
    level: "must",
    why: "HubSpot goes on showing that the app loads, and sends it no number to dial.",
    source: "Documentation, “Initialize the SDK”. How long HubSpot waits is a guess",
    judge: ({ pages, at }) =>
      pages.flatMap(({ ack, said, frame }): Occasion[] => {
        if (!ack) return [];
        const { message } = ack;
        const first = said.find((other) => isFromApp(other, "INITIALIZED"));
        // A frame that was taken away says nothing more, and its place may have another since.
        const isLast = pages.findLast((page) => page.frame === frame)?.ack === ack;
        const until = first?.message.at ?? (isLast ? at : (said.at(-1)?.message.at ?? 0));
        if (until - message.at > patience)
          return [{ message, wrong: "INITIALIZED did not come within 30 s of SYNC_ACK." }];
        return first ? [{ message: first.message, kept: true }] : [];
      }),
  },
  {
    id: "initialized-first",
    title: "INITIALIZED is the first message after the handshake",
    level: "should",
    why: "HubSpot is not known to hear an app that is not ready: a call or a login told too early may be lost.",
    source: "Documentation, “Initialize the SDK”",
    judge: ({ pages }) =>
      pages.flatMap(({ ack, said }) => {
        const first = said.find(
          ({ message, index }) => message.from === "app" && index > (ack?.index ?? Infinity),
        );
        if (!first) return [];
        const { message } = first;
        const wrong =
          message.type === "INITIALIZED" ? "" : `${message.type} came before INITIALIZED.`;
        return occasion(message, wrong);
      }),
  },
  {
    id: "initialized-once",
    title: "INITIALIZED is said once a handshake",
    level: "should",
    why: "HubSpot takes the app for freshly loaded, and what it says of login and size for new.",
    source: "Documentation, “Initialize the SDK”: in onReady",
    judge: ({ pages }) =>
      pages.flatMap(({ said }) =>
        said
          .filter((other) => isFromApp(other, "INITIALIZED"))
          .flatMap(({ message }, index) =>
            occasion(message, index === 0 ? "" : "INITIALIZED was said again."),
          ),
      ),
  },
  {
    id: "initialized-fields",
    title: "isLoggedIn and isAvailable are true or false",
    level: "should",
    why: "HubSpot may take a logged-out user for logged in: any text counts as true.",
    source: "SDK type OnInitialized; isAvailable in the documentation alone",
    judge: each(["INITIALIZED"], ({ data }) =>
      typesWrong(data, { isLoggedIn: "boolean", isAvailable: "boolean" }),
    ),
  },
  {
    id: "known-types",
    title: "Every message is one that HubSpot knows",
    level: "should",
    why: "Nothing comes of a message that HubSpot does not know.",
    source: "The SDK’s Constants.ts, messageType",
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
    title: "Deprecated messages are not used",
    level: "should",
    why: "They work today, and may end with a version of HubSpot’s.",
    source: "The SDK’s Constants.ts: PUBLISH_TO_CHANNEL, use FINALIZE_ENGAGEMENT instead",
    judge: each(fromApp, ({ message: { type } }) =>
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
    judge: each(["OUTGOING_CALL_STARTED"], ({ data }) =>
      "phoneNumber" in data ? "phoneNumber is deprecated for toNumber." : "",
    ),
  },
  {
    id: "logged-in",
    title: "Calls start while the user is logged in",
    level: "should",
    why: "HubSpot still tells its user to log in, and refuses to dial, while the app is in a call.",
    source: "Documentation, userLoggedIn",
    judge: each(starts, ({ isLoggedIn }) =>
      isLoggedIn === undefined
        ? null
        : isLoggedIn
          ? ""
          : "The app has told HubSpot that its user is logged out.",
    ),
  },
  {
    id: "available",
    title: "Calls ring only while the user is available",
    level: "must",
    why: "HubSpot lets no call ring for a user who is unavailable: the call is not shown and not logged.",
    source: "Documentation, userAvailable and userUnavailable",
    judge: each(["INCOMING_CALL"], ({ isAvailable }) =>
      isAvailable === false ? "The app has told HubSpot that its user is unavailable." : "",
    ),
  },
  {
    id: "window-talks",
    title: "With usesCallingWindow, calls are told by the frame in the calling window",
    level: "should",
    why: "Each tab tells HubSpot of the call: it is logged once for each.",
    source: "Documentation, usesCallingWindow; SDK issue 256",
    judge: each(starts, ({ page: { frame, sync } }) => {
      const usesWindow = sync?.data.usesCallingWindow !== false;
      if (frame === "widget" || !sync) return null;
      return frame === "remote" && usesWindow
        ? "The frame in the navigation bar told of a call that is the calling window’s to tell."
        : "";
    }),
  },
  {
    id: "call-id",
    title: "Every message about a call carries its externalCallId, as text",
    level: "should",
    why: "HubSpot cannot tell which call is meant: a second call, a transfer or a reload mixes them up.",
    source:
      "SDK types OnOutgoingCall, OnIncomingCall, OnCallAnswered, OnCallEnded, OnCallCompleted",
    judge: each([...starts, ...later, ...publishing], ({ data: { externalCallId } }) =>
      isText(externalCallId) ? "" : `externalCallId is ${shown(externalCallId)}.`,
    ),
  },
  {
    id: "call-known",
    title: "A call keeps its externalCallId from start to end",
    level: "should",
    why: "HubSpot takes it for another call: the one that it knows is never over.",
    source: "Documentation, externalCallId",
    judge: each(later, ({ call, isMisnamed, data, page, index }, { calls }) => {
      const id = shown(data.externalCallId);
      if (call)
        return isMisnamed ? `The call began as ${shown(call.id)}, and this says ${id}.` : "";
      // Such a frame may go on with a call of another tab's, or of before.
      const hasCalled = calls.some(
        (other) => other.start.page === page && other.start.index < index,
      );
      const isFromElsewhere =
        page.frame !== "widget" || !page.sync || isGiven(page.sync.data.engagementId);
      return isFromElsewhere && !hasCalled ? null : `No call ${id} was started.`;
    }),
  },
  {
    id: "one-start",
    title: "A call is started once",
    level: "must",
    why: "HubSpot logs the call twice.",
    source: "SDK issues 46 and 87",
    judge: each(starts, (said) => {
      const { call, index, page, data } = said;
      if (!call) return null;
      const isRepeated = before(call, index).some((other) => isFromApp(other, ...starts));
      // A page that comes back to a call may tell of it, as long as it wants no second engagement.
      const isReturn = page !== call.start.page && data.createEngagement !== true;
      if (isRepeated && isAskedAgain(said)) return null;
      return isRepeated && !isReturn ? `The call ${shown(call.id)} had been started before.` : "";
    }),
  },
  {
    id: "call-id-unique",
    title: "Each call has an externalCallId of its own",
    level: "must",
    why: "HubSpot takes the second call for the first: it is not logged, or written over the other.",
    source: "Documentation, externalCallId: unique",
    judge: ({ calls }) =>
      calls
        .filter(({ id }) => id !== "")
        .flatMap((call) => {
          const isUsed = calls.some(
            (other) =>
              other.id === call.id &&
              other.start.page.frame === call.start.page.frame &&
              other.start.index < call.start.index,
          );
          return occasion(
            call.start.message,
            isUsed ? `An earlier call was called ${shown(call.id)}, too.` : "",
          );
        }),
  },
  {
    id: "one-call-a-dial",
    title: "One call is made where HubSpot asks twice",
    level: "should",
    why: "HubSpot has been seen to send DIAL_NUMBER twice for one click: the number is called and logged twice.",
    source: "SDK issue 210",
    judge: each(["OUTGOING_CALL_STARTED"], (said, session) => {
      const number = calledIn(said);
      const isDouble = callsOn(session, said).some(
        (call) =>
          !call.isInbound &&
          number !== "" &&
          isSameNumber(calledIn(call.start), number) &&
          (call !== said.call || isAskedAgain(said)),
      );
      return isDouble ? `A call to ${number} was on already.` : "";
    }),
  },
  {
    id: "numbers",
    title: "A call that starts says both numbers",
    level: "should",
    why: "The call’s log does not say who called whom, and the caller of an inbound call is not found.",
    source: "SDK type OnIncomingCall; documentation, outgoingCall",
    judge: each(starts, ({ data, message }) => {
      const stands = message.type === "OUTGOING_CALL_STARTED" ? data.phoneNumber : undefined;
      const missing = [
        isText(data.fromNumber) ? [] : "fromNumber",
        isText(data.toNumber) || isText(stands) ? [] : "toNumber",
      ].flat();
      return missing.length > 0 ? `No ${missing.join(" and no ")}.` : "";
    }),
  },
  {
    id: "dialable",
    title: "Numbers can be dialled",
    level: "should",
    why: "HubSpot finds no record for such a number, and its user cannot call back.",
    source: "Documentation, fromNumber and toNumber: telephone numbers",
    judge: each([...starts, "CALL_COMPLETED"], ({ data, message, call }) => {
      const isInbound = call?.isInbound ?? message.type === "INCOMING_CALL";
      const said = isFields(data.engagementProperties) ? data.engagementProperties : {};
      return (
        numberWrong("fromNumber", data.fromNumber, isInbound) ||
        numberWrong("toNumber", data.toNumber, false) ||
        numberWrong("phoneNumber", data.phoneNumber, false) ||
        numberWrong("hs_call_from_number", said.hs_call_from_number, isInbound) ||
        numberWrong("hs_call_to_number", said.hs_call_to_number, false)
      );
    }),
  },
  {
    id: "start-time",
    title: "callStartTime is now, in milliseconds",
    level: "should",
    why: "The call stands at the wrong place of the timeline, such as in 1970.",
    source: "SDK types OnOutgoingCall and OnIncomingCall; documentation, callStartTime",
    judge: each(starts, ({ data: { callStartTime }, message }) => {
      if (callStartTime === undefined || callStartTime === null) return "";
      const isNow = isNumber(callStartTime) && Math.abs(callStartTime - message.at) < day;
      return isNow ? "" : `callStartTime is ${shown(callStartTime)}.`;
    }),
  },
  {
    id: "start-fields",
    title: "createEngagement is true or false, and dialingContext what came with DIAL_NUMBER",
    level: "should",
    why: "HubSpot may make no engagement, and then nothing of the call is logged.",
    source: "SDK types OnOutgoingCall and OnIncomingCall",
    judge: each(starts, ({ data }) =>
      typesWrong(data, { createEngagement: "boolean", dialingContext: "object" }),
    ),
  },
  {
    id: "answered",
    title: "A call is answered once, and before it ends",
    level: "should",
    why: "HubSpot shows a call that is over as in progress.",
    source: "Documentation, callAnswered",
    judge: each(["CALL_ANSWERED"], ({ call, index }) => {
      if (!call) return null;
      if (isOverBy(call, index)) return "The call was over.";
      const isAgain = before(call, index).some((other) => isFromApp(other, "CALL_ANSWERED"));
      return isAgain ? "The call had been answered before." : "";
    }),
  },
  {
    id: "ended",
    title: "Every call is ended or transferred, once, before it is completed",
    level: "should",
    why: "HubSpot goes on warning its user not to leave the page, as if the call were on.",
    source: "Documentation, callEnded",
    judge: (session) =>
      session.calls.flatMap((call): Occasion[] => {
        const { start, said, isIgnored } = call;
        const over = said.filter((other) => isFromApp(other, ...ends));
        const completed = firstOf(call, "CALL_COMPLETED");
        const [end, again] = over;
        if (again) return [{ message: again.message, wrong: "The call was over before." }];
        if (completed && (!end || end.index > completed.index))
          return [{ message: completed.message, wrong: "CALL_COMPLETED came before CALL_ENDED." }];
        if (end) return [{ message: end.message, kept: true }];
        if (isIgnored || isLost(session, call)) return [];
        const { message } = start;
        return [
          session.isOver
            ? { message, wrong: "This call was never ended." }
            : { message, pending: "A call is on." },
        ];
      }),
  },
  {
    id: "completed",
    title: "Every call is completed",
    level: "must",
    why: "HubSpot’s user keeps a log entry without outcome and notes (a “ghost”), or none at all.",
    source: "Documentation, callCompleted; SDK issues 46 and 87",
    judge: (session) =>
      session.calls.flatMap((call): Occasion[] => {
        const { start, asksEngagement, isIgnored } = call;
        const completed = firstOf(call, "CALL_COMPLETED");
        if (completed) return [{ message: completed.message, kept: true }];
        // [guess] That whoever takes a transferred call over completes it.
        const isOthers = firstOf(call, "CALL_TRANSFERRED") !== undefined;
        if (isIgnored || isOthers || !asksEngagement || isLost(session, call)) return [];
        const end = firstOf(call, "CALL_ENDED");
        const isNextOn =
          end &&
          session.calls.some(
            (other) => other.start.page.frame === start.page.frame && other.start.index > end.index,
          );
        const { message } = end ?? start;
        if (session.isOver) return [{ message, wrong: "CALL_COMPLETED never came for this call." }];
        return isNextOn
          ? [
              {
                message,
                wrong: "The next call began, and CALL_COMPLETED has not come for this one.",
              },
            ]
          : [{ message, pending: "A call has not been completed yet." }];
      }),
  },
  {
    id: "completed-once",
    title: "A call that HubSpot has saved is not completed again",
    level: "should",
    why: "What HubSpot’s user has written on the call meanwhile is overwritten.",
    source: "Documentation, callCompleted",
    judge: each(["CALL_COMPLETED"], ({ call, index, page }) => {
      if (!call) return null;
      const last = before(call, index).findLast((other) => isFromApp(other, "CALL_COMPLETED"));
      const isSaved =
        last &&
        page.said.some(
          (other) =>
            other.index > last.index &&
            other.index < index &&
            isFromHubSpot(other, "UPDATE_ENGAGEMENT_SUCCEEDED"),
        );
      return isSaved ? "HubSpot had saved the call." : "";
    }),
  },
  {
    id: "end-status",
    title: "callEndStatus is one of HubSpot’s",
    level: "must",
    why: "HubSpot cannot show how the call ended.",
    source: "SDK type EndStatus",
    judge: each(["CALL_ENDED"], ({ data: { callEndStatus: status } }) => {
      if (!isGiven(status) || isEndStatus(textOf(status))) return "";
      const isName = textOf(status).startsWith("INTERNAL_");
      const hint = isName
        ? "INTERNAL_ is part of the constant’s name, not of its value"
        : endStatuses.join(", ");
      return `callEndStatus is ${shown(status)}: ${hint}.`;
    }),
  },
  {
    id: "end-status-given",
    title: "CALL_ENDED says how the call ended",
    level: "should",
    why: "HubSpot cannot tell a call that nobody answered from one that was talked through.",
    source: "SDK type OnCallEnded; documentation, callEndStatus",
    judge: each(["CALL_ENDED"], ({ data }) =>
      isGiven(data.callEndStatus) ? "" : "There is no callEndStatus.",
    ),
  },
  {
    id: "engagement-id",
    title: "engagementId is the one that HubSpot gave the call",
    level: "must",
    why: "Notes and outcome are written on another call, or lost.",
    source: "Documentation, onCreateEngagementSucceeded",
    judge: each(
      [...later, ...publishing, "NAVIGATE_TO_RECORD"],
      ({ data, call, index, page }, { said, pages }) => {
        const { engagementId: id } = data;
        if (!call?.asksEngagement || !isGiven(id)) return null;
        // Answers do not say which call they are for: any since this one began may be its own.
        const given = [
          ...pages.flatMap(({ sync }) => sync ?? []),
          ...said
            .slice(call.start.index, index)
            .filter((other) =>
              isFromHubSpot(other, "CREATE_ENGAGEMENT_SUCCEEDED", "ENGAGEMENT_CREATED"),
            ),
        ];
        const isGivenId = given.some(
          (other) =>
            other.page.frame === page.frame && plain(other.data.engagementId) === plain(id),
        );
        return isGivenId
          ? ""
          : `engagementId is ${shown(id)}, which HubSpot did not give for this call.`;
      },
    ),
  },
  {
    id: "hide-widget",
    title: "hideWidget is true or false",
    level: "should",
    why: "The app is closed when it was to stay, or stays when it was to go.",
    source: "SDK type OnCallCompleted",
    judge: each(["CALL_COMPLETED"], ({ data }) => typesWrong(data, { hideWidget: "boolean" })),
  },
  {
    id: "end-call",
    title: "END_CALL ends the call",
    level: "should",
    why: "HubSpot’s user hangs up, and the line stays open.",
    source: "SDK handler onEndCall. How soon is a guess",
    judge: (session) =>
      session.said
        .filter((said) => isFromHubSpot(said, "END_CALL"))
        .flatMap((said) =>
          callsOn(session, said).flatMap((call): Occasion[] => {
            const { message } = said;
            const end = firstOf(call, ...ends, "CALL_COMPLETED");
            if (end && end.message.at - message.at <= hangUpLimit) return [{ message, kept: true }];
            if (isLost(session, call)) return [];
            return end || session.isOver || session.at - message.at > hangUpLimit
              ? [{ message, wrong: "The call went on after END_CALL." }]
              : [{ message, pending: "END_CALL was said just now." }];
          }),
        ),
  },
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
  {
    id: "no-errors",
    title: "Nothing that HubSpot says makes the app’s page throw",
    level: "should",
    why: "The app stops half-way: a button does nothing, a call is not logged.",
    source: "Not documented: seen with payloads that lack fields (SDK issues 207 and 228)",
    judge: ({ errors }) => {
      if (!errors) return [{ pending: "Only npm run conformance sees an app’s errors." }];
      return errors.length > 0 ? errors.map((wrong) => ({ wrong })) : [{ kept: true }];
    },
  },
  {
    id: "reload",
    title: "A page that is loaded again in mid-call comes back to the call",
    level: "should",
    why: "The user loses the call, and HubSpot’s log entry is never finished.",
    source: "SDK issue 21",
    judge: (session) =>
      session.pages.flatMap((page) => {
        const [next] = pagesAfter(session, page);
        // A panel cannot know that the call is still its own unless HubSpot says so; the other frames of an app share one.
        if (!next?.sync || (page.frame === "widget" && !isGiven(next.sync.data.engagementId)))
          return [];
        const { message, index } = next.sync;
        return callsOn(session, next.sync, page)
          .filter(({ isIgnored }) => !isIgnored)
          .flatMap((call): Occasion[] => {
            if (call.said.some((other) => other.index > index)) return [{ message, kept: true }];
            const isReplaced = session.calls.some(({ start }) => start.page === next);
            return session.isOver || isReplaced
              ? [
                  {
                    message,
                    wrong: "The page was loaded again, and said nothing more of its call.",
                  },
                ]
              : [{ message, pending: "The page was loaded again in mid-call." }];
          });
      }),
  },
  {
    id: "goes-on",
    title: "A page that is given an engagementId in SYNC goes on with that call",
    level: "should",
    why: "After the move to the caller’s record the call is gone from the app, or logged a second time.",
    source: "Documentation, navigateToRecord: the page redirects, and onReady has the engagementId",
    judge: ({ pages }) =>
      pages.flatMap(({ sync, said }): Occasion[] => {
        const id = sync?.data.engagementId;
        if (!sync || !isGiven(id)) return [];
        const { message } = sync;
        const first = said.find((other) => isFromApp(other, ...starts, ...later));
        if (!first) return [{ message, pending: `Nothing said yet of engagement ${shown(id)}.` }];
        return isFromApp(first, ...starts) && first.call?.start === first
          ? [
              {
                message: first.message,
                wrong: `A new call began, and engagement ${shown(id)} was on.`,
              },
            ]
          : [{ message, kept: true }];
      }),
  },
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
  {
    id: "navigate",
    title: "NAVIGATE_TO_RECORD names a record, and where to open it",
    level: "must",
    why: "HubSpot opens no record (NAVIGATE_TO_RECORD_FAILED).",
    source: "SDK type OnNavigateToRecord",
    judge: each(["NAVIGATE_TO_RECORD"], ({ data: { objectCoordinates, openIn } }) => {
      const at = isFields(objectCoordinates) ? objectCoordinates : {};
      const missing = ["portalId", "objectId", "objectTypeId"].find((name) => !isGiven(at[name]));
      if (missing) return `objectCoordinates has no ${missing}.`;
      const isPlace = openIn === undefined || openIn === "CURRENT_TAB" || openIn === "NEW_TAB";
      return isPlace ? "" : `openIn is ${shown(openIn)}: CURRENT_TAB or NEW_TAB.`;
    }),
  },
  {
    id: "finalize",
    title: "FINALIZE_ENGAGEMENT and PUBLISH_TO_CHANNEL name the engagement",
    level: "should",
    why: "HubSpot does not know which call is meant (FINALIZE_ENGAGEMENT_FAILED).",
    source: "SDK types OnFinalizeEngagement and OnPublishToChannel",
    judge: each(publishing, ({ data }) =>
      isGiven(data.engagementId) ? "" : "There is no engagementId.",
    ),
  },
  {
    id: "error-message",
    title: "ERROR has a message for HubSpot’s user",
    level: "should",
    why: "HubSpot shows an alert that says nothing.",
    source: "SDK type OnError",
    judge: each(["ERROR"], ({ data }) => {
      // The SDK’s own answer to a message that it does not know has none.
      if (data.type === "UNKNOWN_MESSAGE_TYPE") return null;
      return isText(data.message) ? "" : `message is ${shown(data.message)}.`;
    }),
  },
  {
    id: "size",
    title: "Sizes are numbers of pixels",
    level: "should",
    why: "The app is shown at another size than it is made for.",
    source: "SDK type OnResize; documentation, sizeInfo",
    judge: each(sizes, (said) => {
      const size = sizeOf(said);
      return size ? sizeWrong(size.width, size.height) : null;
    }),
  },
  {
    id: "size-fits",
    title: `The app asks for no more than ${largest.width} × ${largest.height} pixels`,
    level: "should",
    why: "On a small laptop part of the app cannot be seen or clicked. HubSpot recommends about 400 × 600.",
    source: "Documentation, recommended size. The limit is a guess",
    judge: each(sizes, (said) => {
      const { width, height } = sizeOf(said) ?? {};
      if (!isNumber(width) || !isNumber(height)) return null;
      return width > largest.width || height > largest.height
        ? `It asks for ${width} × ${height}.`
        : "";
    }),
  },
  {
    id: "widget-url",
    title: "SET_WIDGET_URL has an https address",
    level: "must",
    why: "HubSpot does not load it (SET_WIDGET_URL_FAILED).",
    source: "SDK type OnSetWidgetUrl; HubSpot’s pages frame https alone",
    judge: each(["SET_WIDGET_URL"], ({ data }) =>
      isHttps(data.iFrameUrl) ? "" : `iFrameUrl is ${shown(data.iFrameUrl)}.`,
    ),
  },
];

// ── The judging ──

/** Every rule's finding: those that fail first, "must" before "should", then the kept, then the untried. */
export function judge(session: Session): Finding[] {
  const all = digest(session);
  return sorted(
    rules.map(({ id, title, level, why, source, judge }) => {
      const occasions = judge(all);
      const wrong = occasions.filter((occasion) => "wrong" in occasion);
      const pending = occasions.find((occasion) => "pending" in occasion);
      const [first] = wrong;
      const isKept = occasions.some((occasion) => "kept" in occasion);
      const status = first ? "fail" : isKept ? "pass" : "untried";
      const words = first?.wrong ?? pending?.pending;
      return {
        rule: id,
        title,
        level,
        status,
        ...(first?.message && { message: first.message }),
        ...(words && { words }),
        broken: wrong.length,
        why,
        source,
      };
    }),
  );
}

/** One finding a rule from those of several sessions: a rule that one of them broke is broken. */
export function merge(...sessions: readonly Finding[][]): Finding[] {
  const [first = [], ...others] = sessions;
  return sorted(
    first.map((finding) => {
      const all = [
        finding,
        ...others.flatMap((o) => o.find(({ rule }) => rule === finding.rule) ?? []),
      ];
      const worst = [...all].sort(byStatus)[0] ?? finding;
      return { ...worst, broken: all.reduce((sum, { broken }) => sum + broken, 0) };
    }),
  );
}

const order = ["fail", "pass", "untried"];
const byStatus = (a: Finding, b: Finding) => order.indexOf(a.status) - order.indexOf(b.status);
const sorted = (findings: Finding[]) =>
  findings.sort((a, b) => byStatus(a, b) || a.level.localeCompare(b.level));

/** One pass over the messages: which page said each, about which call, and what was known then. */
function digest({ messages, at, isOver = false, errors }: Session): Digest {
  const said: Said[] = [];
  const pages = new Map<string, Page>();
  const user = new Map<Page, Pick<Said, "isLoggedIn" | "isAvailable">>();
  const calls: Call[] = [];
  for (const [index, message] of messages.entries()) {
    const { from, type, frame, load } = message;
    const page = pages.get(`${frame} ${load}`) ?? { frame, said: [] };
    pages.set(`${frame} ${load}`, page);
    const data = isFields(message.data) ? message.data : {};
    const known = user.get(page) ?? { isLoggedIn: undefined, isAvailable: undefined };
    const one: Said = { message, index, data, page, ...known };
    said.push(one);
    page.said.push(one);
    if (from === "hubspot") {
      if (type === "SYNC") page.sync ??= one;
      continue;
    }
    if (type === "SYNC_ACK") page.ack ??= one;
    user.set(page, toldOfUser(one, known));
    const isStart = starts.includes(type);
    if (
      isStart ||
      later.includes(type) ||
      publishing.includes(type) ||
      type === "NAVIGATE_TO_RECORD"
    )
      putToCall(one, calls, isStart);
  }
  return {
    said,
    pages: [...pages.values()],
    calls,
    at: at ?? messages.at(-1)?.at ?? 0,
    isOver,
    errors,
  };
}

function toldOfUser(
  { message: { type }, data }: Said,
  known: Pick<Said, "isLoggedIn" | "isAvailable">,
): Pick<Said, "isLoggedIn" | "isAvailable"> {
  switch (type) {
    case "INITIALIZED":
      // [guess] That an app which does not say is logged in, and available: both are optional.
      return {
        isLoggedIn: data.isLoggedIn !== false,
        isAvailable: typeof data.isAvailable === "boolean" ? data.isAvailable : known.isAvailable,
      };
    case "LOGGED_IN":
    case "LOGGED_OUT":
      return { ...known, isLoggedIn: type === "LOGGED_IN" };
    case "USER_AVAILABLE":
    case "USER_UNAVAILABLE":
      return { ...known, isAvailable: type === "USER_AVAILABLE" };
    default:
      return known;
  }
}

/** Finds the call that a message is about: by the app's id, else by HubSpot's, else it is the one that is on. */
function putToCall(one: Said, calls: Call[], isStart: boolean): void {
  const { data, page, message, index } = one;
  const id =
    typeof data.externalCallId === "number"
      ? plain(data.externalCallId)
      : textOf(data.externalCallId);
  const here = calls.filter(({ start }) => start.page.frame === page.frame);
  const named = id === "" ? undefined : here.findLast((call) => call.id === id);
  if (isStart) {
    if (named && !isOverBy(named, index)) named.said.push(one);
    else
      calls.push({
        id,
        isInbound: message.type === "INCOMING_CALL",
        start: one,
        said: [one],
        overAt: Number.POSITIVE_INFINITY,
        asksEngagement: data.createEngagement === true,
        isIgnored: message.note !== undefined,
      });
    one.call = named && !isOverBy(named, index) ? named : calls.at(-1);
    return;
  }
  const isEngagement = (call: Call) =>
    isGiven(data.engagementId) &&
    call.said.some((said) => plain(said.data.engagementId) === plain(data.engagementId));
  const isOpen = (call: Call) => !firstOf(call, "CALL_COMPLETED");
  one.call =
    named ??
    here.findLast(isEngagement) ??
    here.findLast(isOpen) ??
    (id === "" ? here.at(-1) : undefined);
  one.isMisnamed = id !== "" && one.call !== undefined && one.call.id !== "" && one.call !== named;
  one.call?.said.push(one);
  const isOver = isFromApp(one, ...ends, "CALL_COMPLETED");
  if (one.call && isOver) one.call.overAt = Math.min(one.call.overAt, index);
}
