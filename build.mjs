// Bundles src/ into static/, one file a page. With --serve: serves the pages instead, and rebuilds and reloads on change.
import { createHash } from "node:crypto";
import { readFile, writeFile } from "node:fs/promises";
import { basename } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { brotliCompressSync } from "node:zlib";
import { build, context } from "esbuild";
import { fail, portFromEnvironment, serve } from "./src/server/serve.mjs";

/**
 * @typedef {object} Page
 * @property {string} name
 * @property {string} folder
 * @property {number} budget bytes that it may take, compressed with brotli
 * @property {import("esbuild").BuildOptions} [production] what its production build does besides
 */

/**
 * The SDK's bundle holds its constants whole. Its source, in the same package, lets unused ones go.
 * @param {(file: string, source: string) => string} [edit]
 * @returns {import("esbuild").Plugin}
 */
const sdkFromSource = (edit) => ({
  name: "sdk from source",
  setup({ onResolve, onLoad }) {
    const sdk = "@hubspot/calling-extensions-sdk";
    onResolve({ filter: new RegExp(`^${sdk}$`) }, () => ({
      path: fileURLToPath(new URL(`node_modules/${sdk}/index.ts`, import.meta.url)),
    }));
    // Of its package.json it reads the version.
    onLoad({ filter: /calling-extensions-sdk.package\.json$/ }, async ({ path }) => {
      const { version } = JSON.parse(await readFile(path, "utf8"));
      return { contents: JSON.stringify({ version }), loader: "json" };
    });
    if (!edit) return;
    onLoad({ filter: /calling-extensions-sdk.src.\w+\.ts$/ }, async ({ path }) => ({
      contents: edit(basename(path), await readFile(path, "utf8")),
      loader: "ts",
    }));
  },
});

/**
 * The SDK's class for frames is its host half, too: what creates an iframe, sends SYNC, takes answers to it and so on
 * never runs in the widget, and the checks of its options never fail. Nor are the names of handlers asked for, since the widget has one
 * handler for all events. Together a twentieth of the page.
 * @param {string} file
 * @param {string} source
 * @throws an Error when the SDK no longer has what is to be left out
 */
function leaveOutHostHalf(file, source) {
  const leaveOut = (/** @type {RegExp} */ what, instead = "") => {
    if (!what.test(source)) throw new Error(`The SDK has changed: its ${file} has no ${what}`);
    source = source.replace(what, instead);
  };
  const leaveOutMethod = (/** @type {string} */ name) =>
    leaveOut(new RegExp(`^  (static )?${name}\\([\\s\\S]*?^  }$`, "m"));
  const types = /^ {2}\w+: .*;$/gm;
  switch (file) {
    case "Constants.ts":
      leaveOut(/(?<=\[messageType\.\w+\]: )"on\w+"/g, '""');
      break;
    case "CallingExtensions.ts":
      leaveOut(types);
      leaveOut(/^ {4}if \(!options [\s\S]*?^ {4}}$/m);
      leaveOut(/^ {6}iFrameOptions: .*/m);
      leaveOut(/^ {6}const name = [\s\S]*?^ {6}}$/m);
      leaveOut(/^ {4}const isFailedEvent = [\s\S]*?^ {4}}$/m);
      leaveOut(
        /^ {4}handler = [\s\S]*?^ {4}}$/m,
        "eventHandlers.defaultEventHandler(data, event);",
      );
      leaveOutMethod("logDebugMessage");
      break;
    case "IFrameManager.ts":
      leaveOut(/^ {4}if \(!this.onMessageHandler\) [\s\S]*?^ {4}}$/m);
      leaveOut(types);
      leaveOut(/^ {4}if \(iFrameOptions\) {[\s\S]*?^ {4}}$/m);
      leaveOut(/iFrameOptions && this.iFrame \?.*:/);
      leaveOut(/iFrameOptions \? iFrameOptions.src :/);
      leaveOut(/^ {6}console.warn\([\s\S]*?\);$/m);
      leaveOut(/(?<=logDebugMessage\()prefix, /g);
      leaveOut(/^ {4}if \(type === messageType.SET_WIDGET_URL\) [\s\S]*?^ {4}}$/m);
      leaveOut(/^ {4}if \(this.instanceRegexp[\s\S]*?^ {4}}$/m);
      leaveOut(/^ {6}if \(callback\) [\s\S]*?^ {6}}$/m);
      for (const field of ["options", "isIFrameHost", "callbacks", "instanceRegexp"])
        leaveOut(new RegExp(`^ {4}this.${field} = .*`, "m"));
      for (const name of ["getHostElement", "handleLoadError", "createIFrame"])
        leaveOutMethod(name);
      for (const name of [
        "updateIFrameSize",
        "formatSize",
        "remove",
        "sendSync",
        "logDebugMessage",
      ])
        leaveOutMethod(name);
  }
  return source;
}

