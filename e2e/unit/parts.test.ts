// The smaller pure parts: telephone numbers, the guard's rule, the faults, and the apps under "Call from".
import { readFile } from "node:fs/promises";
import { expect, test } from "@playwright/test";
import { buttons } from "../../src/call/events.ts";
import { isSameNumber, isWithheld, undialable } from "../../src/call/number.ts";
import { fields } from "../../src/call/state.ts";
import { isEnvelope, isHubSpot } from "../../src/frame/guard.ts";
import {
  appKey,
  callsInWindow,
  demoKey,
  inboundKey,
  installedApps,
  installLine,
  oldAppKey,
  placeOf,
  settingNames,
  tick,
  withTicks,
} from "../../src/hubspot/apps.ts";
import { deliveries, faults, syncs } from "../../src/hubspot/faults.ts";
import { root, run } from "../programs.ts";

test("numbers can be dialled however people write them", () => {
  for (const number of [
    "+44 20 7946 0018",
    "(212) 555-0143",
    "0044.20/7946-0077",
    "112",
    "99",
    "+44 (20) 7946-0018-",
    "123 456 789 012 345",
    "+1 212 555 0187 ext. 12",
    "+1 212 555 0187 EXT 12",
    "+1 212 555 0187;1234567",
    "(212) 555-0143 x5",
    "212.555.0143.",
    "212 (5550143)",
    " (212) 555-0143 x5 ",
    " sip:100 ",
    "*31#212 555 0143",
    "*67 212 555 0143",
    "*672125550143",
    "#31#+44 7700 900142",
    "sip:ada@engines.example",
    "ada@engines.example",
    "sip:100",
  ])
    expect(undialable(number), number).toBeUndefined();
  for (const number of [
    "",
    "  ",
    "1",
    "call me",
    "1-800-FLOWERS",
    "*67",
    "+",
    "12+3",
    "+44 20 7946 0018 0018",
    "123 456 789 012 345 6",
    "212 555 0143 x",
    "212 555 0143 x12345678",
    "##212 555 0143",
    "sip:",
    "@engines.example",
    "ada@",
    "1".repeat(1_000_000),
  ])
    expect(undialable(number), number.slice(0, 40)).toBeTruthy();
});

test("a caller who withholds the number is known by a word, and by nothing that only begins as one", () => {
  for (const number of ["", " ", "anonymous", " Restricted "])
    expect(isWithheld(number), number).toBe(true);
  for (const number of ["anonymous1", "x anonymous", "+44 7700 900142"])
    expect(isWithheld(number), number).toBe(false);
});

test("an app that sends an endless number keeps nobody waiting", () => {
  const begun = performance.now();
  for (const endless of ["@", " ", "*67 ", "1-", "12 x"].map((part) => part.repeat(50_000))) {
    expect(undialable(`*67${endless} ?`)).toBeTruthy();
    expect(undialable(`${endless} ?`)).toBeTruthy();
    expect(isWithheld(`${endless}?`)).toBe(false);
    expect(isSameNumber(`*67${endless} ?`, `${endless} ?`)).toBe(false);
  }
  expect(performance.now() - begun).toBeLessThan(1500);
});

test("one number can be written in several ways", () => {
  expect(isSameNumber("0044 (20) 7946-0018", "+442079460018")).toBe(true);
  expect(isSameNumber("*67 (212) 555-0143", "212 555 0143")).toBe(true);
  expect(isSameNumber("#31#+442079460018", "+44 20 7946 0018")).toBe(true);
  expect(isSameNumber("SIP:Ada@engines.example", "ada@engines.example")).toBe(true);
  expect(isSameNumber("212 555 0143 x5", "(212) 555-0143 ext. 5")).toBe(true);
  expect(isSameNumber("212 555 0143 x5 ", "212 555 0143 x5")).toBe(true);
  expect(isSameNumber(" ada@engines.example ", "ada@engines.example")).toBe(true);
  expect(isSameNumber(" 212.555.0143 ", "212/555/0143")).toBe(true);
  for (const [a, b] of [
    ["+442079460018", "+442079460077"],
    ["gossip:ada@engines.example", "gosada@engines.example"],
    ["sip:ada@engines.example", "sip:grace@engines.example"],
    ["212 555 0143 x5", "212 555 0143 x6"],
    ["212 555 0143", "212 555 0143 x6"],
  ] as const)
    expect(isSameNumber(a, b)).toBe(false);
});

