// The connection to help desk: its settings, and the app's webhook, asked and signed as HubSpot does it.
import { createHmac, timingSafeEqual } from "node:crypto";
import type { ServerResponse } from "node:http";
import { blocksOf } from "../programs.ts";
import { test as base, expect } from "./api.ts";
import { appServer } from "./app-server.ts";

const secret = "the app's own secret";
const test = base.extend({ options: [{ secret }, { option: true }] });

const settings = "/crm/v3/extensions/calling/12345/settings/channel-connection";
const numbers = "/local-hubspot/channel-numbers/12345";

test("the app's webhook is asked for its numbers, with a signature that the app can check", async ({
  api,
}) => {
  const own = [
    { e164PhoneNumber: "+442079460018", friendlyName: "Support", extension: null },
    {
      e164PhoneNumber: "+12125550143",
      extension: "12",
      friendlyName: "Sales, and everybody else there",
    },
  ];
  const app = await appServer((_, response) => response.end(JSON.stringify(own)));
  const url = `${app.origin}/numbers?tenant=1`;
  const made = await api.ask(settings, { method: "POST", data: { url, isReady: true } });
  const iso = expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/);
  expect(made.body).toEqual({ url, isReady: true, createdAt: iso, updatedAt: iso });

  const { body } = await api.ask(numbers, { method: "POST" });
  // What HubSpot's user can do with them is the page's affair.
  expect(body).toEqual({
    numbers: [{ e164PhoneNumber: "+442079460018", friendlyName: "Support" }, own[1]],
  });
  const [asked] = app.asked;
  expect(asked).toMatchObject({ method: "POST", url: "/numbers?tenant=1" });
  expect(JSON.parse(asked?.body ?? "")).toEqual({ appId: 12345, portalId: 62515, userId: 4711 });
  // As HubSpot's documentation has an app check it.
  const { "x-hubspot-request-timestamp": timestamp, "x-hubspot-signature-v3": signature } =
    asked?.headers ?? {};
  expect(Math.abs(Date.now() - Number(timestamp))).toBeLessThan(60_000);
  const signed = createHmac("sha256", secret).update(`POST${url}${asked?.body}${timestamp}`);
  expect(signature).toBe(signed.digest("base64"));
  // … in the lines of the document.
  const [lines = ""] = blocksOf("src/documents/api.md", "js");
  const names = ["request", "secret", "address", "body", "createHmac", "timingSafeEqual", "Date"];
  const check = new Function(...names, `${lines} return isHubSpot;`);
  const isHubSpot = (own: string, said = asked?.body, now = Date.now()) =>
    check(asked, own, url, said, createHmac, timingSafeEqual, { now: () => now });
  expect(isHubSpot(secret)).toBe(true);
  expect(isHubSpot("another secret")).toBe(false);
  expect(isHubSpot(secret, "{}")).toBe(false);
  expect(isHubSpot(secret, asked?.body, Number(timestamp) + 6 * 60_000)).toBe(false);
  expect(JSON.stringify([body, made.body])).not.toContain(secret);
  await app.close();
});

test("what the app answers is checked, and why there are no numbers is said", async ({ api }) => {
  let answer: (response: ServerResponse) => void = () => {};
  const app = await appServer((_, response) => answer(response));
  const problem = async () => (await api.ask(numbers, { method: "POST" })).body.problem;
  expect(await problem()).toContain("App 12345 has no channel connection");
  const data = { url: `${app.origin}/numbers`, isReady: false };
  await api.ask(settings, { method: "POST", data });
  expect(await problem()).toContain("its isReady is false");
  expect(app.asked).toEqual([]);
  await api.ask(settings, { method: "PATCH", data: { isReady: true } });
  const json = (body: unknown) => (response: ServerResponse) => response.end(JSON.stringify(body));
  const friendlyName = "Support";
  const cases: [how: typeof answer, words: string][] = [
    [json({ numbers: [] }), "is not a list"],
    [json([{ friendlyName }]), "Number 1 of the app’s answer has no e164PhoneNumber"],
    [json([{ e164PhoneNumber: "020 7946 0018", friendlyName }]), "has no e164PhoneNumber"],
    [json([{ e164PhoneNumber: "+442079460018" }]), "has no friendlyName"],
    [json([{ e164PhoneNumber: "+442079460018", friendlyName, extension: {} }]), "has an extension"],
    [json([null]), "has no e164PhoneNumber"],
    [json([{ e164PhoneNumber: { toString: 1 }, friendlyName }]), "has no e164PhoneNumber"],
    [(response) => response.writeHead(401).end(), "answers with 401"],
    [(response) => response.writeHead(307, { Location: "/" }).end(), "is not followed"],
  ];
  for (const [how, words] of cases) {
    answer = how;
    expect(await problem()).toContain(words);
  }
  expect(app.asked).toHaveLength(cases.length);
  await api.ask(settings, { method: "PATCH", data: { url: "https://app.example/numbers" } });
  expect(await problem()).toContain("is at app.example");
  await app.close();
});

test("an address that is the local HubSpot's own is no app, and is not asked on and on", async ({
  api,
}) => {
  const url = `https://127.0.0.1:${api.port}${numbers}`;
  await api.ask(settings, { method: "POST", data: { url, isReady: true } });
  const { body } = await api.ask(numbers, { method: "POST" });
  expect(body.problem).toContain(`${numbers} answers with 508`);
});

test("a connection's settings are as HubSpot documents them", async ({ api }) => {
  const data = { url: "https://app.example/numbers", isReady: true };
  for (const wrong of [
    {},
    { url: data.url },
    { ...data, url: "http://a.example/" },
    { ...data, isReady: "yes" },
    { ...data, name: "" },
  ])
    expect((await api.ask(settings, { method: "POST", data: wrong })).status).toBe(400);
  expect((await api.ask(settings, { method: "PATCH", data })).status).toBe(404);
  expect((await api.ask(settings, { method: "POST", data })).status).toBe(200);
  const dated = "/crm/extensions/calling/2026-03/12345/settings/channel-connection";
  expect((await api.ask(dated)).body).toMatchObject(data);
  expect((await api.ask(dated, { method: "DELETE" })).status).toBe(204);
  expect((await api.ask(dated)).status).toBe(404);
});
