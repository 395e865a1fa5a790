// Lets Node.js load TypeScript: esbuild takes the types out of a file when it is loaded. (In the package there are none left.)
import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { transform } from "esbuild";

/** @type {import("node:module").LoadHook} */
export async function load(url, context, next) {
  if (!url.endsWith(".ts")) return next(url, context);
  const sourcefile = fileURLToPath(url);
  const { code } = await transform(await readFile(sourcefile, "utf8"), {
    loader: "ts",
    sourcefile,
    sourcemap: "inline",
  });
  return { format: "module", source: code, shortCircuit: true };
}
