// What the SIP tests speak of: a real server, and telephones in browsers of their own, each with a tone for a voice.
import { readFile, rm } from "node:fs/promises";
import {
  type Browser,
  type BrowserContext,
  test as base,
  expect,
  type Page,
} from "@playwright/test";
import { build } from "esbuild";
import { options } from "../../build.mjs";
import type { Account, Line, LineCommand, LineEvent } from "../../src/line/line.ts";
import { port, portOf } from "../ports.ts";
import { cleanCheckout, run } from "../programs.ts";
import { hasKamailio, Kamailio } from "./kamailio.ts";

export { expect };

declare global {
  interface Window {
    line: Line;
    /** What the line has told. */
    events: LineEvent[];
    /** Gives the page a line that knows nothing of the one before. */
    renew: () => void;
  }
}

/** A page that has the line alone, under the policy that the phone's page has. */
const html = (server: string) => `<!doctype html>
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; img-src data:; connect-src ${server}; script-src 'self'; require-trusted-types-for 'script'; trusted-types 'none'">
<title>Line</title>
<link rel="icon" href="data:,">
<script type="module" src="page.js"></script>`;

/** The page's own script. */
export const script = `import { createSip } from "./sip.js";
window.renew = () => {
  const events = (window.events = []);
  window.line = createSip((event) => events.push(event));
};
renew();`;

/** Bundles one of the project's files, as the build does. */
export async function bundle(file: string, format: "esm" | "iife", server = ""): Promise<string> {
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
    return { user: this.user, password: "secret" };
  }

  tell(command: LineCommand): Promise<void> {
    return this.page.evaluate((told) => window.line.tell(told), command);
  }

  events(): Promise<LineEvent[]> {
    return this.page.evaluate(() => window.events);
  }

  /** Waits until the line has told an event that has those fields. */
  async told(event: Partial<LineEvent>, timeout = 10_000): Promise<void> {
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

  /** Waits until it has been called so often, and gives the last call's id. */
  async rung(from: Phone, times = 1): Promise<string> {
    const ids = async () =>
      (await this.events()).flatMap((event) => (event.type === "incoming" ? [event.id] : []));
    await expect.poll(ids, `calls to ${this.user}`).toHaveLength(times);
    await this.told({ type: "incoming", fromNumber: from.user, toNumber: this.user });
    return (await ids()).at(-1) ?? "";
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

  /** Begins to listen for keys: what is pressed before that is not heard. */
  listen(): Promise<void> {
    return this.page.evaluate(() => window.ear.listen());
  }

  /** The keys that were heard until now. */
  keys(): Promise<string[]> {
    return this.page.evaluate(() => window.ear.heard);
  }

  private loudness(hz: number): Promise<number> {
    return this.page.evaluate((tone) => window.ear.loudness(tone), hz);
  }
}

/** The voices of a test's phones, in Hz. */
export const voices = [440, 620, 830, 1040];

/** Extensions are telephone numbers, another for each phone of a run. */
export const newNumber = () => `+1555${String(Math.random()).slice(2, 9)}`;

/** A browser of its own. Pages that a test makes up are nobody's neighbours, and need leave to ask a server on loopback. */
export const newContext = (browser: Browser): Promise<BrowserContext> =>
  browser.newContext({ ignoreHTTPSErrors: true, permissions: ["local-network-access"] });

/** Gives a page's browser an ear, and a tone of so many Hz for a voice. */
export const listen = (context: BrowserContext, ear: string, hz: number): Promise<unknown> =>
  context.addInitScript(`${ear}; ear.speak(${hz});`);

/** Opens a page that has these scripts, of which it runs page.js. */
export async function openPage(
  context: BrowserContext,
  server: Kamailio,
  scripts: Record<string, string>,
): Promise<Page> {
  await context.route(/\/line\//, (route) => {
    const body = scripts[new URL(route.request().url()).pathname.replace("/line/", "")];
    return body === undefined
      ? route.fulfill({ contentType: "text/html", body: html(server.address) })
      : route.fulfill({ contentType: "text/javascript", body });
  });
  const page = await context.newPage();
  await page.goto(`https://localhost:${port}/line/`);
  return page;
}

/** Opens a telephone in a browser of its own. */
export type Open = (how?: { user?: string }) => Promise<Phone>;

type Fixtures = {
  open: Open;
  isInstalled: undefined;
};
/** For all that a worker tests: each begun when a test asks for it. */
type WorkerFixtures = {
  server: Kamailio;
  /** Another browser than the test's own. */
  otherBrowser: Browser;
  ear: string;
  sip: string;
  /** The phone as a user builds it who has a server, by the names of its files. */
  built: Record<string, string>;
};

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
    async ({ browserName: _ }, use) => {
      const server = new Kamailio(portOf("kamailio"));
      await server.start();
      await use(server);
      await server.end();
    },
    { scope: "worker" },
  ],

  otherBrowser: [
    async ({ playwright, browserName, launchOptions }, use) => {
      const browser = await playwright[browserName].launch(launchOptions);
      await use(browser);
      await browser.close();
    },
    { scope: "worker" },
  ],

  ear: [
    async ({ browserName: _ }, use) => use(await bundle("e2e/sip/ear.ts", "iife")),
    { scope: "worker" },
  ],
  sip: [
    async ({ server }, use) => use(await bundle("src/line/sip.ts", "esm", server.address)),
    { scope: "worker" },
  ],

  built: [
    async ({ server }, use) => {
      const folder = await cleanCheckout();
      await run(["build.mjs"], { SIP_SERVER: server.address }, folder).ended;
      const names = ["phone.html", "sip.js"];
      const files = names.map(async (name) => [
        name,
        await readFile(`${folder}/static/${name}`, "utf8"),
      ]);
      const built = Object.fromEntries(await Promise.all(files));
      await rm(folder, { recursive: true });
      await use(built);
    },
    { scope: "worker" },
  ],

  open: async ({ browser, server, ear, sip }, use) => {
    const phones: Phone[] = [];
    const complaints: string[] = [];
    await use(async ({ user = newNumber() } = {}) => {
      const hz = voices[phones.length] ?? 0;
      const context = await newContext(browser);
      context.on("console", (message) => complaints.push(message.text()));
      context.on("weberror", (error) => complaints.push(error.error().message));
      await listen(context, ear, hz);
      const page = await openPage(context, server, { "page.js": script, "sip.js": sip });
      const phone = new Phone(page, user, hz);
      phones.push(phone);
      await page.waitForFunction(() => "line" in window);
      return phone;
    });
    await Promise.all(phones.map(({ page }) => page.context().close()));
    // Where the server is killed, the browser itself says so.
    const own = complaints.filter((words) => !words.startsWith("WebSocket connection to"));
    expect(own, "what the pages wrote to the console").toEqual([]);
  },
});
