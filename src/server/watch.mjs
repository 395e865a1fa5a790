// The command `npm start`: serves the pages as src/ has them, builds them again on each change, and lets open pages load anew.
import { parseArgs } from "node:util";
import { context } from "esbuild";
import { assemble, options, pages } from "../../build.mjs";
import { fail, portFromEnvironment, serve } from "./serve.mjs";

/** Runs in the pages. Hidden ones let go of the server: browsers open six connections to it. */
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

/** The page may ask the server whether it changed. @param {string} html */
const letReload = (html) =>
  html.includes("connect-src")
    ? html.replace("connect-src", "connect-src 'self'")
    : html.replace("default-src 'none'", "$&; connect-src 'self'");

/**
 * Builds a page, and again whenever its files change.
 * @param {import("../../build.mjs").Page} page
 * @param {(html: string) => void} onBuilt is given the page each time; errors are shown by esbuild
 */
async function watch(page, onBuilt) {
  /** @type {import("esbuild").Plugin} */
  const give = {
    name: "give",
    setup: ({ onEnd }) =>
      onEnd(({ errors, outputFiles = [] }) => {
        if (errors.length === 0) onBuilt(letReload(assemble(outputFiles)));
      }),
  };
  const footer = { js: `(${reloadOnChange})();` };
  const watched = await context({ ...options(page), plugins: [give], footer });
  await watched.watch();
}

/** Opens the address in the user's browser, where there is a screen for it. @param {string} address */
async function show(address) {
  const { CI, DISPLAY, WAYLAND_DISPLAY } = process.env;
  if (CI || (process.platform === "linux" && !DISPLAY && !WAYLAND_DISPLAY)) return;
  const { default: open } = await import("open");
  await open(address);
}

async function main() {
  const { values } = parseArgs({ options: { "no-open": { type: "boolean" } } });
  const port = portFromEnvironment();
  /** The pages by name, each once it is built; then as it was built last. @type {Map<string, string>} */
  const built = new Map();
  /** @type {() => void} */
  let reload = () => {};
  const building = Promise.all(
    pages.map(
      (page) =>
        new Promise((resolve, reject) => {
          const keep = (/** @type {string} */ html) => {
            resolve(built.set(page.name, html));
            reload();
          };
          watch(page, keep).catch(reject);
        }),
    ),
  );
  const read = async (/** @type {string} */ name) => {
    await building;
    return Buffer.from(built.get(name) ?? "");
  };
  [{ reload }] = await Promise.all([serve({ port, read }), building]);

  const widget = `https://localhost:${port}/`;
  console.log(`The widget          ${widget}`);
  console.log(`The local HubSpot   https://hubspot.localhost:${port}/`);
  if (!values["no-open"]) await show(widget);
}

await main().catch(fail);
