// The command `settings`: tells HubSpot an app's calling settings, and what they are. The key comes from the environment and is never shown. See settings.md.
import { once } from "node:events";
import { readFile } from "node:fs/promises";
import { createInterface } from "node:readline/promises";
import { parseArgs } from "node:util";
import { isLoopback } from "../frame/loopback.mjs";
import { calledAs } from "../server/places.mjs";
import { exitCodes, Failure } from "./failure.mjs";
import { ask } from "./request.mjs";
import {
  apiVersions,
  families,
  isAppId,
  isObject,
  methodOf,
  problemsOf,
  readOnlyFields,
  settingsOf,
  settingsPath,
} from "./settings.mjs";

const program = calledAs("settings");
const usage = `Usage: ${program} get | create | update | delete --app-id ID
         [--file settings.json] [--name TEXT] [--url URL] [--width PX (400)] [--height PX (650)]
         [--ready true|false (true)] [--custom-objects true|false (false)] [--inbound true|false (false)]
         [--remote true|false (false)] [--calling-window true|false (true)]
       ${program} recording get | create | update --app-id ID
         [--file FILE] [--url URL with %s]
       ${program} channel get | create | update | delete --app-id ID
         [--file FILE] [--url URL] [--ready true|false]
Each also takes [--api-version ${apiVersions.join("|")}] [--timeout SECONDS] [--yes].

\`create\` sends the values in brackets for what you leave out.
The key: HUBSPOT_ACCESS_TOKEN, or HUBSPOT_DEVELOPER_API_KEY.`;

/** All that were read: none is ever shown. @type {Set<string>} */
const keys = new Set();

/** The text without the keys, in whichever form an address or an answer may repeat them. */
function withoutKeys(/** @type {string} */ text) {
  for (const key of keys) {
    const inAddress = String(new URLSearchParams({ key })).slice("key=".length);
    for (const form of [key, inAddress, encodeURIComponent(key), JSON.stringify(key).slice(1, -1)])
      text = text.replaceAll(form, "(key)");
  }
  return text;
}

/** What the user may see: without what a terminal would take for a command. */
const fit = (/** @type {string} */ text) => withoutKeys(text.replace(/[^\P{C}\n]/gu, " "));

/** HubSpot's words, as part of a sentence. Cut off last, so that of a key not even a part is left. */
const inOneLine = (/** @type {unknown} */ text) =>
  typeof text === "string" ? fit(text).replace(/\s+/g, " ").trim().slice(0, 500) : "";

function readArguments(/** @type {string[]} */ args) {
  const text = /** @type {const} */ ({ type: "string" });
  const options = {
    ...Object.fromEntries(Object.keys(families.app.flags).map((flag) => [flag, text])),
    "app-id": text,
    file: text,
    "api-version": text,
    timeout: text,
    yes: /** @type {const} */ ({ type: "boolean" }),
    help: /** @type {const} */ ({ type: "boolean" }),
  };
  try {
    return parseArgs({ args, options, allowPositionals: true });
  } catch (error) {
    // Node's own words go on over several sentences, and may repeat an argument that is a key.
    const [, option] = /'(--?[\w-]+)/.exec(String(error)) ?? [];
    throw new Failure("usage", `${option ?? "An option"} is not an option, or lacks its value.`);
  }
}

/** The file's settings. Those that HubSpot writes itself are left out, so that what `get` printed can be edited and sent. */
async function readSettings(/** @type {string} */ file) {
  /** @type {unknown} */
  let settings;
  try {
    settings = JSON.parse(await readFile(file, "utf8"));
  } catch (error) {
    const why = error instanceof SyntaxError ? "is not JSON" : "cannot be read";
    throw new Failure("usage", `${file} ${why}.`);
  }
  if (!isObject(settings)) throw new Failure("usage", `${file} is not a JSON object of settings.`);
  const own = Object.entries(settings).filter(([field]) => !readOnlyFields.includes(field));
  return Object.fromEntries(own);
}

/** Where the endpoints are. The key goes there, so that it has to be a place for keys. */
function readBase(/** @type {NodeJS.ProcessEnv} */ { HUBSPOT_API_URL }) {
  const text = HUBSPOT_API_URL || "https://api.hubapi.com";
  const base = URL.canParse(text) ? new URL(text) : undefined;
  const isSafe =
    base &&
    (base.protocol === "https:" || (base.protocol === "http:" && isLoopback(base.hostname))) &&
    !(base.username || base.password || base.search || base.hash);
  if (isSafe) return base;
  throw new Failure(
    "usage",
    "HUBSPOT_API_URL has to be a plain https address, such as https://api.hubapi.com.",
  );
}

