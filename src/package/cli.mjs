#!/usr/bin/env node
// The package's command: serve, judge and settings, each in its own folder, and loaded on demand.

const usage = `Usage: npx hubspot-calling-testing COMMAND

  serve      starts the local HubSpot, with your calling app under "Call from"
  judge      walks a calling app through the local HubSpot, and says which of HubSpot's rules it breaks
  settings   tells HubSpot your app's calling settings, or what they are

Each says more with --help.`;

/** What each does; the exit code where the process is to end with it. @type {Record<string, (args: string[]) => Promise<number | undefined>>} */
const commands = {
  async serve(args) {
    const { command } = await import("../server/command.mjs");
    return command(args);
  },
  async judge(args) {
    const { command } = await import("../judge/command.mjs");
    return command(args);
  },
  async settings(args) {
    const { settingsCommand } = await import("../settings/command.mjs");
    return settingsCommand(args, process.env, { print: console.log, say: console.error });
  },
};

const [name = "--help", ...args] = process.argv.slice(2);
const command = Object.hasOwn(commands, name) ? commands[name] : undefined;
if (command) {
  // Whatever it left open, a browser say, ends with it.
  const code = await command(args);
  if (code !== undefined) process.exit(code);
} else if (name === "--help" || name === "-h") console.log(usage);
else if (name === "--version") {
  const { readFile } = await import("node:fs/promises");
  const file = new URL("../../package.json", import.meta.url);
  console.log(JSON.parse(await readFile(file, "utf8")).version);
} else {
  console.error(`There is no command ${JSON.stringify(name)}.\n\n${usage}`);
  process.exitCode = 2;
}
