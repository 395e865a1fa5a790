// The local HubSpot's CRM: a few records to call, and how HubSpot's messages and addresses name them.
import { type Fields, isFields } from "../call/messages.ts";
import { isSameNumber } from "../call/number.ts";

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

/** The record in its page's address. */
export const hashOf = ({ objectTypeId, objectId }: CrmRecord) =>
  `#/record/${objectTypeId}/${objectId}`;

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

/**
 * DIAL_NUMBER's payload for a call from the record being viewed; `fields` override.
 * @param at ms since 1970
 */
export function dialPayload(
  viewed: CrmRecord,
  phone: Phone | undefined,
  at: number,
  fields: Fields = {},
): Fields {
  const callee = calleeOf(viewed);
  const number = fields.phoneNumber ?? phone?.number ?? "";
  return {
    phone_number: number,
    phoneNumber: number,
    countryCode: phone?.countryCode ?? "US",
    calleeInfo: { calleeId: callee.objectId, calleeObjectTypeId: callee.objectTypeId },
    objectId: viewed.objectId,
    objectType: kinds[viewed.objectTypeId].objectType,
    subjectId: 0,
    threadId: 0,
    startTimestamp: at,
    toPhoneNumberSrc: "phone",
    portalId: account.portalId,
    ownerId: account.ownerId,
    ...fields,
  };
}
