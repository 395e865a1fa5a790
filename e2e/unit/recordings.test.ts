// Recordings and transcripts: the app's endpoint asked as HubSpot asks it, what HubSpot would not take, and what is played.
import type { ServerResponse } from "node:http";
import { type Api, expect, test } from "./api.ts";
import { appServer } from "./app-server.ts";

/** A second of silence, as a WAV file. */
function wav(channels: number, before = Buffer.alloc(0)): Buffer {
  const format = Buffer.alloc(24);
  format.write("fmt ");
  format.writeUInt32LE(16, 4);
  format.writeUInt16LE(1, 8);
  format.writeUInt16LE(channels, 10);
  format.writeUInt32LE(8000, 12);
  format.writeUInt32LE(8000 * channels, 16);
  format.writeUInt16LE(channels, 20);
  format.writeUInt16LE(8, 22);
  const sound = Buffer.alloc(8 + 8000 * channels, 128);
  sound.write("data");
  sound.writeUInt32LE(8000 * channels, 4);
  const riff = Buffer.from("RIFF    WAVE");
  riff.writeUInt32LE(4 + before.length + format.length + sound.length, 4);
  return Buffer.concat([riff, before, format, sound]);
}

/** FLAC's head: the channels are less one in three bits. */
function flac(channels: number): Buffer {
  const head = Buffer.alloc(42);
  head.write("fLaC");
  head[20] = (channels - 1) << 1;
  return head;
}

const octets = "application/octet-stream";

/** Sends the file, and of it the part that is asked for. */
function send(response: ServerResponse, file: Buffer, range: string | undefined, type = octets) {
  const [, from, to] = /^bytes=(\d+)-(\d*)$/.exec(range ?? "") ?? [];
  if (from === undefined) {
    response.writeHead(200, { "Content-Type": type, "Content-Length": file.length }).end(file);
    return;
  }
  const part = file.subarray(Number(from), to ? Number(to) + 1 : undefined);
  const end = Number(from) + part.length - 1;
  response
    .writeHead(206, {
      "Content-Type": type,
      "Content-Length": part.length,
      "Content-Range": `bytes ${from}-${end}/${file.length}`,
    })
    .end(part);
}

const calls = "/crm/v3/objects/calls";
const settings = "/crm/v3/extensions/calling/12345/settings/recording";
const properties = {
  hs_timestamp: 1_772_443_800_000,
  hs_call_external_id: "a/b c",
  hs_call_external_account_id: "account 9",
  hs_call_app_id: "12345",
  hs_call_source: "INTEGRATIONS_PLATFORM",
};

/** A call with a recording, that is ready; gives its id. */
async function recorded(api: Api, urlToRetrieveAuthedRecording: string, own: object = properties) {
  const data = { urlToRetrieveAuthedRecording };
  const made = await api.ask(settings, { method: "POST", data });
  if (made.status !== 200) await api.ask(settings, { method: "PATCH", data });
  const { body } = await api.ask(calls, { method: "POST", data: { properties: own } });
  const ready = "/crm/v3/extensions/calling/recordings/ready";
  const said = await api.ask(ready, { method: "POST", data: { engagementId: Number(body.id) } });
  expect({ status: said.status, body: said.body }).toEqual({ status: 204, body: "" });
  return String(body.id);
}

const find = async (api: Api, id: string) =>
  (await api.ask(`/local-hubspot/recordings/${id}`)).body;

test("the app is asked for the recording as HubSpot asks it, and the page can play any part", async ({
  api,
}) => {
  const file = wav(2);
  const app = await appServer(({ url, headers }, response) => {
    if (url.startsWith("/sound")) send(response, file, headers.range);
    else response.end(JSON.stringify({ authenticatedUrl: `${app.origin}/sound?key=1` }));
  });
  const id = await recorded(api, `${app.origin}/recordings/%s/authed?tenant=1`);
  const found = await find(api, id);
  expect(found).toEqual({ src: `/local-hubspot/recordings/${id}/sound`, problems: [] });
  expect(app.asked[0]).toMatchObject({
    method: "GET",
    url: "/recordings/a%2Fb%20c/authed?tenant=1&appId=12345&externalAccountId=account+9",
  });

  const whole = await api.ask(found.src);
  expect(whole.status).toBe(200);
  expect(whole.headers).toMatchObject({
    "content-type": "audio/wav",
    "content-length": String(file.length),
    "x-content-type-options": "nosniff",
  });
  const part = await api.ask(found.src, { headers: { range: "bytes=8000-8003" } });
  expect(part).toMatchObject({
    status: 206,
    headers: { "content-range": `bytes 8000-8003/${file.length}`, "content-length": "4" },
  });
  expect((await api.ask(`/local-hubspot/recordings/1/sound`)).status).toBe(404);
  await app.close();
  expect((await api.ask(found.src)).status).toBe(502);
});

