// The state that all frames of the widget share: the call, the user, and what stands in the fields. Pure.
import type { Event } from "./events.ts";
import {
  type CallerIdMatch,
  type DialRequest,
  type EndStatus,
  type EngagementProperties,
  isFields,
  type Payloads,
  parse,
  type Ready,
} from "./messages.ts";
import { isSameNumber, shown } from "./number.ts";

/*
 *   idle ──outgoingcall──▶ ringing ──answercall──▶ answered ──endcall──▶ ended ──completecall──▶ completed ──▶ idle
 *          incomingcall       └──────── endcall, transfercall ─────────▶┘  ▲                      │  (HubSpot has
 *                                                                          │                      ▼   saved it all)
 *                                                              completecall └────────────────── unsaved ──▶ idle
 *                                                                                               discard, or saved late
 */
export type Call =
  | { status: "idle"; dial?: DialRequest | undefined }
  | (Started & { status: "ringing" })
  | (Started & { status: "answered"; answeredAt: number })
  | Over;

export type Started = {
  externalCallId: string;
  direction: "INBOUND" | "OUTBOUND";
  fromNumber: string;
  toNumber: string;
  /** ms since 1970, like all times here */
  startedAt: number;
  /** The request that the call answers, though the user may have changed the number. */
  dial?: DialRequest | undefined;
  /** Who the caller may be. HubSpot tells it some time after the call started. */
  callers?: readonly CallerIdMatch[];
  /** HubSpot's record of the call: its id comes some time after the call started, or never. `own`: the app creates it, by HubSpot's API. */
  engagement: number | "pending" | "failed" | "own";
};

/** `completed` waits for HubSpot's word that it saved what was `sent`, `patience` ms at most. */
export type Over = Started & { answeredAt?: number; endedAt: number; endStatus: EndStatus } & (
    | { status: "ended" }
    | { status: "completed"; sent: Sent; since: number }
    | { status: "unsaved"; sent: Sent }
  );

/**
 * What was sent to be saved: each try that HubSpot has not answered, oldest first. An answer does not say which it is for,
 * so it is taken for the oldest's.
 */
export type Sent = readonly Written[];

/** A call as far as it has come. */
export type Said = Started & Partial<Pick<Over, "answeredAt" | "endedAt" | "endStatus">>;

/** What the user writes of a call. */
export type Written = Pick<Form, "notes" | "outcome" | "engagementProperties">;

/** The frame around this page. */
export type Host = { status: "outside" } | { status: "connecting"; since: number } | Place;
export type Place = Omit<Ready, "type"> & { status: "ready" };

/** What stands in the page's fields, by their ids. A box that is not ticked is empty. */
export type Form = {
  fromNumber: string;
  toNumber: string;
  notes: string;
  /** A disposition's GUID, or empty. */
  outcome: string;
  /** More of the call's properties in the CRM: a JSON object, or empty. */
  engagementProperties: string;
  /** An EndStatus, or empty: as the call went. */
  endStatus: string;
  /** Which of the callers, counted from 0. */
  record: string;
  newTab: string;
  keepOpen: string;
  /** Whether HubSpot is to create the call's engagement: else the app does, by HubSpot's API. */
  createEngagement: string;
  anyOrder: string;
  width: string;
  height: string;
  widgetUrl: string;
  callData: string;
  errorMessage: string;
};

/** What frames have in common. The frame that holds the call decides it, but for the fields, which are everyone's. */
export type Shared = {
  /** How many decisions have led here: of two states, the one with more is newer. */
  turn: number;
  /** The frame that holds the call: if it goes, the next one does. Without one nobody can call. */
  holder?: string | undefined;
  /** Since when it does: of two frames that are said to, the later one does. */
  heldAt: number;
  isLoggedIn: boolean;
  isAvailable: boolean;
  call: Call;
  /** The last value of each field, in whichever frame it was put there. `changedAt` says when; it is missing where that never happened. */
  form: Form;
  changedAt: { [field in keyof Form]?: number };
  /** Dial requests that came during a call, each once, to be offered after it. */
  waiting: readonly DialRequest[];
  /** Calls that began while they could not be taken. */
  missed: readonly Started[];
  /** Engagements of calls before this one: what HubSpot says of them late must not touch this one. */
  past: readonly number[];
  /** When a frame that holds the call was last there during the call, to the second. */
  seenAt: number;
  /** `field`: the one that kept the last click from being carried out. */
  notice?: { kind: "done" | "trouble"; words: string; field?: keyof Form | undefined } | undefined;
};

