// The rules, and what else of the judge's is TypeScript.
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

/** @returns {Promise<typeof import("../rules/report.ts") & typeof import("../rules/rules.ts")>} */
export async function loadRules() {
  const { outputFiles } = await build({
    stdin: {
      contents: `export * from "./report.ts"; export * from "./rules.ts";`,
      resolveDir: fileURLToPath(new URL("../rules", import.meta.url)),
    },
    bundle: true,
    format: "esm",
    write: false,
  });
  const code = Buffer.from(outputFiles[0]?.contents ?? []).toString("base64");
  return import(`data:text/javascript;base64,${code}`);
}
