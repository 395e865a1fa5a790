// Runs the package's command from its source, with TypeScript as it is. Relative paths count from where the user stands: npm runs scripts at the top.
import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { register } from "node:module";
import { fileURLToPath } from "node:url";
import { pages } from "../server/places.mjs";

register("./typescript.mjs", import.meta.url);
// A fresh clone has no pages to judge in yet.
if (process.argv[2] === "judge" && !existsSync(`${pages}hubspot.html`)) {
  const build = fileURLToPath(new URL("../../build.mjs", import.meta.url));
  execFileSync(process.execPath, [build], { stdio: ["ignore", "ignore", "inherit"] });
}
const { INIT_CWD } = process.env;
if (INIT_CWD) process.chdir(INIT_CWD);
await import("./cli.mjs");
