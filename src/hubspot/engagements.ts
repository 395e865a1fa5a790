// The CRM's call engagements: how one is begun and completed, and where this browser keeps them all.
import { type Fields, isFields, parse, toJson } from "../call/messages.ts";
import { firstRecords } from "./crm.ts";
import { further, idFor, isEngagement, longestProperty } from "./engagement.mjs";
import { keysOf, readKey, removeKey, writeKey } from "./storage.ts";

/*
 *   on ──CALL_ENDED, CALL_TRANSFERRED──▶ over ──CALL_COMPLETED──▶ completed
 *    └──────────────────────────── CALL_COMPLETED ──────────────────▲
 */
export type Engagement = {
  engagementId: number;
  /** Empty for a call of an old app, which gives none. */
  externalCallId: string;
  /** ms since 1970, with fractions: their order. */
  createdAt: number;
  /** The CRM's records whose timelines the call is on, by id. Empty: it is only on the Calls page. */
  recordIds: readonly number[];
  /** `over`: the call is, and still to be completed. HubSpot shows it on the timeline once it is `completed`. */
  status: "on" | "over" | "completed";
  properties: Readonly<Record<string, string>>;
  /** What a third party's transcript says. */
  transcript?: readonly Utterance[];
};

/** What somebody said in a call. The times are ms since its beginning. */
export type Utterance = {
  speaker: { id: string; name: string; email?: string };
  text: string;
  startTimeMillis: number;
  endTimeMillis: number;
  languageCode?: string;
};

/** The app's id of a call, as it says it; empty when it gives none. */
export const callIdOf = (externalCallId: unknown): string =>
  typeof externalCallId === "string" || typeof externalCallId === "number"
    ? String(externalCallId)
    : "";

/** Whether it is the engagement of the call that has this id of the app's. [guess] That HubSpot finds one that the app's own server made by its property. */
export const isOfCall = ({ externalCallId, properties }: Engagement, callId: string): boolean =>
  callId !== "" && (externalCallId === callId || properties.hs_call_external_id === callId);

/** [guess] HubSpot's own id of a call, `callId` in its messages: that it is a number, and another one than the engagement's. */
export const hubspotCallId = (externalCallId: unknown, uuid: string): number =>
  idFor(callIdOf(externalCallId) || uuid) - 60_000_000_000;

/**
 * The engagement of a call that starts.
 * @param uuid stands for the call when the app gave it no id: such a call has no engagement yet
 * @param at ms since 1970
 */
export const begun = (
  externalCallId: string,
  uuid: string,
  at: number,
  recordIds: readonly number[],
  properties: Fields,
): Engagement => ({
  engagementId: idFor(externalCallId || uuid),
  externalCallId,
  createdAt: at,
  recordIds,
  status: "on",
  properties: asTexts(properties),
});

/** The engagement on the timeline, with what the app says of the call. */
export const completed = (engagement: Engagement, properties: unknown): Engagement => ({
  ...engagement,
  status: "completed",
  properties: { ...engagement.properties, ...asTexts(isFields(properties) ? properties : {}) },
});

/** The CRM keeps every property as a string. */
const asTexts = (properties: Fields): Record<string, string> =>
  Object.fromEntries(
    Object.entries(properties)
      .filter(([, value]) => value !== undefined && value !== null)
      .map(([name, value]) => [name, typeof value === "string" ? value : toJson(value)])
      .map(([name, text]) => [name, text?.slice(0, longestProperty)]),
  );

/** Each engagement has a key of its own, so that tabs that write at the same time take nothing from each other. */
export const engagementPrefix = "LocalHubSpot:engagement:";

/** Beyond so many, the older half is forgotten. */
const mostKept = 500;

/**
 * The engagements, in this browser's storage: every tab sees the same. Those that storage does not take are forgotten
 * when the page is closed, and damaged ones count as none.
 */
export class Engagements {
  /** What storage did not take. */
  readonly #unkept = new Map<number, Engagement>();
  readonly #tell: (engagement: Engagement) => void;

