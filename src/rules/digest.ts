// A session as the rules read it: which page said each message, about which call, and what was known at that moment.
import { type Fields, isFields } from "../call/messages.ts";
import { isSame } from "./numbers.ts";
import type { Message, Session } from "./session.ts";
import { isGiven, plain, textOf } from "./values.ts";

/** A message, and what is known at that moment. */
export type Said = {
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
  /** For a call's start: the last DIAL_NUMBER that has not led to a call yet. */
  asked?: Said | undefined;
  /** The same, if it asked for the number that is called. */
  dial?: Said | undefined;
};

/** A page that was loaded into a frame of the app's: a reload makes another. */
export type Page = {
  frame: Message["frame"];
  /** The first SYNC; missing when the session begins later. */
  sync?: Said;
  ack?: Said;
  said: Said[];
};

/** A call, as one place of HubSpot's hears of it. With several frames, each tells its own HubSpot. */
export type Call = {
  id: string;
  isInbound: boolean;
  start: Said;
  /** All that the app says about it, the start included. */
  said: Said[];
  /** The place of what ended or completed it, among all messages. */
  overAt: number;
  /** Whether HubSpot is to make the engagement; else the app has its own. */
  asksEngagement: boolean;
  /** The engagements that HubSpot made while it was asked for this call's: its answers do not say which call they are for. */
  given: string[];
  /** HubSpot has said that it made no engagement for it. */
  isRefused: boolean;
  /** HubSpot took no notice of it. */
  isIgnored: boolean;
};

export type Digest = {
  said: readonly Said[];
  pages: readonly Page[];
  calls: readonly Call[];
  at: number;
  isOver: boolean;
  errors: readonly string[] | undefined;
};

export const starts = ["OUTGOING_CALL_STARTED", "INCOMING_CALL"];
export const ends = ["CALL_ENDED", "CALL_TRANSFERRED"];
export const later = ["CALL_ANSWERED", ...ends, "CALL_COMPLETED"];
export const publishing = ["FINALIZE_ENGAGEMENT", "PUBLISH_TO_CHANNEL"];
export const created = ["CREATE_ENGAGEMENT_SUCCEEDED", "ENGAGEMENT_CREATED"];

export const isOf = ({ message }: Said, from: Message["from"], types: readonly string[]) =>
  message.from === from && types.includes(message.type);
export const isFromApp = (said: Said, ...types: string[]) => isOf(said, "app", types);
export const isFromHubSpot = (said: Said, ...types: string[]) => isOf(said, "hubspot", types);

/** Whether the app wants an engagement: the documentation's `true`, or the text that one of HubSpot's demos sends. */
export const asksEngagement = ({ createEngagement }: Fields): boolean =>
  createEngagement === true || createEngagement === "true";

/** What the app says about a call before `index`. */
export const before = ({ said }: Call, index: number) =>
  said.filter((other) => other.index < index);
export const firstOf = ({ said }: Call, ...types: string[]) =>
  said.find((s) => isFromApp(s, ...types));
export const isOverBy = ({ overAt }: Call, index: number) => overAt < index;
/** The calls that are on in a page when something is said. One that a page has not come back to is not on in it. */
export const callsOn = ({ calls }: Digest, { index, page }: Said, at: Page = page) =>
  calls.filter((call) => !isOverBy(call, index) && before(call, index).at(-1)?.page === at);
/** The number that an outbound call is to, and the one that DIAL_NUMBER asks for. */
export const calledIn = ({ data }: Said) => textOf(data.toNumber) || textOf(data.phoneNumber);
export const askedIn = ({ data }: Said) => textOf(data.phoneNumber) || textOf(data.phone_number);
/** Whether a call's start is to the number that DIAL_NUMBER asks for. */
export const isAskedFor = (start: Said, dial: Said) =>
  isSame(askedIn(dial), calledIn(start), textOf(dial.data.countryCode));

/** Whether other frames report the calls: the calling window, if the app uses it, or else the tabs. */
export const isSilent = ({ frame, sync }: Page): boolean =>
  sync !== undefined &&
  frame !== "widget" &&
  (frame === "window") === (sync.data.usesCallingWindow === false);

/** The page that was loaded in the place of `page`, which said nothing from then on. */
export const successor = ({ pages }: Digest, page: Page): Page | undefined => {
  const last = page.said.at(-1)?.index ?? 0;
  return pages.find(({ frame, said }) => frame === page.frame && (said[0]?.index ?? 0) > last);
};

/** Whether `other` is the page, or was loaded in its place: of two tabs, each tells its own HubSpot of one call. */
export function speaksFor(session: Digest, page: Page, other: Page): boolean {
  if (page === other) return true;
  const next = page.frame === other.frame && successor(session, page);
  return !!next && session.pages.indexOf(next) <= session.pages.indexOf(other);
}

