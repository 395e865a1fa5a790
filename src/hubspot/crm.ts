// The local HubSpot's CRM: records to call, which this browser keeps once they are added or changed, and how HubSpot's messages and addresses name them.
import { type Fields, isFields, parse } from "../call/messages.ts";
import { isSameNumber, undialable } from "../call/number.ts";
import { countryOf } from "../rules/numbers.ts";
import { account, firstRecords, international, isRecord, kinds } from "./records.mjs";
import { keysOf, readKey, writeKey } from "./storage.ts";

export { account, callerIdMatch, coordinatesOf, firstRecords, kinds } from "./records.mjs";

/**
 * "0-1" and "0-2" are HubSpot's ids for contacts and companies. [guess] "0-3" for deals, "0-5" for tickets, and "2-"
 * with a number for an account's custom objects: the SDK documents only the first two.
 */
export type ObjectTypeId = "0-1" | "0-2" | "0-3" | "0-5" | "2-7411206";

export const isCustom = ({ objectTypeId }: CrmRecord): boolean => objectTypeId.startsWith("2-");
/** Contacts and companies are who calls and is called; the others are what a call is about. */
export const isSomebody = ({ objectTypeId }: CrmRecord): boolean =>
  objectTypeId === "0-1" || objectTypeId === "0-2";

/** `property`: the name of the record's property that holds the number, a standard one or one of the account's own. */
export type Phone = { label: string; property: string; number: string; countryCode: string };

export type CrmRecord = {
  objectTypeId: ObjectTypeId;
  objectId: number;
  name: string;
  about: string;
  /** Contacts have one. */
  email?: string;
  phones: readonly Phone[];
  /** A contact's companies, or the contacts and companies of a record that is about something. */
  associated: readonly number[];
};

/** A number that can be called from a record's page, and whose it is. */
export type Reach = Phone & { callee: CrmRecord };

/** The record in its page's address. */
export const hashOf = ({ objectTypeId, objectId }: CrmRecord) =>
  `#/record/${objectTypeId}/${objectId}`;

/**
 * DIAL_NUMBER's payload for a call from the record being viewed; `fields` override.
 * @param reach the number to call; a record that has none still says who it is
 * @param at ms since 1970
 */
export function dialPayload(
  viewed: CrmRecord,
  reach: Reach | undefined,
  at: number,
  fields: Fields = {},
): Fields {
  const { objectId: calleeId, objectTypeId: calleeObjectTypeId } = reach?.callee ?? viewed;
  const number = fields.phoneNumber ?? reach?.number ?? "";
  return {
    phone_number: number,
    phoneNumber: number,
    countryCode: reach?.countryCode ?? "US",
    // [guess] That a deal or a custom object can itself be who is called, where the number is its own.
    calleeInfo: { calleeId, calleeObjectTypeId },
    objectId: viewed.objectId,
    objectType: kinds[viewed.objectTypeId].objectType,
    subjectId: 0,
    threadId: 0,
    startTimestamp: at,
    toPhoneNumberSrc: reach?.property ?? "phone",
    portalId: account.portalId,
    ownerId: account.ownerId,
    ...fields,
  };
}

/** Each record that was added or changed has a key of its own, so that tabs take nothing from each other. */
export const recordPrefix = "LocalHubSpot:record:";

/** What HubSpot calls its own properties; others go by their names. */
const labels: Record<string, string> = { phone: "Office", mobilephone: "Mobile" };

/** The records, in this browser: every tab sees the same. What storage does not take is forgotten with the page, and what is damaged counts as none. */
export class Crm {
  /** What storage did not take. */
  readonly #unkept = new Map<number, CrmRecord>();
  readonly #tell: (records: readonly CrmRecord[]) => void;
  #read: { from: string; records: readonly CrmRecord[] } = { from: "", records: firstRecords };

  /** @param tell is told of all when one is added or changed here */
  constructor(tell: (records: readonly CrmRecord[]) => void = () => {}) {
    this.#tell = tell;
  }

