// Which timelines a call is put on: by HubSpot's dialing context, else by its numbers; what an app loses that does not give the context back; and the tickets of help desk.
import { expect, test } from "@playwright/test";
import type { Fields } from "../../src/call/messages.ts";
import type { CrmRecord, Reach } from "../../src/hubspot/crm.ts";
import { channelsKey, HelpDesk } from "../../src/hubspot/helpdesk.ts";
import { call, HubSpot, inTabs, ring } from "./local-hubspot.ts";
import { pretendStorage } from "./storage.ts";

const storage = pretendStorage();
test.beforeEach(() => storage.begin());
test.afterEach(() => storage.end());

const ours = { supportsCustomObjects: true };

/** The names of the records whose timelines the last call is on. */
const namesOn = ({ engagements, crm }: HubSpot) =>
  engagements.last()?.recordIds.map((id) => crm.of(id)?.name.split(" ").at(0));

function named({ crm }: HubSpot, name: string): CrmRecord {
  const found = crm.records.find((record) => record.name.startsWith(name));
  if (!found) throw new Error(`There is no ${name}`);
  return found;
}

/** HubSpot's user asks for a call from a record; the app makes it, and gives of the context what `give` says. */
function dialled(
  from: string,
  label: string,
  give: (context: Fields) => Fields = (context) => ({ dialingContext: context }),
): HubSpot {
  const hubspot = new HubSpot(ours).ready();
  hubspot.engagements.reset();
  hubspot.viewed = named(hubspot, from);
  const isIt = (reach: Reach) => reach.label === label;
  hubspot.dial("wish", {}, isIt);
  const payload = Object(hubspot.sent[0]?.data);
  const { fromNumber } = call;
  const start = { externalCallId: "1", createEngagement: true, fromNumber };
  return hubspot.says("OUTGOING_CALL_STARTED", {
    ...start,
    toNumber: payload.phoneNumber,
    ...give(payload),
  });
}

for (const [from, label, names] of [
  ["Ada", "Mobile", ["Ada", "Analytical"]],
  ["Analytical", "Workshop", ["Analytical"]],
  ["Card reader", "Mobile", ["Ada", "Analytical", "Card"]],
  ["Licences", "Office", ["Grace", "Compilers", "Licences"]],
  ["Licences", "Purchasing", ["Licences"]],
  ["Difference", "Engine room", ["Difference"]],
  ["Difference", "Workshop", ["Analytical", "Difference"]],
] as const)
  test(`a call from ${from} to ${label} is on the timelines of ${names.join(", ")}`, () => {
    const hubspot = dialled(from, label);
    expect(namesOn(hubspot)).toEqual(names);
    expect(hubspot.note).toBeUndefined();
    hubspot.says("CALL_COMPLETED", { externalCallId: "1" });
    for (const record of hubspot.crm.records) {
      const isOn = names.some((name) => record.name.startsWith(name));
      expect(hubspot.engagements.timeline(record.objectId)).toHaveLength(isOn ? 1 : 0);
    }
  });

test("a ticket has the calls that were made from it, not all of its contact’s", () => {
  const hubspot = dialled("Ada", "Mobile").says("CALL_COMPLETED", { externalCallId: "1" });
  expect(hubspot.engagements.timeline(named(hubspot, "Card").objectId)).toEqual([]);
});

