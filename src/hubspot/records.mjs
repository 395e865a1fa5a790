// The CRM's records as the local HubSpot's page and its server both know them: those that are there at first, what one has to be, and how HubSpot's messages and answers name it.

/** @typedef {import("./crm.ts").CrmRecord} CrmRecord */
/** @typedef {import("./crm.ts").Phone} Phone */

/** [guess] Each `objectType` but TICKET, the only one that was seen in a DIAL_NUMBER. */
export const kinds = /** @type {const} */ ({
  "0-1": { name: "Contact", plural: "Contacts", objectType: "CONTACT" },
  "0-2": { name: "Company", plural: "Companies", objectType: "COMPANY" },
  "0-3": { name: "Deal", plural: "Deals", objectType: "DEAL" },
  "0-5": { name: "Ticket", plural: "Tickets", objectType: "TICKET" },
  "2-7411206": { name: "Engine", plural: "Engines (custom object)", objectType: "ENGINE" },
});

/** The account, as SYNC and DIAL_NUMBER name it. */
export const account = { portalId: 62515, userId: 4711, ownerId: 275088328 };

/** The CRM as it is at first. The numbers are of the ranges that Ofcom and the NANP keep for fiction. @type {readonly CrmRecord[]} */
export const firstRecords = [
  {
    objectTypeId: "0-1",
    objectId: 37621684101,
    name: "Ada Lovelace",
    about: "Chief analyst · ada@engines.example",
    email: "ada@engines.example",
    phones: [
      { label: "Mobile", property: "mobilephone", number: "+447700900142", countryCode: "GB" },
      { label: "Office", property: "phone", number: "+44 20 7946 0018", countryCode: "GB" },
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
      { label: "Office", property: "phone", number: "(212) 555-0143", countryCode: "US" },
      { label: "Mobile", property: "mobilephone", number: "+1 212 555 0187", countryCode: "US" },
      // Her company's, too: such a caller may be either.
      {
        label: "Front desk",
        property: "front_desk_phone",
        number: "+1 212 555 0110",
        countryCode: "US",
      },
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
      { label: "Front desk", property: "phone", number: "+44 20 7946 0001", countryCode: "GB" },
      {
        label: "Workshop",
        property: "workshop_phone",
        number: "0044 20 7946 0077",
        countryCode: "GB",
      },
    ],
    associated: [],
  },
  {
    objectTypeId: "0-2",
    objectId: 18934410202,
    name: "Compilers Inc",
    about: "Software · New York",
    phones: [
      { label: "Front desk", property: "phone", number: "+1 212 555 0110", countryCode: "US" },
    ],
    associated: [],
  },
  {
    objectTypeId: "0-3",
    objectId: 9330516601,
    name: "Licences for 1952",
    about: "Contract sent · with Grace Hopper",
    phones: [
      {
        label: "Purchasing",
        property: "purchasing_phone",
        number: "+1 212 555 0164",
        countryCode: "US",
      },
    ],
    associated: [37621684102, 18934410202],
  },
  {
    objectTypeId: "0-5",
    objectId: 4290391019,
    name: "Card reader jams on every second card",
    about: "Open · with Ada Lovelace",
    phones: [],
    associated: [37621684101],
  },
  {
    objectTypeId: "2-7411206",
    objectId: 7120044301,
    name: "Difference Engine No. 2",
    about: "In service · at Analytical Engines Ltd",
    phones: [
      {
        label: "Engine room",
        property: "engine_room_phone",
        number: "+44 20 7946 0112",
        countryCode: "GB",
      },
    ],
    associated: [18934410201],
  },
];

/** The calling code of each country here, and what is dialled instead of it within the country. @type {Record<string, { code: string, trunk: RegExp }>} */
const callingCodes = {
  GB: { code: "+44", trunk: /^\D*0/ },
  US: { code: "+1", trunk: /^$/ },
};

/** The number with its country's code. @param {Pick<Phone, "number" | "countryCode">} phone */
export function international({ number, countryCode }) {
  const country = callingCodes[countryCode];
  const isNational = !/^\s*(\+|00)/.test(number);
  return country && isNational ? country.code + number.replace(country.trunk, "") : number;
}

/** The number as E.164 has it. @param {Pick<Phone, "number" | "countryCode">} phone */
export const e164 = (phone) =>
  international(phone)
    .replace(/[^\d+]/g, "")
    .replace(/^00/, "+");

/** What NAVIGATE_TO_RECORD and a caller-id match name a record by. @param {CrmRecord} record */
export const coordinatesOf = ({ objectId, objectTypeId }) => ({
  portalId: account.portalId,
  objectId,
  objectTypeId,
});

/** A contact or company as CALLER_ID_MATCH_SUCCEEDED has it, and the endpoint for inbound calls. @param {CrmRecord} record */
export function callerIdMatch(record) {
  const objectCoordinates = coordinatesOf(record);
  if (record.objectTypeId !== "0-1")
    return { callerIdType: "COMPANY", objectCoordinates, name: record.name };
  const [firstName, ...rest] = record.name.split(" ");
  const lastName = rest.join(" ");
  const { email } = record;
  return { callerIdType: "CONTACT", objectCoordinates, firstName, lastName, email };
}

/** @param {...unknown} values */
const areTexts = (...values) => values.every((value) => typeof value === "string");

/** @param {unknown} value @returns {value is Record<string, unknown>} */
const isObject = (value) => typeof value === "object" && value !== null && !Array.isArray(value);

/** Checks what comes from outside, or out of storage. @param {unknown} value @returns {value is CrmRecord} */
export const isRecord = (value) =>
  isObject(value) &&
  typeof value.objectTypeId === "string" &&
  Object.hasOwn(kinds, value.objectTypeId) &&
  typeof value.objectId === "number" &&
  areTexts(value.name, value.about, value.email ?? "") &&
  Array.isArray(value.phones) &&
  value.phones.every(
    (phone) =>
      isObject(phone) && areTexts(phone.label, phone.property, phone.number, phone.countryCode),
  ) &&
  Array.isArray(value.associated) &&
  value.associated.every((id) => typeof id === "number");