/** The call's page was replaced while the call was on, and none since has said anything about it. */
export const isLost = (session: Digest, call: Call): boolean => {
  const { page, index } = call.said.at(-1) ?? call.start;
  const isLast = !session.calls.some(({ start }) => start.page === page && start.index > index);
  return (
    call.overAt === Number.POSITIVE_INFINITY && isLast && successor(session, page) !== undefined
  );
};

/** One pass over the messages: which page said each, about which call, and what was known then. */
export function digest({ messages, at, isOver = false, errors }: Session): Digest {
  const said: Said[] = [];
  const pages = new Map<string, Page>();
  const user = new Map<Page, Pick<Said, "isLoggedIn" | "isAvailable">>();
  const dials = new Map<Page, Said[]>();
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
    const open = dials.get(page) ?? [];
    if (from === "hubspot") {
      if (type === "SYNC") page.sync ??= one;
      if (type === "DIAL_NUMBER") dials.set(page, [...open, one]);
      if (created.includes(type)) giveEngagement(one, calls);
      if (type === "CREATE_ENGAGEMENT_FAILED") {
        const refused = here(one, calls).findLast(
          (call) => call.asksEngagement && !firstOf(call, "CALL_COMPLETED"),
        );
        if (refused) refused.isRefused = true;
      }
      continue;
    }
    if (type === "SYNC_ACK") page.ack ??= one;
    user.set(page, toldOfUser(one, known));
    if (type === "OUTGOING_CALL_STARTED") {
      const isDialled = (dial: Said) => isAskedFor(one, dial);
      one.asked = open.at(-1);
      one.dial = open.findLast(isDialled);
      // Whoever calls another number than the last that was asked for has moved on.
      dials.set(
        page,
        open.filter((dial) => !isDialled(dial) && (one.dial || dial !== one.asked)),
      );
    }
    if (starts.includes(type)) begin(one, calls);
    else if ([...later, ...publishing, "NAVIGATE_TO_RECORD"].includes(type)) putToCall(one, calls);
    else if (type === "INITIALIZED") goOn(one, calls);
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
    case "INITIALIZED": {
      const { isLoggedIn, isAvailable } = data;
      return {
        isLoggedIn: typeof isLoggedIn === "boolean" ? isLoggedIn : known.isLoggedIn,
        isAvailable: typeof isAvailable === "boolean" ? isAvailable : known.isAvailable,
      };
    }
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

/** The calls that the HubSpot of a message's frame knows. */
const here = ({ page }: Said, calls: readonly Call[]) =>
  calls.filter(({ start }) => start.page.frame === page.frame);

const idOf = ({ externalCallId }: Fields) =>
  typeof externalCallId === "number" ? plain(externalCallId) : textOf(externalCallId);

function giveEngagement(one: Said, calls: readonly Call[]): void {
  const id = plain(one.data.engagementId);
  for (const call of here(one, calls))
    if (call.asksEngagement && !firstOf(call, "CALL_COMPLETED")) call.given.push(id);
}

const hasEngagement = ({ data }: Said, call: Call) =>
  isGiven(data.engagementId) &&
  [...call.given, ...call.said.map((said) => plain(said.data.engagementId))].includes(
    plain(data.engagementId),
  );

function begin(one: Said, calls: Call[]): void {
  const { data, message, index } = one;
  const id = idOf(data);
  const same = here(one, calls).findLast((call) => id !== "" && call.id === id);
  if (same && !isOverBy(same, index)) {
    one.call = same;
    same.said.push(one);
    return;
  }
  one.call = {
    id,
    isInbound: message.type === "INCOMING_CALL",
    start: one,
    said: [one],
    overAt: Number.POSITIVE_INFINITY,
    asksEngagement: asksEngagement(data),
    given: [],
    isRefused: false,
    // The call is on: the note only says what HubSpot left undone.
    isIgnored: message.type === "INCOMING_CALL" && message.note !== undefined,
  };
  calls.push(one.call);
}

/** Finds the call that a message is about: by the app's id, else by HubSpot's, else it is the one that is on. */
function putToCall(one: Said, calls: readonly Call[]): void {
  const id = idOf(one.data);
  const known = here(one, calls);
  const named = id === "" ? undefined : known.findLast((call) => call.id === id);
  one.call =
    named ??
    known.findLast((call) => hasEngagement(one, call)) ??
    known.findLast((call) => !firstOf(call, "CALL_COMPLETED")) ??
    (id === "" ? known.at(-1) : undefined);
  one.isMisnamed = id !== "" && one.call !== undefined && one.call.id !== "" && one.call !== named;
  one.call?.said.push(one);
  const isOver = isFromApp(one, ...ends, "CALL_COMPLETED");
  if (one.call && isOver) one.call.overAt = Math.min(one.call.overAt, one.index);
}

/** A page that was loaded during a call says which call it goes on with. */
function goOn(one: Said, calls: readonly Call[]): void {
  one.call = here(one, calls).findLast(
    (call) => !isOverBy(call, one.index) && hasEngagement(one, call),
  );
  one.call?.said.push(one);
}