test("what HubSpot would not take is said in words", async ({ api }) => {
  let answer: (response: ServerResponse, range?: string) => void = () => {};
  const app = await appServer(
    ({ url, headers }, response) => {
      if (url.startsWith("/sound")) answer(response, headers.range);
      else response.end(JSON.stringify({ authenticatedUrl: `${app.origin}/sound` }));
    },
    { isSecure: false },
  );
  const id = await recorded(api, `${app.origin}/%s`, { hs_timestamp: 1, hs_call_external_id: "1" });
  const problems = async (how: typeof answer) => {
    answer = how;
    const { problems = [] } = await find(api, id);
    return problems.join("\n");
  };
  const right = await problems((response, range) => send(response, wav(2), range));
  for (const words of [
    "hs_call_app_id",
    "hs_call_external_account_id",
    "INTEGRATIONS_PLATFORM",
    "urlToRetrieveAuthedRecording is not https",
    "authenticatedUrl is not https",
  ])
    expect(right).toContain(words);
  for (const words of ["206", "Content-Type", "neither WAV", "one channel"])
    expect(right).not.toContain(words);
  const cases: [how: typeof answer, words: string | undefined][] = [
    [(response) => send(response, wav(2), undefined), "lacks 206"],
    [
      (response, range) => send(response, wav(2), range, "audio/mpeg"),
      "Its Content-Type is audio/mpeg",
    ],
    [(response, range) => send(response, wav(1), range), "It has one channel"],
    [
      (response, range) => send(response, wav(1, Buffer.from("JUNK\x03\0\0\0abc\0")), range),
      "It has one channel",
    ],
    [(response, range) => send(response, flac(1), range), "It has one channel"],
    [(response, range) => send(response, flac(2), range), undefined],
    [(response, range) => send(response, Buffer.from("\0\0\0\x20ftypM4A "), range), undefined],
    [(response, range) => send(response, Buffer.from("RIFF    WAVE"), range), undefined],
    [(response, range) => send(response, Buffer.from("<script>"), range), "not WAV, FLAC or MP4"],
    [(response, range) => send(response, Buffer.alloc(0), range), "not WAV, FLAC or MP4"],
  ];
  for (const [how, words] of cases) {
    const said = (await problems(how)).replace(right, "").trim();
    words ? expect(said).toContain(words) : expect(said).toBe("");
  }
  // What is no sound is nothing that a page would show.
  const { src } = await find(api, id);
  answer = (response) => response.writeHead(200, { "Content-Type": "text/html" }).end("<script>");
  await find(api, id);
  expect((await api.ask(src)).headers["content-type"]).toBe(octets);
  await app.close();
});

test("an app that does not answer as it should is told so, and this machine alone is asked", async ({
  api,
}) => {
  let answer: (response: ServerResponse) => void = () => {};
  const app = await appServer((_, response) => answer(response));
  const id = await recorded(api, `${app.origin}/%s`);
  const json = (body: unknown) => (response: ServerResponse) => response.end(JSON.stringify(body));
  const at = (authenticatedUrl: string) => json({ authenticatedUrl });
  const raw = (head: string) => (response: ServerResponse) =>
    response.socket?.write(`HTTP/1.1 ${head}\r\n\r\n`);
  const cases: [how: typeof answer, words: string][] = [
    [(response) => response.destroy(), "cannot be reached: ECONNRESET"],
    [
      (response) => response.writeHead(302, { Location: `${app.origin}/elsewhere` }).end(),
      "a redirect, 302, which is not followed",
    ],
    [raw("101 Switching\r\nConnection: upgrade\r\nUpgrade: odd"), "closed the connection"],
    [raw("099 Odd\r\nContent-Length: 0"), "answers with 99, which is no code"],
    [(response) => response.writeHead(404).end("no"), "answers with 404"],
    [(response) => response.end("<h1>Hello</h1>"), "does not answer with JSON"],
    [(response) => response.end("x".repeat(200_000)), "more than 100 KB"],
    [json([]), "has no authenticatedUrl"],
    [at("recording.wav"), "is not a full address"],
    [at("https://%ff@localhost/1.wav"), "has a user name or password that cannot be read"],
    [at("file:///etc/passwd"), "is not an https address"],
    [at("https://recordings.example/1.wav"), "is at recordings.example"],
    [at("https://localhost.example/1.wav"), "is at localhost.example"],
    [at("https://127.0.0.1:1/1.wav"), "cannot be reached: ECONNREFUSED"],
  ];
  for (const [how, words] of cases) {
    answer = how;
    const before = app.asked.length;
    expect((await find(api, id)).problem, words).toContain(words);
    expect(app.asked.length - before, words).toBe(1);
  }
  await app.close();
  const elsewhere = await recorded(api, "https://recordings.example/%s");
  expect((await find(api, elsewhere)).problem).toContain("is at recordings.example");
  expect((await find(api, "1")).problem).toContain("does not know the call");
  const other = await recorded(api, "https://recordings.example/%s", {
    ...properties,
    hs_call_app_id: "7",
  });
  expect((await find(api, other)).problem).toContain("App 7 has no recording settings");
});

