// Bundles the simulation, since Node.js 20 reads no TypeScript, and runs its command.
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

// Two folders below the project's, where it looks for the sources.
const outfile = fileURLToPath(
  new URL("../../node_modules/.simulation/simulate.mjs", import.meta.url),
);
await build({
  entryPoints: [fileURLToPath(new URL("simulate.ts", import.meta.url))],
  outfile,
  bundle: true,
  platform: "node",
  format: "esm",
  packages: "external",
  logLevel: "warning",
});
await import(outfile);