test("HubSpot is *.hubspot.com, the widget's own origin and, on loopback, loopback", () => {
  const deployed = "https://widget.example";
  const local = "https://localhost:9025";
  for (const origin of [
    "https://app.hubspot.com",
    "https://app-eu1.hubspot.com",
    "https://app.eu1.hubspot.com",
  ]) {
    expect(isHubSpot(origin, deployed)).toBe(true);
    expect(isHubSpot(origin, local)).toBe(true);
  }
  expect(isHubSpot(deployed, deployed)).toBe(true);
  for (const origin of [
    "https://hubspot.localhost:9025",
    "https://127.0.0.1:9025",
    "https://[::1]:9025",
  ]) {
    expect(isHubSpot(origin, local), origin).toBe(true);
    expect(isHubSpot(origin, deployed), origin).toBe(false);
  }
  for (const origin of [
    "http://app.hubspot.com",
    "nothttps://app.hubspot.com",
    "nothttps://localhost:9025",
    "https://.hubspot.com",
    "https://hubspot.com.evil.example",
    "https://evilhubspot.com",
    "https://hubspot.com:8443.evil.example",
    "https://app.hubspot.com:8443",
    "https://localhost.evil.example",
    "https://127.0.0.1.evil.example",
    "http://localhost:9025",
    "null",
    "",
  ])
    expect(isHubSpot(origin, local), origin).toBe(false);
});

test("the SDK is built from its source: its bundle is for browsers alone, and takes itself for a beta", async () => {
  const sdk = `${root}node_modules/@hubspot/calling-extensions-sdk/`;
  const { version, exports } = JSON.parse(await readFile(`${sdk}package.json`, "utf8"));
  expect({ version, exports }).toEqual({ version: "0.9.7", exports: undefined });
  expect(await readFile(`${sdk}dist/main.js`, "utf8")).toContain("0.9.7-beta.0");
  const code = `import("@hubspot/calling-extensions-sdk").then(({ default: Sdk }) => new Sdk({}))`;
  const { code: exit, errors } = await run(["-e", code]).ended;
  expect({ exit, errors }).toEqual({ exit: 1, errors: expect.stringContaining("not defined") });
  for (const page of ["index.html", "hubspot.html"]) {
    const built = await readFile(`${root}static/${page}`, "utf8");
    expect(built, page).toContain('"0.9.7"');
    expect(built, page).not.toContain("beta.0");
  }
});

test("only what the SDK can read is a message", () => {
  const origin = "https://app.hubspot.com";
  expect(isEnvelope({ type: "SYNC", messageId: "1_2", hostUrl: origin }, origin)).toBe(true);
  expect(isEnvelope({ type: "END_CALL", messageId: 12 }, origin)).toBe(true);
  // An older HubSpot's SYNC has no hostUrl, and in other messages it means nothing.
  expect(isEnvelope({ type: "SYNC" }, origin)).toBe(true);
  expect(isEnvelope({ type: "READY", messageId: 1, hostUrl: "https://a.example" }, origin)).toBe(
    true,
  );
  for (const data of [
    null,
    undefined,
    "SYNC",
    [],
    {},
    { type: 1, messageId: "1" },
    { type: "END_CALL", messageId: { toString: 1 } },
    { type: "SYNC", messageId: "1_2", hostUrl: "https://evil.example" },
  ])
    expect(isEnvelope(data, origin), JSON.stringify(data)).toBe(false);
});

const here = new URL("https://hubspot.localhost:9025/");
const withKeys = (keys: Record<string, string>, at = here) =>
  installedApps((key) => keys[key] ?? null, at, []);

test("without keys there are Demo App Local and Demo App Phone, at this machine's port", () => {
  expect(withKeys({})).toMatchObject({
    isDefault: true,
    problems: [],
    apps: [
      { name: "Demo App Local", url: "https://localhost:9025/" },
      { name: "Demo App Phone", url: "https://localhost:9025/phone.html" },
    ],
  });
  expect(withKeys({}, new URL("https://127.0.0.1:9100/")).apps[0]?.url).toBe(
    "https://localhost:9100/",
  );
  expect(withKeys({}, new URL("https://app.hubspot.com/")).apps[0]?.url).toBe(
    "https://localhost:9025/",
  );
});