test.describe("an app that is slow", () => {
  test.use({ options: { patience: 1000 } });

  test("is not waited for: neither for the beginning of its answer, nor for the end", async ({
    api,
  }) => {
    const app = await appServer(({ url }, response) => {
      if (url.includes("half")) response.writeHead(200).write("{");
    });
    const silent = await recorded(api, `${app.origin}/%s`);
    expect((await find(api, silent)).problem).toContain("gave no answer within 1 s");
    const half = await recorded(api, `${app.origin}/half/%s`);
    expect((await find(api, half)).problem).toContain("did not end within 1 s");
    const channel = "/crm/v3/extensions/calling/12345/settings/channel-connection";
    const data = { url: `${app.origin}/numbers`, isReady: true };
    await api.ask(channel, { method: "POST", data });
    const { body } = await api.ask("/local-hubspot/channel-numbers/12345", { method: "POST" });
    expect(body.problem).toContain("gave no answer within 1 s");
    await app.close();
  });
});

test("a recording's settings are as HubSpot documents them", async ({ api }) => {
  expect((await api.ask(settings)).status).toBe(404);
  for (const wrong of [
    {},
    { urlToRetrieveAuthedRecording: "https://a.example/" },
    { urlToRetrieveAuthedRecording: "http://a.example/%s" },
    { url: "https://a.example/%s" },
  ])
    expect((await api.ask(settings, { method: "POST", data: wrong })).status).toBe(400);
  const anywhere = { urlToRetrieveAuthedRecording: "https://%s.a.example/" };
  expect((await api.ask(settings, { method: "POST", data: anywhere })).body).toEqual(anywhere);
  const data = { urlToRetrieveAuthedRecording: "https://a.example/%s" };
  expect((await api.ask(settings, { method: "PATCH", data })).body).toEqual(data);
  expect((await api.ask(settings, { method: "POST", data })).status).toBe(409);
  const dated = "/crm/extensions/calling/2026-09/12345/settings/recording";
  expect((await api.ask(dated, { method: "PATCH", data: {} })).body).toEqual(data);
  expect((await api.ask(dated)).body).toEqual(data);
  expect((await api.ask(dated, { method: "DELETE" })).status).toBe(404);
});

test("a transcript of the app's own is on the call, and a call that is not there has none", async ({
  api,
}) => {
  const page = api.listen();
  const made = await api.ask(calls, { method: "POST", data: { properties } });
  const engagementId = Number(made.body.id);
  const said = [
    {
      speaker: { id: "1", name: "Ada", email: "ada@engines.example" },
      text: "Hello",
      startTimeMillis: 0,
      endTimeMillis: 900,
      languageCode: "en-GB",
    },
    {
      speaker: { id: "2", name: "Sales" },
      text: "Hello, Ada",
      startTimeMillis: 950,
      endTimeMillis: 1800,
    },
  ];
  const path = "/crm/extensions/calling/2026-03/transcripts";
  const post = (data: object) => api.ask(path, { method: "POST", data });
  const { status, body } = await post({ engagementId, transcriptCreateUtterances: said });
  expect({ status, body }).toEqual({
    status: 200,
    body: { id: expect.stringMatching(/^[\da-f-]{36}$/) },
  });
  expect((await api.ask(`${path}/${body.id}`)).body).toEqual({
    id: body.id,
    engagementId,
    transcriptUtterances: said,
  });
  await expect
    .poll(() => page.heard.at(-1))
    .toMatchObject(["engagement", { engagementId, transcript: said }]);
  page.close();
  // Another one of the call is the call's from now on; the first is still what it was.
  await post({ engagementId, transcriptCreateUtterances: said.slice(1) });
  expect((await api.ask(`${path}/${body.id}`)).body.transcriptUtterances).toEqual(said);
  const [first] = said;
  for (const wrong of [
    [],
    "Hello",
    [{ ...first, text: 1 }],
    [{ ...first, speaker: "Ada" }],
    [{ ...first, endTimeMillis: -1 }],
    [null],
  ])
    expect((await post({ engagementId, transcriptCreateUtterances: wrong })).status).toBe(400);
  // What it has besides is not kept: so deep, no page could write it down.
  const besides = { ...first, besides: [], speaker: { ...first?.speaker, besides: [] } };
  const more = await post({ engagementId, transcriptCreateUtterances: [besides] });
  expect((await api.ask(`${path}/${more.body.id}`)).body.transcriptUtterances).toEqual([first]);
  // JSON cannot say it on to the pages.
  const endless = JSON.stringify({ engagementId, transcriptCreateUtterances: said });
  const data = endless.replace(`"endTimeMillis":900`, `"endTimeMillis":1e999`);
  const headers = { "content-type": "application/json" };
  expect((await api.ask(path, { method: "POST", data, headers })).status).toBe(400);
  expect((await post({ engagementId: 1, transcriptCreateUtterances: said })).status).toBe(404);
  expect((await api.ask(`${path}/1`)).status).toBe(404);
  const ready = "/crm/extensions/calling/2026-03/recordings/ready";
  expect((await api.ask(ready, { method: "POST", data: { engagementId: 1 } })).status).toBe(404);
});
