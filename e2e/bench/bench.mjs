// npm run bench: sizes, ready times, messages a second and ten thousand calls. Times are compared with a page that holds only the SDK, in the same run. `npm run bench -- 1` takes one round instead of fifteen, with fewer messages and calls.

import { readFile } from "node:fs/promises";
import { createServer as createTlsServer } from "node:https";
import { createRequire } from "node:module";
import { connect, createServer } from "node:net";
import { fileURLToPath } from "node:url";
import { brotliCompressSync } from "node:zlib";
import { chromium } from "@playwright/test";
import { build } from "esbuild";
import { findBrowser } from "../../src/judge/browser.mjs";
import { certificate } from "../../src/server/certificate.mjs";
import { held, hostPage, makeCalls } from "./host.mjs";

/** ms for a message to get there and back */
const roundTrip = 40;
const rounds = Number(process.argv[2] ?? 15);
const isWhole = rounds >= 15;
const calls = isWhole ? 10_000 : 200;
const messages = isWhole ? 5000 : 200;

const root = fileURLToPath(new URL("../..", import.meta.url));
const brotli = (/** @type {string | Uint8Array} */ page) => brotliCompressSync(page);
const median = (/** @type {number[]} */ times) =>
  times.sort((a, b) => a - b)[Math.floor(times.length / 2)] ?? Number.NaN;

/** The SDK, and its answer to the handshake: the least that a calling app can be. */
async function barePage() {
  const { outputFiles } = await build({
    stdin: {
      contents: `import CallingExtensions from "@hubspot/calling-extensions-sdk";
        const sdk = new CallingExtensions({ debugMode: false, eventHandlers: {
          onReady: () => sdk.initialized({ isLoggedIn: false, sizeInfo: { width: 400, height: 650 } }),
          defaultEventHandler: () => {},
        } });`,
      resolveDir: root,
    },
    bundle: true,
    minify: true,
    write: false,
    format: "esm",
  });
  return `<!doctype html><meta charset="utf-8"><title>Bare</title><script type="module">${outputFiles[0]?.text}</script>`;
}

/** The one demo of HubSpot's that is a package, minified: what it loads from three other hosts is left out. */
async function firstDemo() {
  const demo = createRequire(import.meta.url).resolve("hubspot-first-demo/demo/index.js");
  const [bundled, page] = await Promise.all([
    build({ entryPoints: [demo], bundle: true, minify: true, write: false }),
    readFile(demo.replace(/js$/, "html"), "utf8"),
  ]);
  const script = bundled.outputFiles[0]?.text ?? "";
  return { "/": page, "/bin/index_combined.js": script };
}

/**
 * Serves a page and its files, compressed and asked for again each time, as the widget is.
 * @param {Record<string, string | Uint8Array>} files by their paths
 * @returns {Promise<number>} the port
 */
async function serveFiles(files) {
  const bodies = Object.fromEntries(
    Object.entries(files).map(([path, file]) => [path, brotli(file)]),
  );
  const server = createTlsServer(await certificate(), ({ url = "", headers }, response) => {
    const body = bodies[url];
    if (!body) return response.writeHead(404).end();
    const etag = `"${body.length}"`;
    const isKnown = headers["if-none-match"] === etag;
    response.writeHead(isKnown ? 304 : 200, {
      "Content-Type": url === "/" ? "text/html" : "text/javascript",
      "Content-Encoding": "br",
      "Cache-Control": "no-cache",
      ETag: etag,
    });
    return response.end(isKnown ? undefined : body);
  });
  return listen(server);
}

const servePage = (/** @type {string | Uint8Array} */ page) => serveFiles({ "/": page });

/**
 * A link to the port on which everything takes its time.
 * @param {number} port
 */
function slowLink(port) {
  const late = (/** @type {() => void} */ then) => setTimeout(then, roundTrip / 2);
  const server = createServer({ noDelay: true }, (near) => {
    const far = connect({ port, host: "127.0.0.1", noDelay: true });
    for (const [from, to] of [
      [near, far],
      [far, near],
    ]) {
      from?.on("data", (data) => late(() => to?.write(data)));
      from?.on("end", () => late(() => to?.end()));
      from?.on("error", () => to?.destroy());
    }
  });
  return listen(server);
}

/** @param {import("node:net").Server} server @returns {Promise<number>} the port that was free */
const listen = (server) =>
  new Promise((resolve) => {
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      resolve(typeof address === "object" && address ? address.port : 0);
    });
  });

const pages = {
  widget: await readFile(`${root}static/index.html`),
  phone: await readFile(`${root}static/phone.html`),
  bare: await barePage(),
};
/** @type {Record<string, string>} */
const urls = {};
for (const [name, page] of Object.entries(pages))
  urls[name] = `https://localhost:${await slowLink(await servePage(page))}/`;
const demo = await firstDemo();
/** What is only loaded: the rest is measured of the project's own pages. */
const loaded = {
  ...urls,
  demo: `https://localhost:${await slowLink(await serveFiles(demo))}/`,
};

const browser = await chromium.launch({
  executablePath: findBrowser() ?? "",
  args: ["--disable-background-networking", "--disable-gpu"],
});

