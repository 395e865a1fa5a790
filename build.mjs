// Bundles each page of src/ into one file of static/: its script and style stand in it, and their hashes in its policy.
import { createHash } from "node:crypto";
import { realpathSync } from "node:fs";
import { readFile, writeFile } from "node:fs/promises";
import { basename } from "node:path";
import { fileURLToPath } from "node:url";
import { brotliCompressSync } from "node:zlib";
import { build } from "esbuild";

const root = fileURLToPath(new URL(".", import.meta.url));

/**
 * @typedef {object} Page
 * @property {string} name of its file in static/
 * @property {string} folder that has its index.html, index.css and index.ts
 * @property {number} [budget] bytes that it may take, compressed with brotli; any number where there is none
 */

/**
 * The widget's budget: 13 KiB arrive in a server's first flight, and below that a byte saved saves no time. The build
 * warns of a page that is over its budget; the tests fail. A fork that needs more says so here.
 * @type {Page[]}
 */
export const pages = [
  { name: "index.html", folder: "src", budget: 13 * 1024 },
  { name: "hubspot.html", folder: "src/hubspot" },
];

/**
 * The SDK is bundled from its own source, as published beside its bundle: what the pages do not use stays out. Of its
 * package.json the source wants the version alone.
 * @type {import("esbuild").Plugin}
 */
const sdkVersion = {
  name: "sdk-version",
  setup: ({ onLoad }) =>
    onLoad({ filter: /calling-extensions-sdk.package\.json$/ }, async ({ path }) => {
      const { version } = JSON.parse(await readFile(path, "utf8"));
      return { contents: JSON.stringify({ version }), loader: "json" };
    }),
};

/**
 * How esbuild makes a page's parts, which `assemble` puts together.
 * @param {Page} page
 * @returns {import("esbuild").BuildOptions & { write: false }}
 */
export const options = ({ folder }) => ({
  absWorkingDir: root,
  entryPoints: ["index.html", "index.css", "index.ts"].map((file) => `${folder}/${file}`),
  bundle: true,
  write: false,
  outdir: "/",
  format: "esm",
  target: ["chrome125", "edge125", "firefox128", "safari17.5"],
  charset: "utf8",
  loader: { ".html": "copy" },
  // Fields that are only declared take no room, as in the SDK's own bundle.
  tsconfigRaw: { compilerOptions: { useDefineForClassFields: false } },
  alias: { "@hubspot/calling-extensions-sdk": "@hubspot/calling-extensions-sdk/index.ts" },
  plugins: [sdkVersion],
  logLevel: "warning",
});

/**
 * Puts a page's script and style into it, and their hashes into its policy.
 * @param {import("esbuild").OutputFile[]} parts
 * @returns {string} the page
 */
export function assemble(parts) {
  const text = (/** @type {string} */ name) => {
    const part = parts.find(({ path }) => basename(path) === name);
    if (!part) throw new Error(`The build made no ${name}`);
    return part.text.trim();
  };
  const [style, script] = [text("index.css"), text("index.js")];
  // Functions, since a replacement string would give $ a meaning.
  return text("index.html")
    .replace(/<!--.*?-->|^\s+/gm, "")
    .replace("{script}", () => hash(script))
    .replace("{style}", () => hash(style))
    .replace(/<link rel="stylesheet".*?>/, () => `<style>${style}</style>`)
    .replace(/<script (.*?) src=.*?>/, (_, attributes) => `<script ${attributes}>${script}`);
}

/** What allows the code in the page's policy. @param {string} code */
const hash = (code) => `'sha256-${createHash("sha256").update(code).digest("base64")}'`;

/** Builds a page into static/, and says how large it is. @param {Page} page */
async function buildPage(page) {
  // What the SDK writes to the console is for whoever develops: a built page writes what ?debug asks for.
  const { outputFiles } = await build({ ...options(page), minify: true, drop: ["console"] });
  const built = assemble(outputFiles);
  const file = `static/${page.name}`;
  await writeFile(root + file, built);
  const size = brotliCompressSync(built).length;
  console.log(`${file}  ${Buffer.byteLength(built)} bytes, ${size} with brotli`);
  if (page.budget !== undefined && size > page.budget)
    console.warn(
      `${file} is ${size - page.budget} bytes over its budget of ${page.budget} with brotli, which build.mjs sets.`,
    );
}

if (realpathSync(process.argv[1] ?? ".") === fileURLToPath(import.meta.url)) {
  const started = performance.now();
  try {
    await Promise.all(pages.map(buildPage));
    console.log(`Built in ${Math.round(performance.now() - started)} ms.`);
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    process.exit(1);
  }
}
