// The command line's conformance report: opens a calling app in the local HubSpot, walks it through, and judges what it said.
import { spawnSync } from "node:child_process";
import { createHash, X509Certificate } from "node:crypto";
import { existsSync, realpathSync } from "node:fs";
import { mkdir, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { join, resolve } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { parseArgs } from "node:util";
import { chromium } from "@playwright/test";
import { build } from "esbuild";
import { isLoopback } from "../frame/loopback.mjs";
import { certificate } from "../server/certificate.mjs";
import { serve } from "../server/serve.mjs";
import { findBrowser } from "./browser.mjs";
import { NotJudged, stepNames, walk } from "./walk.mjs";

/** @import { Finding } from "../rules/rules.ts" */

const usage = `Usage: npm run conformance -- https://my-widget.example/ [--steps file.mjs] [--out folder] [--headed] [--insecure]

  --steps     a module whose functions click through calls: ${stepNames.join(", ")}. See src/judge/steps.mjs.
  --out       writes conformance.json, with all messages, and conformance.xml, for JUnit, there
  --headed    shows the browser
  --insecure  accepts any certificate; on loopback that is so anyway

Exits 0 when no "must" is broken, 1 when one is, and 2 when the widget cannot be judged.`;

const root = fileURLToPath(new URL("../..", import.meta.url));
/** HubSpot's own, so that an app which hears and is framed by nobody else can be judged. */
const host = "app.hubspot.com";

/**
 * @param {string[]} args
 * @returns what they say, or nothing when they ask for help
 * @throws NotJudged when they say nothing that can be done
 */
export async function readArguments(args) {
  let parsed;
  try {
    parsed = parseArgs({
      args,
      allowPositionals: true,
      options: {
        steps: { type: "string" },
        out: { type: "string" },
        headed: { type: "boolean", default: false },
        insecure: { type: "boolean", default: false },
        help: { type: "boolean", short: "h", default: false },
      },
    });
  } catch (error) {
    throw new NotJudged(`${error instanceof Error ? error.message : error}\n\n${usage}`);
  }
  const { values, positionals } = parsed;
  const [url, ...others] = positionals;
  if (values.help) return undefined;
  if (!url || others.length > 0) throw new NotJudged(`Give one address of a widget.\n\n${usage}`);
  if (!URL.canParse(url))
    throw new NotJudged(`${url} is no address: give it in full, with https://`);
  if (new URL(url).protocol !== "https:")
    throw new NotJudged(`${url} is not https: HubSpot’s pages frame https alone.`);
  return {
    ...values,
    url,
    steps: values.steps === undefined ? undefined : await readSteps(values.steps),
  };
}

/** @param {string} file */
async function readSteps(file) {
  let steps;
  try {
    steps = await import(pathToFileURL(resolve(file)).href);
  } catch (error) {
    throw new NotJudged(
      `${file} cannot be read: ${error instanceof Error ? error.message : error}`,
    );
  }
  const unknown = Object.keys(steps).find((name) => !stepNames.some((known) => known === name));
  if (unknown)
    throw new NotJudged(`${file} exports ${unknown}. Steps are: ${stepNames.join(", ")}.`);
  return steps;
}

/** The local HubSpot on a port of its own; builds it where that has not been done. */
async function serveHubSpot() {
  if (!existsSync(`${root}static/hubspot.html`)) {
    const { status, stderr } = spawnSync(process.execPath, ["build.mjs"], { cwd: root });
    if (status !== 0) throw new NotJudged(`The local HubSpot cannot be built: ${stderr}`);
  }
  const port = await freePort();
  await serve({ port });
  return port;
}

/** @returns {Promise<number>} */
const freePort = () =>
  new Promise((resolve, reject) => {
    const server = createServer().on("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      server.close(() => resolve(typeof address === "object" && address ? address.port : 0));
    });
  });

/**
 * A browser to which the local HubSpot is HubSpot.
 * @param {number} port the local HubSpot's
 * @param {boolean} headed
 */
