// The command `npm start`: serves the pages as src/ has them, builds them again on each change, and lets open pages load anew.
import { context, stop } from "esbuild";
import { assemble, options, pages } from "../../build.mjs";
import { fail, run } from "./command.mjs";

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
 * @param {(built: ReturnType<typeof assemble>) => void} onBuilt is given it each time; errors are shown by esbuild
 */
async function watch(page, onBuilt) {
  /** @type {import("esbuild").Plugin} */
  const give = {
    name: "give",
    setup: ({ onEnd }) =>
      onEnd(({ errors, outputFiles = [] }) => {
        if (errors.length === 0) onBuilt(assemble(page, outputFiles, `(${reloadOnChange})();`));
      }),
  };
  const usual = options(page);
  const plugins = [...(usual.plugins ?? []), give];
  const watched = await context({ ...usual, plugins });
  await watched.watch();
}

async function main() {
  /** The pages by name, each once it is built; then as it was built last. @type {Map<string, string>} */
  const built = new Map();
  /** @type {() => void} */
  let reload = () => {};
  const building = Promise.all(
    pages.map(
      (page) =>
        new Promise((resolve, reject) => {
          watch(page, ({ page: html, line }) => {
            if (line !== undefined) built.set("sip.js", line);
            resolve(built.set(page.name, letReload(html)));
            reload();
          }).catch(reject);
        }),
    ),
  );
  const read = async (/** @type {string} */ name) => {
    await building;
    return built.get(name) ?? "";
  };
  const [serving] = await Promise.all([run(process.argv.slice(2), read), building]);
  if (serving) ({ reload } = serving);
}

// esbuild is a process of its own: asked something as this one ends, it would wait for the answer for ever.
for (const signal of ["SIGINT", "SIGTERM"])
  process.once(signal, async () => {
    await stop();
    process.kill(process.pid, signal);
  });

await main().catch(fail);
