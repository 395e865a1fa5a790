// The CRM's API for calls: how an app makes its engagements itself, and what it and the pages then say of the same call.
import { dispositions } from "../../src/call/messages.ts";
import type { Engagement } from "../../src/hubspot/engagements.ts";
import { expect, test } from "./api.ts";

const calls = "/crm/v3/objects/calls";
const ada = 37621684101;
const associations = [
  { to: { id: ada }, types: [{ associationCategory: "HUBSPOT_DEFINED", associationTypeId: 194 }] },
];
const properties = {
  hs_timestamp: "2026-03-02T09:30:00Z",
  hs_call_title: "Support call",
  hs_call_body: "<p>Resolved</p>",
  hs_call_duration: 3800,
  hs_call_direction: "OUTBOUND",
  hs_call_status: "COMPLETED",
  hubspot_owner_id: "275088328",
  ticket_topic: "Engines",
};
const iso = expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/);

/** A call that a page keeps. */
const kept: Engagement = {
  engagementId: 61_200_000_001,
  externalCallId: "call 1",
  createdAt: 1_772_000_000_000.5,
  recordIds: [ada],
  status: "on",
  properties: { hs_timestamp: "1772000000000", hs_call_direction: "OUTBOUND" },
};

test("a call that the app makes is on its record's timeline, and can be read and changed", async ({
  api,
}) => {
  const page = api.listen();
  await expect.poll(() => page.heard).toEqual([["apps", []]]);
  const made = await api.ask(calls, { method: "POST", data: { properties, associations } });
  expect(made).toMatchObject({ status: 201, body: { archived: false, createdAt: iso } });
  expect(made.body.properties).toEqual({
    ...properties,
    hs_timestamp: "2026-03-02T09:30:00.000Z",
    hs_call_duration: "3800",
    hs_createdate: iso,
    hs_lastmodifieddate: iso,
    hs_object_id: made.body.id,
  });
  await expect.poll(() => page.heard[1]).toBeTruthy();
  expect(page.heard[1]).toEqual([
    "engagement",
    {
      engagementId: Number(made.body.id),
      externalCallId: "",
      createdAt: expect.any(Number),
      recordIds: [ada],
      status: "completed",
      properties: { ...properties, hs_timestamp: "1772443800000", hs_call_duration: "3800" },
    },
  ]);

  const one = `${calls}/${made.body.id}`;
  const changed = await api.ask(one, {
    method: "PATCH",
    // A property of the account's own can have any name.
    data: { properties: { hs_call_body: "", ticket_topic: "Cards", constructor: "Babbage" } },
  });
  const own = { ticket_topic: "Cards", constructor: "Babbage" };
  expect(changed).toMatchObject({ status: 200, body: { properties: own } });
  const moved = { method: "PATCH", data: { properties: {}, associations } };
  expect((await api.ask(one, moved)).body.errors[0].in).toBe("associations");
  await expect
    .poll(() => page.heard[2])
    .toMatchObject(["engagement", { properties: { hs_call_body: "" } }]);
  page.close();

  // As HubSpot does, it answers with what is asked for, at each of its addresses.
  const few = ["hs_createdate", "hs_lastmodifieddate", "hs_object_id"];
  expect(Object.keys((await api.ask(one)).body.properties)).toEqual(few);
  for (const version of ["2025-09", "2026-03", "2026-09"]) {
    const dated = `/crm/objects/${version}/calls/${made.body.id}`;
    const { body } = await api.ask(`${dated}?properties=ticket_topic,hs_call_title,colour`);
    expect(body.properties).toMatchObject({
      ticket_topic: "Cards",
      hs_call_title: "Support call",
      colour: null,
    });
  }
  // A page that is opened now hears of it, too.
  const late = api.listen();
  await expect.poll(() => late.heard[1]).toMatchObject(["engagement", { recordIds: [ada] }]);
  late.close();
});

test("a page that is opened after many calls hears of each", async ({ api }) => {
  for (let call = 0; call < 130; call++)
    await api.ask(calls, { method: "POST", data: { properties } });
  const page = api.listen();
  const told = () => page.heard.filter(([event]) => event === "engagement").length;
  await expect.poll(told).toBe(130);
  page.close();
});

test("a list has the calls of pages and of the API, oldest first, page by page", async ({
  api,
}) => {
  await api.keep(kept);
  for (const hs_call_title of ["b", "c"])
    await api.ask(calls, {
      method: "POST",
      data: { properties: { ...properties, hs_call_title } },
    });
  const asked = "properties=hs_call_title&limit=2";
  const first = await api.ask(`${calls}?${asked}`);
  expect(first.body.results).toMatchObject([
    { id: "61200000001", properties: { hs_call_title: null } },
    { properties: { hs_call_title: "b" } },
  ]);
  const second = await api.ask(`${calls}?${asked}&after=${first.body.paging.next.after}`);
  expect(second.body).toEqual({
    results: [
      expect.objectContaining({ properties: expect.objectContaining({ hs_call_title: "c" }) }),
    ],
  });
  for (const wrong of ["limit=0", "limit=101", "limit=many", "after=-1"])
    expect((await api.ask(`${calls}?${wrong}`)).status, wrong).toBe(400);
});

