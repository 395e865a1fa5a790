// Safari's engine, as WebKitGTK has it, driven by WebDriver: HubSpot in its tabs, the widget in their frames, and what goes wrong in either.
import { type ChildProcess, spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { test as base, expect } from "@playwright/test";
import { Builder, By, Key, until, type WebDriver, type WebElement } from "selenium-webdriver";
import type { Message, TimelineCall } from "../../src/judge/playwright/hubspot.ts";
import { serve } from "../../src/server/serve.mjs";
import { portOf } from "../ports.ts";
import { root } from "../programs.ts";
import { miniBrowser } from "./installed.ts";

export { expect };

/** Where the pages are that keep their complaints, and where the driver listens. */
const [pagesPort, driverPort] = [portOf("webkit"), portOf("driver")];
export const hubspotUrl = `https://hubspot.localhost:${pagesPort}/`;
export const widgetUrl = `https://localhost:${pagesPort}/`;
const appFrame = By.id("hubspot-calling-extension-iframe");
/** ms to wait for what a page does: WebKitGTK without a graphics card takes its time. */
const patience = 20_000;

const size = { width: 1280, height: 900 };
const screen = `-screen 0 ${size.width}x${size.height}x24`;

/** In a page, before anything else: keeps what goes wrong there, since WebKitGTK's driver tells nothing of the console. */
const keepComplaints = `
  const found = window.complaints = [];
  // WebKit's own log has each look at another origin's document, even where no error is thrown.
  const { get } = Object.getOwnPropertyDescriptor(HTMLIFrameElement.prototype, "contentDocument");
  Object.defineProperty(HTMLIFrameElement.prototype, "contentDocument", {
    get() {
      const inside = get.call(this);
      if (!inside && this.isConnected) found.push("Looked at the document of " + this.src);
      return inside;
    },
  });
  for (const kind of ["error", "warn", "debug"]) {
    const write = console[kind];
    console[kind] = (...words) => { found.push(kind + ": " + words.join(" ")); write.apply(console, words); };
  }
  addEventListener("error", ({ message }) => found.push(message));
  addEventListener("unhandledrejection", ({ reason }) => found.push(String(reason)));
  addEventListener("securitypolicyviolation", ({ effectiveDirective, blockedURI }) => found.push(effectiveDirective + ": " + blockedURI));
`;

/** A built page that keeps its complaints, and whose policy allows it that. */
async function complaining(name: string): Promise<string> {
  const html = await readFile(`${root}static/${name}`, "utf8");
  const hash = createHash("sha256").update(keepComplaints).digest("base64");
  return html
    .replace("script-src ", `script-src 'sha256-${hash}' `)
    .replace(
      '<meta name="viewport"',
      () => `<script>${keepComplaints}</script><meta name="viewport"`,
    );
}

/** A browser of its own, with no window that anyone sees. */
export class Safari {
  /** What went wrong in its pages: errors and warnings, and what a policy stopped. */
  readonly complaints: string[] = [];

  private constructor(
    readonly driver: WebDriver,
    readonly process: ChildProcess,
  ) {}

  static async start(): Promise<Safari> {
    const driving = spawn(
      "xvfb-run",
      ["-a", "-s", screen, "WebKitWebDriver", `--port=${driverPort}`],
      {
        // A group of its own, so that all of it can be ended.
        detached: true,
        env: {
          ...process.env,
          // Root cannot have its sandbox.
          ...(process.getuid?.() === 0 && { WEBKIT_DISABLE_SANDBOX_THIS_IS_DANGEROUS: "1" }),
          LIBGL_ALWAYS_SOFTWARE: "1",
          WEBKIT_DISABLE_DMABUF_RENDERER: "1",
        },
        stdio: ["ignore", "pipe", "pipe"],
      },
    );
    const server = `http://127.0.0.1:${driverPort}`;
    const isUp = () =>
      fetch(`${server}/status`).then(
        ({ ok }) => ok,
        () => false,
      );
    await expect.poll(isUp, { message: "WebKitWebDriver", timeout: patience }).toBe(true);
    const driver = await new Builder()
      .disableEnvironmentOverrides()
      .usingServer(server)
      .withCapabilities({
        browserName: "MiniBrowser",
        acceptInsecureCerts: true,
        "webkitgtk:browserOptions": {
          binary: miniBrowser,
          args: ["--automation"],
        },
      })
      .build();
    await driver
      .manage()
      .window()
      .setRect({ x: 0, y: 0, ...size });
    const safari = new Safari(driver, driving);
    return safari;
  }

  /** Looks for complaints in all pages there are. */
  async look(): Promise<void> {
    for (const handle of await this.driver.getAllWindowHandles())
      for (const where of ["hubspot", "widget"] as const)
        await new Place(this, handle).enter(where, 0).catch(() => {});
  }

  async end(): Promise<void> {
    await this.driver.quit().catch(() => {});
    const { pid } = this.process;
    if (pid !== undefined) process.kill(-pid, "SIGTERM");
  }
}

/** One of HubSpot's tabs, or the calling window. */
export class Place {
  readonly driver: WebDriver;

  constructor(
    readonly safari: Safari,
    /** The window's, in WebDriver. */
    readonly handle: string,
  ) {
    this.driver = safari.driver;
  }

  /** Goes to HubSpot's page, or into the widget's frame in it, where that is there within so many ms. */
  async enter(where: "hubspot" | "widget", wait = patience): Promise<void> {
    const { driver, safari } = this;
    await driver.switchTo().window(this.handle);
    await driver.switchTo().defaultContent();
    if (where === "widget")
      await driver.switchTo().frame(await driver.wait(until.elementLocated(appFrame), wait || 1));
    safari.complaints.push(
      ...(await driver.executeScript<string[]>("return window.complaints?.splice(0) ?? []")),
    );
  }

  #find(what: By): Promise<WebElement> {
    return this.driver.wait(until.elementLocated(what), patience);
  }

  /** Calls a function in HubSpot's page. */
  async ask<T>(script: string, ...given: unknown[]): Promise<T> {
    await this.enter("hubspot");
    return this.driver.executeScript<T>(script, ...given);
  }

  /** Calls a function in the widget's page. */
  async askWidget<T>(script: string, ...given: unknown[]): Promise<T> {
    await this.enter("widget");
    return this.driver.executeScript<T>(script, ...given);
  }

  async click(where: "hubspot" | "widget", what: By | string): Promise<void> {
    await this.enter(where);
    const element = await this.#find(typeof what === "string" ? By.id(what) : what);
    const isReady = async () => (await element.isDisplayed()) && (await element.isEnabled());
    await this.driver.wait(isReady, patience, `${what} cannot be clicked`);
    await element.click();
  }

  async type(id: string, text: string): Promise<void> {
    await this.enter("widget");
    const field = await this.#find(By.id(id));
    // The driver's own way to clear a field is no input: the page may write back what it knows.
    const clear = `arguments[0].value = ""; arguments[0].dispatchEvent(new Event("input", { bubbles: true }))`;
    await this.driver.executeScript(clear, field);
    await field.sendKeys(text);
  }

  /** The text of one of the widget's elements. */
  async text(id: string): Promise<string> {
    return this.askWidget("return document.getElementById(arguments[0])?.textContent ?? ''", id);
  }

  async value(id: string): Promise<string> {
    return this.askWidget("return document.getElementById(arguments[0])?.value", id);
  }

  /** Waits until the widget says so. */
  async shows(id: string, text: string | RegExp): Promise<void> {
    const read = () => this.text(id).catch(String);
    await expect.poll(read, { message: `#${id}`, timeout: patience }).toMatch(text);
  }

  /** What was said since the page was loaded. */
  messages(): Promise<Message[]> {
    return this.ask("return JSON.parse(JSON.stringify(window.hubspot.messages))");
  }

  timeline(): Promise<TimelineCall[]> {
    return this.ask("return JSON.parse(JSON.stringify(window.hubspot.timeline))");
  }

  /** Waits until the app has said it. */
  async heard(type: string): Promise<Message> {
    const find = async () =>
      (await this.messages()).findLast((m) => m.from === "app" && m.type === type);
    await expect.poll(find, { message: type, timeout: patience }).toBeTruthy();
    return (await find()) as Message;
  }

  /** What is on the clipboard, as it is pasted into HubSpot's page. */
  async pasted(): Promise<string> {
    await this.ask("document.body.append(document.createElement('textarea'))");
    const area = await this.#find(By.css("body > textarea"));
    await area.sendKeys(Key.chord(Key.CONTROL, "v"));
    return this.driver.executeScript("return arguments[0].value", area);
  }

  async load(url = hubspotUrl): Promise<void> {
    await this.enter("hubspot");
    await this.driver.get(url);
  }

  async reload(): Promise<void> {
    await this.enter("hubspot");
    await this.driver.navigate().refresh();
  }

  /** Ticks the app's settings, and waits for its frame. */
  async install(settings: object): Promise<void> {
    const app = { isReady: true, name: "The widget", url: widgetUrl, ...settings };
    await this.ask(
      "localStorage.setItem('LocalSettings:Calling:CallingExtensions', arguments[0])",
      JSON.stringify(app),
    );
    await this.reload();
  }

  /** Call, then "Call with" the app: as a person does. */
  async call(): Promise<void> {
    await this.click("hubspot", By.css("#callmenu > summary"));
    await this.click(
      "hubspot",
      By.xpath("//*[@id='callmenu']//button[starts-with(normalize-space(),'Call with')]"),
    );
  }

  async logIn(): Promise<void> {
    await this.shows("host", "Connected to HubSpot");
    await this.click("widget", "login");
    await this.heard("LOGGED_IN");
  }
}

type Fixtures = { safari: Safari; tab: Place };

/** With a browser in each test: its storage is empty. */
export const test = base.extend<Fixtures, { served: undefined }>({
  served: [
    // biome-ignore lint/correctness/noEmptyPattern: Playwright wants the pattern
    async ({}, use) => {
      const serving = await serve({ port: pagesPort, read: complaining });
      await use(undefined);
      await serving.close();
    },
    { scope: "worker", auto: true },
  ],

  // biome-ignore lint/correctness/noEmptyPattern: Playwright wants the pattern
  safari: async ({}, use) => {
    const safari = await Safari.start();
    await use(safari);
    await safari.look();
    await safari.end();
    expect(safari.complaints, "what went wrong in the pages").toEqual([]);
  },

  tab: async ({ safari }, use) => {
    const { driver } = safari;
    const tab = new Place(safari, await driver.getWindowHandle());
    await tab.load();
    await use(tab);
  },
});
