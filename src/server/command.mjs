// The command `serve`: the local HubSpot on this machine, with the user's own app under "Call from" where they name one.
import { realpathSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { isLoopback } from "../frame/loopback.mjs";
import { flags, problemsOf, settingsOf } from "../settings/settings.mjs";
import { sampleSecret } from "./endpoints/help-desk.mjs";
import { calledAs } from "./places.mjs";
import { serve } from "./serve.mjs";

const usage = `Usage: ${calledAs("serve")} [--app URL [--name TEXT] [--inbound] [--remote]
       [--calling-window false] [--custom-objects] [--width PX] [--height PX]] [--port N] [--no-open]

  --app URL    puts your calling app under "Call from", with these of its settings:
    --name TEXT              what it is called; the address's host by default
    --inbound                takes incoming calls (supportsInboundCalling)
    --remote                 is shown in the navigation bar (usesRemote)
    --calling-window false   has no calling window (usesCallingWindow)
    --custom-objects         (supportsCustomObjects)
    --width, --height PX     of its frame
  --port N     9025 by default, or what PORT says
  --no-open    opens no browser

HUBSPOT_APP_SECRET   your app's secret, which signs requests to its webhook; by default, the
                     sample "${sampleSecret}"`;

/** The settings that describe an app: its address comes with --app, and it is offered in any case. */
const appFlags = Object.keys(flags).filter((flag) => flag !== "url" && flag !== "ready");
const switches = ["inbound", "remote", "calling-window", "custom-objects"].map(
  (flag) => `--${flag}`,
);

/**
 * @param {string[]} args
 * @returns what they say, or nothing when they ask for help
 * @throws an Error with a message for the user when they cannot be followed
 */
function readArguments(args) {
  const text = /** @type {const} */ ({ type: "string" });
  // A switch without a value switches on.
  const isAlone = (/** @type {string} */ arg, /** @type {string} */ next = "") =>
    switches.includes(arg) && !/^(true|false)$/.test(next);
  const whole = args.map((arg, i) => (isAlone(arg, args[i + 1]) ? `${arg}=true` : arg));
  let values;
  try {
    ({ values } = parseArgs({
      args: whole,
      options: {
        ...Object.fromEntries(appFlags.map((flag) => [flag, text])),
        app: text,
        port: text,
        "no-open": { type: "boolean" },
        help: { type: "boolean", short: "h" },
      },
    }));
  } catch (error) {
    throw new Error(`${error instanceof Error ? error.message : error}\n\n${usage}`);
  }
  if (values.help) return undefined;
  return { app: readApp(values), port: readPort(values.port), mayOpen: !values["no-open"] };
}

/**
 * @param {{ app?: string } & Record<string, unknown>} values
 * @returns {import("../settings/settings.mjs").AppSettings | undefined}
 */
function readApp({ app: url, ...values }) {
  const settings = settingsOf(values);
  if (url === undefined) {
    const [flag] = appFlags.filter((flag) => values[flag] !== undefined);
    if (flag) throw new Error(`--${flag} describes an app: --app says where it is.`);
    return undefined;
  }
  const { host, protocol, hostname } = URL.canParse(url) ? new URL(url) : {};
  const app = { url, name: host ?? "", ...settings };
  // A development server on this machine may do without a certificate: the local HubSpot says what HubSpot would.
  const isLocal = protocol === "http:" && hostname !== undefined && isLoopback(hostname);
  const [problem] = problemsOf(
    isLocal ? { ...app, url: url.replace(/^http:/i, "https:") } : app,
    true,
  );
  if (!problem) return app;
  const [flag] = Object.entries(flags).find(([, field]) => field === problem.field) ?? [];
  throw new Error(
    flag === "url"
      ? "--app has to be a full address, with https://, or with http:// on this machine."
      : `--${flag} ${problem.problem}.`,
  );
}

/**
 * The port to serve on: 9025, where HubSpot looks for "Demo App Local", unless something else is said.
 * @param {string} [text] what the user said; by default what PORT says
 * @throws an Error with a message for the user when that is no port
 */
export function readPort(text) {
  const port = Number(text ?? process.env.PORT ?? 9025);
  if (Number.isInteger(port) && port > 0 && port < 65536) return port;
  const said = text === undefined ? `PORT is "${process.env.PORT}"` : `--port is "${text}"`;
  throw new Error(`${said}, which is not a port number (1 to 65535).`);
}

/** Ends the process with the error's message, without a stack: for errors that the user can mend. @param {unknown} error @returns {never} */
export function fail(error) {
  console.error(error instanceof Error ? error.message : error);
  process.exit(1);
}

/** Whether the file was started as a program. @param {string} url the file's import.meta.url */
export const isMain = (url) => realpathSync(process.argv[1] ?? ".") === fileURLToPath(url);

/** Opens the address in the user's browser, where there is a screen for it. @param {string} address */
async function show(address) {
  const { CI, DISPLAY, WAYLAND_DISPLAY } = process.env;
  if (CI || (process.platform === "linux" && !DISPLAY && !WAYLAND_DISPLAY)) return;
  const { default: open } = await import("open");
  await open(address);
}

/**
 * Serves: says where the pages are, and shows the local HubSpot to the user.
 * @param {string[]} args
 * @param {Parameters<typeof serve>[0]["read"]} [read] as `serve` takes it
 * @returns what `serve` does; nothing when only help was asked for
 * @throws an Error with a message for the user
 */
export async function run(args, read) {
  const given = readArguments(args);
  if (!given) {
    console.log(usage);
    return undefined;
  }
  const { app, port, mayOpen } = given;
  const serving = await serve({ port, ...(app && { app }), ...(read && { read }) });
  const [widget, hubspot] = [`https://localhost:${port}/`, `https://hubspot.localhost:${port}/`];
  if (!app) console.log(`The widget          ${widget}`);
  console.log(`The local HubSpot   ${hubspot}`);
  if (app) console.log(`Under "Call from"   ${app.name}, ${app.url}`);
  if (mayOpen) await show(hubspot);
  return serving;
}

/** The whole command: goes on until it is ended, or ends the process when it cannot begin. @param {string[]} args */
export const command = (args) => run(args).then(() => undefined, fail);