/** What concerns the fields. */
export type Fields = Pick<Shared, "form" | "changedAt" | "notice">;

export type State = Shared & {
  /** This frame's name, and where it is. */
  frameId: string;
  host: Host;
  /** What it has asked the frame that holds the call and was not answered yet, oldest first. */
  asks: readonly Ask[];
};

/** An event that the frame that holds the call is asked to decide. `id` is the question's. */
export type Ask = { id: string; event: Event };

/** How long, in ms, to wait for HubSpot's word on an engagement. */
export const patience = 10_000;

const blank: Form = {
  fromNumber: "+1 212 555 0100",
  toNumber: "",
  notes: "",
  outcome: "",
  engagementProperties: "",
  endStatus: "",
  record: "0",
  newTab: "",
  createEngagement: "on",
  keepOpen: "",
  anyOrder: "",
  width: "400",
  height: "650",
  widgetUrl: "",
  callData: "{}",
  errorMessage: "The call failed.",
};
export const fields = Object.keys(blank) as (keyof Form)[];

/**
 * @param frameId a name that no other frame has
 * @param widgetUrl the page's own address
 */
export const start = (host: Host, frameId: string, widgetUrl = ""): State => ({
  frameId,
  host,
  asks: [],
  turn: 0,
  heldAt: 0,
  isLoggedIn: false,
  isAvailable: false,
  call: { status: "idle" },
  form: { ...blank, widgetUrl },
  changedAt: {},
  waiting: [],
  missed: [],
  past: [],
  seenAt: 0,
});

export const shared = ({ frameId: _, host: __, asks: ___, ...rest }: State): Shared => rest;

/** Fields with new values, set at `at`: a field that gets one, from anyone, loses its refusal. */
export function fill({ form, changedAt, notice }: Fields, values: Partial<Form>, at: number) {
  // Where two values come at once, the second one is the later.
  const times = { ...changedAt };
  for (const field of fields)
    if (field in values) times[field] = Math.max(at, (times[field] ?? 0) + 1);
  return {
    form: { ...form, ...values },
    changedAt: times,
    notice: notice?.field && notice.field in values ? undefined : notice,
  };
}

/** The fields whose value here was put there later than the one there. Where two came at once, all frames take the same one: a text before none. */
export const later = (here: Fields, there: Fields): (keyof Form)[] =>
  fields.filter((field) => {
    const at = here.changedAt[field] ?? 0;
    const other = there.changedAt[field] ?? 0;
    return at > other || (at > 0 && at === other && here.form[field] > there.form[field]);
  });

/** What is known here with what another frame has told, or the browser has kept: of each part the newer. */
export function adopt<S extends Shared>(known: S, other: Shared): S {
  const { holder, heldAt } = other.heldAt > known.heldAt ? other : known;
  // What was kept as JSON lacks a notice that is not there.
  const newer = other.turn > known.turn && { notice: undefined, ...other };
  const form = { ...known.form };
  const changedAt = { ...known.changedAt };
  for (const field of later(other, known)) {
    form[field] = other.form[field];
    changedAt[field] = other.changedAt[field] ?? 0;
  }
  return { ...known, ...newer, holder, heldAt, form, changedAt };
}

/** Whether a frame there may hold the call, and speak for it: the calling window's, if the app uses it, else any other. A `widget` is alone. */
export const mayHold = (host: Host): host is Place =>
  host.status === "ready" &&
  (host.iframeLocation === "widget" ||
    host.usesCallingWindow === (host.iframeLocation === "window"));

/** Between start and end. */
export const isLive = (call: Call): call is Call & { status: "ringing" | "answered" } =>
  call.status === "ringing" || call.status === "answered";

