// HubSpot in a tab of the test's browser: what its user can do there with a calling app, and what can be seen.
import type { Frame, FrameLocator, Locator, Page, Request } from "@playwright/test";
import type { Fields } from "../../call/messages.ts";
import { appKey, callsInWindow, type Settings } from "../../hubspot/apps.ts";
import { type CrmRecord, firstRecords } from "../../hubspot/crm.ts";
import { type Fault, faults } from "../../hubspot/faults.ts";
import { digest } from "../../rules/digest.ts";
import { type Finding, judge } from "../../rules/rules.ts";
import type { Message, Session } from "../../rules/session.ts";
import { wordsOf } from "../limits.mjs";
import { refusal } from "../misbehaviour.mjs";

export type { Fields, Finding, Message };

/** A calling app, as HubSpot's calling settings describe it. */
export type AppSettings = Partial<Settings> & {
  /** Where its page is: an https address, or an http one on this machine. */
  url: string;
  /** What it is called; its host, where that is left out. */
  name?: string;
  /** Its frame's, in px */
  width?: number;
  /** Its frame's, in px */
  height?: number;
};

/** A completed call, as it stands on the timeline. */
export type TimelineCall = {
  engagementId: number;
  /** Of the records whose timelines the call is on. */
  recordIds: readonly number[];
  /** As the CRM keeps them: texts, all of them. */
  properties: Fields;
};

export type DialOptions = {
  /** How long, in ms, the app may take to be there. */
  timeout?: number;
};

const appFrame = "#hubspot-calling-extension-iframe";
/** Whether the calling window has that address: HubSpot's own, or the one that it has where nothing is at HubSpot's. */
const isWindowOf = (home: string, { origin, pathname, searchParams }: URL): boolean =>
  origin === home &&
  (pathname.startsWith("/calling-integration-popup-ui/") || searchParams.has("window"));
/** Less than Playwright gives a test. */
const patience = 20_000;
/** Where HubSpot's page tells its user why something was not done. */
const reasons = "#alerts p, #panel-status";

/** The frame that a page is asked for; undefined while that is a window which is not there yet. */
function frameOf(request: Request): Frame | undefined {
  try {
    return request.frame();
  } catch {
    return undefined;
  }
}

/** What localStorage has of an app that stands under "Call from". */
const entryOf = (app: AppSettings) =>
  [appKey, JSON.stringify({ isReady: true, name: new URL(app.url).host, ...app })] as const;

/** Puts an app under "Call from" in a tab that HubSpot is not in yet: it is there from the first load. */
export async function installBefore(page: Page, address: string, app: AppSettings): Promise<void> {
  await page.addInitScript(
    ([origin, key, value]) => {
      const done = "installed by the test";
      if (location.origin !== origin || window !== top || sessionStorage.getItem(done)) return;
      // Once in this tab: what is changed later stays.
      sessionStorage.setItem(done, key);
      localStorage.setItem(key, value);
    },
    [new URL(address).origin, ...entryOf(app)] as const,
  );
}

/** Brings the messages out of the tab's page. What is nested too deeply to be brought becomes text. */
async function bring(page: Page, which: "messages" | "session"): Promise<Message[]> {
  try {
    return await page.evaluate(
      (which) => [...(which === "session" ? window.hubspot.session : window.hubspot).messages],
      which,
    );
  } catch (error) {
    if (!wordsOf(error).includes("Cannot serialize")) throw error;
    return page.evaluate((which) => {
      const { messages } = which === "session" ? window.hubspot.session : window.hubspot;
      const asText = (data: unknown) => {
        try {
          const text = JSON.stringify(data) ?? "";
          let [depth, deepest] = [0, 0];
          for (const character of text) {
            if (character === "{" || character === "[") depth += 1;
            if (character === "}" || character === "]") depth -= 1;
            deepest = Math.max(deepest, depth);
          }
          return deepest > 50 ? text.slice(0, 1000) : data;
        } catch {
          return String(data);
        }
      };
      return messages.map((message) => ({ ...message, data: asText(message.data) }));
    }, which);
  }
}

export class HubSpot {
  /** Uncaught errors in the tab, in its app's page and in the calling window. */
  readonly #errors: string[] = [];
  /** Why the app's page cannot be loaded. */
  #refused: string | undefined;