/**
 * Properties that nobody outside the widget reads, and what they are called in the page: a fiftieth of it. The widget's
 * own keep their short names from build to build, since frames of two builds can share a call.
 */
const ownNames = {
  answeredAt: "a",
  asked: "k",
  callers: "M",
  commands: "C",
  dial: "d",
  endedAt: "e",
  engagement: "E",
  field: "f",
  found: "O",
  frameId: "r",
  heard: "h",
  ignored: "g",
  holder: "H",
  isAsked: "A",
  isFailure: "I",
  isFresh: "R",
  isMoving: "m",
  isUnseen: "u",
  newcomer: "n",
  past: "p",
  payload: "P",
  said: "s",
  seenAt: "t",
  since: "S",
  startedAt: "T",
  uuid: "U",
  why: "w",
  words: "x",
};
const sdkNames = [
  "callbacks",
  "createMessageId",
  "defaultEventHandler",
  "destinationHost",
  "destinationWindow",
  "eventHandlers",
  "extractHostFromUrl",
  "firstSyncSent",
  "getDestinationHost",
  "iFrame",
  "iFrameManager",
  "iFrameOptions",
  "instanceId",
  "instanceRegexp",
  "isIFrameHost",
  "isReady",
  "logDebugMessage",
  "messageHandler",
  "onMessage",
  "onMessageHandler",
  "onReady",
  "sendMessage",
];

/** @type {Page[]} */
const pages = [
  {
    name: "index.html",
    folder: "src",
    budget: 10 * 1024,
    production: {
      plugins: [sdkFromSource(leaveOutHostHalf)],
      mangleProps: new RegExp(`^(${[...Object.keys(ownNames), ...sdkNames].join("|")})$`),
      mangleCache: ownNames,
      // As in `"dial" in call`.
      mangleQuoted: true,
    },
  },
  { name: "hubspot.html", folder: "src/hubspot", budget: Number.POSITIVE_INFINITY },
];

/** Runs in the pages of a development build. Hidden pages let go of the server: browsers open six connections to it. */
function reloadOnChange() {
  /** @type {EventSource | undefined} */
  let source;
  let shown = "";
  const listen = () => {
    source?.close();
    if (document.hidden) return;
    source = new EventSource("/reload");
    source.onmessage = ({ data: build }) => {
      if (shown && shown !== build) location.reload();
      shown = build;
    };
  };
  document.addEventListener("visibilitychange", listen);
  listen();
}

/**
 * @param {Page} page
 * @returns {import("esbuild").BuildOptions & { write: false }}
 */
const options = ({ folder }) => ({
  plugins: [sdkFromSource()],
  entryPoints: ["index.html", "index.css", "index.ts"].map((file) => `${folder}/${file}`),
  bundle: true,
  write: false,
  outdir: "/",
  format: "esm",
  target: ["chrome125", "edge125", "firefox128", "safari17.5"],
  loader: { ".html": "copy" },
  logLevel: "warning",
});

/** esbuild keeps constant objects as they are. A second minifier, which resolves them, takes off another twentieth. */
async function shrink(/** @type {string} */ script) {
  const { minify } = await import("@swc/core");
  const compress = { passes: 3, toplevel: true };
  const { code } = await minify(script, { module: true, mangle: true, ecma: 2022, compress });
  return code.replaceAll("</script", "<\\/script");
}

/** A style's variables are its own affair: their names are shortened, too. */
function shortenVariables(/** @type {string} */ style) {
  const names = [...new Set(style.match(/--[\w-]+/g))];
  return style.replace(/--[\w-]+/g, (name) => `--${names.indexOf(name).toString(36)}`);
}

/** A page of a development build may ask the server whether it changed. */
const letReload = (/** @type {string} */ html) =>
  html.includes("connect-src")
    ? html.replace("connect-src", "connect-src 'self'")
    : html.replace("{script}", "{script}; connect-src 'self'");