/** From answer to end, or to `at` while it lasts, in ms; 0 for a call that nobody answered. */
export const duration = ({ answeredAt, endedAt }: Said, at: number): number =>
  answeredAt ? Math.max(0, (endedAt ?? at) - answeredAt) : 0;

/** The request that led to the call, if it is the requested number that was called. */
export const askedBy = ({ dial, toNumber }: Started): DialRequest | undefined =>
  dial && isSameNumber(dial.number, toNumber) ? dial : undefined;

/** The number at the other end. */
export const otherNumber = ({ direction, fromNumber, toNumber }: Started): string =>
  direction === "INBOUND" ? fromNumber : toNumber;

/** Notes are best saved on the engagement's id, which may be a while in coming. */
export const isWaiting = (call: Call, at: number): boolean =>
  call.status === "ended" && call.engagement === "pending" && at - call.endedAt < patience;

/** What is written of a call now. */
export const written = ({ notes, outcome, engagementProperties }: Form): Written => ({
  notes,
  outcome,
  engagementProperties,
});

/** The properties that the user has added; undefined when they are no JSON object. */
export function added({ engagementProperties }: Form) {
  const read = parse(engagementProperties || "{}");
  return isFields(read) ? read : undefined;
}

export const engagementOf = ({ engagement }: Started) =>
  typeof engagement === "number" ? { engagementId: engagement } : {};

export const sizeOf = (form: Form) => ({ width: Number(form.width), height: Number(form.height) });

/**
 * Whether this frame's word reaches HubSpot: in the navigation bar each one's, to the HubSpot of its own tab; elsewhere
 * the one's that holds the call.
 */
export const talks = ({ host, holder, frameId }: State): boolean =>
  mayHold(host) && (host.iframeLocation === "remote" || holder === frameId);

/**
 * What a frame says it is. Only one that speaks for a call that is on says so, or that it
 * goes on with the one that HubSpot named: HubSpot would wait for its end.
 */
export function introduction(state: State): Payloads["initialized"] {
  const { host, isLoggedIn, isAvailable, call, form, holder } = state;
  const isSpoken = mayHold(host) && (!holder || talks(state));
  return {
    isLoggedIn,
    isAvailable,
    ...(isSpoken &&
      call.status !== "idle" && {
        ...(host.engagementId && { engagementId: host.engagementId }),
        ...(isLive(call) && engagementOf(call)),
      }),
    sizeInfo: sizeOf(form),
  };
}

/** The call's outcome and notes. Without an engagementId, HubSpot still has the externalCallId to find the engagement by. */
export function completion(
  { form, waiting }: State,
  { ownerId }: Place,
  call: Said,
  at: number,
): Payloads["callCompleted"] {
  return {
    externalCallId: call.externalCallId,
    ...engagementOf(call),
    // A request that waits has to be seen, and notes that HubSpot may be unable to save.
    hideWidget: !form.keepOpen && !waiting.length && typeof call.engagement === "number",
    engagementProperties: {
      hs_timestamp: call.startedAt,
      hs_call_title: `Call ${call.direction === "INBOUND" ? "from" : "to"} ${shown(otherNumber(call))}`,
      hs_call_body: asHtml(form.notes),
      hs_call_duration: String(duration(call, at)),
      hs_call_status: callStatus(call),
      hs_call_direction: call.direction,
      hs_call_from_number: call.fromNumber,
      hs_call_to_number: call.toNumber,
      ...(ownerId && { hubspot_owner_id: String(ownerId) }),
      ...(form.outcome && { hs_call_disposition: form.outcome }),
      ...added(form),
    },
  };
}

/** HubSpot takes notes for HTML. */
const asHtml = (text: string): string =>
  text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll("\n", "<br>");

/** The property knows fewer ways to end than the message. [guess] That these two come nearest. */
function callStatus({ endStatus = "COMPLETED" }: Said): EngagementProperties["hs_call_status"] {
  return endStatus === "REJECTED" ? "CANCELED" : endStatus === "MISSED" ? "NO_ANSWER" : endStatus;
}
