// The conformance report: our own widget keeps every rule, and `npm run conformance` says of any widget which it breaks.
import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import { createServer } from "node:https";
import type { AddressInfo } from "node:net";
import { fileURLToPath } from "node:url";
import type { Browser } from "@playwright/test";
import { launch } from "../../src/judge/hubspot.mjs";
import { NotJudged } from "../../src/judge/limits.mjs";
import * as steps from "../../src/judge/steps.mjs";
import { walk } from "../../src/judge/walk.mjs";
import { readSessions } from "../../src/rules/report.ts";
import { judge, merge } from "../../src/rules/rules.ts";
import { certificate } from "../../src/server/certificate.mjs";
import { expect, port, test, widgetUrl } from "../pages/fixtures.ts";
import { simpleWidget, type Widget } from "../pages/simple-widget.ts";

/** HubSpot's own address, at which this browser finds the local one. */
const address = "https://app.hubspot.com/";

const pages =
  (browser: Browser, ...served: [pattern: string, answer: Answer][]) =>
  async () => {
    const context = await browser.newContext({ ignoreHTTPSErrors: true });
    for (const [pattern, answer] of served)
      await context.route(pattern, (route) =>
        typeof answer === "string" ? route.abort(answer) : route.fulfill(answer),
      );
    return context.newPage();
  };
const html = { "Content-Type": "text/html" };
type Answer = string | { status?: number; headers?: Record<string, string>; body?: string };

test("our widget keeps every rule, and none is untried but those about recordings, of which it says nothing", async ({
  browser,
}) => {
  test.slow();
  // Many pages at once: what a busy machine takes is not our widget's fault.
  const limits = { step: 30_000, page: 30_000 };
  const { sessions } = await walk(pages(browser), { address, url: widgetUrl, steps, limits });
  const findings = merge(...sessions.map(judge));
  const broken = findings.filter(({ status }) => status === "fail");
  expect(broken.map(({ rule, words }) => `${rule}: ${words}`)).toEqual([]);
  const troubles = sessions.flatMap(({ steps = [] }) => steps.filter(({ trouble }) => trouble));
  expect(troubles).toEqual([]);
  const untried = findings.filter(({ status }) => status === "untried");
  expect(untried.map(({ rule }) => rule)).toEqual(["recording-url", "call-source"]);
});

const unreachable: [what: string, answer: Answer, words: string][] = [
  ["is not there", { status: 404, body: "" }, "answers 404: not found"],
  ["is broken", { status: 500, body: "" }, "answers 500"],
  [
    "refuses to be framed",
    { headers: { "X-Frame-Options": "DENY" }, body: "" },
    "refuses to be framed",
  ],
  [
    "is framed by others alone",
    { headers: { "Content-Security-Policy": "frame-ancestors https://crm.example" }, body: "" },
    "refuses to be framed",
  ],
  [
    "moves to another origin",
    { status: 302, headers: { location: "https://other-app.example/" }, body: "" },
    "redirects to https://other-app.example/, another origin",
  ],
  ["has a host that nobody knows", "namenotresolved", "There is no host app.example"],
  ["has a server that is off", "connectionrefused", "cannot be loaded"],
];

test("a widget that cannot be shown is not judged, and why is said", async ({ browser }) => {
  const url = "https://app.example/";
  const ends = await Promise.all(
    unreachable.map(([, answer]) => {
      const newPage = pages(browser, ["https://*.example/", answer], [url, answer]);
      return walk(newPage, { address, url, settings: {} }).catch((error: unknown) => error);
    }),
  );
  for (const [index, [what, , words]] of unreachable.entries()) {
    expect.soft(ends[index], `a widget that ${what}`).toBeInstanceOf(NotJudged);
    expect.soft(String(ends[index]), `a widget that ${what}`).toContain(words);
  }
});