test("… and, where no server of its own is, the widget beside it", () => {
  for (const folder of [
    "https://a.example/",
    "https://a.example/b/c/",
    "http://localhost:8080/b/",
  ]) {
    const { apps } = installedApps(() => null, new URL(`${folder}hubspot.html?a#/b/`), undefined);
    expect(apps.map(({ url }) => url)).toEqual([`${folder}index.html`, `${folder}phone.html`]);
  }
});

test("an app whose settings were sent stands beside the keys', unless it is not ready", () => {
  const stored = { appId: 7, name: "Sent", url: "https://a.example/", updatedAt: "today" };
  const withStored = (...all: unknown[]) => installedApps(() => null, here, all);
  const { apps, isDefault } = withStored({ ...stored, usesRemote: true, width: 300 }, null, {});
  expect(isDefault).toBe(false);
  expect(apps).toMatchObject([
    { name: "Sent", id: "app 7", width: 300, height: 650, usesRemote: true },
  ]);
  // What was ticked before other settings were sent no longer holds.
  const [before] = apps;
  const [after] = withStored({ ...stored, updatedAt: "tomorrow" }).apps;
  if (!before || !after) throw new Error("There is no app");
  const ticks = tick(null, before, "usesRemote", false);
  expect(withTicks([before, after], ticks).map((app) => app.usesRemote)).toEqual([false, false]);
  expect(withTicks([{ ...after, usesRemote: true }], ticks)[0]?.usesRemote).toBe(true);
  expect(withStored({ ...stored, isReady: false })).toMatchObject({
    unready: ["Sent"],
    apps: [{ name: "Demo App Local" }, { name: "Demo App Phone" }],
  });
});

test("both keys install an app, and the older key counts when the newer is absent", () => {
  const [demo, own, old] = ["local", "New", "Old"].map((name) =>
    name === "local" ? name : JSON.stringify({ isReady: true, name, url: "https://app.example/" }),
  );
  const names = (keys: Record<string, string>) => withKeys(keys).apps.map(({ name }) => name);
  expect(names({ [demoKey]: demo ?? "", [appKey]: own ?? "" })).toEqual(["Demo App Local", "New"]);
  expect(names({ [oldAppKey]: old ?? "" })).toEqual(["Old"]);
  expect(names({ [appKey]: own ?? "", [oldAppKey]: old ?? "" })).toEqual(["New"]);
  expect(names({ [demoKey]: "app" })).toEqual(["Demo App Phone"]);
  expect(names({ [demoKey]: "app:js" })).toEqual(["Demo App JS"]);
});

test("a key's app that is not ready is not offered", () => {
  const value = JSON.stringify({ isReady: false, name: "New", url: "https://app.example/" });
  expect(withKeys({ [appKey]: value })).toMatchObject({
    unready: ["New"],
    problems: [],
    isDefault: false,
    apps: [{ name: "Demo App Local" }, { name: "Demo App Phone" }],
  });
});

test("a key overrides the app of the same name or id, whose other settings go on to hold", () => {
  const url = "https://sent.example/";
  const sent = { appId: 7, name: "Sent", url, width: 300, isReady: false, updatedAt: "today" };
  const other = { ...sent, appId: 8, name: "Other", isReady: true };
  const withKey = (settings: object, demo?: string) =>
    installedApps(
      (key) =>
        key === appKey ? JSON.stringify(settings) : key === demoKey ? (demo ?? null) : null,
      here,
      [sent, other],
    );
  const whole = { name: "Sent", isReady: true, usesRemote: true, supportsCustomObjects: true };
  const mine = { ...whole, name: "Mine" };
  for (const own of [whole, { ...whole, appId: 7 }, { ...mine, id: 7 }, { ...mine, appId: "7" }]) {
    const { apps, unready, problems } = withKey(own);
    expect([unready, problems]).toEqual([[], []]);
    expect(apps).toMatchObject([
      {
        id: "app 7",
        name: own.name,
        url,
        width: 300,
        usesRemote: true,
        supportsCustomObjects: true,
      },
      { id: "app 8", name: "Other", usesRemote: false },
    ]);
    expect(apps[0]?.facts).toContain("overridden");
  }
  // What was ticked before the key was set no longer holds.
  expect(withKey(whole).apps[0]?.version).not.toBe(
    withKey({ ...whole, usesRemote: false }).apps[0]?.version,
  );
  expect(withKey({ name: "Other", isReady: false })).toMatchObject({
    unready: ["Sent", "Other"],
    isDefault: false,
  });
  expect(withKey({ name: "Demo App JS", url }, "app:js").apps).toMatchObject([
    { name: "Demo App JS", url },
    { name: "Other" },
  ]);
  expect(withKey({ name: "New", url }).apps.map(({ name }) => name)).toEqual(["New", "Other"]);
  // One that is damaged overrides nothing.
  const { apps, problems } = withKey({ name: "Other", url: "nowhere" });
  expect(problems).toEqual([expect.stringContaining("has no url")]);
  expect(apps).toMatchObject([{ name: "Other", url }]);
});

