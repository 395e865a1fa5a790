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
  /** The notes. */
  hs_call_body: string;
  /** From answer to end, ms, as a string. */
  hs_call_duration: string;
  hs_call_status: "COMPLETED" | "NO_ANSWER" | "BUSY" | "CANCELED" | "FAILED";
  hs_call_direction: "INBOUND" | "OUTBOUND";
  hs_call_from_number: string;
  hs_call_to_number: string;
  /** The outcome: a key of `dispositions`. */
  hs_call_disposition?: string;
};

/** px */
export type Size = { width: number; height: number };

/** Each SDK method that the widget uses, with the payload HubSpot takes. (The SDK's own types lack `isAvailable` and `sizeInfo`, and demand an `engagementId` of a call that has none.) */
export type Payloads = {
  initialized: {
    isLoggedIn: boolean;
    isAvailable: boolean;
    engagementId?: number;
    sizeInfo: Size;
  };
  userLoggedIn: undefined;
  userLoggedOut: undefined;
  outgoingCall: {
    externalCallId: string;
    fromNumber: string;
    toNumber: string;
    /** ms since 1970 */
    callStartTime: number;
    createEngagement: boolean;
    /** The whole payload of the DIAL_NUMBER that led to the call. */
    dialingContext?: Fields;
  };
  callAnswered: { externalCallId: string };
  callEnded: { externalCallId: string; engagementId?: number; callEndStatus?: EndStatus };
  callCompleted: {
    externalCallId: string;
    engagementId?: number;
    hideWidget: boolean;
    engagementProperties: EngagementProperties;
  };
  sendError: { message: string };
  resizeWidget: Size;
};
export type Method = keyof Payloads;

/** A call of an SDK method, as data. */
export type Command<M extends Method = Method> = {
  [K in M]: { method: K; payload: Payloads[K] };
}[M];

/** The wire type that each SDK method sends. */
export const wireType: Record<Method, string> = {
  initialized: "INITIALIZED",
  userLoggedIn: "LOGGED_IN",
  userLoggedOut: "LOGGED_OUT",
  outgoingCall: "OUTGOING_CALL_STARTED",
  callAnswered: "CALL_ANSWERED",
  callEnded: "CALL_ENDED",
  callCompleted: "CALL_COMPLETED",
  sendError: "ERROR",
  resizeWidget: "RESIZE_WIDGET",
};

/** Any object that came from outside: its fields are unknown until they are looked at. */
export type Fields = { readonly [name: string]: unknown };

export const isFields = (value: unknown): value is Fields =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** HubSpot's wish that a number be dialled, read from DIAL_NUMBER. */
export type DialRequest = {
  /** As HubSpot wrote it; empty when it sent none. */
  number: string;
  /** Who is called. Only `calleeInfo` says: `objectId` is the record being viewed, and may be 0. */
  callee?: { id: number; objectTypeId: string };
  /** ms since 1970 */
  startTimestamp?: number;
  /** Everything that came. */
  payload: Fields;
};

/** A message from HubSpot, checked. READY is the SDK's word for a finished handshake. */
export type FromHubSpot =
  | { type: "READY"; engagementId?: number }
  | { type: "DIAL_NUMBER"; request: DialRequest }
  | { type: "CREATE_ENGAGEMENT_SUCCEEDED" | "ENGAGEMENT_CREATED"; engagementId: number }
  | { type: "CREATE_ENGAGEMENT_FAILED"; reason: string }
  | { type: "UPDATE_ENGAGEMENT_SUCCEEDED"; engagementId?: number }
  | { type: "UPDATE_ENGAGEMENT_FAILED"; reason: string }
  | { type: "END_CALL" }
  | { type: "OTHER" };

const isId = (value: unknown): value is number => Number.isSafeInteger(value) && Number(value) > 0;

/** `{error: {message}}`, as all of HubSpot's failures have it. */
function reasonIn(data: Fields): string {
  const error = isFields(data.error) ? data.error.message : undefined;
  return typeof error === "string" && error ? error : "HubSpot gave no reason";
}

function readDialRequest(payload: Fields): DialRequest {
  const { phoneNumber, phone_number, calleeInfo, startTimestamp } = payload;
  const number = [phoneNumber, phone_number].find((n) => typeof n === "string" && n) ?? "";
  const info = isFields(calleeInfo) ? calleeInfo : {};
  return {
    number: String(number),
    ...(isId(info.calleeId) && {
      callee: { id: info.calleeId, objectTypeId: String(info.calleeObjectTypeId) },
    }),
    ...(Number.isFinite(startTimestamp) && { startTimestamp: Number(startTimestamp) }),
    payload,
  };
}

/**
 * Reads a message as the SDK hands it on. Whatever HubSpot may send is answered with a value:
 * what the widget does not know, or cannot use because a field is missing, is `OTHER`.
 */
export function read(message: unknown): FromHubSpot {
  const { type, data: raw } = isFields(message) ? message : {};
  const data = isFields(raw) ? raw : {};
  const engagementId = isId(data.engagementId) ? data.engagementId : undefined;
  switch (type) {
    case "READY":
    case "UPDATE_ENGAGEMENT_SUCCEEDED":
      return { type, ...(engagementId && { engagementId }) };
    case "DIAL_NUMBER":
      return { type, request: readDialRequest(data) };
    case "CREATE_ENGAGEMENT_SUCCEEDED":
    case "ENGAGEMENT_CREATED":
      return engagementId ? { type, engagementId } : { type: "OTHER" };
    case "CREATE_ENGAGEMENT_FAILED":
    case "UPDATE_ENGAGEMENT_FAILED":
      return { type, reason: reasonIn(data) };
    case "END_CALL":
      return { type };
    default:
      return { type: "OTHER" };
  }
}
