// The pages' own code, bundled so that it can be started any number of times in one process, each time with globals of its own.
import { readFile } from "node:fs/promises";
import { join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { build, type Plugin } from "esbuild";
import type { Program } from "./browser/page.ts";

/** A textual change of the sources: a bug that is put in. */
export type Edit = {
  /** From the project's folder. */
  file: string;
  from: string;
  to: string;
};

export type Programs = {
  widget: Program;
  hubspot: Program;
  /** Whether the app's own server makes the engagements of its calls. */
  makesEngagements?: boolean;
};

const root = fileURLToPath(new URL("../..", import.meta.url));
/** What is only drawn, and what is there in its place. */
const undrawn: Record<string, string> = {
  "src/view.ts": "widget-view.ts",
  "src/frame/log.ts": "log.ts",
  "src/phone/view.ts": "phone-view.ts",
  "src/line/loopback.ts": "phone-line.ts",
  "src/line/sounds.ts": "phone-line.ts",
  "src/line/late.ts": "phone-line.ts",
  "src/hubspot/view.ts": "hubspot-view.ts",
  "src/hubspot/call-index.ts": "hubspot-view.ts",
  "src/hubspot/first-call.ts": "hubspot-view.ts",
  "src/hubspot/record-forms.ts": "hubspot-view.ts",
  "src/hubspot/channels.ts": "hubspot-view.ts",
  "src/hubspot/chart.ts": "hubspot-view.ts",
  "src/hubspot/conformance.ts": "hubspot-view.ts",
  "src/hubspot/sender.ts": "hubspot-view.ts",
  "src/hubspot/server.ts": "hubspot-server.ts",
};

/** What the code finds as globals. `simulated` is where the pages show themselves. */
const globals = [
  ...["window", "self", "globalThis", "document", "navigator", "location", "history", "parent"],
  ...["localStorage", "sessionStorage", "indexedDB", "BroadcastChannel", "crypto", "performance"],
  ...["Date", "Math", "setTimeout", "setInterval", "clearTimeout", "clearInterval"],
  ...["queueMicrotask", "structuredClone", "console", "open", "confirm", "top"],
  ...["addEventListener", "removeEventListener", "simulated"],
];

/** @throws an Error when an edit's text is not in its file exactly once, or its file is not part of a page */
export const programs = (edits: readonly Edit[] = []): Promise<Programs> =>
  programsOf("src/index.ts", edits);

/** With the phone, and a line that cannot be relied on, in the widget's place. */
export const phonePrograms = (edits: readonly Edit[] = []): Promise<Programs> =>
  programsOf("src/phone/index.ts", edits);

/** With an app that has HubSpot make no engagements: its own server makes them. */
export const ownPrograms = async (edits: readonly Edit[] = []): Promise<Programs> => ({
  ...(await programsOf("src/index.ts", [
    {
      file: "src/call/state.ts",
      from: 'createEngagement: "on",',
      to: 'createEngagement: "",',
    },
    ...edits,
  ])),
  makesEngagements: true,
});

async function programsOf(app: string, edits: readonly Edit[]): Promise<Programs> {
  const left = new Set(edits);
  const [widget, hubspot] = await Promise.all(
    [app, "src/hubspot/index.ts"].map((entry) => bundle(entry, edits, left)),
  );
  const [unused] = left;
  if (unused) throw new Error(`No page has ${unused.file} in it`);
  if (!widget || !hubspot) throw new Error("A page is missing");
  return { widget, hubspot };
}

async function bundle(entry: string, edits: readonly Edit[], left: Set<Edit>): Promise<Program> {
  const { outputFiles, warnings } = await build({
    entryPoints: [root + entry],
    absWorkingDir: root,
    bundle: true,
    write: false,
    format: "iife",
    target: "es2022",
    logLevel: "silent",
    plugins: [swapped(edits, left)],
  });
  const [warning] = warnings;
  if (warning) throw new Error(`${warning.location?.file}: ${warning.text}`);
  const code = outputFiles[0]?.text ?? "";
  const run = new Function(...globals, `${code}\n//# sourceURL=${entry}.bundle.js`);
  return (seen) => run(...globals.map((name) => seen[name]));
}

const swapped = (edits: readonly Edit[], left: Set<Edit>): Plugin => ({
  name: "simulated",
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^\.\.?\/.*\.ts$/ }, ({ path, resolveDir }) => {
      const instead = undrawn[relative(root, join(resolveDir, path))];
      return instead === undefined ? undefined : { path: `${root}e2e/simulation/${instead}` };
    });
    onLoad({ filter: /\.ts$/ }, async ({ path }) => {
      const file = relative(root, path);
      let contents = await readFile(path, "utf8");
      for (const edit of edits) {
        if (edit.file !== file) continue;
        left.delete(edit);
        const times = contents.split(edit.from).length - 1;
        if (times !== 1) throw new Error(`${file} has ${times} times “${edit.from}”`);
        contents = contents.replace(edit.from, () => edit.to);
      }
      // A telephone, which an app has in this place, dispatches what it tells.
      if (file === "src/index.ts") contents += "\nsimulated.dispatch = dispatch;\n";
      return { contents, loader: "ts" };
    });
  },
});
