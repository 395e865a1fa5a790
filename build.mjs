// Bundles each page of src/ into one file of static/: its script and style stand in it, and their hashes in its policy.
// Only the SIP line has a file of its own, which the phone loads late, and only if the build is told a server.
import { createHash } from "node:crypto";
import { realpathSync } from "node:fs";
import { readFile, rm, writeFile } from "node:fs/promises";
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
 * @property {boolean} [isPhone] whether it loads the SIP line, if there is one
 */

/**
 * The widget's budget: 13 KiB arrive in a server's first flight, and below that a byte saved saves no time. The phone,
 * with both ends of a call in it, has twice as much. A fork that needs more says so here.
 * @type {Page[]}
 */
export const pages = [
  { name: "index.html", folder: "src", budget: 13 * 1024 },
  { name: "phone.html", folder: "src/phone", budget: 26 * 1024, isPhone: true },
  { name: "hubspot.html", folder: "src/hubspot" },
];

/** A telephone server, `wss://host`, and `stun:host`, from which phones behind a router learn their address. */
const { SIP_SERVER = "", SIP_STUN = "" } = process.env;
/** The SIP line's file. */
const sip = { name: "sip.js", source: "src/line/sip.ts", budget: 80 * 1024 };

/** The SDK is bundled from its own source: what the pages do not use stays out. From its package.json the source needs only the version. @type {import("esbuild").Plugin} */
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
export const options = ({ folder, isPhone }) => ({
  absWorkingDir: root,
  entryPoints: [
    ...["index.html", "index.css", "index.ts"].map((file) => `${folder}/${file}`),
    ...(isPhone && SIP_SERVER ? [sip.source] : []),
  ],
  define: { SIP_SERVER: JSON.stringify(SIP_SERVER), SIP_STUN: JSON.stringify(SIP_STUN) },
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
 * Puts a page's script and style into it, and into its policy what it may run and ask for.
 * @param {Page} page
 * @param {import("esbuild").OutputFile[]} parts
 * @param {string} [more] goes into the script
 * @returns {{ page: string, line: string | undefined }} the page, and the SIP line's file if the page has one
 * @throws when the page has no place for its script, as one that an editor is just writing
 */
export function assemble({ folder }, parts, more = "") {
  const find = (/** @type {string} */ name) =>
    parts.find(({ path }) => basename(path) === name)?.text.trim();
  const text = (/** @type {string} */ name) => {
    const found = find(name);
    if (found === undefined) throw new Error(`The build made no ${name}`);
    return found;
  };
  const [style, script, line] = [text("index.css"), text("index.js") + more, find(sip.name)];
  const ofLine = (/** @type {(line: string) => string} */ make) => (line ? make(line) : "");
  const html = text("index.html");
  if (!scriptTag.test(html)) throw new Error(`${folder}/index.html has no <script … src=…>.`);
  // Functions, since a replacement string would give $ a meaning.
  const page = html
    .replace(/<!--.*?-->|^\s+/gm, "")
    .replace("{script}", () => hash(script))
    .replace("{style}", () => hash(style))
    .replace("{sip}", () => ofLine(hash))
    .replace("{sip sum}", () => ofLine(sum))
    .replace("{server}", () => ofLine(() => `connect-src ${new URL(SIP_SERVER).origin}; `))
    .replace(/<link rel="stylesheet".*?>/, () => `<style>${style}</style>`)
    .replace(scriptTag, (_, attributes) => `<script ${attributes}>${script}`);
  return { page, line };
}

/** Where the page's script goes. */
const scriptTag = /<script (.*?) src=.*?>/;

/** @param {string} code */
const sum = (code) => `sha256-${createHash("sha256").update(code).digest("base64")}`;

/** What allows the code in the page's policy. @param {string} code */
const hash = (code) => `'${sum(code)}'`;

/** Builds a page into static/, and says how large it is. @param {Page} page */
async function buildPage(page) {
  // What the SDK writes to the console is for whoever develops: a built page writes what ?debug asks for.
  const { outputFiles } = await build({ ...options(page), minify: true, drop: ["console"] });
  const built = assemble(page, outputFiles);
  await write(page.name, built.page, page.budget);
  if (built.line !== undefined) await write(sip.name, built.line, sip.budget);
  else if (page.isPhone) await rm(`${root}static/${sip.name}`, { force: true });
}

/** @param {string} name @param {string} text @param {number} [budget] */
async function write(name, text, budget = Infinity) {
  const file = `static/${name}`;
  await writeFile(root + file, text);
  const size = brotliCompressSync(text).length;
  console.log(`${file}  ${Buffer.byteLength(text)} bytes, ${size} with brotli`);
  if (size > budget)
    console.warn(
      `${file} is ${size - budget} bytes over its budget of ${budget} with brotli, which build.mjs sets.`,
    );
}

if (realpathSync(process.argv[1] ?? ".") === fileURLToPath(import.meta.url)) {
  const started = performance.now();
  try {
    if (SIP_SERVER && !/^wss:\/\/[\w.:-]+(\/\S*)?$/.test(SIP_SERVER))
      throw new Error(`SIP_SERVER is "${SIP_SERVER}", which is no wss address.`);
    if (SIP_STUN && !/^stuns?:[\w.:-]+$/.test(SIP_STUN))
      throw new Error(`SIP_STUN is "${SIP_STUN}", which is no stun address.`);
    await Promise.all(pages.map(buildPage));
    console.log(`Built in ${Math.round(performance.now() - started)} ms.`);
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    process.exit(1);
  }
}
