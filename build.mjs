// Bundles src/ into static/, one file a page. With --serve: serves the pages instead, and rebuilds and reloads on change.
import { createHash } from "node:crypto";
import { readFile, writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { brotliCompressSync } from "node:zlib";
import { build, context } from "esbuild";
import { fail, portFromEnvironment, serve } from "./src/serve.mjs";

/** Where each page comes from, and how many bytes it may take, compressed with brotli. */
const pages = [
  { name: "index.html", folder: "src", budget: 10 * 1024 },
  { name: "hubspot.html", folder: "src/hubspot", budget: Number.POSITIVE_INFINITY },
];

/**
 * The SDK's bundle holds its constants whole. Its source, in the same package, lets unused ones go: a sixth less.
 * @type {import("esbuild").Plugin}
 */
const sdkFromSource = {
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
  },
};

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
 * @param {boolean} isDevelopment
 * @param {import("esbuild").Plugin[]} plugins
 * @returns {import("esbuild").BuildOptions & { write: false }}
 */
const options = (isDevelopment, ...plugins) => ({
  plugins: [sdkFromSource, ...plugins],
  entryPoints: pages.flatMap(({ folder }) =>
    ["index.html", "index.css", "index.ts"].map((file) => `${folder}/${file}`),
  ),
  bundle: true,
  write: false,
  outdir: "/",
  outbase: ".",
  format: "esm",
  target: ["chrome125", "edge125", "firefox128", "safari17.5"],
  loader: { ".html": "copy" },
  minify: !isDevelopment,
  logLevel: "warning",
  ...(isDevelopment && {
    footer: { js: `(${reloadOnChange})();` },
  }),
});

/** esbuild keeps constant objects as they are. A second minifier, which resolves them, takes off another twentieth. */
async function shrink(/** @type {string} */ script) {
  const { minify } = await import("@swc/core");
  const compress = { passes: 3, toplevel: true };
  const { code } = await minify(script, { module: true, mangle: true, ecma: 2022, compress });
  return code.replaceAll("</script", "<\\/script");
}

/**
 * Puts a page's script and style into it, and their hashes into its policy.
 * @param {import("esbuild").OutputFile[]} files
 * @param {string} folder
 * @param {boolean} isDevelopment
 */
async function assemble(files, folder, isDevelopment) {
  const text = (/** @type {string} */ name) => {
    // esbuild gives Windows' paths on Windows.
    const file = files.find(({ path }) =>
      path.replaceAll("\\", "/").endsWith(`/${folder}/${name}`),
    );
    if (!file) throw new Error(`The build made no ${folder}/${name}`);
    return file.text.trim();
  };
  const style = text("index.css");
  const script = isDevelopment ? text("index.js") : await shrink(text("index.js"));
  const hash = (/** @type {string} */ code) =>
    `'sha256-${createHash("sha256").update(code).digest("base64")}'`;
  // Functions, since a replacement string would give $ a meaning.
  return text("index.html")
    .replace(/<!--.*?-->/gs, "")
    .replace(/\n\s*/g, "\n")
    .replace("{script}", () => hash(script) + (isDevelopment ? "; connect-src 'self'" : ""))
    .replace("{style}", () => hash(style))
    .replace(/<link rel="stylesheet".*?>/, () => `<style>${style}</style>`)
    .replace(/<script (.*?) src=.*?>/, (_, attributes) => `<script ${attributes}>${script}`);
}

async function buildOnce() {
  const started = performance.now();
  const { outputFiles } = await build(options(false));
  for (const { name, folder, budget } of pages) {
    const page = await assemble(outputFiles, folder, false);
    await writeFile(`static/${name}`, page);
    const [raw, brotli] = [Buffer.byteLength(page), brotliCompressSync(page).length];
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
  const watched = await context(
    options(true, {
      name: "pages",
      setup: ({ onEnd }) =>
        onEnd(async ({ errors, outputFiles = [] }) => {
          if (errors.length > 0) return;
          for (const { name, folder } of pages) {
            built.set(name, Buffer.from(await assemble(outputFiles, folder, true)));
          }
          reload();
        }),
    }),
  );
  const firstBuild = watched.rebuild();
  const read = async (/** @type {string} */ name) => {
    await firstBuild;
    return built.get(name) ?? Buffer.alloc(0);
  };
  [{ reload }] = await Promise.all([serve({ port, read }), firstBuild]);
  await watched.watch();

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
