// A session as the rules read it: which page said each message, about which call, and what was known at that moment.
import { type Fields, isFields } from "../call/messages.ts";
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

export const isOf = ({ message }: Said, from: Message["from"], types: readonly string[]) =>
  message.from === from && types.includes(message.type);
export const isFromApp = (said: Said, ...types: string[]) => isOf(said, "app", types);
export const isFromHubSpot = (said: Said, ...types: string[]) => isOf(said, "hubspot", types);

/** What the app says about a call before `index`. */
export const before = ({ said }: Call, index: number) =>
  said.filter((other) => other.index < index);
export const firstOf = ({ said }: Call, ...types: string[]) =>
  said.find((s) => isFromApp(s, ...types));
export const isOverBy = ({ overAt }: Call, index: number) => overAt < index;
/** The calls that are on in a page when something is said. One that a page has not come back to is not on in it. */
export const callsOn = ({ calls }: Digest, { index, page }: Said, at: Page = page) =>
  calls.filter((call) => !isOverBy(call, index) && before(call, index).at(-1)?.page === at);
/** Whether HubSpot has asked for a call since the app last started the one that this is about. */
export const isAskedAgain = ({ call, page, index }: Said) => {
  const last = call && before(call, index).findLast((other) => isFromApp(other, ...starts));
  return page.said.some(
    (other) =>
      isFromHubSpot(other, "DIAL_NUMBER") &&
      other.index > (last?.index ?? index) &&
      other.index < index,
  );
};
/** The number that an outbound call is to. */
export const calledIn = ({ data }: Said) => textOf(data.toNumber) || textOf(data.phoneNumber);
/** The pages loaded in the place of `page` after it, oldest first. */
export const pagesAfter = ({ pages }: Digest, page: Page) =>
  pages.slice(pages.indexOf(page) + 1).filter(({ frame }) => frame === page.frame);
/** The page was replaced while the call was on, and none since has said anything about it. */
export const isLost = (session: Digest, call: Call) => {
  const page = call.said.at(-1)?.page ?? call.start.page;
  return call.overAt === Number.POSITIVE_INFINITY && pagesAfter(session, page).length > 0;
};

/** One pass over the messages: which page said each, about which call, and what was known then. */
export function digest({ messages, at, isOver = false, errors }: Session): Digest {
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
