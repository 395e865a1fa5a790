// Who may use the local HubSpot's endpoints: programs on this machine and its own pages, and nobody by way of a browser.
import { request as send } from "node:https";
import fc from "fast-check";
import type { Engagement } from "../../src/hubspot/engagements.ts";
import { firstRecords } from "../../src/hubspot/records.mjs";
import { type Api, expect, test } from "./api.ts";
import { appServer } from "./app-server.ts";

type Asked = { method: string; path: string; headers?: Record<string, string>; body?: string };

/** One request as it is written, with any Host; gives the code. */
const ask = (api: Api, { method, path, headers = {}, body = "" }: Asked) =>
  new Promise<number | undefined>((resolve, reject) => {
    const own = { host: `hubspot.localhost:${api.port}`, authorization: "Bearer any" };
    const length = { "content-length": String(Buffer.byteLength(body)) };
    send(
      {
        host: "127.0.0.1",
        port: api.port,
        method,
        path,
        rejectUnauthorized: false,
        headers: { ...own, ...length, ...headers },
      },
      (response) => resolve(response.resume().statusCode),
    )
      .on("error", reject)
      .end(body);
  });

const json = { "content-type": "application/json" };
const calling = "/crm/extensions/calling/2026-03";
const url = "https://app.example/";
const properties = { hs_timestamp: 1 };

/** A call that a page keeps. */
const call: Engagement = {
  engagementId: 61200000001,
  externalCallId: "1",
  createdAt: 1,
  recordIds: [],
  status: "completed",
  properties: { hs_timestamp: "1" },
};

/** Everything that has an effect, with a body that it takes. */
const effects: [method: string, path: string, body: object][] = [
  ["POST", "/crm/v3/objects/calls", { properties }],
  ["PATCH", "/crm/v3/objects/calls/61200000001", { properties }],
  [
    "POST",
    `${calling}/inbound-call`,
    {
      externalCallId: "1",
      createEngagement: true,
      fromNumber: { e164Number: "+12" },
      toNumber: { e164Number: "+12" },
    },
  ],
  ["POST", `${calling}/recordings/ready`, { engagementId: 61200000001 }],
  [
    "POST",
    `${calling}/transcripts`,
    {
      engagementId: 61200000001,
      transcriptCreateUtterances: [
        { speaker: { id: "", name: "" }, text: "", startTimeMillis: 0, endTimeMillis: 0 },
      ],
    },
  ],
  ["POST", `${calling}/1/settings`, { name: "Mine", url }],
  ["POST", `${calling}/1/settings/recording`, { urlToRetrieveAuthedRecording: `${url}%s` }],
  ["POST", `${calling}/1/settings/channel-connection`, { url, isReady: true }],
  ["PUT", "/local-hubspot/engagements", [call]],
  ["PUT", "/local-hubspot/records", firstRecords.slice(0, 1)],
];

test("what comes from a page of another site, or for another host, has no effect", async ({
  api,
}) => {
  const app = await appServer((_, response) => response.end("[]"));
  await api.ask("/crm/v3/extensions/calling/5/settings/channel-connection", {
    method: "POST",
    data: { url: app.origin, isReady: true },
  });
  await api.keep(call);
  const page = api.listen();
  await expect.poll(() => page.heard).toEqual([["apps", []]]);
  const others: [method: string, path: string, body: object | undefined][] = [
    ["DELETE", "/local-hubspot/engagements", undefined],
    ["POST", "/local-hubspot/channel-numbers/5", undefined],
    ["GET", "/local-hubspot/recordings/61200000001", undefined],
    ["GET", "/local-hubspot/events", undefined],
  ];
  for (const [method, path, data] of [...effects, ...others]) {
    const body = data && JSON.stringify(data);
    const foreign: Record<string, string>[] = [
      { host: "evil.example" },
      { host: `localhost.evil.example:${api.port}` },
      { origin: "https://evil.example" },
      { origin: "null" },
      { origin: `https://localhost:${api.port}` },
      { "sec-fetch-site": "cross-site" },
      { "sec-fetch-site": "same-site" },
    ];
    for (const headers of foreign) {
      const asked = { method, path, headers: { ...json, ...headers }, ...(body && { body }) };
      expect(await ask(api, asked), `${path} ${JSON.stringify(headers)}`).toBe(403);
    }
    // What a page can send without being asked first: a form's types.
    for (const type of body ? ["text/plain", "application/x-www-form-urlencoded"] : [])
      expect(
        await ask(api, { method, path, headers: { "content-type": type }, body: body ?? "" }),
        path,
      ).toBe(415);
    // The widget's own host has no endpoints.
    const widget = { host: `localhost:${api.port}` };
    expect(
      await ask(api, { method, path, headers: { ...json, ...widget }, ...(body && { body }) }),
    ).toBe(404);
  }
  expect(app.asked).toEqual([]);
  expect((await api.ask("/crm/v3/objects/calls")).body.results).toHaveLength(1);
  expect(page.heard).toEqual([["apps", []]]);
  page.close();
  await app.close();
});

test("a body of more than 100 KB is refused, and so is what is no JSON", async ({ api }) => {
  for (const [method, path] of effects) {
    const long = JSON.stringify({ text: "x".repeat(100_001) });
    expect(await ask(api, { method, path, headers: json, body: long }), path).toBe(413);
    expect(await ask(api, { method, path, headers: json, body: "{" }), path).toBe(400);
    const odd = { ...json, "content-encoding": "odd" };
    expect(await ask(api, { method, path, headers: odd, body: "{}" }), path).toBe(400);
  }
  const headers = { "content-type": "text/plain" };
  for (const [method, path] of [
    ["DELETE", "/local-hubspot/engagements"],
    ["POST", "/local-hubspot/channel-numbers/5"],
  ] as const)
    expect(await ask(api, { method, path, headers, body: "x".repeat(100_001) }), path).toBe(413);
});

test("whatever JSON comes is taken or refused, and never breaks the server", async ({ api }) => {
  const names = effects.flatMap(([, , body]) => namesIn(body));
  const known = fc.constantFrom(...names, "hs_timestamp", "__proto__", "constructor", "toString");
  const { value } = fc.letrec((tie) => ({
    value: fc.oneof(
      { maxDepth: 3 },
      fc.jsonValue(),
      fc.dictionary(known, tie("value")),
      fc.array(tie("value")),
    ),
  }));
  // What is taken is changed in one place, so that it stands beside what is right.
  const changed = fc
    .tuple(fc.constantFrom(...effects), known, value)
    .map(([[method, path, body], name, other]) => ({
      method,
      path,
      bodies: [
        other,
        { ...body, [name]: other },
        { ...body, properties: other },
        ...(Array.isArray(body) ? [[{ ...body[0], [name]: other }]] : []),
      ],
    }));
  await fc.assert(
    fc.asyncProperty(changed, async ({ method, path, bodies }) => {
      for (const body of bodies) {
        const code = await ask(api, { method, path, headers: json, body: JSON.stringify(body) });
        expect([200, 201, 204, 400, 404, 409]).toContain(code);
      }
    }),
    { numRuns: 100 },
  );
  expect((await api.ask("/crm/v3/objects/calls?limit=100")).status).toBe(200);
});

/** The names of all fields, also of those within others. */
const namesIn = (value: unknown): string[] =>
  value !== null && typeof value === "object"
    ? Object.entries(value).flatMap(([name, inner]) => [name, ...namesIn(inner)])
    : [];
