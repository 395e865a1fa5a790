// The local HubSpot's CRM: a few records to call, and the call engagements, which survive a reload.
import { type Fields, isFields, parse, toJson } from "../call/messages.ts";
import { isSameNumber } from "../call/number.ts";
import { keysOf, readKey, removeKey, writeKey } from "./storage.ts";

/** "0-1" and "0-2" are HubSpot's ids for contacts and companies. "0-5" for tickets is [guess]: only the word TICKET is documented. */
export type ObjectTypeId = "0-1" | "0-2" | "0-5";

export const kinds = {
  "0-1": { name: "Contact", plural: "Contacts", objectType: "CONTACT" },
  "0-2": { name: "Company", plural: "Companies", objectType: "COMPANY" },
  "0-5": { name: "Ticket", plural: "Tickets", objectType: "TICKET" },
} as const satisfies Record<ObjectTypeId, Fields>;

export type Phone = { label: string; number: string; countryCode: string };

export type CrmRecord = {
  objectTypeId: ObjectTypeId;
  objectId: number;
  name: string;
  about: string;
  /** Contacts have one. */
  email?: string;
  phones: readonly Phone[];
  /** The records that a call with this one is put on, too. */
  associated: readonly number[];
};

/** The account, as SYNC and DIAL_NUMBER name it. */
export const account = { portalId: 62515, userId: 4711, ownerId: 275088328 };

// The numbers are of the ranges that Ofcom and the NANP keep for fiction.
export const records: readonly CrmRecord[] = [
  {
    objectTypeId: "0-1",
    objectId: 37621684101,
    name: "Ada Lovelace",
    about: "Chief analyst · ada@engines.example",
    email: "ada@engines.example",
    phones: [
      { label: "Mobile", number: "+447700900142", countryCode: "GB" },
      { label: "Office", number: "+44 20 7946 0018", countryCode: "GB" },
    ],
    associated: [18934410201],
  },
  {
    objectTypeId: "0-1",
    objectId: 37621684102,
    name: "Grace Hopper",
    about: "Rear admiral · grace@compilers.example",
    email: "grace@compilers.example",
    phones: [
      { label: "Office", number: "(212) 555-0143", countryCode: "US" },
      { label: "Mobile", number: "+1 212 555 0187", countryCode: "US" },
      // Her company's, too: such a caller may be either.
      { label: "Front desk", number: "+1 212 555 0110", countryCode: "US" },
    ],
    associated: [18934410202],
  },
  {
    objectTypeId: "0-1",
    objectId: 37621684103,
    name: "Jean Bartik",
    about: "Programmer · jean@compilers.example",
    email: "jean@compilers.example",
    phones: [],
    associated: [18934410202],
  },
  {
    objectTypeId: "0-2",
    objectId: 18934410201,
    name: "Analytical Engines Ltd",
    about: "Machinery · London",
    phones: [
      { label: "Front desk", number: "+44 20 7946 0001", countryCode: "GB" },
      { label: "Workshop", number: "0044 20 7946 0077", countryCode: "GB" },
    ],
    associated: [],
  },
  {
    objectTypeId: "0-2",
    objectId: 18934410202,
    name: "Compilers Inc",
    about: "Software · New York",
    phones: [{ label: "Front desk", number: "+1 212 555 0110", countryCode: "US" }],
    associated: [],
  },
  {
    objectTypeId: "0-5",
    objectId: 4290391019,
    name: "Card reader jams on every second card",
    about: "Open · with Ada Lovelace",
    phones: [],
    associated: [37621684101],
  },
];

export const recordOf = (objectId: number) => records.find((r) => r.objectId === objectId);

/** Whom a call from this record's page reaches: a ticket has no telephone, its contact has. */
export function calleeOf(record: CrmRecord): CrmRecord {
  const [contact] = record.associated;
  return record.objectTypeId === "0-5" && contact ? (recordOf(contact) ?? record) : record;
}

/** The contacts and companies that have the number, however it is written: also without its country's code. */
export const recordsByNumber = (number: string): CrmRecord[] =>
  records.filter(({ phones }) =>
    phones.some((phone) => isSameNumber(international(phone), international({ ...phone, number }))),
  );

/** Of each country here, its calling code and what is dialled instead of it within the country. */
const callingCodes: Record<string, { code: string; trunk: RegExp }> = {
  GB: { code: "+44", trunk: /^\D*0/ },
  US: { code: "+1", trunk: /^$/ },
};

function international({ number, countryCode }: Pick<Phone, "number" | "countryCode">): string {
  const country = callingCodes[countryCode];
  const isNational = !/^\s*(\+|00)/.test(number);
  return country && isNational ? country.code + number.replace(country.trunk, "") : number;
}

/** What NAVIGATE_TO_RECORD and a caller-id match name a record by. */
export const coordinatesOf = ({ objectId, objectTypeId }: CrmRecord) => ({
  portalId: account.portalId,
  objectId,
  objectTypeId,
});

/** The record at such coordinates, which come from outside; undefined when there is none here. */
export function recordAt(coordinates: unknown): CrmRecord | undefined {
  const { portalId, objectId, objectTypeId } = isFields(coordinates) ? coordinates : {};
  const isId = (value: unknown, id: number) => value === id || value === String(id);
  if (!isId(portalId, account.portalId)) return undefined;
  return records.find((r) => isId(objectId, r.objectId) && r.objectTypeId === objectTypeId);
}

