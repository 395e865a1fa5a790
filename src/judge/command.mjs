// The judge's command: opens a calling app in the local HubSpot, walks it through, or reads a recorded session, and reports what it said.
import { randomUUID } from "node:crypto";
import { appendFile, mkdir, readFile, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { isLoopback } from "../frame/loopback.mjs";
import { isRefused } from "../hubspot/apps.ts";
import {
  format,
  judge,
  markdown,
  mask,
  merge,
  readSessions,
  rules,
  summary,
  writeSessions,
} from "../rules/index.ts";
import { printable } from "../rules/text.mjs";
import { calledAs, pages } from "../server/places.mjs";
import { readArguments, usage } from "./arguments.mjs";
import { NotJudged, within } from "./limits.mjs";
import { annotations, summaryPage } from "./reports/github.mjs";
import { html } from "./reports/html.mjs";
import { junit } from "./reports/junit.mjs";
import { terminal } from "./reports/terminal.mjs";
import { isFailure, verdictOn } from "./verdict.mjs";
import { walk } from "./walk.mjs";

/** @import { Report } from "./reports/report.mjs" */
/** @import { Session, Subject } from "../rules/index.ts" */

/** @typedef {NonNullable<Awaited<ReturnType<typeof readArguments>>>} Given */
/** @typedef {{ app: Subject, sessions: readonly Session[], stopped?: string | undefined }} Heard */

/**
 * The whole command.
 * @param {string[]} args
 * @returns {Promise<number>} the exit code
 */
export async function command(args) {
  try {
    return await run(args);
  } catch (error) {
    console.error(wordsOf(error));
    return 2;
  }
}

/**
 * @param {string[]} args
 * @returns {Promise<number>} the exit code
 * @throws NotJudged, with a sentence for the user, when there is nothing to report
 */
async function run(args) {
  const command = calledAs("judge");
  const given = await readArguments(args, { command, rules: rules.map(({ id }) => id) });
  if (!given) {
    console.log(usage(command));
    return 0;
  }
  const heard = given.session ? readSession(given.session) : await walkThrough(given);
  const sessions = given.mask ? mask(heard.sessions) : heard.sessions;
  const report = reportOn({ ...heard, sessions }, given);
  await publish(report, given.out);
  if (report.stopped) return 2;
  return isFailure(report.verdict) ? 1 : 0;
}

/** @param {{ file: string, text: string }} session @returns {Heard} */
function readSession({ file, text }) {
  const read = readSessions(text);
  if (typeof read === "string") throw new NotJudged(`${file}: ${read}`);
  return read;
}

/** @param {Given} given @returns {Promise<Heard>} */
async function walkThrough({ url = "", steps, settings, headed, insecure, timeout }) {
  // A recorded session is judged where there is no Playwright.
  const { address, launch, serveHubSpot } = await import("./hubspot.mjs").catch(missing);
  const port = await serveHubSpot();
  const browser = await launch(port, headed);
  const ignoreHTTPSErrors = insecure || isLoopback(new URL(url).hostname);
  const viewport = { width: 1280, height: 800 };
  const newPage = () => browser.newPage({ ignoreHTTPSErrors, acceptDownloads: false, viewport });
  const say = (/** @type {string} */ what) => console.error(`… ${what}`);
  if (isRefused(url)) say(`HubSpot itself would refuse ${url}: it frames only https.`);
  try {
    const limits = { whole: timeout };
    const walked = await walk(newPage, { address, url, steps, settings, limits, say });
    return { app: { name: new URL(url).host, url }, ...walked };
  } finally {
    // One that hangs goes with this process.
    await within(5000, browser.close()).catch(() => {});
  }
}

/** @param {Heard} heard @param {Given} given @returns {Report} */
function reportOn({ app, sessions, stopped }, given) {
  const findings = merge(...sessions.map(judge)).filter(
    ({ rule }) => !given.rules || given.rules.includes(rule),
  );
  const { baseline, strict: isStrict } = given;
  const failedSteps = sessions.flatMap(({ steps = [] }) =>
    steps.flatMap(({ name: step, failed = [] }) => failed.map((name) => ({ name, step }))),
  );
  const verdict = verdictOn(findings, { baseline, isStrict, failedSteps });
  return { app, sessions, findings, summary: summary(findings), verdict, stopped };
}

/**
 * Prints the report, and writes it where it was asked for.
 * @param {Report} report
 * @param {string | undefined} folder
 */
async function publish(report, folder) {
  const { app, sessions, findings } = report;
  const { GITHUB_STEP_SUMMARY } = process.env;
  const page = summaryPage(report, markdown(app, findings));
  if (GITHUB_STEP_SUMMARY) {
    // What an app says is no command to the runner.
    const token = randomUUID();
    console.log(`::stop-commands::${token}\n${terminal(report)}\n::${token}::`);
    for (const line of annotations(report)) console.log(line);
    await appendFile(GITHUB_STEP_SUMMARY, page);
  } else console.log(terminal(report));
  if (folder === undefined) return;
  const json = writeSessions({ format, app, sessions, findings });
  const files = {
    "conformance.json": json,
    "conformance.xml": junit(report),
    "conformance.md": page,
    "conformance.html": html(await readFile(`${pages}hubspot.html`, "utf8"), json),
  };
  await mkdir(resolve(folder), { recursive: true });
  for (const [name, text] of Object.entries(files))
    await writeFile(join(resolve(folder), name), text);
}

/** @param {Error & { code?: string }} error why the browser's part cannot be loaded @returns {never} */
function missing(error) {
  if (error.code !== "ERR_MODULE_NOT_FOUND" || !error.message.includes("playwright")) throw error;
  throw new NotJudged(
    "An app is judged in a browser, which Playwright drives: npm install --save-dev @playwright/test",
  );
}

/** What is said of an error: of one that nobody expected, where it came from, too. @param {unknown} error */
function wordsOf(error) {
  const text =
    error instanceof NotJudged ? error.message : error instanceof Error ? error.stack : error;
  return String(text).split("\n").map(printable).join("\n");
}