test("the key of the beta documentation turns inbound calls on or off for every app", () => {
  const of = (value: string) => withKeys({ [inboundKey]: value });
  expect(of("true").apps.map((app) => app.supportsInboundCalling)).toEqual([true, true]);
  expect(of("false").apps.map((app) => app.supportsInboundCalling)).toEqual([false, false]);
  expect(of("true").isDefault).toBe(true);
  const own = JSON.stringify({
    name: "A",
    url: "https://a.example/",
    supportsInboundCalling: true,
  });
  const both = withKeys({ [appKey]: own, [inboundKey]: "false" });
  expect(both.apps).toMatchObject([{ supportsInboundCalling: false }]);
  const odd = of("yes");
  expect(odd.problems).toEqual([expect.stringContaining("neither true nor false")]);
  expect(odd.apps[0]?.supportsInboundCalling).toBe(false);
});

for (const [value, words] of [
  ["{", "is not JSON"],
  ["[]", "is not a JSON object"],
  ['{"name":"A","url":"https://a.example","usesRemote":"yes"}', "has a usesRemote that is neither"],
  [
    '{"name":"A","url":"https://a.example","supportsInboundCalling":1}',
    "has a supportsInboundCalling that is neither true nor false",
  ],
  [
    '{"name":"A","url":"https://a.example","isReady":"false"}',
    "has an isReady that is neither true nor false",
  ],
  ['{"url":"https://a.example"}', "has no name"],
  ['{"name":" ","url":"https://a.example"}', "has no name"],
  ['{"name":"A"}', "has no url"],
  ['{"name":"A","url":"localhost"}', "has no url"],
  ['{"name":"A","url":"http://a.example/"}', "not https"],
  ['{"name":"A","url":"javascript:alert(1)"}', "not https"],
  ['{"name":"A","url":"https://a.example","width":"wide"}', "width or height"],
] as const) {
  test(`the settings ${value} are refused in words`, () => {
    const { problems, apps } = withKeys({ [appKey]: value });
    expect(problems).toEqual([expect.stringContaining(words)]);
    expect(apps.map(({ name }) => name)).toEqual(["Demo App Local", "Demo App Phone"]);
  });
}

const one = (settings: object) => {
  const value = JSON.stringify({ name: "A", url: "https://a.example/", ...settings });
  const { apps, problems } = withKeys({ [appKey]: value });
  expect(problems).toEqual([]);
  const [app] = apps;
  if (!app) throw new Error("There is no app");
  return app;
};

test("an app's settings decide where it is shown", () => {
  const plain = one({ isReady: true });
  expect(settingNames.map((name) => plain[name])).toEqual([false, false, true, false]);
  expect(one({ supportsCustomObjects: true }).supportsCustomObjects).toBe(true);
  expect([placeOf(plain), callsInWindow(plain)]).toEqual(["widget", false]);
  for (const setting of ["supportsInboundCalling", "usesRemote"]) {
    const remote = one({ [setting]: true });
    expect([placeOf(remote), callsInWindow(remote)]).toEqual(["remote", true]);
    const inTabs = one({ [setting]: true, usesCallingWindow: false });
    expect([placeOf(inTabs), callsInWindow(inTabs)]).toEqual(["remote", false]);
  }
});

