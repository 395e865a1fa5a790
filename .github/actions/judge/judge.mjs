// What the action runs: the judge's command, with the action's inputs as its arguments. No shell reads them.
import { realpathSync } from "node:fs";
import { fileURLToPath } from "node:url";

/** The inputs by how the command takes them. */
const texts = ["session", "steps", "settings", "baseline", "timeout", "out"];
const switches = ["mask", "strict", "insecure"];

/**
 * @param {NodeJS.ProcessEnv} env has each input as INPUT_ and its name; one that is empty was not given
 * @returns {string[]} the command's arguments
 * @throws an Error with a sentence for the user when a switch is neither true nor false
 */
export function argumentsOf(env) {
  const input = (/** @type {string} */ name) => (env[`INPUT_${name.toUpperCase()}`] ?? "").trim();
  const rules = input("rule").split(/\s+/).filter(Boolean);
  const url = input("url");
  return [
    ...texts.flatMap((name) => (input(name) ? [`--${name}=${input(name)}`] : [])),
    ...rules.map((rule) => `--rule=${rule}`),
    ...switches.filter((name) => isOn(name, input(name))).map((name) => `--${name}`),
    // Whatever it begins with, it is no option.
    ...(url ? ["--", url] : []),
  ];
}

/** @param {string} name @param {string} value */
function isOn(name, value) {
  if (value === "true") return true;
  if (value === "" || value === "false") return false;
  throw new Error(`${name} is ${JSON.stringify(value)}, and must be true or false.`);
}

async function main() {
  // Relative paths count from the workflow's folder.
  process.env.INIT_CWD = process.env.GITHUB_WORKSPACE ?? process.cwd();
  process.argv.splice(2, Infinity, "judge", ...argumentsOf(process.env));
  await import("../../../src/package/source.mjs");
}

if (realpathSync(process.argv[1] ?? ".") === fileURLToPath(import.meta.url)) {
  try {
    await main();
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 2;
  }
}
