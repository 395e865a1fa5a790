// Calls that HubSpot's page did not see, which an app's server reports: what is asked of them, who called, and where they are kept.
import { expect, test } from "./api.ts";

const path = "/crm/v3/extensions/calling/inbound-call";
const call = {
  externalCallId: "call 7",
  createEngagement: true,
  engagementProperties: { hs_call_title: "Call from Ada", hs_call_body: "Asks for the manual." },
  finalCallStatus: "MISSED",
  fromNumber: { e164Number: "+442079460018", phoneNumberType: "FIXED_LINE", extension: "12" },
  toNumber: { e164Number: "+12125550143" },
  potentialRecipientUserIds: [4711],
  callStartedTimestamp: "2026-03-02T09:30:00Z",
  durationSeconds: 12.5,
  userId: 4711,
};
const ada = {
  callerIdType: "CONTACT",
  objectCoordinates: { portalId: 62515, objectId: 37621684101, objectTypeId: "0-1" },
  firstName: "Ada",
  lastName: "Lovelace",
  email: "ada@engines.example",
};

test("a call is logged with whoever has its number, once", async ({ api }) => {
  const page = api.listen();
  const post = (data: object, at = path) => api.ask(at, { method: "POST", data });
  const { status, body } = await post(call);
  expect({ status, body }).toEqual({ status: 200, body: { callerIdMatches: [ada] } });
  await expect.poll(() => page.heard[1]).toBeTruthy();
  expect(page.heard[1]).toEqual([
    "engagement",
    {
      engagementId: expect.any(Number),
      externalCallId: "call 7",
      createdAt: expect.any(Number),
      recordIds: [37621684101, 18934410201],
      status: "completed",
      properties: {
        hs_timestamp: "1772443800000",
        hs_call_title: "Call from Ada",
        hs_call_body: "Asks for the manual.",
        hs_call_direction: "INBOUND",
        hs_call_status: "MISSED",
        hs_call_duration: "12500",
        hs_call_from_number: "+442079460018",
        hs_call_to_number: "+12125550143",
        hs_call_external_id: "call 7",
      },
    },
  ]);
  // Reported again, by its dated address: the same call, with what is new.
  const dated = "/crm/extensions/calling/2026-03/inbound-call";
  await post({ ...call, finalCallStatus: "COMPLETED" }, dated);
  const all = await api.ask(
    "/crm/v3/objects/calls?properties=hs_call_status&associations=contacts",
  );
  expect(all.body.results).toEqual([
    expect.objectContaining({
      properties: expect.objectContaining({ hs_call_status: "COMPLETED" }),
      associations: { contacts: { results: [{ id: "37621684101", type: "call_to_contact" }] } },
    }),
  ]);

  // From a stranger: on no record. From a number that two have: both are named.
  const [stranger, desk] = [{ e164Number: "+15005550006" }, { e164Number: "+12125550110" }];
  expect((await post({ ...call, externalCallId: "8", fromNumber: stranger })).body).toEqual({
    callerIdMatches: [],
  });
  await expect.poll(() => page.heard.at(-1)).toMatchObject(["engagement", { recordIds: [] }]);
  const { engagementProperties: _, finalCallStatus: __, ...few } = call;
  const asked = await post({
    ...few,
    createEngagement: false,
    externalCallId: "9",
    fromNumber: desk,
  });
  expect(asked.body.callerIdMatches).toMatchObject([
    { callerIdType: "CONTACT", firstName: "Grace" },
    { callerIdType: "COMPANY", name: "Compilers Inc" },
  ]);
  expect((await api.ask("/crm/v3/objects/calls")).body.results).toHaveLength(2);
  page.close();
});

test("who was added in a page is known, too", async ({ api }) => {
  const phones = [
    { label: "Office", property: "phone", number: "(500) 555-0006", countryCode: "US" },
  ];
  const added = { objectTypeId: "0-1", objectId: 5, name: "Mary Somerville", about: "", phones };
  const data = [{ ...added, associated: [] }];
  const tell = (data: unknown) => api.ask("/local-hubspot/records", { method: "PUT", data });
  expect((await tell(data)).status).toBe(204);
  expect((await tell([added])).status).toBe(400);
  const fromNumber = { e164Number: "+15005550006" };
  const { body } = await api.ask(path, { method: "POST", data: { ...call, fromNumber } });
  expect(body.callerIdMatches).toMatchObject([{ firstName: "Mary", lastName: "Somerville" }]);
});

test("what is wrong is said field by field, and no call is kept", async ({ api }) => {
  const cases: [field: string, ...values: unknown[]][] = [
    ["externalCallId", undefined, "", 7, "x".repeat(256)],
    ["createEngagement", undefined, "true"],
    ["engagementProperties", [], "text", { hs_call_duration: 3 }],
    ["finalCallStatus", "HUNG_UP", 1],
    ["fromNumber", undefined, "+442079460018", {}, { e164Number: "020 7946 0018" }],
    ["toNumber", { e164Number: "+1", phoneNumberType: "FAX" }],
    ["toNumber", { e164Number: "+12125550143", extension: "a" }, { e164Number: "+12", number: "" }],
    ["potentialRecipientUserIds", 4711, ["4711"], [0]],
    ["callStartedTimestamp", "yesterday", "call 7", 1_772_443_800_000, "2026-02-31T09:30:00Z"],
    ["durationSeconds", "12", -1, 1e308, 1e20],
    ["userId", "4711", 1.5],
    ["colour", "red"],
  ];
  for (const [field, ...values] of cases)
    for (const value of values) {
      const { status, body } = await api.ask(path, {
        method: "POST",
        data: { ...call, [field]: value },
      });
      const problem = `${field}: ${JSON.stringify(value)}`;
      expect(
        { status, fields: body.errors?.map((error: { in: string }) => error.in) },
        problem,
      ).toEqual({
        status: 400,
        fields: [field],
      });
    }
  for (const [name, value] of [
    ["hs_call_notes", ""],
    ["hs_call_direction", "OUTBOUND"],
  ] as const) {
    const data = { ...call, engagementProperties: { [name]: value } };
    expect((await api.ask(path, { method: "POST", data })).body.errors[0].in).toBe(name);
  }
  const keyless = { method: "POST", data: call, headers: { authorization: "" } };
  expect((await api.ask(`${path}?hapikey=any`, keyless)).status).toBe(401);
  expect((await api.ask("/crm/v3/objects/calls")).body.results).toEqual([]);
});