test("without the dialing context a call is put on whoever has the number, and HubSpot says what is lost", () => {
  const plain = dialled("Ada", "Mobile", () => ({}));
  expect(namesOn(plain)).toEqual(["Ada", "Analytical"]);
  // Nothing is lost.
  expect(plain.note).toBeUndefined();

  const ticket = dialled("Card reader", "Mobile", () => ({}));
  expect(namesOn(ticket)).toEqual(["Ada", "Analytical"]);
  expect(ticket.note).toBe("Not on the timeline of ticket 4290391019: it has no dialingContext.");

  // However the app writes the number.
  const written = dialled("Licences", "Office", () => ({ toNumber: "+12125550143" }));
  expect(namesOn(written)).toEqual(["Grace", "Compilers"]);
  expect(written.note).toContain("Not on the timeline of deal 9330516601: it has no dialing");

  // Grace Hopper has the number as well, and is the first who has.
  const company = dialled("Licences", "Front desk", (context) => ({
    dialingContext: { ...context, calleeInfo: undefined, objectId: 0 },
  }));
  expect(namesOn(company)).toEqual(["Grace", "Compilers"]);
  expect(company.note).toBe(
    "Not on the timeline of deal 9330516601: its dialingContext is not that of DIAL_NUMBER.",
  );

  const asText = dialled("Card reader", "Mobile", (context) => ({
    dialingContext: JSON.stringify(context),
  }));
  expect(asText.note).toContain("it has no dialingContext");
});

test("the context of another call puts the call where that belongs", () => {
  const hubspot = new HubSpot().ready();
  const ada = named(hubspot, "Ada");
  const grace = named(hubspot, "Grace");
  hubspot.viewed = grace;
  const { data: context } = hubspot.dial("first").sent[0] ?? {};
  hubspot.viewed = ada;
  hubspot.dial("second").says("OUTGOING_CALL_STARTED", {
    ...{ ...call, toNumber: "0044 7700 900142" },
    dialingContext: context,
  });
  expect(namesOn(hubspot)).toEqual(["Grace", "Compilers"]);
  expect(hubspot.note).toBe(
    "Not on the timeline of contact 37621684101 and company 18934410201: its dialingContext is not that of DIAL_NUMBER.",
  );
});

test("the context of an earlier wish to call the same number is as good", () => {
  const hubspot = new HubSpot().ready();
  const contexts = ["Ada", "Card"].map((name) => {
    hubspot.viewed = named(hubspot, name);
    return hubspot.dial(name).sent[0]?.data;
  });
  for (const [index, dialingContext] of contexts.entries()) {
    const start = { ...call, externalCallId: `${index}`, toNumber: "+447700900142" };
    hubspot.says("OUTGOING_CALL_STARTED", { ...start, dialingContext });
    expect(hubspot.note).toBeUndefined();
  }
  expect(namesOn(hubspot)).toEqual(["Ada", "Analytical", "Card"]);
});

test("a later call to the number, which the user makes in the app, lacks nothing", () => {
  const hubspot = new HubSpot().ready();
  hubspot.viewed = named(hubspot, "Card");
  const { data: dialingContext } = hubspot.dial("wish").sent[0] ?? {};
  const start = { ...call, externalCallId: "asked", toNumber: "+447700900142" };
  hubspot.says("OUTGOING_CALL_STARTED", { ...start, dialingContext });
  expect(hubspot.note).toBeUndefined();
  hubspot.says("OUTGOING_CALL_STARTED", { ...start, externalCallId: "not asked" });
  expect(hubspot.note).toBeUndefined();
  expect(namesOn(hubspot)).toEqual(["Ada", "Analytical"]);
});

test("what HubSpot’s own fault leaves out of the context is not held against the app", () => {
  const hubspot = new HubSpot().ready();
  hubspot.faults.add("dialWithoutObject");
  hubspot.viewed = named(hubspot, "Card");
  const { data } = hubspot.dial("wish").sent[0] ?? {};
  const dialingContext = { ...Object(data), objectId: 0, objectType: undefined };
  hubspot.says("OUTGOING_CALL_STARTED", {
    ...call,
    toNumber: "+447700900142",
    dialingContext,
  });
  expect(namesOn(hubspot)).toEqual(["Ada", "Analytical"]);
  expect(hubspot.note).toBeUndefined();
});

