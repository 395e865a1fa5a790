// Where things are on this machine: the built pages, the folder for what is written while a program runs, and the commands.
import { readFileSync } from "node:fs";
import { homedir } from "node:os";
import { isAbsolute, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = new URL("../../", import.meta.url);

/** The folder of the built pages, with a slash at its end. */
export const pages = fileURLToPath(new URL("static/", root));

/** @type {{ name: string }} */
const { name } = JSON.parse(readFileSync(new URL("package.json", root), "utf8"));

/** A clone's own scripts for the commands. */
const scripts = {
  serve: "npm start --",
  judge: "npm run conformance --",
  settings: "npm run -s settings --",
};

/**
 * How its user calls a command: by a script in a clone, else by the package's name.
 * @param {keyof typeof scripts} command
 */
export const calledAs = (command, { npm_package_name } = process.env) =>
  npm_package_name === name ? scripts[command] : `npx ${name} ${command}`;

/**
 * The project's folder among the user's caches, which need not exist: where XDG_CACHE_HOME says, or where the system
 * has them.
 * @param {NodeJS.ProcessEnv} [env]
 * @param {NodeJS.Platform} [platform]
 */
export function cacheFolder(env = process.env, platform = process.platform) {
  const { XDG_CACHE_HOME = "", LOCALAPPDATA } = env;
  const home = env.HOME || homedir();
  if (isAbsolute(XDG_CACHE_HOME)) return join(XDG_CACHE_HOME, name);
  switch (platform) {
    case "darwin":
      return join(home, "Library", "Caches", name);
    case "win32":
      return join(LOCALAPPDATA || join(home, "AppData", "Local"), name);
    default:
      return join(home, ".cache", name);
  }
}
