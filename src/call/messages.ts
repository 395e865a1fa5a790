// HubSpot's calling protocol as this widget speaks it: what the SDK's methods carry, and what HubSpot's messages say.

/** How a call ended, as it goes over the wire (the documentation's `INTERNAL_` prefix is part of the SDK constants' names only). */
export const endStatuses = [
  "COMPLETED",
  "NO_ANSWER",
  "BUSY",
  "CANCELED",
  "FAILED",
  "REJECTED",
  "MISSED",
] as const;
export type EndStatus = (typeof endStatuses)[number];

export const isEndStatus = (text: string): text is EndStatus =>
  (endStatuses as readonly string[]).includes(text);

/** HubSpot's default outcomes: `hs_call_disposition` takes the GUID. */
export const dispositions = {
  "f240bbac-87c9-4f6e-bf70-924b57d47db7": "Connected",
  "a4c4c377-d246-4b32-a13b-75a56a4cd0ff": "Left live message",
  "b2cf5968-551e-4856-9783-52b3da59a7d0": "Left voicemail",
  "73a0d17f-1163-4015-bdd5-ec830791da20": "No answer",
  "9d9162e7-6cf3-4944-bf63-4dff82258764": "Busy",
  "17b47fee-58de-441e-a44c-c6300d46f273": "Wrong number",
} as const;

/** The call's properties in the CRM that the widget fills in. */
export type EngagementProperties = {
  /** When the call started, ms since 1970: its place on the timeline. */
  hs_timestamp: number;
  hs_call_title: string;
  /** The notes, as HTML. */
  hs_call_body: string;
  /** From answer to end, ms, as a string. */
  hs_call_duration: string;
  hs_call_status: "COMPLETED" | "NO_ANSWER" | "BUSY" | "CANCELED" | "FAILED";
  hs_call_direction: "INBOUND" | "OUTBOUND";
  hs_call_from_number: string;
  hs_call_to_number: string;
  /** The outcome: a key of `dispositions`, or one of the account's own. */
  hs_call_disposition?: string;
  /** HubSpot's user, as SYNC named them. */
  hubspot_owner_id?: string;
};

/** px */
export type Size = { width: number; height: number };

/** The number that the calling app gives a call, and the one that HubSpot gives its record of the call. */
type Ids = { externalCallId: string; engagementId?: number };

/** HubSpot's address of a record in the CRM. */
export type ObjectCoordinates = { portalId: number; objectId: number; objectTypeId: string };

type CallStart = {
  externalCallId: string;
  fromNumber: string;
  toNumber: string;
  /** ms since 1970 */
  callStartTime: number;
  createEngagement: boolean;
};

/** Each SDK method, with the payload HubSpot takes. (The SDK's own types lack `isAvailable` and `sizeInfo`, know two types of records, and demand an `engagementId` of a call that has none.) */
export type Payloads = {
  initialized: {
    isLoggedIn: boolean;
    isAvailable: boolean;
    engagementId?: number;
    sizeInfo: Size;
  };
  userLoggedIn: undefined;
  userLoggedOut: undefined;
  userAvailable: undefined;
  userUnavailable: undefined;
  outgoingCall: CallStart & {
    /** The whole payload of the DIAL_NUMBER that led to the call. */
    dialingContext?: Fields;
  };
  incomingCall: CallStart;
  callAnswered: { externalCallId: string };
  callTransferred: { externalCallId: string };
  callEnded: Ids & { callEndStatus?: EndStatus };
  callCompleted: Ids & { hideWidget: boolean; engagementProperties: EngagementProperties & Fields };
  navigateToRecord: {
    engagementId?: number;
    /** Missing only in "any order": HubSpot fails then. */
    objectCoordinates: ObjectCoordinates | undefined;
    openIn: "CURRENT_TAB" | "NEW_TAB";
  };
  finalizeEngagement: Ids;
  /** Deprecated by HubSpot for finalizeEngagement. */
  publishToChannel: Ids;
  sendError: { message: string };
  resizeWidget: Size;
  setWidgetUrl: { iFrameUrl: string };
  /** Anything that JSON can say. */
  callData: NonNullable<unknown> | null;
};
export type Method = keyof Payloads;

/** A call of an SDK method, as data. */
export type Command<M extends Method = Method> = {
  [K in M]: { method: K; payload: Payloads[K] };
}[M];

/** Any object that came from outside: its fields are unknown until they are looked at. */
export type Fields = { readonly [name: string]: unknown };

export const isFields = (value: unknown): value is Fields =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** HubSpot's wish that a number be dialled, read from DIAL_NUMBER. */
export type DialRequest = {
  /** As HubSpot wrote it; empty when it sent none. */
  number: string;
  /** Who is called. Only `calleeInfo` says: `objectId` is the record being viewed, and may be 0. */
  callee: { id: number; objectTypeId: string } | undefined;
  /** ms since 1970; 0 when HubSpot did not say. */
  startTimestamp: number;
  /** Everything that came. */
  payload: Fields;
};

/** A contact or company whose number is the caller's. */
export type CallerIdMatch = { name: string; objectCoordinates: ObjectCoordinates };

/** Where HubSpot shows the frame: a panel on the record's page, its navigation bar, or a window of its own. */
export type IframeLocation = "widget" | "remote" | "window";

/** What SYNC says of the frame, read from READY: the SDK's word for a finished handshake. */
export type Ready = {
  type: "READY";
  /** The call that was on in this place before, when there was one. */
  engagementId: number | undefined;
  portalId: number;
  /** HubSpot's user, by the number that is the user's and by the one that records name their owner by; NaN where HubSpot gave none. */
  userId: number;
  ownerId: number;
  hostUrl: string;
  iframeLocation: IframeLocation;
  /** Whether the frame in the calling window speaks for all others. */
  usesCallingWindow: boolean;
};