test("a call that nobody asked for is put on whoever has the number, else on the record being viewed", () => {
  const hubspot = new HubSpot().ready();
  hubspot.viewed = named(hubspot, "Jean");
  hubspot.says("OUTGOING_CALL_STARTED", call);
  expect(namesOn(hubspot)).toEqual(["Grace", "Compilers"]);
  hubspot.says("OUTGOING_CALL_STARTED", { ...call, externalCallId: "2", toNumber: "112" });
  expect(namesOn(hubspot)).toEqual(["Jean", "Compilers"]);
  expect(hubspot.note).toBeUndefined();
  hubspot.isOnCalls = true;
  hubspot.says("OUTGOING_CALL_STARTED", { ...call, externalCallId: "3", toNumber: "112" });
  expect(namesOn(hubspot)).toEqual([]);
});

test("odd dialing contexts put a call where its number belongs, and throw nothing", () => {
  const odd = [null, 5, [], {}, { calleeInfo: [] }, { calleeInfo: { calleeId: {} }, objectId: [] }];
  for (const dialingContext of odd) {
    const hubspot = new HubSpot().ready();
    hubspot.says("OUTGOING_CALL_STARTED", { ...call, dialingContext });
    expect(namesOn(hubspot), JSON.stringify(dialingContext)).toEqual(["Grace", "Compilers"]);
  }
});

test("no call is made from a custom object with an app that does not support them, and HubSpot says why", () => {
  const hubspot = new HubSpot().ready();
  hubspot.viewed = named(hubspot, "Difference");
  const outcome = { isSent: false, why: expect.stringContaining("supportsCustomObjects is off") };
  expect(hubspot.dial("wish").did).toMatchObject([
    { type: "alert", about: "dial" },
    { type: "answer", id: "wish", outcome },
  ]);
  expect(hubspot.sent).toEqual([]);
  // Not even the app is opened.
  const closed = new HubSpot();
  closed.viewed = hubspot.viewed;
  expect(closed.dial("wish").state.panel.status).toBe("closed");
});

test("a call of a stranger is on no timeline, until a contact has the number", () => {
  const hubspot = new HubSpot(inTabs).ready();
  hubspot.says("INCOMING_CALL", { ...ring, fromNumber: "+1 212 555 0199" });
  expect(namesOn(hubspot)).toEqual([]);
  hubspot.says("CALL_COMPLETED", { externalCallId: "call-1" });
  const { engagements, crm } = hubspot;
  expect(engagements.timeline()).toHaveLength(1);
  const contact = crm.addContact("+1 212 555 0199");
  hubspot.says("INCOMING_CALL", { ...ring, externalCallId: "2", fromNumber: "001 212 5550199" });
  expect(engagements.last()?.recordIds).toEqual([contact.objectId]);
});