/** The key to send: the token, or else the API key. @param {NodeJS.ProcessEnv} env */
function readKey({ HUBSPOT_ACCESS_TOKEN, HUBSPOT_DEVELOPER_API_KEY }) {
  const token = HUBSPOT_ACCESS_TOKEN?.trim() ?? "";
  const hapikey = HUBSPOT_DEVELOPER_API_KEY?.trim() ?? "";
  for (const key of [token, hapikey]) if (key) keys.add(key);
  return token ? { token } : { hapikey };
}

/** The body, when it is a JSON object; every field of HubSpot's errors is optional. */
function bodyOf(/** @type {string} */ text) {
  try {
    /** @type {unknown} */
    const body = JSON.parse(text);
    return isObject(body) ? body : undefined;
  } catch {
    return undefined;
  }
}

/** What HubSpot says of an error, to be added to a sentence. */
function wordsOf(
  /** @type {Record<string, unknown>} */ { message, errors, category, correlationId },
) {
  const details = (Array.isArray(errors) ? errors : [])
    .map((error) => inOneLine(isObject(error) ? error.message : error))
    .filter((detail) => detail !== "" && detail !== inOneLine(message));
  const words = [inOneLine(message) || inOneLine(category), ...details.slice(0, 5)]
    .map((text) => text.replace(/\.$/, ""))
    .filter(Boolean)
    .join("; ");
  const id = inOneLine(correlationId);
  return (words && `: ${words}`) + (id && ` (correlation id ${id})`);
}

/** @param {import("./request.mjs").Answer} answer @param {Command} command */
function failureOf({ status, headers, text }, { action, appId, family }) {
  const body = bodyOf(text) ?? {};
  const { what } = family;
  const words = wordsOf(body);
  const exists =
    action === "create" &&
    (status === 409 || body.subCategory === "CallingSettingError.SETTINGS_ALREADY_EXISTS");
  if (exists)
    return new Failure(
      "settingsExist",
      `App ${appId} has ${what} already: \`update\` changes them.`,
    );
  switch (status) {
    case 401:
    case 403:
      return new Failure(
        "unauthorized",
        `HubSpot does not accept the key for app ${appId}${words}.`,
      );
    case 404:
      return action === "create"
        ? new Failure("noSettings", `HubSpot knows no app ${appId}${words}.`)
        : new Failure("noSettings", `App ${appId} has no ${what}: \`create\` makes them.`);
  }
  if (status >= 300 && status < 400)
    return new Failure(
      "refused",
      `HubSpot redirects to ${inOneLine(headers.location).split("?")[0]}: put that into HUBSPOT_API_URL.`,
    );
  const said = status >= 500 ? "HubSpot failed" : "HubSpot refuses the settings";
  return new Failure("refused", `${said}, with ${status}${words}.`);
}

/** Asks the user, where there is one. @param {Command} command */
async function confirm({ appId, family }) {
  const all = family === families.app ? ", and so its calling for all accounts that have it" : "";
  const what = `the ${family.what} of app ${appId}${all}`;
  if (!process.stdin.isTTY)
    throw new Failure("notConfirmed", `To delete ${what} without being asked, add --yes.`);
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  // Whoever ends the input answers nothing; some versions of Node.js say so by an error, others not at all.
  const question = terminal.question(`Delete ${what}? (y/N) `).catch(() => "");
  const answer = await Promise.race([question, once(terminal, "close").then(() => "")]);
  terminal.close();
  if (!/^y(es)?$/i.test(answer.trim())) throw new Failure("notConfirmed", "Nothing was deleted.");
}

/**
 * @typedef {object} Command
 * @property {import("./settings.mjs").Family} family whose settings
 * @property {string} action
 * @property {string} method
 * @property {string} appId
 * @property {string} version
 * @property {number} timeout s
 * @property {boolean} isConfirmed
 * @property {object} [settings]
 */