test("a widget that does not answer SYNC for 30 s is not judged", async ({ browser }) => {
  const body = simpleWidget({ answers: "not" });
  const newPage = pages(browser, ["https://app.example/", { headers: html, body }]);
  let hurry: NodeJS.Timeout | undefined;
  const walked = walk(
    async () => {
      const page = await newPage();
      await page.clock.install();
      hurry = setInterval(() => page.clock.fastForward(31_000).catch(() => {}), 300);
      return page;
    },
    { address, url: "https://app.example/", settings: {} },
  );
  await expect(walked).rejects.toThrow("did not answer SYNC for 30 s");
  clearInterval(hurry);
});

/** `npm run conformance`, as a person runs it. */
const run = (...args: string[]) =>
  new Promise<{ code: number; said: string; troubles: string }>((resolve) => {
    const command = fileURLToPath(new URL("../../src/package/source.mjs", import.meta.url));
    execFile(process.execPath, [command, "judge", ...args], (error, said, troubles) =>
      resolve({ code: Number(error?.code ?? 0), said, troubles }),
    );
  });

test("npm run conformance prints the report, writes it, and exits as CI wants it", async () => {
  test.slow();
  const { outputDir } = test.info();
  const server = createServer(await certificate());
  server.on("request", ({ url }, response) => {
    const bad: Widget = {
      fields: { INITIALIZED: { isLoggedIn: "no" } },
      instead: { INITIALIZED: [["INITIALIZED"], ["SET_WIDGET_URL", { iFrameUrl: "<&" }]] },
    };
    // Its words would clear the terminal, and it would keep the browser for ever.
    const hostile = { early: [["SET_WIDGET_URL", { iFrameUrl: "\u001b[2J" }]] } satisfies Widget;
    const again = "<script>setTimeout(() => location.reload(), 50)</script>";
    const body = url === "/hostile" ? simpleWidget(hostile) + again : simpleWidget(bad);
    response.setHeader("Content-Type", "text/html").end(body);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const origin = `https://localhost:${(server.address() as AddressInfo).port}`;
  const inPanel = ["--settings", "{}"];
  const [bad, hostile] = await Promise.all([
    run(`${origin}/bad`, "--out", outputDir, ...inPanel),
    run(`${origin}/hostile`, ...inPanel),
  ]);
  server.close();

  expect(bad.said).toContain("iFrameUrl is “<&”");
  expect(bad.said).toContain("Failed. broken: widget-url.");
  expect(bad.code).toBe(1);
  const xml = await readFile(`${outputDir}/conformance.xml`, "utf8");
  expect(xml).toContain(`<failure message="iFrameUrl is “&#60;&#38;”.`);
  expect(xml).toContain("<system-out>should: isLoggedIn is “no”, not boolean.");
  const written = readSessions(await readFile(`${outputDir}/conformance.json`, "utf8"));
  if (typeof written === "string") throw new Error(written);
  expect(written.app.url).toBe(`${origin}/bad`);
  expect(merge(...written.sessions.map(judge))[0]).toMatchObject({
    rule: "widget-url",
    status: "fail",
  });

  expect(hostile.code).toBe(2);
  expect(hostile.said + hostile.troubles).toContain("loads itself again and again");
  expect(hostile.said + hostile.troubles).not.toContain("\u001b");
});

test("a certificate that browsers do not trust is said", async () => {
  const browser = await launch(port, false);
  const newPage = () => browser.newPage({ ignoreHTTPSErrors: false });
  const { generate } = await import("selfsigned");
  const pems = await generate([{ name: "commonName", value: "localhost" }], { keyType: "ec" });
  const server = createServer({ key: pems.private, cert: pems.cert });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const url = `https://localhost:${(server.address() as AddressInfo).port}/`;
  await expect(walk(newPage, { address, url, settings: {} })).rejects.toThrow(
    "has a certificate that browsers do not trust (net::ERR_CERT_",
  );
  await browser.close();
  server.close();
});