  /**
   * @param page in which the local HubSpot is, or will be
   * @param settings those of the app under test: they say where its calls are
   */
  constructor(
    readonly page: Page,
    readonly settings?: AppSettings,
  ) {
    this.#watch(page);
    page.on("popup", (popup) => this.#watch(popup));
  }

  #watch(page: Page): void {
    const isApp = (frame: Frame) => frame.parentFrame() === page.mainFrame();
    page.on("pageerror", ({ message }) => this.#errors.push(message));
    page.on("requestfailed", (request) => {
      const why = request.failure()?.errorText ?? "";
      if (!request.isNavigationRequest() || why === "net::ERR_ABORTED") return;
      const frame = frameOf(request);
      if (frame && isApp(frame)) this.#refused = refusal(why, request.url());
    });
    page.on("framenavigated", (frame) => {
      if (isApp(frame) && /^https?:/.test(frame.url())) this.#refused = undefined;
    });
  }

  // ── What its user does ──

  /**
   * Clicks Call: opens the app, and asks it to dial.
   * @param to the number, or any fields of DIAL_NUMBER; without them, the record's number that is chosen
   * @returns DIAL_NUMBER's payload, once the app was sent it
   * @throws an Error that says why nothing was dialled: the app is not there, its user is logged out, …
   */
  async dial(to?: string | Fields, { timeout = patience }: DialOptions = {}): Promise<Fields> {
    const fields = typeof to === "string" ? { phoneNumber: to } : to;
    const until = Date.now() + timeout;
    for (;;) {
      const dialling = this.page.evaluate(
        async ([fields, words]) => {
          const payload = (await window.hubspot.dial(fields)) ?? null;
          const reasons = [...document.querySelectorAll(words)].map((node) => node.textContent);
          return { payload, why: reasons.filter(Boolean).join(" ") };
        },
        [fields, reasons] as const,
      );
      const { payload, why }: { payload: Fields | null; why: string } = await this.#appears(
        dialling,
        timeout,
      );
      if (payload) return payload;
      // What was in its way may be gone by now, as when the user was just logging in.
      const isGone = why !== "" && (await this.#why()) === "";
      if (!isGone || Date.now() > until)
        throw new Error(`HubSpot did not dial. ${why || (await this.#why())}`);
    }
  }

  /**
   * Opens the app without asking it to dial, so that its user can log in: in its panel, the navigation bar or the
   * calling window, wherever it has its calls.
   * @throws an Error that says why it is not there
   */
  async openApp({ timeout = patience }: DialOptions = {}): Promise<void> {
    if (this.#isInWindow) await this.openCallingWindow();
    else await this.page.evaluate(() => window.hubspot.open());
    const isOpen = this.#talker.locator("#panel[data-status=open]").waitFor({
      state: "attached",
      timeout: 0,
    });
    await this.#appears(isOpen, timeout);
  }

