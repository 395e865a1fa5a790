// The CRM's records: found by their ids and numbers, added and changed, kept for every tab, and not broken by storage that is damaged, full or blocked.
import { expect, test } from "@playwright/test";
import { Crm, dialPayload, firstRecords, kinds, recordPrefix } from "../../src/hubspot/crm.ts";
import { pretendStorage } from "./storage.ts";

const storage = pretendStorage();
test.beforeEach(() => storage.begin());
test.afterEach(() => storage.end());

const named = (crm: Crm, name: string) => {
  const found = crm.records.find((record) => record.name.startsWith(name));
  if (!found) throw new Error(`There is no ${name}`);
  return found;
};

test("there is a record of each kind, and each can be called but one", () => {
  const crm = new Crm();
  for (const kind of Object.keys(kinds))
    expect(crm.records.filter(({ objectTypeId }) => objectTypeId === kind)).not.toEqual([]);
  const silent = crm.records.filter((record) => crm.numbersFrom(record).length === 0);
  expect(silent.map(({ name }) => name)).toEqual(["Jean Bartik"]);
});

for (const [from, label, calleeInfo, objectType, toPhoneNumberSrc] of [
  ["Ada", "Mobile", "0-1 Ada", "CONTACT", "mobilephone"],
  ["Ada", "Office", "0-1 Ada", "CONTACT", "phone"],
  ["Grace", "Front desk", "0-1 Grace", "CONTACT", "front_desk_phone"],
  ["Analytical", "Workshop", "0-2 Analytical", "COMPANY", "workshop_phone"],
  ["Card reader", "Mobile", "0-1 Ada", "TICKET", "mobilephone"],
  ["Licences", "Purchasing", "0-3 Licences", "DEAL", "purchasing_phone"],
  ["Licences", "Office", "0-1 Grace", "DEAL", "phone"],
  ["Difference", "Engine room", "2-7411206 Difference", "ENGINE", "engine_room_phone"],
  ["Difference", "Front desk", "0-2 Analytical", "ENGINE", "phone"],
] as const)
  test(`a call from ${from} to ${label} says whom it is to, what is viewed, and which property has the number`, () => {
    const crm = new Crm();
    const viewed = named(crm, from);
    const reach = crm.numbersFrom(viewed).find((one) => one.label === label);
    const [calleeObjectTypeId = "", name = ""] = calleeInfo.split(" ");
    const payload = dialPayload(viewed, reach, 5, { threadId: 7 });
    expect(reach?.number).toBeTruthy();
    expect(payload).toEqual({
      phone_number: reach?.number,
      phoneNumber: reach?.number,
      countryCode: reach?.countryCode,
      calleeInfo: { calleeId: named(crm, name).objectId, calleeObjectTypeId },
      objectId: viewed.objectId,
      objectType,
      subjectId: 0,
      threadId: 7,
      startTimestamp: 5,
      toPhoneNumberSrc,
      portalId: 62515,
      ownerId: 275088328,
    });
  });

test("a record is found by its id, by its coordinates and by its number", () => {
  const crm = new Crm();
  const ada = named(crm, "Ada");
  const deal = named(crm, "Licences");
  expect([crm.of(ada.objectId), crm.of(String(ada.objectId))]).toEqual([ada, ada]);
  for (const id of [undefined, null, 5, "", {}, [ada.objectId]]) expect(crm.of(id)).toBeUndefined();
  const at = { portalId: "62515", objectId: deal.objectId, objectTypeId: "0-3" };
  expect(crm.at(at)).toEqual(deal);
  for (const other of [{ portalId: 1 }, { objectId: 1 }, { objectTypeId: "0-1" }])
    expect(crm.at({ ...at, ...other })).toBeUndefined();
  expect(crm.byNumber("00447700900142")).toEqual([ada]);
  // A deal and a custom object call nobody.
  for (const number of ["+1 212 555 0164", "+44 20 7946 0112"])
    expect(crm.byNumber(number)).toEqual([]);
});

test("a contact that is added is there in every tab, once", () => {
  const crm = new Crm();
  const before = crm.records;
  const contact = crm.addContact(" +49 30 23125 000 ");
  expect(contact).toMatchObject({
    objectTypeId: "0-1",
    phones: [{ number: "+49 30 23125 000", countryCode: "DE" }],
  });
  expect(crm.records).not.toBe(before);
  expect(crm.records).toBe(crm.records);
  const there = new Crm();
  expect(there.byNumber("+493023125000")).toEqual([contact]);
  expect(there.addContact("0049 30 23125000")).toEqual(contact);
  const other = there.addContact("+1 212 555 0199");
  expect(other.objectId).not.toBe(contact.objectId);
  expect(other.phones).toMatchObject([{ countryCode: "US" }]);
  expect(there.records).toHaveLength(firstRecords.length + 2);
  for (const number of ["", "nobody"]) expect(() => crm.addContact(number)).toThrow();
});

test("a number is changed, added and taken away", () => {
  const crm = new Crm();
  const ada = named(crm, "Ada");
  crm.changeNumber(ada.objectId, "phone", "+1 212 555 0199");
  crm.changeNumber(ada.objectId, "mobilephone", "");
  crm.changeNumber(ada.objectId, "boat_phone", "+44 7700 900199");
  expect(new Crm().of(ada.objectId)?.phones).toEqual([
    { label: "Office", property: "phone", number: "+1 212 555 0199", countryCode: "US" },
    { label: "boat_phone", property: "boat_phone", number: "+44 7700 900199", countryCode: "GB" },
  ]);
  expect(crm.byNumber("+44 7700 900142")).toEqual([]);
  expect(crm.byNumber("2125550199")).toEqual([crm.of(ada.objectId)]);
  // What was refused has changed nothing.
  expect(() => crm.changeNumber(ada.objectId, "phone", "ask Charles")).toThrow("cannot be dialled");
  expect(() => crm.changeNumber(5, "phone", "112")).toThrow("no record 5");
  expect(crm.of(ada.objectId)?.phones).toHaveLength(2);
});

test("what is damaged counts as none, and what full storage does not take is kept until the page is closed", () => {
  const crm = new Crm();
  const contact = crm.addContact("+1 212 555 0199");
  const key = recordPrefix + contact.objectId;
  for (const damaged of ["", "{", "null", "[]", `{"objectId":${contact.objectId}}`]) {
    storage.kept[key] = damaged;
    expect(crm.records, damaged).toEqual(firstRecords);
  }
  for (const name of ["objectTypeId", "objectId", "name", "about", "phones", "associated"])
    for (const value of [null, true, {}, [{}]]) {
      storage.kept[key] = JSON.stringify({ ...contact, [name]: value });
      expect(crm.records, `${name}: ${JSON.stringify(value)}`).toEqual(firstRecords);
    }
  storage.kept[key] = JSON.stringify({ ...contact, objectTypeId: "toString" });
  expect(crm.records).toEqual(firstRecords);
  storage.isFull = true;
  delete storage.kept[key];
  const other = crm.addContact("+1 212 555 0198");
  expect(crm.of(other.objectId)).toEqual(other);
  expect(new Crm().of(other.objectId)).toBeUndefined();
});