/** Which settings the command's first words mean, and what is to be done with them. @param {string[]} words */
function readWords(words) {
  const [first = ""] = words;
  const named = first === "recording" || first === "channel" ? first : undefined;
  const family = families[named ?? "app"];
  const [action = "", ...more] = named ? words.slice(1) : words;
  const method = methodOf.get(action);
  // What came instead may be a key.
  if (!method || !family.actions.includes(action) || more.length > 0) {
    const actions = family.actions.join(", ").replace(/, (\w+)$/, " or $1");
    throw new Failure("usage", `Use only ${actions}${named ? ` after ${named}` : ""}: see --help.`);
  }
  return { family, action, method };
}

/**
 * What is to be done, checked as far as it can be without asking HubSpot; undefined when the user asks for help.
 * @param {string[]} args
 * @returns {Promise<Command | undefined>}
 */
async function readCommand(args) {
  const { values, positionals } = readArguments(args);
  if (values.help) return undefined;
  const { family, action, method } = readWords(positionals);

  const appId = String(values["app-id"] ?? "");
  if (!isAppId(appId))
    throw new Failure("usage", "--app-id has to be the app’s number: 1 to 2147483647.");
  const version = String(values["api-version"] ?? "v3");
  if (!apiVersions.includes(version))
    throw new Failure("usage", `--api-version has to be one of ${apiVersions.join(", ")}.`);
  const timeout = Number(values.timeout ?? 30);
  if (!(timeout > 0 && timeout <= 600))
    throw new Failure("usage", "--timeout has to be in seconds, 600 at most.");

  const foreign = Object.keys(values).find(
    (flag) => flag in families.app.flags && !(flag in family.flags),
  );
  if (foreign) throw new Failure("usage", `--${foreign} is not one of the ${family.what}.`);
  const flagged = settingsOf(values, family);
  const isSending = action === "create" || action === "update";
  if (!isSending && (Object.keys(flagged).length > 0 || values.file !== undefined))
    throw new Failure("usage", `\`${action}\` takes no settings.`);
  const settings = {
    // HubSpot's specification asks for all of them.
    ...(action === "create" && family.defaults),
    ...(typeof values.file === "string" && (await readSettings(values.file))),
    ...flagged,
  };
  const problems = isSending ? problemsOf(settings, action === "create", family) : [];
  if (problems.length > 0)
    throw new Failure(
      "usage",
      `Nothing was sent: ${problems.map(({ field, problem }) => `${inOneLine(field)} ${problem}`).join("; ")}.`,
    );
  if (action === "update" && Object.keys(settings).length === 0)
    throw new Failure("usage", "Nothing was sent: there is no setting to update.");
  const isConfirmed = action !== "delete" || values.yes === true;
  const what = { family, action, method, appId, version, timeout, isConfirmed };
  return { ...what, ...(isSending && { settings }) };
}

/** @param {string[]} args @param {NodeJS.ProcessEnv} env @param {(words: string) => void} say */
async function run(args, env, say) {
  const { token, hapikey } = readKey(env);
  const command = await readCommand(args);
  if (!command) return usage;
  const { family, action, appId, version, isConfirmed } = command;
  const url = readBase(env);
  if (!token && !hapikey)
    throw new Failure(
      "usage",
      "HUBSPOT_ACCESS_TOKEN or HUBSPOT_DEVELOPER_API_KEY has to hold a key.",
    );
  if (/[^!-~]/.test(`${token ?? ""}${hapikey ?? ""}`))
    throw new Failure("usage", "The key has spaces or invalid letters.");
  url.pathname = url.pathname.replace(/\/$/, "") + settingsPath(appId, version, family);
  if (hapikey) url.searchParams.set("hapikey", hapikey);

  if (!isConfirmed) await confirm(command);
  const answer = await ask(url, { ...command, token }, say);
  if (answer.status < 200 || answer.status >= 300) throw failureOf(answer, command);
  if (action === "delete") return `App ${appId} has no ${family.what} any more.`;
  const body = bodyOf(answer.text);
  if (!body) throw new Failure("refused", `HubSpot answered ${answer.status}, but no settings.`);
  return JSON.stringify(body, null, 2);
}

/**
 * The whole command.
 * @param {string[]} args
 * @param {NodeJS.ProcessEnv} env
 * @param {{ print: (text: string) => void, say: (words: string) => void }} terminal
 * @returns {Promise<number>} the exit code
 */
export async function settingsCommand(args, env, { print, say }) {
  try {
    print(fit(await run(args, env, say)));
    return 0;
  } catch (error) {
    say(fit(error instanceof Error ? error.message : String(error)));
    return error instanceof Failure ? error.exitCode : exitCodes.refused;
  }
}