/** A page of HubSpot's that frames the one at the address. */
async function host(/** @type {string} */ url) {
  const context = await browser.newContext({ ignoreHTTPSErrors: true });
  await context.route(/^https:\/\/(?!localhost|hubspot\.localhost)/, (route) => route.abort());
  const page = await context.newPage();
  const port = await servePage(hostPage(url));
  await page.goto(`https://hubspot.localhost:${port}/`);
  return page;
}

console.log("Sizes, with brotli");
for (const name of ["index.html", "phone.html", "hubspot.html"]) {
  const file = await readFile(`${root}static/${name}`);
  console.log(`  static/${name.padEnd(13)}${file.length} bytes, ${brotli(file).length}`);
}
console.log(`  the bare page        ${pages.bare.length} bytes, ${brotli(pages.bare).length}`);
const sum = (/** @type {number[]} */ sizes) => sizes.reduce((all, size) => all + size);
const ofDemo = Object.values(demo).map((file) => [Buffer.byteLength(file), brotli(file).length]);
const [bytes, compressed] = [0, 1].map((at) => sum(ofDemo.map((sizes) => sizes[at] ?? 0)));
console.log(
  `  HubSpot's first demo ${bytes} bytes, ${compressed}, without what it loads from three other hosts`,
);

/** Where the time of a frame goes, in ms since its creation: the browser's own account of it. */
const phases = () => {
  const [page] = performance.getEntriesByType("navigation");
  if (!(page instanceof PerformanceNavigationTiming)) throw new Error("No navigation");
  const { connectEnd, responseEnd, domInteractive, loadEventStart } = page;
  return {
    connection: connectEnd,
    response: responseEnd - connectEnd,
    parse: domInteractive - responseEnd,
    script: loadEventStart - domInteractive,
  };
};

/** By how a page is loaded, its name, and what took the time: ms, of each round. @type {Record<string, Record<string, Record<string, number[]>>>} */
const times = { cold: {}, warm: {} };
for (let round = 0; round < rounds; round += 1) {
  const inTurn = Object.entries(loaded);
  for (const [name, url] of round % 2 ? inTurn : inTurn.reverse()) {
    const page = await host(url);
    for (const byPage of Object.values(times)) {
      const ready = Number(await page.evaluate("mount()"));
      const frame = page.frames()[1];
      if (!frame) throw new Error("The frame is not there");
      const parts = {
        ...(await frame.evaluate(phases)),
        handshake: Number(await page.evaluate("shaking")),
      };
      byPage[name] ??= {};
      const kept = byPage[name];
      for (const [part, ms] of Object.entries({ ready, ...parts }))
        kept[part] = [...(kept[part] ?? []), ms];
    }
    await page.context().close();
  }
}
console.log(
  `Ready, from the frame's creation to INITIALIZED, over a link of ${roundTrip} ms; medians of ${rounds}`,
);
for (const [how, byPage] of Object.entries(times)) {
  const timeOf = (/** @type {string} */ name, part = "ready") => median(byPage[name]?.[part] ?? []);
  for (const [name, words] of Object.entries({
    bare: "the SDK alone",
    widget: "the widget",
    phone: "the phone",
    demo: "HubSpot's first demo, without what it loads from three other hosts",
  })) {
    const ratio = (timeOf(name) / timeOf("bare")).toFixed(2);
    console.log(`  ${how}  ${timeOf(name).toFixed(1).padStart(5)} ms  ${ratio} x  ${words}`);
    const parts = Object.keys(byPage[name] ?? {}).filter((part) => part !== "ready");
    console.log(
      `        ${parts.map((part) => `${part} ${timeOf(name, part).toFixed(1)}`).join(", ")}`,
    );
  }
}

console.log(`Messages a second, from HubSpot to the handlers and back, of ${messages}`);
for (const [name, url] of Object.entries(urls)) {
  const page = await host(url);
  await page.evaluate("mount()");
  const ms = Number(await page.evaluate(`ask(${messages})`));
  console.log(`  ${name.padEnd(7)}${Math.round((messages / ms) * 1000)}`);
  await page.context().close();
}

const page = await host(urls.widget ?? "");
await page.evaluate("mount()");
// Undrawn, it takes a third of the time, and as much memory.
await page.evaluate("frame.hidden = true");
const widget = page.frames()[1];
if (!widget) throw new Error("The widget's frame is not there");
await widget.evaluate(makeCalls, 100);
const before = await held(page);
const started = performance.now();
await widget.evaluate(makeCalls, calls - 100);
const took = performance.now() - started;
const after = await held(page);
const kib = (/** @type {number} */ bytes) => `${Math.round(bytes / 1024)} KiB`;
console.log(`${calls} calls in one page, ${(took / (calls - 100)).toFixed(1)} ms each`);
for (const [when, { heap, nodes }] of Object.entries({ "after 100": before, "after all": after }))
  console.log(`  ${when}  heap ${kib(heap)}, ${nodes} DOM nodes`);
console.log(
  `  ratio      ${(after.heap / before.heap).toFixed(2)} x, ${(after.nodes / before.nodes).toFixed(2)} x`,
);
process.exit();