/** A message from HubSpot, checked. */
export type FromHubSpot =
  | Ready
  | { type: "DIAL_NUMBER"; asked: DialRequest }
  | { type: "CREATE_ENGAGEMENT_SUCCEEDED" | "ENGAGEMENT_CREATED"; engagementId: number }
  | { type: "CREATE_ENGAGEMENT_FAILED"; why: string }
  | { type: "UPDATE_ENGAGEMENT_SUCCEEDED"; engagementId: number | undefined }
  | { type: "UPDATE_ENGAGEMENT_FAILED"; why: string }
  | { type: "CALLER_ID_MATCH_SUCCEEDED"; callers: readonly CallerIdMatch[] }
  | { type: "VISIBILITY_CHANGED" | "END_CALL" }
  /** Only to be told, in words. */
  | { type: "NEWS"; words: string; isFailure: boolean };

/** Messages can carry what JSON cannot: large integers, and objects that contain themselves. */
export function toJson(data: unknown): string {
  try {
    return JSON.stringify(data, null, 2) ?? "";
  } catch (error) {
    return JSON.stringify(String(error));
  }
}

/** The value of a text that may not be JSON: undefined then. */
export function parse(text: string | null | undefined): unknown {
  try {
    return JSON.parse(text ?? "");
  } catch {
    return undefined;
  }
}

/** Of some objects no number can be made: that throws. */
const number = (value: unknown) => (typeof value === "object" ? Number.NaN : Number(value));

const isId = (value: unknown): value is number => Number.isSafeInteger(value) && Number(value) > 0;

/** Anything else has no fields. */
export const fieldsOf = (value: unknown): Fields => (isFields(value) ? value : {});
/** Not String(), which throws for objects that only look as if they had a text. Without what would turn the words around it, and not endless. */
const text = (value: unknown): string =>
  typeof value === "string" ? value.slice(0, 500).replace(/[\p{Cc}\p{Bidi_C}]/gu, "") : "";

/** NO_ANSWER → No answer */
export function inWords(name: string): string {
  const words = name.toLowerCase().replaceAll("_", " ");
  return words.charAt(0).toUpperCase() + words.slice(1);
}

function readDialRequest(payload: Fields): DialRequest {
  const { phoneNumber, phone_number, calleeInfo, startTimestamp } = payload;
  const { calleeId, calleeObjectTypeId } = fieldsOf(calleeInfo);
  return {
    number: text(phoneNumber) || text(phone_number),
    callee: isId(calleeId) ? { id: calleeId, objectTypeId: text(calleeObjectTypeId) } : undefined,
    startTimestamp: number(startTimestamp) || 0,
    payload,
  };
}

/** A match that names no record is of no use. */
function readMatch(match: unknown): CallerIdMatch[] {
  const { objectCoordinates, name, firstName, lastName, email } = fieldsOf(match);
  const { portalId, objectId, objectTypeId } = fieldsOf(objectCoordinates);
  if (!isId(objectId)) return [];
  const person = `${text(firstName)} ${text(lastName)}`.trim();
  return [
    {
      name: (text(name) || person || text(email) || String(objectId)).slice(0, 100),
      objectCoordinates: {
        portalId: number(portalId),
        objectId,
        objectTypeId: text(objectTypeId),
      },
    },
  ];
}

/**
 * Reads a message as the SDK hands it on. Whatever HubSpot may send is answered with a value:
 * what the widget does not know, or cannot use because a field is missing, is `NEWS`.
 */
export function read(message: unknown): FromHubSpot {
  const { type, data: raw } = fieldsOf(message);
  // Nothing of HubSpot's is so large, and it would be kept and sent back.
  const data = toJson(raw).length < 1e5 ? fieldsOf(raw) : {};
  const engagementId = isId(data.engagementId) ? data.engagementId : undefined;
  // `{error: {message}}`, as all of HubSpot's failures have it.
  const reason = text(fieldsOf(data.error).message) || "no reason given";
  switch (type) {
    case "READY": {
      const { iframeLocation, usesCallingWindow, portalId, userId, ownerId, hostUrl } = data;
      return {
        type,
        engagementId,
        portalId: number(portalId),
        hostUrl: text(hostUrl),
        userId: number(userId),
        ownerId: number(ownerId),
        iframeLocation:
          iframeLocation === "remote" || iframeLocation === "window" ? iframeLocation : "widget",
        usesCallingWindow: usesCallingWindow !== false,
      };
    }
    case "UPDATE_ENGAGEMENT_SUCCEEDED":
      return { type, engagementId };
    case "DIAL_NUMBER":
      return { type, asked: readDialRequest(data) };
    case "CREATE_ENGAGEMENT_SUCCEEDED":
    case "ENGAGEMENT_CREATED":
      if (engagementId) return { type, engagementId };
      break;
    case "CREATE_ENGAGEMENT_FAILED":
    case "UPDATE_ENGAGEMENT_FAILED":
      return { type, why: reason };
    case "CALLER_ID_MATCH_SUCCEEDED":
      if (Array.isArray(data.callerIdMatches))
        return { type, callers: data.callerIdMatches.slice(0, 20).flatMap(readMatch) };
      break;
    case "VISIBILITY_CHANGED":
    case "END_CALL":
      return { type };
  }
  const name = text(type);
  const isFailure = name.endsWith("_FAILED");
  return {
    type: "NEWS",
    words: `HubSpot: ${inWords(name)}${isFailure ? `, ${reason}` : ""}`,
    isFailure,
  };
}
