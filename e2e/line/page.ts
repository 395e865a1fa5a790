// A page with nothing but a line in it, under the policy of the project's pages, and what tests ask of it.
import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { test as base, type Page } from "@playwright/test";
import { build } from "esbuild";
import type { Line, LineCommand, LineEvent } from "../../src/line/line.ts";
import { root } from "../programs.ts";
import { type Microphone, person } from "./person.ts";

declare global {
  interface Window {
    line: Line;
    told: LineEvent[];
  }
}

const pages = new Map<string, Promise<string>>();

/** A page whose script makes `window.line`, which tells what happens to `window.told`. Built once for all tests that have the same. */
function pageWith(script: string): Promise<string> {
  const page = pages.get(script) ?? built(script);
  pages.set(script, page);
  return page;
}

async function built(script: string): Promise<string> {
  const { outputFiles } = await build({
    stdin: { contents: script, resolveDir: `${root}src/line`, loader: "ts" },
    bundle: true,
    minify: true,
    write: false,
    format: "esm",
    target: "chrome125",
  });
  const code = outputFiles.map(({ text }) => text.trim()).join("");
  const html = await readFile(`${root}src/index.html`, "utf8");
  const [, policy = ""] = /Content-Security-Policy" content="(.*?)"/.exec(html) ?? [];
  const hash = `'sha256-${createHash("sha256").update(code).digest("base64")}'`;
  return `<!doctype html><meta charset="utf-8"><title>A line</title><link rel="icon" href="data:,">
<meta http-equiv="Content-Security-Policy" content="${policy.replace("{script}", hash).replace("{style}", "'none'")}">
<button>Anywhere</button><script type="module">${code}</script>`;
}

const scripts = {
  /** The loopback line as it is. */
  bare: "createLoopback",
  /** With the sounds that any line has. */
  sounding: "withSounds(createLoopback)",
};

export class LinePage {
  readonly page: Page;
  /** The addresses that the page has asked for. */
  readonly requests: string[] = [];
  /** What went wrong in the page. */
  readonly errors: unknown[] = [];

  constructor(page: Page) {
    this.page = page;
    page.on("request", (request) => this.requests.push(request.url()));
    page.on("pageerror", (error) => this.errors.push(error));
    page.on("console", (message) => {
      if (message.type() === "error") this.errors.push(message.text());
    });
  }

  /** @param commands that the page tells its line by itself: what a test tells it is a user's gesture for Chromium */
  async open(
    script: keyof typeof scripts,
    microphone: Microphone,
    ...commands: LineCommand[]
  ): Promise<void> {
    const body = await pageWith(`import { createLoopback } from "./loopback.ts";
      import { withSounds } from "./sounds.ts";
      window.told = [];
      window.line = ${scripts[script]}((event) => {
        told.push(event);
        if (event.type === "trouble") console.info(event.why);
      });
      for (const command of ${JSON.stringify(commands)}) line.tell(command);`);
    // The far end's time can be made to go faster; sound takes the time that it takes.
    await this.page.clock.install();
    await this.page.addInitScript(person, microphone);
    await this.page.route("https://line.example/", (route) =>
      route.fulfill({ body, contentType: "text/html" }),
    );
    await this.page.goto("https://line.example/");
  }

  tell(...commands: LineCommand[]): Promise<void> {
    return this.page.evaluate((all) => {
      for (const command of all) {
        const before = window.told.length;
        window.line.tell(command);
        if (window.told.length > before) throw new Error(`Told at once of: ${command.type}`);
      }
    }, commands);
  }

  /** What the line has told; of a recording, that it is one. */
  told(): Promise<LineEvent[]> {
    return this.page.evaluate(() =>
      window.told.map((event) => {
        if (event.type !== "recorded" || !event.recording) return event;
        const { size, type } = event.recording;
        return Object.assign({}, event, { recording: { size, type } });
      }),
    );
  }

  heard(): Promise<number[]> {
    return this.page.evaluate(() => window.person.heard());
  }

  touched(): Promise<string[]> {
    return this.page.evaluate(() => window.person.touched());
  }

  /** The far end's next `ms`, at once. */
  async pass(ms = 300): Promise<void> {
    await this.page.clock.fastForward(ms);
  }
}

export const test = base.extend<{ at: LinePage }>({
  at: async ({ page }, use) => {
    const at = new LinePage(page);
    await use(at);
    if (at.errors.length) throw new Error(`In the page: ${at.errors}`);
  },
});