test("what is wrong with a call is said field by field, and nothing of it is kept", async ({
  api,
}) => {
  const post = (data: unknown) => api.ask(calls, { method: "POST", data });
  const cases: [sent: object, field: string][] = [
    [{ hs_timestamp: undefined }, "hs_timestamp"],
    [{ hs_timestamp: "yesterday" }, "hs_timestamp"],
    [{ hs_timestamp: "call 7" }, "hs_timestamp"],
    [{ hs_timestamp: "2026-02-31" }, "hs_timestamp"],
    [{ hs_timestamp: "" }, "hs_timestamp"],
    [{ hs_timestamp: 1e18 }, "hs_timestamp"],
    [{ hs_call_duration: "0:03" }, "hs_call_duration"],
    [{ hs_call_status: "HUNG_UP" }, "hs_call_status"],
    [{ hs_call_direction: "IN" }, "hs_call_direction"],
    [{ hs_call_disposition: "Busy" }, "hs_call_disposition"],
    [{ hs_call_recording_url: "http://a.example/" }, "hs_call_recording_url"],
    [{ hs_call_source: "MINE" }, "hs_call_source"],
    [{ hs_call_notes: "" }, "hs_call_notes"],
    [{ "My property": 1 }, "My property"],
    [JSON.parse('{ "__proto__": 1 }'), "__proto__"],
    [{ hs_call_body: { html: "" } }, "hs_call_body"],
    [{ hs_call_title: "x".repeat(65_537) }, "hs_call_title"],
  ];
  for (const [sent, field] of cases) {
    const { status, body } = await post({ properties: { ...properties, ...sent } });
    expect({ status, in: body.errors?.[0].in }).toEqual({ status: 400, in: field });
    expect(body).toMatchObject({ status: "error", category: "VALIDATION_ERROR" });
  }
  const to = { id: ada };
  const [{ types }] = associations as [(typeof associations)[0]];
  for (const [wrong, field] of [
    ["all", "associations"],
    [[{ to: { id: "Ada" }, types }], "associations[0].to.id"],
    [[{ types }], "associations[0].to.id"],
    [[{ to, types: [] }], "associations[0].types"],
    [[{ to, types: [{ associationTypeId: 194 }] }], "associations[0].types"],
    [[null], "associations[0].to.id"],
  ] as const)
    expect((await post({ properties, associations: wrong })).body.errors[0].in).toBe(field);
  expect((await post({ properties, title: "" })).body.errors[0].in).toBe("title");
  expect((await post({ properties: [] })).status).toBe(400);
  expect((await post([])).status).toBe(400);
  expect((await api.ask(calls)).body).toEqual({ results: [] });
  expect((await post({ properties: { hs_timestamp: 0 } })).status).toBe(201);

  for (const id of ["1", "x", "__proto__"])
    for (const method of ["GET", "PATCH"])
      expect((await api.ask(`${calls}/${id}`, { method, data: { properties } })).status).toBe(404);
  const keyless = { headers: { authorization: "" } };
  for (const path of [calls, `${calls}/1`, `${calls}?hapikey=any`, "/calling/v1/dispositions"])
    expect((await api.ask(path, keyless)).body).toMatchObject({
      category: "INVALID_AUTHENTICATION",
    });
  for (const version of ["2024-01", "v3"])
    expect((await api.ask(`/crm/objects/${version}/calls`)).status).toBe(404);
});

test("what the API writes during a call is not lost to a page that has not heard of it", async ({
  api,
}) => {
  const one = `${calls}/${kept.engagementId}`;
  const of = async () =>
    (await api.ask(`${one}?properties=hs_call_body,hs_call_title`)).body.properties;
  const write = (hs_call_body: string) =>
    api.ask(one, { method: "PATCH", data: { properties: { hs_call_body } } });
  const said = (hs_call_body: string, status = kept.status) => ({
    ...kept,
    status,
    properties: { ...kept.properties, hs_call_body },
  });
  await api.keep(said("Notes"));
  const page = api.listen();
  await write("From the app's server");

  // The page completes the call with the notes that it has; it hears what the API made of them.
  await api.keep({
    ...said("Notes", "completed"),
    properties: { ...said("Notes").properties, hs_call_title: "Call" },
  });
  expect(await of()).toMatchObject({
    hs_call_body: "From the app's server",
    hs_call_title: "Call",
  });
  await expect
    .poll(() => page.heard.at(-1))
    .toMatchObject([
      "engagement",
      { status: "completed", properties: { hs_call_body: "From the app's server" } },
    ]);
  page.close();

  // Once it has heard, what it says is newer; and a call that is completed stays so.
  await api.keep(said("From the app's server", "on"));
  await api.keep(said("Notes", "over"));
  expect(await of()).toMatchObject({ hs_call_body: "Notes" });
  const late = api.listen();
  await expect.poll(() => late.heard[1]).toMatchObject(["engagement", { status: "completed" }]);
  late.close();

  await api.ask("/local-hubspot/engagements", { method: "DELETE" });
  expect((await api.ask(one)).status).toBe(404);
});

test("a page tells no other browser's of its own calls, and nothing that is none is kept", async ({
  api,
}) => {
  const page = api.listen();
  await api.keep(kept, { ...kept, engagementId: 61_200_000_002 });
  await api.keep({ ...kept, properties: { hs_timestamp: "1" } });
  for (const wrong of [
    {},
    [{}],
    [{ ...kept, status: "lost" }],
    [{ ...kept, properties: { a: 1 } }],
    [null],
  ]) {
    const put = { method: "PUT", data: wrong };
    expect((await api.ask("/local-hubspot/engagements", put)).status).toBe(400);
  }
  await api.ask(calls, { method: "POST", data: { properties } });
  await expect.poll(() => page.heard.length).toBe(2);
  expect(page.heard[1]).toMatchObject(["engagement", { status: "completed" }]);
  page.close();
});

test("the account has the outcomes that the widget offers, and one of its own", async ({ api }) => {
  const { body } = await api.ask("/calling/v1/dispositions");
  const own = { "2f3f7e0b-6f3c-4a53-9d0c-6b1f6f0d5c11": "Meeting booked" };
  const known = Object.entries({ ...dispositions, ...own });
  expect(body).toEqual(known.map(([id, label]) => ({ id, label, deleted: false })));
});
