// The judge's command line: what can be said on it, and what is wrong with what was said.
import { readFile } from "node:fs/promises";
import { resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { parseArgs } from "node:util";
import { canBeFramed } from "../hubspot/apps.ts";
import { limits, NotJudged } from "./limits.mjs";
import { readSettings } from "./places.mjs";
import { tourNames } from "./tour.mjs";
import { readBaseline, unknown } from "./verdict.mjs";
import { stepNames } from "./walk.mjs";

/** @import { Steps } from "./walk.mjs" */

/** The options, as `parseArgs` takes them. */
export const options = /** @type {const} */ ({
  steps: { type: "string" },
  settings: { type: "string" },
  session: { type: "string" },
  out: { type: "string" },
  mask: { type: "boolean", default: false },
  baseline: { type: "string" },
  rule: { type: "string", multiple: true },
  strict: { type: "boolean", default: false },
  timeout: { type: "string" },
  headed: { type: "boolean", default: false },
  insecure: { type: "boolean", default: false },
  help: { type: "boolean", short: "h", default: false },
});

/** @param {string} command how the judge is called */
export const usage = (command) => `Usage: ${command} https://my-widget.example/ [options]
       ${command} --session session.json [options]

The address is https, as HubSpot wants it; a widget on this machine may be on http.

  --steps FILE      a module whose functions click through calls, all of them optional:
                    ${stepNames.slice(0, 6).join(", ")},
                    ${stepNames.slice(6).join(", ")}
                    Each is given the widget, as a Playwright FrameLocator, and the numbers of a call
                    that comes in, { from, to }. A click may take ${limits.step / 1000} s:
                      export const endCall = (widget) => widget.getByText("Hang up").click();
                    If one fails, the run fails; also if a call is not ended or completed and none
                    does it.
  --settings JSON   the app's calling settings, such as '{"supportsInboundCalling": true}': it is tried
                    where they put it. Without them it is tried in the panel, the navigation bar and
                    the calling window, and may answer in only some of them.
  --session FILE    judges a recorded session, without a browser
  --out DIR         writes conformance.json, with all messages, conformance.xml (JUnit),
                    conformance.md and conformance.html there
  --mask            masks telephone numbers, names, e-mail addresses and notes in all that is printed and
                    written, so that it can be given away
  --baseline FILE   known findings, one per line: rule or rule@step, and the reason; or a step of yours
                    that fails. Then every other broken rule fails, even a "should", and so does a
                    listed one that is now kept.
  --rule ID         judges this rule only; can be given several times
  --strict          an untried rule fails, too
  --timeout SECONDS limits the whole walk; ${limits.whole / 1000} by default
  --headed          shows the browser
  --insecure        accepts any certificate; on loopback that is so anyway

Steps of the walk: ${tourNames.join(", ")}.

Exits 0 when the widget passed. Exits 1 when it failed: a "must" is broken, one of your steps failed or is
missing, or --baseline or --strict ask for more. Exits 2 when nothing can be judged: the widget cannot be
loaded, does not shake hands, or hangs the browser; or an option or a file cannot be used.`;

/**
 * @param {string[]} args
 * @param {{ command: string, rules: readonly string[] }} names how the judge is called, and all rules
 * @returns what they say, or nothing when they ask for help
 * @throws NotJudged when they say nothing that can be done
 */
export async function readArguments(args, { command, rules }) {
  const { values, positionals } = parse(args, command);
  if (values.help) return undefined;
  const { session, baseline, rule: only = [], timeout } = values;
  for (const rule of only)
    if (!rules.includes(rule)) throw new NotJudged(`--rule: ${unknown("rule", rule, rules)}`);
  const [url, ...others] = positionals;
  if (session !== undefined && url !== undefined)
    throw new NotJudged(
      `Give an address or --session, not both: a session has the app's messages already.`,
    );
  const address = session === undefined ? readAddress(url, others, command) : undefined;
  return {
    ...values,
    url: address,
    session: session === undefined ? undefined : { file: session, text: await read(session) },
    steps: values.steps === undefined ? undefined : await readSteps(values.steps),
    settings:
      values.settings === undefined ? undefined : said(() => readSettings(values.settings ?? "")),
    baseline: baseline === undefined ? undefined : await baselineIn(baseline, rules),
    rules: only.length > 0 ? only : undefined,
    timeout: timeout === undefined ? limits.whole : readSeconds(timeout),
  };
}

/** @param {string[]} args @param {string} command */
function parse(args, command) {
  try {
    return parseArgs({ args, allowPositionals: true, options });
  } catch (error) {
    const words = error instanceof Error ? error.message : String(error);
    const [, option] = /^Unknown option '(.*?)'/.exec(words) ?? [];
    const names = Object.keys(options).map((name) => `--${name}`);
    throw new NotJudged(
      option ? unknown("option", option, names) : `${words}\n\n${usage(command)}`,
    );
  }
}

/** @param {string | undefined} url @param {string[]} others @param {string} command */
function readAddress(url, others, command) {
  if (!url || others.length > 0)
    throw new NotJudged(`Give one address of a widget.\n\n${usage(command)}`);
  if (!URL.canParse(url))
    throw new NotJudged(`${url} is not an address: write it in full, with https://`);
  if (!canBeFramed(url))
    throw new NotJudged(
      `${url} cannot be framed: HubSpot frames https://, and this one http:// on this machine, too.`,
    );
  return url;
}

/** @param {string} text @returns ms */
function readSeconds(text) {
  const seconds = Number(text);
  if (seconds > 0 && seconds <= 3600) return seconds * 1000;
  throw new NotJudged(`--timeout is ${text}, and must be a number of seconds, 3600 at most.`);
}

/** @param {string} file */
async function read(file) {
  try {
    return await readFile(file, "utf8");
  } catch (error) {
    throw new NotJudged(
      `${file} cannot be read: ${error instanceof Error ? error.message : error}`,
    );
  }
}

/** @param {string} file @param {readonly string[]} rules */
async function baselineIn(file, rules) {
  const text = await read(file);
  return said(() =>
    readBaseline(text, { file, rules: [...rules, ...stepNames], steps: tourNames }),
  );
}

/** Tells the user what is wrong with what they have given. @template T @param {() => T} reading @returns {T} */
function said(reading) {
  try {
    return reading();
  } catch (error) {
    throw new NotJudged(error instanceof Error ? error.message : String(error));
  }
}

/** @param {string} file @returns {Promise<Steps>} */
async function readSteps(file) {
  let steps;
  try {
    steps = await import(pathToFileURL(resolve(file)).href);
  } catch (error) {
    throw new NotJudged(
      `${file} cannot be read: ${error instanceof Error ? error.message : error}`,
    );
  }
  const wrong = Object.keys(steps).find(
    (name) =>
      name !== "default" &&
      !(stepNames.some((known) => known === name) && typeof steps[name] === "function"),
  );
  if (wrong)
    throw new NotJudged(`${file} exports ${wrong}. Steps are functions: ${stepNames.join(", ")}.`);
  if (!stepNames.some((name) => name in steps))
    throw new NotJudged(`${file} exports no step: ${stepNames.join(", ")}.`);
  return steps;
}
