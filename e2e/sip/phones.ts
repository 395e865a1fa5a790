// What the SIP tests speak of: a real server, and telephones in browsers of their own, each with a tone for a voice.
import { test as base, expect, type Page } from "@playwright/test";
import { build } from "esbuild";
import { options } from "../../build.mjs";
import type { Account, Line, LineCommand, LineEvent } from "../../src/line/line.ts";
import { port } from "../playwright.config.ts";
import { hasKamailio, Kamailio } from "./kamailio.ts";

export { expect };

declare global {
  interface Window {
    line: Line;
    events: LineEvent[];
  }
}

/** A page that has the line alone, under the policy that the phone's page has. */
const html = (server: string) => `<!doctype html>
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; connect-src ${server}; script-src 'self'; require-trusted-types-for 'script'; trusted-types 'none'">
<title>Line</title>
<link rel="icon" href="data:,">
<script type="module" src="page.js"></script>`;

const script = `import { createSip } from "./sip.js";
window.events = [];
window.line = createSip((event) => events.push(event));`;

/** Bundles one of the project's files, as the build does. */
async function bundle(file: string, format: "esm" | "iife", server = ""): Promise<string> {
  const { outputFiles } = await build({
    ...options({ name: "", folder: "" }),
    entryPoints: [file],
    define: { SIP_SERVER: JSON.stringify(server), SIP_STUN: '""' },
    format,
    minify: true,
  });
  return outputFiles[0]?.text ?? "";
}

/** A telephone: a page with the line, whose user it is, and what the line has told. */
export class Phone {
  /** Its voice is a tone of that many Hz. */
  constructor(
    readonly page: Page,
    readonly user: string,
    readonly hz: number,
  ) {}

  get account(): Account {
    return { user: this.user, password: `secret-${this.user}` };
  }

  tell(command: LineCommand): Promise<void> {
    return this.page.evaluate((told) => window.line.tell(told), command);
  }

  events(): Promise<LineEvent[]> {
    return this.page.evaluate(() => window.events);
  }

  /** Waits until the line has told an event that has those fields. */
  async told(event: Partial<LineEvent>, timeout = 5000): Promise<void> {
    await expect
      .poll(async () => (await this.events()).filter(({ type }) => type !== "quality"), { timeout })
      .toContainEqual(expect.objectContaining(event));
  }

  async register(): Promise<void> {
    await this.tell({ type: "register", account: this.account });
    await this.told({ type: "registered" });
  }

  /** Waits until it is registered after it was not. */
  async registeredAgain(timeout: number): Promise<void> {
    const isBack = async () => {
      const told = (await this.events()).map(({ type }) => type);
      return told.lastIndexOf("registered") > told.lastIndexOf("unregistered");
    };
    await expect.poll(isBack, { message: "registered again", timeout }).toBe(true);
  }

  call(toNumber: string, id = "out"): Promise<void> {
    return this.tell({ type: "call", id, fromNumber: "", toNumber });
  }

  async reload(): Promise<void> {
    await this.page.reload();
    await this.page.waitForFunction(() => "line" in window);
  }

  /** Waits for a call to come in, and gives its id. */
  async rung(from: Phone): Promise<string> {
    await this.told({ type: "incoming", fromNumber: from.user, toNumber: this.user });
    const calls = (await this.events()).filter((event) => event.type === "incoming");
    return calls.at(-1)?.id ?? "";
  }

  /** Waits until the other's voice is heard here. */
  async hears(other: Phone): Promise<void> {
    await expect
      .poll(() => this.loudness(other.hz), `${other.hz} Hz is heard`)
      .toBeGreaterThan(0.05);
  }

  /** Waits until the other's voice is heard here no more. */
  async hearsNothingOf(other: Phone): Promise<void> {
    await expect.poll(() => this.loudness(other.hz), `${other.hz} Hz is gone`).toBeLessThan(0.002);
  }

  /** Listens for so many keys, and gives them as they were heard. */
  keys(count: number): Promise<string[]> {
    return this.page.evaluate((many) => window.ear.keys(many), count);
  }

  private loudness(hz: number): Promise<number> {
    return this.page.evaluate((tone) => window.ear.loudness(tone), hz);
  }
}

/** Extensions are telephone numbers, another for each phone of a run. */
const newNumber = () => `+1555${String(Math.random()).slice(2, 9)}`;

/** Opens a telephone in a browser of its own. */
export type Open = (how?: { user?: string }) => Promise<Phone>;

type Fixtures = {
  open: Open;
  isInstalled: undefined;
};
type WorkerFixtures = { server: Kamailio; files: Record<string, string> };

export const test = base.extend<Fixtures, WorkerFixtures>({
  isInstalled: [
    async ({ browserName: _ }, use, info) => {
      const isHere = await hasKamailio();
      if (!isHere && process.env.CI) throw new Error("Kamailio is missing: .ci/run installs it.");
      info.skip(!isHere, "Kamailio is not installed.");
      await use(undefined);
    },
    { auto: true },
  ],

  server: [
    async ({ browserName: _ }, use, { parallelIndex }) => {
      const server = new Kamailio(port + 6 + parallelIndex);
      await server.start();
      await use(server);
      await server.end();
    },
    { scope: "worker" },
  ],

  files: [
    async ({ server }, use) => {
      const [line, ear] = await Promise.all([
        bundle("src/line/sip.ts", "esm", server.address),
        bundle("e2e/sip/ear.ts", "iife"),
      ]);
      await use({ "": html(server.address), "page.js": script, "sip.js": line, "ear.js": ear });
    },
    { scope: "worker" },
  ],

  open: async ({ browser, files }, use) => {
    const phones: Phone[] = [];
    const complaints: string[] = [];
    const voices = [440, 620, 830, 1040];
    await use(async ({ user = newNumber() } = {}) => {
      const hz = voices[phones.length] ?? 0;
      const context = await browser.newContext({ ignoreHTTPSErrors: true });
      context.on("console", (message) => {
        if (["error", "warning", "debug", "log"].includes(message.type()))
          complaints.push(message.text());
      });
      context.on("weberror", (error) => complaints.push(error.error().message));
      await context.addInitScript(`${files["ear.js"]}; ear.speak(${hz});`);
      await context.route(/\/line\//, (route) => {
        const name = new URL(route.request().url()).pathname.replace("/line/", "");
        const contentType = name ? "text/javascript" : "text/html";
        return route.fulfill({ contentType, body: files[name] ?? "" });
      });
      const page = await context.newPage();
      await page.goto(`https://localhost:${port}/line/`);
      await page.waitForFunction(() => "line" in window);
      const phone = new Phone(page, user, hz);
      phones.push(phone);
      return phone;
    });
    await Promise.all(phones.map(({ page }) => page.context().close()));
    // Where the server is killed, the browser itself says so.
    const own = complaints.filter((words) => !words.startsWith("WebSocket connection to"));
    expect(own, "what the pages wrote to the console").toEqual([]);
  },
});
