// The CRM's records as the server has them: those that are there at first, until a page says what it has added or changed.
import { e164, firstRecords, kinds } from "../../hubspot/records.mjs";

/** @typedef {import("../../hubspot/crm.ts").CrmRecord} CrmRecord */

export class Records {
  all = firstRecords;

  /** @param {unknown} objectId */
  find(objectId) {
    return this.all.find((record) => record.objectId === objectId);
  }

  /** The contacts and companies that have the number. @param {string} number in the form of E.164 */
  byNumber(number) {
    return this.all.filter(
      ({ objectTypeId, phones }) =>
        ["0-1", "0-2"].includes(objectTypeId) && phones.some((phone) => e164(phone) === number),
    );
  }

  /** Those that are of one kind, by the name that HubSpot's addresses have for it: `contacts`, or an object type's id. @param {readonly number[]} ids @param {string} name */
  ofKind(ids, name) {
    return ids.flatMap((id) => {
      const record = this.find(id);
      const isIt =
        record &&
        [kinds[record.objectTypeId].plural.toLowerCase(), record.objectTypeId].includes(name);
      return isIt ? [record] : [];
    });
  }
}
