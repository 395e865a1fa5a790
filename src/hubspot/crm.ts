// The local HubSpot's CRM: a few records to call, and the call engagements, which survive a reload.
import { toJson } from "../dom.ts";
import { type Fields, isFields } from "../messages.ts";
import { isSameNumber } from "../number.ts";

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
    phones: [
      { label: "Office", number: "(212) 555-0143", countryCode: "US" },
      { label: "Mobile", number: "+1 212 555 0187", countryCode: "US" },
    ],
    associated: [18934410202],
  },
  {
    objectTypeId: "0-1",
    objectId: 37621684103,
    name: "Jean Bartik",
    about: "Programmer · jean@compilers.example",
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

export const recordByNumber = (number: string) =>
  records.find(({ phones }) => phones.some((phone) => isSameNumber(phone.number, number)));

export type Engagement = {
  engagementId: number;
  externalCallId: string;
  /** Whom the call was with. */
  recordId: number;
  /** HubSpot shows a call once it is completed. */
  isOnTimeline: boolean;
  properties: Record<string, string>;
};

const key = "LocalHubSpot:engagements";
const firstId = 61200000001;

/**
 * The engagements, in this page's storage: every tab sees the same. Storage that is blocked or full costs the memory
 * of them when the page is closed, and damaged storage counts as empty.
 */
export class Engagements {
  /** Oldest first. */
  #list: Engagement[] = [];

  create(externalCallId: string, recordId: number, properties: Fields): Engagement {
    const list = this.#load();
    const engagement = {
      engagementId: (list.at(-1)?.engagementId ?? firstId - 1) + 1,
      externalCallId,
      recordId,
      isOnTimeline: false,
      properties: asTexts(properties),
    };
    this.#save([...list, engagement]);
    return engagement;
  }

  /**
   * Puts a call on the timeline, with what the app says of it.
   * @returns the engagement, found by HubSpot's id or else by the calling app's; undefined when there is none
   */
  complete(
    engagementId: unknown,
    externalCallId: unknown,
    properties: unknown,
  ): Engagement | undefined {
    const list = this.#load();
    const id = ["number", "string"].includes(typeof engagementId)
      ? Number(engagementId)
      : Number.NaN;
    const engagement =
      list.find((e) => e.engagementId === id) ??
      list.findLast((e) => e.externalCallId === externalCallId);
    if (!engagement) return undefined;
    engagement.isOnTimeline = true;
    Object.assign(engagement.properties, asTexts(isFields(properties) ? properties : {}));
    this.#save(list);
    return engagement;
  }

  /** Newest first. Those of one record, or of all: a company has its contacts' calls, too, and so has a ticket. */
  timeline(recordId?: number): Engagement[] {
    const record = recordId === undefined ? undefined : recordOf(recordId);
    return this.#load()
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
    this.#save([]);
  }

  #load(): Engagement[] {
    try {
      const stored: unknown = JSON.parse(localStorage.getItem(key) ?? "[]");
      this.#list = Array.isArray(stored) ? stored.filter(isEngagement) : [];
    } catch {
      // Blocked or damaged: what this page knows is all there is.
    }
    return this.#list;
  }

  #save(list: Engagement[]): void {
    this.#list = list.slice(-1000);
    try {
      localStorage.setItem(key, JSON.stringify(this.#list));
    } catch {
      // The page works without it, until it is closed.
    }
  }
}

/** The CRM keeps every property as a string. */
const asTexts = (properties: Fields): Record<string, string> =>
  Object.fromEntries(
    Object.entries(properties)
      .filter(([, value]) => value !== undefined && value !== null)
      .map(([name, value]) => [name, typeof value === "string" ? value : toJson(value)]),
  );

const isEngagement = (value: unknown): value is Engagement =>
  isFields(value) &&
  typeof value.engagementId === "number" &&
  typeof value.externalCallId === "string" &&
  typeof value.recordId === "number" &&
  typeof value.isOnTimeline === "boolean" &&
  isFields(value.properties) &&
  Object.values(value.properties).every((property) => typeof property === "string");