/**
 * Puts a page's script and style into it, and their hashes into its policy.
 * @param {import("esbuild").OutputFile[]} files
 * @param {boolean} isDevelopment
 */
async function assemble(files, isDevelopment) {
  const text = (/** @type {string} */ name) => {
    const file = files.find(({ path }) => basename(path) === name);
    if (!file) throw new Error(`The build made no ${name}`);
    return file.text.trim();
  };
  const style = shortenVariables(text("index.css"));
  const script = isDevelopment ? text("index.js") : await shrink(text("index.js"));
  const hash = (/** @type {string} */ code) =>
    `'sha256-${createHash("sha256").update(code).digest("base64")}'`;
  // Functions, since a replacement string would give $ a meaning.
  const html = text("index.html");
  return (
    (isDevelopment ? letReload(html) : html)
      .replace(/<!--.*?-->/gs, "")
      .replace(/>\s+</g, (space) => (space.includes("\n") ? "><" : space))
      // Tags that the parser adds.
      .replace(/<\/?(head|body)>/g, "")
      .replace("{script}", () => hash(script))
      .replace("{style}", () => hash(style))
      .replace(/<link rel="stylesheet".*?>/, () => `<style>${style}</style>`)
      .replace(/<script (.*?) src=.*?>/, (_, attributes) => `<script ${attributes}>${script}`)
  );
}

async function buildOnce() {
  const started = performance.now();
  const sizes = await Promise.all(
    pages.map(async (page) => {
      const { name, budget, production } = page;
      const { outputFiles = [] } = await build({ ...options(page), minify: true, ...production });
      const built = await assemble(outputFiles, false);
      await writeFile(`static/${name}`, built);
      return {
        name,
        budget,
        raw: Buffer.byteLength(built),
        brotli: brotliCompressSync(built).length,
      };
    }),
  );
  for (const { name, budget, raw, brotli } of sizes) {
    console.log(`static/${name}  ${raw} bytes, ${brotli} with brotli`);
    if (brotli > budget) {
      console.error(`static/${name} is over its budget of ${budget} bytes with brotli.`);
      process.exitCode = 1;
    }
  }
  console.log(`Built in ${Math.round(performance.now() - started)} ms.`);
}

async function watchAndServe(/** @type {boolean} */ mayOpen) {
  /** @type {Map<string, Buffer>} */
  const built = new Map();
  const port = portFromEnvironment();
  /** @type {() => void} */
  let reload = () => {};
  const firstBuild = Promise.all(
    pages.map(async (page) => {
      const { plugins = [], ...rest } = options(page);
      /** @type {() => void} */
      let isBuilt;
      const first = new Promise((/** @type {(value?: undefined) => void} */ resolve) => {
        isBuilt = resolve;
      });
      /** @type {import("esbuild").Plugin} */
      const keep = {
        name: "keep",
        setup: ({ onEnd }) =>
          onEnd(async ({ errors, outputFiles = [] }) => {
            if (errors.length > 0) return;
            built.set(page.name, Buffer.from(await assemble(outputFiles, true)));
            isBuilt();
            reload();
          }),
      };
      const footer = { js: `(${reloadOnChange})();` };
      const watched = await context({ ...rest, plugins: [...plugins, keep], footer });
      await watched.watch();
      await first;
    }),
  );
  const read = async (/** @type {string} */ name) => {
    await firstBuild;
    return built.get(name) ?? Buffer.alloc(0);
  };
  [{ reload }] = await Promise.all([serve({ port, read }), firstBuild]);

  const widget = `https://localhost:${port}/`;
  console.log(`The widget          ${widget}`);
  console.log(`The local HubSpot   https://hubspot.localhost:${port}/`);
  if (mayOpen && hasDisplay()) {
    const { default: open } = await import("open");
    await open(widget);
  }
}

/** Whether there is a screen for a browser to open on. */
function hasDisplay() {
  const { CI, DISPLAY, WAYLAND_DISPLAY } = process.env;
  return !CI && (process.platform !== "linux" || !!(DISPLAY || WAYLAND_DISPLAY));
}

try {
  const { values } = parseArgs({
    options: { serve: { type: "boolean" }, "no-open": { type: "boolean" } },
  });
  await (values.serve ? watchAndServe(!values["no-open"]) : buildOnce());
} catch (error) {
  fail(error);
}