  /** Sends the app any of HubSpot's messages. @throws an Error when it is not open */
  async send(type: string, data?: Fields): Promise<void> {
    await this.#talker.evaluate(([type, data]) => window.hubspot.send(type, data), [
      type,
      data,
    ] as const);
  }

  /** Opens a record's page, by the record's name or the beginning of it. */
  async openRecord(name: string): Promise<void> {
    const links = this.page.locator("#records a");
    const names = await links.allTextContents();
    const index = names.findIndex((each) => each.startsWith(name));
    const found = names[index];
    if (found === undefined)
      throw new Error(`There is no record “${name}”. There are: ${names.join(", ")}.`);
    await links.nth(index).click();
    await this.page.locator("#name", { hasText: found }).waitFor();
  }

  /** Opens the calling window, as "Open calling window" does. @returns HubSpot in it */
  async openCallingWindow(): Promise<this> {
    const page = this.#window ?? (await this.#openWindow());
    await page.waitForLoadState();
    return this.#in(page);
  }

  async #openWindow(): Promise<Page> {
    const opening = this.page.waitForEvent("popup");
    opening.catch(() => {});
    const isOpen = await this.page.evaluate(() => window.hubspot.openCallingWindow());
    if (!isOpen) throw new Error(await this.#why());
    return opening;
  }

  /** Opens HubSpot in another tab of the same browser. */
  async newTab(): Promise<this> {
    const hubspot = this.#in(await this.page.context().newPage());
    await hubspot.page.goto(new URL("/", this.page.url()).href);
    return hubspot;
  }

  /** HubSpot in another page: of the same class, which may be one that a test has made of this. */
  #in(page: Page): this {
    return Reflect.construct(this.constructor, [page, this.settings]);
  }

  /** Puts an app under "Call from", as a developer does in HubSpot's page. */
  async install(app: AppSettings): Promise<void> {
    await this.page.evaluate(([key, value]) => localStorage.setItem(key, value), entryOf(app));
    await this.page.reload();
  }

  /** The queue of call tasks. `start` and `next` dial; they give what `dial` does, or null where nothing was dialled. */
  readonly queue: {
    start: () => Promise<Fields | null>;
    next: () => Promise<Fields | null>;
    leave: () => Promise<void>;
  } = {
    start: () => this.page.evaluate(async () => (await window.hubspot.queue.start()) ?? null),
    next: () => this.page.evaluate(async () => (await window.hubspot.queue.next()) ?? null),
    leave: () => this.page.evaluate(() => window.hubspot.queue.leave()),
  };

  /** What goes wrong at HubSpot's side, in all tabs, until it is deleted again: `names` has all there are, with what each is. */
  readonly faults: {
    names: Readonly<Record<Fault, string>>;
    on: () => Promise<readonly Fault[]>;
    add: (name: Fault) => Promise<void>;
    delete: (name: Fault) => Promise<void>;
  } = {
    names: faults,
    on: () => this.page.evaluate(() => [...window.hubspot.faults.on]),
    add: (name) => this.page.evaluate((name) => void window.hubspot.faults.add(name), name),
    delete: (name) => this.page.evaluate((name) => void window.hubspot.faults.delete(name), name),
  };

  // ── What can be seen ──

  /** The app's page, where it has its calls: in this tab, or in the calling window. */
  get app(): FrameLocator {
    return this.#talker.frameLocator(appFrame);
  }

  /** HubSpot's alerts to its user. */
  alerts(): Locator {
    return this.page.locator("#alerts");
  }

  /** The CRM's records, with their numbers. */
  readonly records: readonly CrmRecord[] = firstRecords;

  /** Everything that went over the wire since the tab was loaded, oldest first: in this tab, and in the calling window. */
  messages(): Promise<Message[]> {
    return this.ask(() => bring(this.page, "messages"));
  }

  /** The completed calls of all records, newest first. */
  timeline(): Promise<readonly TimelineCall[]> {
    return this.ask(() => this.page.evaluate(() => window.hubspot.timeline));
  }

  /**
   * What the rules judge: all that was said, from before the tab was loaded again, too, and the uncaught errors. It is
   * over once no call is on: what was to be done by then, and was not, counts as never done.
   */
  async session(): Promise<Session> {
    const messages = await this.ask(() => bring(this.page, "session"));
    const at = await this.ask(() => this.page.evaluate(() => window.hubspot.session.at));
    const { calls } = digest({ messages });
    const isOver = calls.every(({ overAt }) => overAt < messages.length);
    return { messages, isOver, errors: this.#errors, ...(at !== undefined && { at }) };
  }

  /** What became of each of HubSpot's rules: those that are broken first. */
  async findings(): Promise<Finding[]> {
    return judge(await this.session());
  }

  /** Asks the tab, which may just be being replaced, as by navigateToRecord. */
  protected async ask<T>(question: () => Promise<T>): Promise<T> {
    try {
      return await question();
    } catch (error) {
      if (this.page.isClosed() || !/context was destroyed|navigation/i.test(wordsOf(error)))
        throw error;
      await this.page.waitForLoadState();
      return question();
    }
  }

  get #isInWindow(): boolean {
    const { supportsInboundCalling = false, usesRemote = false } = this.settings ?? {};
    const { usesCallingWindow = true } = this.settings ?? {};
    return callsInWindow({ supportsInboundCalling, usesRemote, usesCallingWindow });
  }

  get #window(): Page | undefined {
    const { origin } = new URL(this.page.url());
    return this.page
      .context()
      .pages()
      .find((page) => isWindowOf(origin, new URL(page.url())));
  }

  /** The page in which the app has its calls. */
  get #talker(): Page {
    return (this.#isInWindow ? this.#window : undefined) ?? this.page;
  }

  /** Waits for what happens once the app is there. @throws an Error that says why it is not */
  async #appears<T>(happening: Promise<T>, timeout: number): Promise<T> {
    let isOver = false;
    const done = () => {
      isOver = true;
    };
    happening.then(done, done);
    const until = Date.now() + timeout;
    while (!isOver) {
      if (this.#refused) throw new Error(`The app is not there. ${this.#refused}`);
      if (Date.now() > until)
        throw new Error(`The app is not there after ${timeout / 1000} s. ${await this.#why()}`);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    return happening;
  }

  /** What HubSpot tells its user at the moment. */
  async #why(): Promise<string> {
    const words = await Promise.all(
      [...new Set([this.page, this.#talker])].map((page) =>
        page.locator(reasons).allTextContents(),
      ),
    );
    return [...new Set(words.flat())].filter(Boolean).join(" ");
  }
}