test("what is ticked overrides the app's settings, and damaged ticks do not", () => {
  const app = one({ usesRemote: true });
  const off = tick(null, app, "usesRemote", false);
  const both = tick(off, app, "supportsInboundCalling", true);
  expect(withTicks([app], both)).toEqual([
    { ...app, usesRemote: false, supportsInboundCalling: true },
  ]);
  expect(withTicks([{ ...app, version: "https://b.example/" }], both)[0]?.usesRemote).toBe(true);
  for (const damaged of [null, "", "[]", "{", '{"https://a.example/":1}'])
    expect(withTicks([app], damaged), String(damaged)).toEqual([app]);
  expect(withTicks([app], '{"https://a.example/":{"usesRemote":"no","name":"B"}}')).toEqual([app]);
});

test("an unknown demo is refused in words", () => {
  expect(withKeys({ [demoKey]: "toString" }).problems).toEqual([
    expect.stringContaining("local, app:js and app"),
  ]);
});

test("the page has each button and each field that the call knows, and no other", async () => {
  const html = await readFile(new URL("../../src/index.html", import.meta.url), "utf8");
  const idsOf = (pattern: RegExp) => [...html.matchAll(pattern)].map(([, id]) => id).sort();
  expect(idsOf(/<button id="(\w+)"(?! type)(?=(?:(?!<form).)*<\/form>)/gs)).toEqual(
    [...buttons].sort(),
  );
  expect(idsOf(/<label[^>]*>[^<]*<\w+ id="(\w+)"/g)).toEqual([...fields].sort());
});

test("the document of the local HubSpot lists each fault", async () => {
  const readme = await readFile(
    new URL("../../src/documents/local-hubspot.md", import.meta.url),
    "utf8",
  );
  const listed = [...readme.matchAll(/^\| `(\w+)` \| (.*) \|$/gm)].map(([, name, words]) => [
    name,
    words,
  ]);
  for (const fault of Object.entries(faults)) expect(listed).toContainEqual(fault);
});

test("faults change what gets to the app, and nothing else does", () => {
  const through = (on: string[], type: string, data: unknown = {}) =>
    deliveries({ has: (name) => on.includes(name) }, type, data, () => 0.5);
  expect(through([], "DIAL_NUMBER", { objectId: 7 })).toEqual([
    { data: { objectId: 7 }, delay: 0 },
  ]);
  expect(through(["dialDoubled"], "DIAL_NUMBER")).toHaveLength(2);
  expect(through(["dialDoubled"], "END_CALL")).toHaveLength(1);
  expect(through(["messagesDoubled", "dialDoubled"], "DIAL_NUMBER")).toHaveLength(2);
  const dial = {
    objectId: 7,
    objectType: "CONTACT",
    phoneNumber: "1",
    phone_number: "1",
    ownerId: 2,
  };
  expect(through(["dialWithoutObject", "dialWithoutNumber"], "DIAL_NUMBER", dial)).toEqual([
    { data: { objectId: 0, ownerId: 2 }, delay: 0 },
  ]);
  expect(through(["messagesDelayed"], "END_CALL")).toEqual([{ data: {}, delay: 500 }]);
  expect(through(["createEngagementLate"], "ENGAGEMENT_CREATED")[0]?.delay).toBe(5000);
  expect(through(["createEngagementLate"], "END_CALL")[0]?.delay).toBe(0);
  expect(through(["createEngagementSilent"], "ENGAGEMENT_CREATED")).toEqual([]);
  expect(through(["onlyEngagementCreated"], "CREATE_ENGAGEMENT_SUCCEEDED")).toEqual([]);
  expect(through(["onlyEngagementCreated"], "ENGAGEMENT_CREATED")).toHaveLength(1);
  const sync = (on: string[], waited = 0) => syncs({ has: (name) => on.includes(name) }, waited);
  expect([sync([]), sync(["syncLost"], 60_000), sync(["syncDoubled"])]).toEqual([1, 0, 2]);
  expect([sync(["syncLate"], 9_999), sync(["syncLate"], 10_000)]).toEqual([0, 1]);
});

test("HubSpot's own address for a local app is installed by the documented line", () => {
  const [app] = installedApps(() => null, new URL("https://hubspot.localhost:9025/"), []).apps;
  expect(app && installLine(app)).toBe(
    "localStorage.setItem('LocalSettings:Calling:installDemoWidget', 'local')",
  );
});
