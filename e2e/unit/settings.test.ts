// The settings command against a HubSpot that answers in every way: one sentence and one exit code each, and never the key.
import { readFileSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "@playwright/test";
import { settingsCommand } from "../../src/settings/command.mjs";
import { root, runLine } from "../programs.ts";

const key = "na1-5f3c'(secret)~key";

type Asked = { method: string; url: string; authorization: string | undefined; body: string };
type Answer = (response: ServerResponse, request: IncomingMessage) => void;

/** Runs the command; what it asks for is answered by `answers`, one after the other, the last one again and again. */
async function settings(args: string, answers: Answer[] = [], env: NodeJS.ProcessEnv = {}) {
  const asked: Asked[] = [];
  const server = createServer(async (request, response) => {
    let body = "";
    for await (const data of request) body += data;
    const { method = "", url = "", headers } = request;
    asked.push({ method, url, authorization: headers.authorization, body });
    answers[Math.min(asked.length, answers.length) - 1]?.(response, request);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  let [out, errors] = ["", ""];
  const code = await settingsCommand(
    args.split(" ").filter(Boolean),
    {
      HUBSPOT_API_URL: `http://127.0.0.1:${port}`,
      HUBSPOT_DEVELOPER_API_KEY: key,
      ...env,
    },
    {
      print: (text) => {
        out += `${text}\n`;
      },
      say: (words) => {
        errors += `${words}\n`;
      },
    },
  );
  server.closeAllConnections();
  server.close();
  for (const said of [out, errors]) {
    expect(said).not.toContain("secret");
    expect(said).not.toContain("    at ");
  }
  if (code !== 0) expect(errors.trim().split("\n").at(-1), errors).toMatch(/^[^\n]+\.$/);
  return { code, out, errors, asked };
}

const json =
  (status: number, body: unknown, headers = {}): Answer =>
  (response) =>
    response
      .writeHead(status, { "Content-Type": "application/json", ...headers })
      .end(typeof body === "string" ? body : JSON.stringify(body));

const app = "--app-id 12345";
const stored = { name: "My app", url: "https://app.example/", isReady: false };

test("each command sends its request, with the key as hapikey or as Bearer", async () => {
  const create = await settings(
    `create ${app} --name App --url https://a.example/?a=b --width 400 --height 600 --ready false --inbound true --remote true --calling-window false --custom-objects true`,
    [json(200, stored)],
  );
  expect(create.code).toBe(0);
  expect(JSON.parse(create.out)).toEqual(stored);
  expect(create.asked).toEqual([
    {
      method: "POST",
      url: `/crm/v3/extensions/calling/12345/settings?${new URLSearchParams({ hapikey: key })}`,
      authorization: undefined,
      body: expect.anything(),
    },
  ]);
  expect(JSON.parse(create.asked[0]?.body ?? "")).toEqual({
    name: "App",
    url: "https://a.example/?a=b",
    width: 400,
    height: 600,
    isReady: false,
    supportsInboundCalling: true,
    usesRemote: true,
    usesCallingWindow: false,
    supportsCustomObjects: true,
  });

  const bearer = { HUBSPOT_ACCESS_TOKEN: `${key}\n` };
  const dated = `${app} --api-version 2026-03`;
  const update = await settings(`update ${dated} --ready true`, [json(200, stored)], bearer);
  expect(update.asked).toEqual([
    {
      method: "PATCH",
      url: "/crm/extensions/calling/2026-03/12345/settings",
      authorization: `Bearer ${key}`,
      body: '{"isReady":true}',
    },
  ]);
  const gone = await settings(`delete ${app} --yes`, [json(204, "")]);
  expect(gone).toMatchObject({ code: 0, out: "App 12345 has no calling settings any more.\n" });
  expect(gone.asked[0]?.method).toBe("DELETE");
});

test("create sends all nine fields, and what is not given as the document says", async () => {
  const { asked } = await settings(`create ${app} --name App --url https://a.example/`, [
    json(200, stored),
  ]);
  const rows = readFileSync(`${root}src/documents/settings.md`, "utf8").matchAll(
    /^\| `--[\w-]+`.*?\| ((?:`\w+`(?:, )?)+) \| (\w+(?:, \w+)*) \|/gm,
  );
  const defaults = [...rows].flatMap(([, fields = "", values = ""]) => {
    const all = values.split(", ");
    return fields.split(", ").map((field, i) => [field.slice(1, -1), JSON.parse(all[i] ?? "")]);
  });
  expect(defaults).toHaveLength(7);
  expect(JSON.parse(asked[0]?.body ?? "")).toEqual({
    name: "App",
    url: "https://a.example/",
    ...Object.fromEntries(defaults),
  });
  const [help] = [(await settings("--help")).out];
  for (const [, value] of defaults) expect(help).toContain(`(${value})`);
});

test("recordings and help desk's channel have settings of their own", async () => {
  const at = (what: string) => `/crm/extensions/calling/2026-03/12345/settings/${what}`;
  const dated = `${app} --api-version 2026-03`;
  const bearer = { HUBSPOT_ACCESS_TOKEN: key };
  const send = (args: string, answer: Answer = json(200, {})) =>
    settings(`${args} ${dated}`, [answer], bearer);
  const url = "https://a.example/%s";
  const cases: [args: string, method: string, what: string, body: object | undefined][] = [
    [`recording create --url ${url}`, "POST", "recording", { urlToRetrieveAuthedRecording: url }],
    [`recording update --url ${url}`, "PATCH", "recording", { urlToRetrieveAuthedRecording: url }],
    ["recording get", "GET", "recording", undefined],
    [
      "channel create --url https://a.example/ --ready true",
      "POST",
      "channel-connection",
      { url: "https://a.example/", isReady: true },
    ],
    ["channel update --ready false", "PATCH", "channel-connection", { isReady: false }],
    ["channel get", "GET", "channel-connection", undefined],
    ["channel delete --yes", "DELETE", "channel-connection", undefined],
  ];
  for (const [args, method, what, body] of cases) {
    const { code, asked } = await send(args);
    expect({ code, ...asked[0], body: asked[0]?.body || undefined }, args).toEqual({
      code: 0,
      method,
      url: at(what),
      authorization: `Bearer ${key}`,
      body: body && JSON.stringify(body),
    });
  }
  const none = await send("channel get", json(404, {}));
  expect(none).toMatchObject({ code: 4, errors: expect.stringContaining("no channel connection") });
  const some = await send(`recording create --url ${url}`, json(409, {}));
  expect(some).toMatchObject({
    code: 5,
    errors: expect.stringContaining("has recording settings"),
  });
});

test("a file's fields are sent, flags override them, and HubSpot's own are left out", async () => {
  const folder = await mkdtemp(join(tmpdir(), "settings-"));
  const file = join(folder, "settings.json");
  try {
    await writeFile(file, JSON.stringify({ ...stored, createdAt: "2026-01-01T00:00:00Z" }));
    const { asked } = await settings(`create ${app} --file ${file} --name Other`, [
      json(200, stored),
    ]);
    expect(JSON.parse(asked[0]?.body ?? "")).toMatchObject({ ...stored, name: "Other" });
    expect(asked[0]?.body).not.toContain("createdAt");
    await writeFile(file, "{");
    expect((await settings(`update ${app} --file ${file}`)).errors).toContain("is not JSON.");
    await writeFile(file, "[]");
    expect((await settings(`update ${app} --file ${file}`)).errors).toContain("JSON object");
    const missing = await settings(`update ${app} --file ${file}.txt`);
    expect(missing).toMatchObject({ code: 2, asked: [] });
    expect(missing.errors).toContain("cannot be read");
  } finally {
    await rm(folder, { recursive: true });
  }
});

test("what cannot be so is said before anything is sent", async () => {
  const create = `create ${app} --name App --url`;
  const cases: [args: string, words: string, env?: NodeJS.ProcessEnv][] = [
    ["", "get, create, update or delete"],
    [`fetch ${app}`, "get, create, update or delete"],
    [`get secret ${app}`, "get, create, update or delete"],
    ["get", "--app-id"],
    ["get --app-id 2147483648", "--app-id"],
    ["get --app-id 1e3", "--app-id"],
    [`get ${app} --hapikey=secret`, "--hapikey is not an option"],
    [`get ${app} --name App`, "takes no settings"],
    [`get ${app} --api-version v4`, "--api-version"],
    [`get ${app} --api-version v1`, "--api-version has to be one of v3"],
    [`get ${app} --api-version v2`, "--api-version has to be one of v3"],
    [`get ${app} --timeout soon`, "--timeout"],
    [`update ${app}`, "no setting to update"],
    [`recording delete ${app}`, "Use only get, create or update after recording"],
    [`recording create ${app}`, "urlToRetrieveAuthedRecording is missing"],
    [`recording create ${app} --url https://a.example/`, "needs %s"],
    [`recording create ${app} --url http://a.example/%s`, "full https address"],
    [`recording update ${app} --ready true`, "--ready is not one of the recording settings"],
    [`channel create ${app} --url https://a.example/`, "isReady is missing"],
    [`channel get ${app} --url https://a.example/`, "takes no settings"],
    [`create ${app} --name App`, "url is missing"],
    [`${create} http://a.example/`, "url has to be a full https address"],
    [`${create} https://a.example/ --width 0`, "width has to be a whole number of pixels"],
    [`${create} https://a.example/ --height 600px`, "height has to be a whole number of pixels"],
    [`${create} https://a.example/ --ready yes`, "isReady has to be true or false"],
    [
      `get ${app}`,
      "HUBSPOT_API_URL",
      { HUBSPOT_API_URL: "http://api.hubapi.com/", HUBSPOT_DEVELOPER_API_KEY: key },
    ],
    [`get ${app}`, "HUBSPOT_API_URL", { HUBSPOT_API_URL: `https://a.example/?hapikey=${key}` }],
    [`get ${app}`, "has to hold a key", { HUBSPOT_DEVELOPER_API_KEY: "" }],
    [
      `get ${app}`,
      "The key has spaces or invalid letters",
      { HUBSPOT_DEVELOPER_API_KEY: "secret\nkey" },
    ],
  ];
  await Promise.all(
    cases.map(async ([args, words, env]) => {
      const { code, errors, asked } = await settings(args, [], env);
      expect(errors, args).toContain(words);
      expect({ code, asked }, args).toEqual({ code: 2, asked: [] });
    }),
  );
  const help = await settings("--help");
  expect(help).toMatchObject({ code: 0, out: expect.stringContaining("--calling-window") });
});

test("each failure has its sentence and its exit code", async () => {
  const create = `create ${app} --name App --url https://a.example/`;
  const odd = { message: 1, errors: "none", correlationId: null, category: {} };
  const documented = {
    status: "error",
    message: "Invalid input.",
    correlationId: "aeb5f871-7f07-4993-9211-075dc63e7cbf",
    category: "VALIDATION_ERROR",
    errors: [{ message: "height is too small", in: "height", code: "SMALL" }],
  };
  const exists = { subCategory: "CallingSettingError.SETTINGS_ALREADY_EXISTS" };
  const cases: [args: string, answer: Answer, code: number, words: string][] = [
    [`get ${app}`, json(401, { category: "INVALID_AUTHENTICATION" }), 3, "INVALID_AUTHENTICATION."],
    [`get ${app}`, json(403, "<h1>No"), 3, "HubSpot does not accept the key for app 12345."],
    [`get ${app}`, json(404, ""), 4, "App 12345 has no calling settings: `create` makes them."],
    [create, json(404, {}), 4, "HubSpot knows no app 12345."],
    [create, json(409, odd), 5, "App 12345 has calling settings already: `update` changes them."],
    [create, json(400, exists), 5, "`update` changes them."],
    [
      `update ${app} --height 1`,
      json(400, documented),
      1,
      "HubSpot refuses the settings, with 400: Invalid input; height is too small (correlation id aeb5f871-7f07-4993-9211-075dc63e7cbf).",
    ],
    [`get ${app}`, json(400, odd), 1, "HubSpot refuses the settings, with 400."],
    [`get ${app}`, json(502, "<h1>Bad gateway</h1>"), 1, "HubSpot failed, with 502."],
    [`get ${app}`, json(200, "<h1>Hello</h1>"), 1, "HubSpot answered 200, but no settings."],
    [`get ${app}`, json(200, "null"), 1, "HubSpot answered 200, but no settings."],
    // What the server repeats: the key, in a sentence, in an address, at the edge of what is shown; and a terminal's commands.
    [`get ${app}`, json(400, { message: `no ${key} \u001b[2J\u202e` }), 1, "no (key) [2J."],
    [`get ${app}`, json(400, { message: "x".repeat(490) + key }), 1, "x(key)"],
    [
      `get ${app}`,
      (response, { url }) => response.writeHead(301, { Location: `https://b.example${url}` }).end(),
      1,
      "HubSpot redirects to https://b.example/crm/v3/extensions/calling/12345/settings: put that into HUBSPOT_API_URL.",
    ],
    [`get ${app} --timeout 1`, () => {}, 7, "no answer within 1 s."],
    [
      `update ${app} --ready true --timeout 1`,
      () => {},
      7,
      "`get` shows whether anything changed.",
    ],
    [`get ${app}`, (response) => response.destroy(), 7, "ECONNRESET."],
    [`get ${app}`, (response) => response.end("x".repeat(1_100_000)), 7, "too long."],
  ];
  await Promise.all(
    cases.map(async ([args, answer, code, words]) => {
      const failed = await settings(args, [answer]);
      expect(failed.errors, args).toContain(words);
      expect(failed.code, words).toBe(code);
      expect(failed.asked).toHaveLength(1);
    }),
  );
  const echoed = await settings(`get ${app}`, [
    json(200, { name: key, url: encodeURIComponent(key) }),
  ]);
  expect(JSON.parse(echoed.out)).toEqual({ name: "(key)", url: "(key)" });
  const elsewhere = await settings(`get ${app}`, [], { HUBSPOT_API_URL: "https://127.0.0.1:1" });
  expect(elsewhere.code).toBe(7);
  expect(elsewhere.errors).toBe("HubSpot cannot be reached at 127.0.0.1:1: ECONNREFUSED.\n");
  const nowhere = await settings(`get ${app}`, [], { HUBSPOT_API_URL: "https://a.invalid" });
  expect(nowhere.code).toBe(7);
});

test("when HubSpot asks to wait, the command waits as told, a few times", async () => {
  const busy = (patience: string) => json(429, { message: key }, { "Retry-After": patience });
  const date = new Date(Date.now() - 1000).toUTCString();
  const patient = await settings(`get ${app}`, [busy("0"), busy(date), json(200, stored)]);
  expect(patient).toMatchObject({ code: 0, errors: "HubSpot asks to wait 0 s.\n".repeat(2) });
  const tired = await settings(`get ${app}`, [busy("0")]);
  expect(tired).toMatchObject({ code: 6, asked: { length: 4 } });
  const [before, told] = [Date.now(), await settings(`get ${app}`, [busy("1"), json(200, stored)])];
  expect(told.code).toBe(0);
  expect(Date.now() - before).toBeGreaterThanOrEqual(1000);
  const long = await settings(`get ${app}`, [busy("3600")]);
  expect(long).toMatchObject({ code: 6, asked: { length: 1 } });
  expect(long.errors).toContain("asks to wait 3600 s.");
});

test("delete asks first, unless it was told not to", async () => {
  const unasked = await runLine(
    `"${process.execPath}" src/package/cli.mjs settings delete ${app}`,
    {
      HUBSPOT_API_URL: "http://127.0.0.1:1",
      HUBSPOT_DEVELOPER_API_KEY: key,
    },
  );
  expect(unasked).toMatchObject({ code: 8, out: "" });
  expect(unasked.errors).toContain("add --yes");
});

test("… in a terminal, where no is the answer to anything but yes", async () => {
  const { code } = await runLine(`script -qec true /dev/null`, {});
  test.skip(code !== 0, "needs Linux's script command, and a terminal from the system");
  const tries = [
    ["n", 0],
    ["", 0],
    ["y", 1],
  ] as const;
  const answered = tries.map(async ([answer, asks]) => {
    let asked = 0;
    const server = createServer((_, response) => {
      asked += 1;
      response.writeHead(204).end();
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const { port } = server.address() as AddressInfo;
    const { said } = await runLine(
      `echo ${answer} | script -qec "'${process.execPath}' src/package/cli.mjs settings delete ${app}" /dev/null`,
      { HUBSPOT_API_URL: `http://127.0.0.1:${port}`, HUBSPOT_DEVELOPER_API_KEY: key },
    );
    server.close();
    expect(said).toContain("Delete the calling settings of app 12345");
    expect(said).toContain(asks ? "no calling settings any more" : "Nothing was deleted.");
    expect(asked).toBe(asks);
  });
  await Promise.all(answered);
});