export async function launch(port, headed) {
  const executablePath = findBrowser();
  if (!executablePath)
    throw new NotJudged(
      "No browser found: install Chrome, Chromium or Edge, or name one in CHROME_PATH.",
    );
  // The browser trusts this key, and no other: what the widget’s certificate is worth stays to be seen.
  const { publicKey } = new X509Certificate(
    (await certificate()).cert.replace(/^[\s\S]*?(?=-----BEGIN CERTIFICATE)/, ""),
  );
  const key = createHash("sha256").update(publicKey.export({ type: "spki", format: "der" }));
  return chromium.launch({
    executablePath,
    headless: !headed,
    args: [
      `--host-resolver-rules=MAP ${host} 127.0.0.1:${port}`,
      `--ignore-certificate-errors-spki-list=${key.digest("base64")}`,
      // As in the tests: frames are partitioned, as in people's browsers.
      "--disable-features=Translate,MediaRouter,PaintHolding,HttpsUpgrades",
    ],
  });
}

/**
 * The rules, and what else is TypeScript.
 * @returns {Promise<typeof import("../rules/report.ts") & typeof import("../rules/rules.ts") & typeof import("../frame/guard.ts")>}
 */
async function loadRules() {
  const contents = `export * from "./report.ts"; export * from "./rules.ts";`;
  const { outputFiles } = await build({
    stdin: { contents, resolveDir: `${root}src/rules` },
    bundle: true,
    format: "esm",
    write: false,
  });
  const code = Buffer.from(outputFiles[0]?.contents ?? []).toString("base64");
  return import(`data:text/javascript;base64,${code}`);
}

/** A broken "must" is a failure, a broken "should" passes with a note, and an untried rule is skipped. */
const junit = (/** @type {string} */ url, /** @type {Finding[]} */ findings) => {
  const text = (/** @type {unknown} */ value) =>
    String(value)
      .replace(/[\p{Cc}\p{Cs}\uFFFE\uFFFF]/gu, " ")
      .replace(/[<>&"]/g, (c) => `&#${c.charCodeAt(0)};`);
  const count = (/** @type {(finding: Finding) => boolean} */ of) => findings.filter(of).length;
  const isFailure = (/** @type {Finding} */ { status, level }) =>
    status === "fail" && level === "must";
  const cases = findings.map((finding) => {
    const { rule, title, status, words, why } = finding;
    const inner = isFailure(finding)
      ? `<failure message="${text(words)}">${text(why)}</failure>`
      : status === "fail"
        ? `<system-out>should: ${text(words)} ${text(why)}</system-out>`
        : status === "untried"
          ? `<skipped message="${text(words ?? "untried")}"/>`
          : "";
    return `    <testcase classname="${text(rule)}" name="${text(title)}">${inner}</testcase>`;
  });
  return [
    `<?xml version="1.0" encoding="UTF-8"?>`,
    "<testsuites>",
    `  <testsuite name="${text(url)}" tests="${findings.length}" failures="${count(isFailure)}" skipped="${count(({ status }) => status === "untried")}">`,
    ...cases,
    "  </testsuite>",
    "</testsuites>",
    "",
  ].join("\n");
};

/** @param {string[]} args @returns {Promise<number>} the exit code */
async function run(args) {
  const given = await readArguments(args);
  if (!given) {
    console.log(usage);
    return 0;
  }
  const { url, steps, out, headed, insecure } = given;
  const { judge, merge, markdown, summary, writeSessions, format } = await loadRules();
  const port = await serveHubSpot();
  const browser = await launch(port, headed);
  const ignoreHTTPSErrors = insecure || isLoopback(new URL(url).hostname);
  const newPage = () =>
    browser.newPage({ ignoreHTTPSErrors, viewport: { width: 1280, height: 800 } });
  const say = (/** @type {string} */ what) => console.error(`… ${what}`);
  try {
    const sessions = await walk(newPage, { address: `https://${host}/`, url, steps, say });
    const findings = merge(...sessions.map(judge));
    const app = { name: new URL(url).host, url };
    console.log(markdown(app, findings));
    if (out !== undefined) {
      await mkdir(out, { recursive: true });
      await writeFile(
        join(out, "conformance.json"),
        writeSessions({ format, app, sessions, findings }),
      );
      await writeFile(join(out, "conformance.xml"), junit(url, findings));
    }
    console.log(summary(findings));
    return findings.some(({ status, level }) => status === "fail" && level === "must") ? 1 : 0;
  } finally {
    await browser.close();
  }
}

/**
 * The whole command.
 * @param {string[]} args
 * @returns {Promise<number>} the exit code
 */
export async function command(args) {
  try {
    return await run(args);
  } catch (error) {
    console.error(error instanceof NotJudged ? error.message : error);
    return 2;
  }
}

if (realpathSync(process.argv[1] ?? ".") === fileURLToPath(import.meta.url))
  process.exit(await command(process.argv.slice(2)));