  /** All, oldest first. The list is another one only when something has changed. */
  get records(): readonly CrmRecord[] {
    const stored = keysOf(recordPrefix).sort().map(readKey);
    const unkept = [...this.#unkept.values()];
    const from = [...stored, ...unkept.map((record) => JSON.stringify(record))].join("\n");
    if (from !== this.#read.from) {
      const kept = [...stored.map(parse).filter(isRecord), ...unkept];
      const all = new Map([...firstRecords, ...kept].map((record) => [record.objectId, record]));
      this.#read = { from, records: [...all.values()] };
    }
    return this.#read.records;
  }

  /** The record of that id, a number or its digits, which may come from outside. */
  of(objectId: unknown): CrmRecord | undefined {
    return this.records.find((record) => isId(objectId, record.objectId));
  }

  /** The record at such coordinates, which come from outside; undefined when there is none here. */
  at(coordinates: unknown): CrmRecord | undefined {
    const { portalId, objectId, objectTypeId } = isFields(coordinates) ? coordinates : {};
    const found = isId(portalId, account.portalId) ? this.of(objectId) : undefined;
    return found?.objectTypeId === objectTypeId ? found : undefined;
  }

  /** The contacts and companies that have the number, however it is written: also without its country's code. */
  byNumber(number: string): CrmRecord[] {
    const has = ({ phones }: CrmRecord) =>
      phones.some((phone) =>
        isSameNumber(international(phone), international({ ...phone, number })),
      );
    return this.records.filter((record) => isSomebody(record) && has(record));
  }

  /** The record, or the contact or company that it is about. */
  somebodyOf(record: CrmRecord): CrmRecord {
    const [first] = isSomebody(record) ? [] : record.associated;
    return this.of(first) ?? record;
  }

  /** The numbers that can be called from a record's page: its own, and those of whom a ticket, a deal or a custom object is about. */
  numbersFrom(record: CrmRecord): Reach[] {
    const others = isSomebody(record) ? [] : record.associated.flatMap((id) => this.of(id) ?? []);
    return [record, ...others].flatMap((callee) =>
      callee.phones.map((phone) => ({ ...phone, callee })),
    );
  }

  /**
   * A new contact with that number; one who has it already stays the one.
   * @throws an Error for the user when the number cannot be dialled
   */
  addContact(number: string, name = number): CrmRecord {
    const phones = [phoneOf("phone", number)];
    const [known] = this.byNumber(number).filter(({ objectTypeId }) => objectTypeId === "0-1");
    if (known) return known;
    const ids = this.records.flatMap((r) => (r.objectTypeId === "0-1" ? [r.objectId] : []));
    const objectId = Math.max(...ids) + 1;
    const about = "Added in this browser";
    const contact = { objectTypeId: "0-1", objectId, name, about, phones, associated: [] } as const;
    this.keep(contact);
    return contact;
  }

  /**
   * Gives a record another number, or one more; an empty one takes the number away.
   * @param property the name of the property that holds it, as in `phones`
   * @throws an Error for the user when the number cannot be dialled, or there is no such record
   */
  changeNumber(objectId: number, property: string, number: string): void {
    const record = this.of(objectId);
    if (!record) throw new Error(`The CRM has no record ${objectId}.`);
    const { phones } = record;
    const had = phones.find((phone) => phone.property === property);
    const now = number.trim() === "" ? [] : [{ ...had, ...phoneOf(property, number, had) }];
    const changed = had
      ? phones.flatMap((phone) => (phone === had ? now : [phone]))
      : [...phones, ...now];
    this.keep({ ...record, phones: changed });
  }

  /** Keeps a new record, or one that has changed. */
  keep(record: CrmRecord): void {
    const { objectId } = record;
    if (writeKey(recordPrefix + objectId, JSON.stringify(record))) this.#unkept.delete(objectId);
    else this.#unkept.set(objectId, record);
    this.#tell(this.records);
  }
}

/** Whether what comes from outside is that id, or its digits. */
const isId = (value: unknown, id: number) => value === id || value === String(id);

function phoneOf(property: string, number: string, had?: Phone): Phone {
  const why = undialable(number);
  if (why) throw new Error(why);
  const label = had?.label ?? labels[property] ?? property;
  const countryCode = countryOf(number) ?? had?.countryCode ?? "US";
  return { label, property, number: number.trim(), countryCode };
}
