// The judge's command: opens a calling app in the local HubSpot, walks it through, or reads a recorded session, and reports what it said.
import { randomUUID } from "node:crypto";
import { realpathSync } from "node:fs";
import { appendFile, mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { isLoopback } from "../frame/loopback.mjs";
import { printable } from "../rules/text.mjs";
import { pages } from "../server/places.mjs";
import { pathOf, readArguments, usage } from "./arguments.mjs";
import { address, launch, serveHubSpot } from "./hubspot.mjs";
import { NotJudged, within } from "./limits.mjs";
import { annotations, summaryPage } from "./reports/github.mjs";
import { html } from "./reports/html.mjs";
import { junit } from "./reports/junit.mjs";
import { terminal } from "./reports/terminal.mjs";
import { loadRules } from "./rules.mjs";
import { isFailure, verdictOn } from "./verdict.mjs";
import { walk } from "./walk.mjs";

/** @import { Report } from "./reports/report.mjs" */
/** @import { Session } from "../rules/session.ts" */
/** @import { Subject } from "../rules/report.ts" */

/** @typedef {NonNullable<Awaited<ReturnType<typeof readArguments>>>} Given */
/** @typedef {Awaited<ReturnType<typeof loadRules>>} Rules */
/** @typedef {{ app: Subject, sessions: readonly Session[], stopped?: string | undefined }} Heard */

/**
 * The whole command.
 * @param {string[]} args
 * @param {string} [name] how it is called
 * @returns {Promise<number>} the exit code
 */
export async function command(args, name = "npm run conformance --") {
  try {
    return await run(args, name);
  } catch (error) {
    console.error(wordsOf(error));
    return 2;
  }
}

/**
 * @param {string[]} args
 * @param {string} command
 * @returns {Promise<number>} the exit code
 * @throws NotJudged, with a sentence for the user, when there is nothing to report
 */
async function run(args, command) {
  const rules = await loadRules();
  const names = rules.rules.map(({ id }) => id);
  const given = await readArguments(args, { command, rules: names });
  if (!given) {
    console.log(usage(command));
    return 0;
  }
  const heard = given.session ? readSession(rules, given.session) : await walkThrough(given);
  const report = reportOn(rules, heard, given);
  await publish(rules, report, given.out);
  if (report.stopped) return 2;
  return isFailure(report.verdict) ? 1 : 0;
}

/** @param {Rules} rules @param {{ file: string, text: string }} session @returns {Heard} */
function readSession({ readSessions }, { file, text }) {
  const read = readSessions(text);
  if (typeof read === "string") throw new NotJudged(`${file}: ${read}`);
  return read;
}

/** @param {Given} given @returns {Promise<Heard>} */
async function walkThrough({ url = "", steps, settings, headed, insecure, timeout }) {
  const port = await serveHubSpot();
  const browser = await launch(port, headed);
  const ignoreHTTPSErrors = insecure || isLoopback(new URL(url).hostname);
  const viewport = { width: 1280, height: 800 };
  const newPage = () => browser.newPage({ ignoreHTTPSErrors, acceptDownloads: false, viewport });
  const say = (/** @type {string} */ what) => console.error(`… ${what}`);
  try {
    const limits = { whole: timeout };
    const walked = await walk(newPage, { address, url, steps, settings, limits, say });
    return { app: { name: new URL(url).host, url }, ...walked };
  } finally {
    // One that hangs goes with this process.
    await within(5000, browser.close()).catch(() => {});
  }
}

/** @param {Rules} rules @param {Heard} heard @param {Given} given @returns {Report} */
function reportOn({ judge, merge, summary }, { app, sessions, stopped }, given) {
  const findings = merge(...sessions.map(judge)).filter(
    ({ rule }) => !given.rules || given.rules.includes(rule),
  );
  const { baseline, strict: isStrict } = given;
  const verdict = verdictOn(findings, { baseline, isStrict });
  return { app, sessions, findings, summary: summary(findings), verdict, stopped };
}

/**
 * Prints the report, and writes it where it was asked for.
 * @param {Rules} rules
 * @param {Report} report
 * @param {string | undefined} folder
 */
async function publish({ markdown, writeSessions, format }, report, folder) {
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
  await mkdir(pathOf(folder), { recursive: true });
  for (const [name, text] of Object.entries(files))
    await writeFile(join(pathOf(folder), name), text);
}

/** What is said of an error: of one that nobody expected, where it came from, too. @param {unknown} error */
function wordsOf(error) {
  const text =
    error instanceof NotJudged ? error.message : error instanceof Error ? error.stack : error;
  return String(text).split("\n").map(printable).join("\n");
}

if (realpathSync(process.argv[1] ?? ".") === fileURLToPath(import.meta.url))
  process.exit(await command(process.argv.slice(2)));