/** A record as CALLER_ID_MATCH_SUCCEEDED has it. */
export function callerIdMatch(record: CrmRecord): Fields {
  const objectCoordinates = coordinatesOf(record);
  if (record.objectTypeId !== "0-1")
    return { callerIdType: "COMPANY", objectCoordinates, name: record.name };
  const [firstName, lastName] = record.name.split(" ");
  const { email } = record;
  return { callerIdType: "CONTACT", objectCoordinates, firstName, lastName, email };
}

export type Engagement = {
  engagementId: number;
  /** Empty for a call of an old app, which gives none. */
  externalCallId: string;
  /** ms since 1970, with fractions: their order. */
  createdAt: number;
  /** Whom the call was with. */
  recordId: number;
  /** HubSpot shows a call once it is completed. */
  isOnTimeline: boolean;
  properties: Record<string, string>;
};

/** The app's id of a call, as it says it; empty when it gives none. */
export const callIdOf = (externalCallId: unknown): string =>
  typeof externalCallId === "string" || typeof externalCallId === "number"
    ? String(externalCallId)
    : "";

/** Each engagement has a key of its own, so that tabs that write at the same time take nothing from each other. */
export const engagementPrefix = "LocalHubSpot:engagement:";

/** Beyond so many, the older half is forgotten. */
const mostKept = 500;

/**
 * [guess] That HubSpot makes one engagement of one externalCallId, however many frames ask for it. The id follows
 * from it, so that tabs which ask at the same time get the same without asking each other.
 */
function idFor(externalCallId: string): number {
  // FNV-1a, 32 bits.
  let hash = 0x811c9dc5;
  for (const char of externalCallId)
    hash = Math.imul(hash ^ (char.codePointAt(0) ?? 0), 0x01000193);
  return 61_200_000_000 + (hash >>> 0);
}

/**
 * The engagements, in this browser's storage: every tab sees the same. Those that storage does not take are forgotten
 * when the page is closed, and damaged ones count as none.
 */
export class Engagements {
  /** What storage did not take. */
  readonly #unkept = new Map<number, Engagement>();

  /** Makes the call's engagement, or gives the one that it has already: a call that the app gave no id has none yet. */
  create(externalCallId: string, recordId: number, properties: Fields): Engagement {
    const engagementId = idFor(externalCallId || crypto.randomUUID());
    const existing = this.#read(engagementId);
    if (existing) return existing;
    const engagement: Engagement = {
      engagementId,
      externalCallId,
      createdAt: performance.timeOrigin + performance.now(),
      recordId,
      isOnTimeline: false,
      properties: asTexts(properties),
    };
    this.#write(engagement);
    if (keysOf(engagementPrefix).length > mostKept) {
      for (const { engagementId: old } of this.#all().slice(0, -mostKept / 2))
        removeKey(engagementPrefix + old);
    }
    return engagement;
  }

  /** The engagement, by HubSpot's id or else by the calling app's; undefined when there is none. */
  find(engagementId: unknown, externalCallId?: unknown): Engagement | undefined {
    const isId = typeof engagementId === "number" || typeof engagementId === "string";
    const callId = callIdOf(externalCallId);
    return (
      (isId ? this.#read(Number(engagementId)) : undefined) ??
      (callId ? this.#read(idFor(callId)) : undefined)
    );
  }

  /** Puts a call on the timeline, with what the app says of it. */
  complete(engagement: Engagement, properties: unknown): void {
    const said = asTexts(isFields(properties) ? properties : {});
    const all = { ...engagement.properties, ...said };
    this.#write({ ...engagement, isOnTimeline: true, properties: all });
  }

  /** The one made last. */
  last(): Engagement | undefined {
    return this.#all().at(-1);
  }

  /** Newest first. Those of one record, or of all: a company has its contacts' calls, too, and so has a ticket. */
  timeline(recordId?: number): Engagement[] {
    const record = recordId === undefined ? undefined : recordOf(recordId);
    return this.#all()
      .filter(
        (e) =>
          e.isOnTimeline &&
          (!record ||
            calleeOf(record).objectId === e.recordId ||
            recordOf(e.recordId)?.associated.includes(record.objectId)),
      )
      .reverse();
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
    const stored = parse(readKey(engagementPrefix + engagementId));
    return this.#unkept.get(engagementId) ?? (isEngagement(stored) ? stored : undefined);
  }

  #write(engagement: Engagement): void {
    const { engagementId } = engagement;
    const isKept = writeKey(engagementPrefix + engagementId, JSON.stringify(engagement));
    if (isKept) this.#unkept.delete(engagementId);
    else this.#unkept.set(engagementId, engagement);
  }
}

/** The CRM keeps every property as a string. [guess] Of 65,536 characters, as HubSpot's longest. */
const asTexts = (properties: Fields): Record<string, string> =>
  Object.fromEntries(
    Object.entries(properties)
      .filter(([, value]) => value !== undefined && value !== null)
      .map(([name, value]) => [name, typeof value === "string" ? value : toJson(value)])
      .map(([name, text]) => [name, text?.slice(0, 65_536)]),
  );

const isEngagement = (value: unknown): value is Engagement =>
  isFields(value) &&
  typeof value.engagementId === "number" &&
  typeof value.externalCallId === "string" &&
  typeof value.createdAt === "number" &&
  typeof value.recordId === "number" &&
  typeof value.isOnTimeline === "boolean" &&
  isFields(value.properties) &&
  Object.values(value.properties).every((property) => typeof property === "string");