test.describe("help desk", () => {
  const number = { e164PhoneNumber: "+12125550100", friendlyName: "Support" };
  const connected = () => {
    const hubspot = new HubSpot(inTabs).ready();
    hubspot.helpDesk.connect(7, number);
    return hubspot;
  };
  const tickets = ({ crm }: HubSpot) =>
    crm.records.filter((r) => r.objectTypeId === "0-5" && r.name.startsWith("Call from"));

  test("a call to a connected number makes a ticket, one in all tabs, with the call on it", () => {
    const hubspot = connected().says("INCOMING_CALL", ring);
    const [ticket] = tickets(hubspot);
    expect(ticket).toMatchObject({
      name: "Call from Grace Hopper",
      associated: [named(hubspot, "Grace").objectId],
    });
    expect(namesOn(hubspot)).toEqual(["Grace", "Compilers", "Call"]);
    const other = connected().says("INCOMING_CALL", ring);
    expect(tickets(other)).toEqual([ticket]);
    expect(hubspot.says("INCOMING_CALL", ring).effects).toHaveLength(3);
    hubspot.says("CALL_COMPLETED", { externalCallId: "call-1" });
    expect(hubspot.engagements.timeline(ticket?.objectId)).toHaveLength(1);
  });

  test("a stranger’s ticket says the number", () => {
    const hubspot = connected();
    hubspot.says("INCOMING_CALL", { ...ring, fromNumber: "+1 212 555 0199" });
    hubspot.says("INCOMING_CALL", { ...ring, externalCallId: "2", fromNumber: "anonymous" });
    expect(tickets(hubspot).map(({ name, associated }) => [name, associated])).toEqual(
      expect.arrayContaining([
        ["Call from +1 212 555 0199", []],
        ["Call from Withheld number", []],
      ]),
    );
  });

  test("no other call makes one", () => {
    const hubspot = connected();
    hubspot.says("INCOMING_CALL", { ...ring, toNumber: "+1 212 555 0101" });
    hubspot.says("INCOMING_CALL", { ...ring, externalCallId: undefined });
    hubspot.says("INCOMING_CALL", { ...ring, externalCallId: "2", createEngagement: false });
    hubspot.says("OUTGOING_CALL_STARTED", {
      ...call,
      externalCallId: "3",
      toNumber: "+12125550100",
    });
    expect(tickets(hubspot)).toEqual([]);
    hubspot.helpDesk.disconnect("+1 212 555 0100");
    hubspot.says("INCOMING_CALL", { ...ring, externalCallId: "4" });
    expect(tickets(hubspot)).toEqual([]);
  });

  for (const type of ["FINALIZE_ENGAGEMENT", "PUBLISH_TO_CHANNEL"])
    test(`${type} puts a call on a ticket whose engagement the app has made itself`, () => {
      const hubspot = connected().says("INCOMING_CALL", { ...ring, createEngagement: false });
      const ids = { engagementId: 990, externalCallId: "call-1" };
      expect(hubspot.says(type, ids).sent).toEqual([{ type: `${type}_FAILED`, data: ids }]);
      // The API knows no id of the app's, unless it is among the properties.
      hubspot.engagements.keep({
        ...{ engagementId: 990, externalCallId: "" },
        ...{ createdAt: 1, recordIds: [], status: "completed" },
        properties: {
          ...{ hs_call_direction: "INBOUND", hs_call_from_number: ring.fromNumber },
          hs_call_to_number: ring.toNumber,
        },
      });
      for (let time = 0; time < 2; time++)
        expect(hubspot.says(type, ids).sent).toEqual([{ type: `${type}_SUCCEEDED`, data: ids }]);
      expect(tickets(hubspot)).toHaveLength(1);
      expect(namesOn(hubspot)).toEqual(["Call"]);
    });

  test("a number is connected once, and HubSpot says which it does not take", () => {
    const desk = new HelpDesk();
    desk.connect(7, number);
    desk.connect(8, { ...number, friendlyName: "Sales" });
    const channel = { appId: 8, ...number, friendlyName: "Sales" };
    expect(new HelpDesk().channels).toEqual([channel]);
    for (const [own, words] of [
      [{ extension: "12" }, "extension"],
      [{ friendlyName: "Support for all of Europe" }, "longer than 24"],
      [{ e164PhoneNumber: "020 7946 0018" }, "E.164"],
    ] as const)
      expect(() => desk.connect(7, { ...number, ...own })).toThrow(words);
    expect(desk.channels).toEqual([channel]);
    for (const damaged of ["", "{", "{}", "null", '[{"appId":"7"},5]']) {
      storage.kept[channelsKey] = damaged;
      expect(new HelpDesk().channels, damaged).toEqual([]);
    }
    expect([undefined, 5, ""].map((odd) => desk.has(odd))).toEqual([false, false, false]);
  });

  test("a number that full storage does not take is connected until the page is closed", () => {
    const desk = new HelpDesk();
    desk.connect(7, number);
    storage.isFull = true;
    const other = { e164PhoneNumber: "+442079460077", friendlyName: "Sales" };
    desk.connect(7, other);
    expect(desk.channels.map(({ friendlyName }) => friendlyName)).toEqual(["Support", "Sales"]);
    expect(new HelpDesk().has(other.e164PhoneNumber)).toBe(false);
    storage.isFull = false;
    desk.disconnect(number.e164PhoneNumber);
    expect(new HelpDesk().channels).toEqual([{ appId: 7, ...other }]);
  });
});