  /** @param tell is told of each that is kept here */
  constructor(tell: (engagement: Engagement) => void = () => {}) {
    this.#tell = tell;
  }

  /** The engagement, by HubSpot's id or else by the calling app's; undefined when there is none. */
  find(engagementId: unknown, externalCallId?: unknown): Engagement | undefined {
    const isId = typeof engagementId === "number" || typeof engagementId === "string";
    const callId = callIdOf(externalCallId);
    return (
      (isId ? this.#read(Number(engagementId)) : undefined) ??
      (callId ? this.#read(idFor(callId)) : undefined) ??
      (callId ? this.#all().findLast((engagement) => isOfCall(engagement, callId)) : undefined)
    );
  }

  /** Keeps a new engagement, or one that has changed. */
  keep(engagement: Engagement): void {
    this.#write(engagement);
    this.#tell(engagement);
  }

  #write(engagement: Engagement): void {
    const { engagementId } = engagement;
    const isNew = !this.#read(engagementId);
    const isKept = writeKey(engagementPrefix + engagementId, JSON.stringify(engagement));
    if (isKept) this.#unkept.delete(engagementId);
    else this.#unkept.set(engagementId, engagement);
    if (!isNew || keysOf(engagementPrefix).length <= mostKept) return;
    for (const { engagementId: old } of this.#all().slice(0, -mostKept / 2))
      removeKey(engagementPrefix + old);
  }

  /**
   * Keeps what the API has made or changed, unchecked. What the server does not know of it stays: it may not have heard
   * of it yet, or has begun anew since.
   * @returns it as it is then; undefined when it was nothing
   */
  hear(engagement: unknown): Engagement | undefined {
    if (!isEngagement(engagement)) return undefined;
    const before = this.find(engagement.engagementId) ?? engagement;
    const now = {
      ...before,
      ...engagement,
      status: further(before.status, engagement.status),
      properties: { ...before.properties, ...engagement.properties },
    };
    this.#write(now);
    return now;
  }

  /** The one made last. */
  last(): Engagement | undefined {
    return this.#all().at(-1);
  }

  /** So many of all calls, the newest first, also those that are not completed. */
  newest(most: number): Engagement[] {
    return this.#all()
      .sort((a, b) => beganAt(b) - beganAt(a) || b.createdAt - a.createdAt)
      .slice(0, most);
  }

  /** The completed calls, the newest first: those of one record, or all. */
  timeline(recordId?: number): Engagement[] {
    return this.newest(Number.POSITIVE_INFINITY).filter(
      ({ status, recordIds }) =>
        status === "completed" && (recordId === undefined || recordIds.includes(recordId)),
    );
  }

  reset(): void {
    this.#unkept.clear();
    for (const key of keysOf(engagementPrefix)) removeKey(key);
  }

  /** Oldest first. */
  #all(): Engagement[] {
    const kept = keysOf(engagementPrefix)
      .map((key) => this.#read(Number(key.slice(engagementPrefix.length))))
      .filter((engagement) => engagement !== undefined);
    const unkept = [...this.#unkept.values()];
    const all = new Map([...kept, ...unkept].map((e) => [e.engagementId, e]));
    return [...all.values()].sort((a, b) => a.createdAt - b.createdAt);
  }

  #read(engagementId: number): Engagement | undefined {
    const stored = asNow(parse(readKey(engagementPrefix + engagementId)));
    return this.#unkept.get(engagementId) ?? (isEngagement(stored) ? stored : undefined);
  }
}

/** When the call began, in ms since 1970: the API takes calls of other days, too. */
const beganAt = ({ properties, createdAt }: Engagement): number =>
  Number(properties.hs_timestamp) || createdAt;

/** An older page stored the one record whom the call was with. */
function asNow(stored: unknown): unknown {
  if (!isFields(stored) || typeof stored.recordId !== "number" || stored.recordIds !== undefined)
    return stored;
  const { recordId, ...rest } = stored;
  const record = firstRecords.find(({ objectId }) => objectId === recordId);
  return { ...rest, recordIds: [recordId, ...(record?.associated ?? [])] };
}
