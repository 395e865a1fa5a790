// A small browser on virtual time: tabs and nested frames, how messages get from page to page, and how pages come and go.
import { Chance } from "./chance.ts";
import { Clock, type Owner } from "./clock.ts";
import { Databases } from "./indexed-db.ts";
import { Locks } from "./locks.ts";
import { Page, type Program } from "./page.ts";
import { Area, type Store, type Trouble } from "./storage.ts";

/** A tab, or a window of its own: a process that can crash by itself. */
export type Tab = {
  readonly name: string;
  readonly top: Context;
  /** By origin and partition. */
  session: Map<string, Map<string, string>>;
};

/** The place of a page: a tab's own, or a frame's in another page. */
export type Context = {
  readonly id: number;
  readonly parent: Context | undefined;
  readonly tab: Tab;
  page: Page | undefined;
  isClosed: boolean;
  /** The last address that was asked for is loaded. */
  loads: number;
  /** Whether another page is about to take the place of the one here. */
  isLoading: boolean;
  loaded: () => void;
};

export type BrowserOptions = {
  seed: number;
  /** ms that a message takes at most */
  pace: number;
  /** The code of the page at an address; undefined where nothing is. */
  program: (url: URL, page: Page) => Program | undefined;
  /** What a page's code threw. */
  failed: (page: string, error: unknown) => void;
  /** Names the tab that a page opens. */
  nameOf: (url: URL) => string;
  /** Whether what the origin stores is on disk at once, and outlives everything. */
  isDurable: (origin: string) => boolean;
};

type Channel = {
  page: Page;
  name: string;
  key: string;
  isClosed: boolean;
  hear: (data: unknown) => void;
};

/** When every simulation begins: a Friday morning. */
const beginning = Date.UTC(2026, 9, 2, 9, 30);

export class Browser {
  readonly clock: Clock;
  readonly chance: Chance;
  readonly tabs = new Set<Tab>();
  /** How storage fails, by origin. */
  readonly troubles = new Map<string, Trouble>();
  readonly #options: BrowserOptions;
  readonly #machine: Owner = { name: "the browser", isAlive: true, isFrozen: false };
  /** When the last message on its way arrives, by the link: none overtakes another. */
  readonly #arrivals = new Map<string, number>();
  readonly #areas = new Map<string, Area>();
  readonly #locks = new Map<string, Locks>();
  readonly #databases = new Map<string, Databases>();
  /** The addresses that users will come back to, where the page was not kept. */
  readonly #left = new Map<Tab, URL>();
  #channels: Channel[] = [];
  #contexts = 0;
  #pages = 0;

  constructor(options: BrowserOptions) {
    this.#options = options;
    this.chance = new Chance(options.seed);
    this.clock = new Clock(beginning, ({ name }, error) => options.failed(name, error));
  }

  /** Opens a tab; nothing is in it until its page is loaded. */
  open(url: URL, from?: Tab, session?: Tab["session"]): Context {
    const name = this.#options.nameOf(url);
    const top: Context = {
      id: ++this.#contexts,
      parent: undefined,
      page: undefined,
      isClosed: false,
      loads: 0,
      isLoading: false,
      loaded: () => {},
      get tab() {
        return tab;
      },
    };
    const tab: Tab = { name, top, session: copied(session ?? from?.session ?? new Map()) };
    this.tabs.add(tab);
    this.navigate(top, url);
    return top;
  }

  /** A page in a window that has nothing to do with the tabs here. */
  pageOutside(url: URL): Page {
    const context: Context = {
      id: ++this.#contexts,
      parent: undefined,
      page: undefined,
      isClosed: false,
      loads: 0,
      isLoading: false,
      loaded: () => {},
      get tab() {
        return tab;
      },
    };
    const tab: Tab = { name: url.host, top: context, session: new Map() };
    context.page = new Page(this, context, url, url.host);
    return context.page;
  }

  frame(parent: Context, loaded: () => void): Context {
    const { tab } = parent;
    const id = ++this.#contexts;
    return {
      id,
      parent,
      tab,
      page: undefined,
      isClosed: false,
      loads: 0,
      isLoading: false,
      loaded,
    };
  }

  /** Loads an address: the page that is there goes when the new one has come. */
  navigate(context: Context, url: URL): void {
    const load = ++context.loads;
    context.isLoading = true;
    const name = context.tab.name;
    this.clock.after(this.#wait(`load ${name}`, 5, 120), this.#machine, () => {
      if (context.isClosed || load !== context.loads) return;
      context.isLoading = false;
      if (context.page) this.#unload(context.page);
      const page = new Page(this, context, url, `${name} ${++this.#pages}`);
      context.page = page;
      const program = this.#options.program(url, page);
      this.clock.after(this.#wait(`parse ${name}`, 1, 15), page, () => {
        program?.(page.window);
        const above = context.parent?.page;
        if (!above) return;
        // It comes after what the page before it said.
        this.clock.after(this.#wait(`loaded ${name}`, 1, 15), page, () =>
          this.#carry(postal(context, context.parent), above, () => context.loaded()),
        );
      });
    });
  }

  /** The user closes the tab: its pages are told. */
  close(tab: Tab): void {
    if (!this.tabs.has(tab)) return;
    for (const page of pagesIn(tab.top)) if (!page.isFrozen) this.#say(page, "pagehide");
    this.crash(tab);
  }

  /** The tab goes, and nobody in it is told. */
  crash(tab: Tab): void {
    this.remove(tab.top);
    this.tabs.delete(tab);
    for (const area of this.#areas.values()) area.forget(tab.name);
  }

  /** A new tab as the other is, with a copy of its session storage. */
  duplicate({ top, session }: Tab): Context | undefined {
    return top.page && this.open(top.page.url, undefined, session);
  }

  /** Every page goes at once, and localStorage is what it was when it was last written to disk. */
  kill(): void {
    for (const tab of this.tabs) this.crash(tab);
    for (const area of this.#areas.values()) area.kill();
    for (const databases of this.#databases.values()) databases.kill();
    this.#locks.clear();
  }

  freeze(tab: Tab): void {
    for (const page of pagesIn(tab.top)) {
      this.#say(page, "freeze");
      page.isFrozen = true;
    }
  }

  thaw(tab: Tab): void {
    for (const page of pagesIn(tab.top)) {
      if (!page.isFrozen) continue;
      this.clock.thaw(page);
      this.#say(page, "resume");
    }
  }

  /**
   * The user goes elsewhere in the tab: its pages are told, and stay in the back/forward cache, where they hear of nothing.
   * Browsers keep no page there of which something is still loading.
   */
  leave(tab: Tab): void {
    const { top } = tab;
    const pages = pagesIn(top);
    const isLoading = [top, ...pages.flatMap(({ frames }) => frames)].some((one) => one.isLoading);
    if (isLoading && top.page) {
      this.#left.set(tab, top.page.url);
      this.#unload(top.page);
      top.page = undefined;
      // What was to come does not.
      top.loads++;
      return;
    }
    for (const page of pages) {
      this.#say(page, "pagehide", true);
      page.isCached = true;
      for (const locks of this.#locks.values()) locks.abort(page);
    }
    this.freeze(tab);
  }

  /** The user comes back to the pages in the cache, or to the page's address, where it is loaded anew. */
  comeBack(tab: Tab): void {
    const left = this.#left.get(tab);
    this.#left.delete(tab);
    if (left && this.tabs.has(tab)) this.navigate(tab.top, left);
    this.thaw(tab);
    for (const page of pagesIn(tab.top)) {
      page.isCached = false;
      this.#say(page, "pageshow", true);
    }
  }

  /** The frame goes, as its element is taken out. */
  remove(context: Context): void {
    context.isClosed = true;
    if (context.page) this.#unload(context.page, false);
    context.page = undefined;
  }

  post(from: Page, to: Context, data: unknown, target: string): void {
    if (!from.isAlive) return;
    const { origin, context } = from;
    const targetOrigin = URL.canParse(target) ? new URL(target).origin : target;
    const arrive = () => {
      const { page } = to;
      if (!page || (targetOrigin !== "*" && targetOrigin !== page.origin)) return;
      this.clock.after(0, page, () => page.receive(data, origin, context));
    };
    this.#carry(postal(context, to), this.#machine, arrive);
  }

  channelClass(page: Page, isBlocked: () => boolean) {
    const browser = this;
    const key = this.#partition(page);
    return class BroadcastChannel {
      onmessage: unknown = null;
      readonly name: string;
      readonly #channel: Channel;
      readonly #listeners = new Set<(event: object) => void>();

      constructor(name: string) {
        if (isBlocked()) throw new DOMException("The operation is insecure.", "SecurityError");
        this.name = name;
        const hear = (data: unknown) => {
          const event = { type: "message", data, origin: page.origin, target: this };
          if (typeof this.onmessage === "function") this.onmessage(event);
          for (const listener of this.#listeners) listener(event);
        };
        this.#channel = { page, name, key, isClosed: false, hear };
        browser.#channels.push(this.#channel);
      }

      addEventListener(_type: "message", listener: (event: object) => void): void {
        this.#listeners.add(listener);
      }

      postMessage(data: unknown): void {
        const { isClosed } = this.#channel;
        if (isClosed) throw new DOMException("The channel is closed.", "InvalidStateError");
        if (page.isAlive) browser.#broadcast(this.#channel, data);
      }

      close(): void {
        this.#channel.isClosed = true;
        browser.#channels = browser.#channels.filter((channel) => channel !== this.#channel);
      }
    };
  }

  troubleOf({ origin }: Page): Trouble {
    return this.troubles.get(origin);
  }

  /** What the page shares with others of its origin, under the same site at the top. */
  storagesOf(page: Page): {
    local: Store;
    session: Store;
    locks: Locks;
    databases: Databases;
  } {
    const key = this.#partition(page);
    const { tab } = page.context;
    const area = this.#areaOf(key, page.origin);
    const session = tab.session.get(key) ?? new Map<string, string>();
    tab.session.set(key, session);
    return {
      local: {
        keys: () => area.keys(tab.name),
        get: (name) => area.get(tab.name, name),
        set: (name, value) => {
          if (page.isAlive) area.set(tab.name, name, value);
        },
      },
      session: {
        keys: () => [...session.keys()],
        get: (name) => session.get(name) ?? null,
        set: (name, value) => {
          if (value === null) session.delete(name);
          else session.set(name, value);
        },
      },
      locks: known(
        this.#locks,
        key,
        () =>
          new Locks({
            toBrowser: (from, arrive) => this.#carry(`lock of ${from.name}`, this.#machine, arrive),
            toPage: (to, arrive) => this.#carry(`lock to ${to.name}`, to, arrive),
          }),
      ),
      databases: known(
        this.#databases,
        key,
        () =>
          new Databases(
            this.clock,
            this.#machine,
            ({ name }) => this.#delay(`database ${name}`),
            ({ name }) => this.#wait(`commit ${name}`, 2, 40),
          ),
      ),
    };
  }

  /** The locks of the pages of an origin, by partition. */
  locksOf(origin: string): Locks[] {
    return [...this.#locks].filter(([key]) => key.startsWith(`${origin} `)).map(([, it]) => it);
  }

  /** All that pages of an origin keep, in words. */
  keptBy(origin: string): string {
    const own = <T>(all: Map<string, T>) =>
      [...all].filter(([key]) => key.startsWith(`${origin} `)).map(([, value]) => value);
    return JSON.stringify([
      own(this.#areas).map(({ values }) => values),
      own(this.#databases).map(({ values }) => values),
    ]);
  }

  #broadcast(from: Channel, data: unknown): void {
    for (const to of this.#channels) {
      if (to === from || to.name !== from.name || to.key !== from.key) continue;
      if (to.page.isCached) continue;
      const copy: unknown = structuredClone(data);
      this.#carry(`channel ${from.page.name} ${to.page.name}`, to.page, () => {
        if (!to.isClosed) to.hear(copy);
      });
    }
  }

  #areaOf(key: string, origin: string): Area {
    return known(
      this.#areas,
      key,
      () =>
        new Area(
          this.clock,
          this.#machine,
          this.#options.isDurable(origin),
          (from, to, arrive) => this.#carry(`storage ${from} ${to}`, this.#machine, arrive),
          (process, event) => {
            for (const tab of this.tabs) {
              if (tab.name !== process) continue;
              for (const page of pagesIn(tab.top))
                if (this.#partition(page) === key)
                  this.clock.after(0, page, () => page.window.emit("storage", event, page.window));
            }
          },
        ),
    );
  }

  /** Whether the site at the top is another than the page's. */
  isElsewhere(page: Page): boolean {
    return topOf(page).site !== page.site;
  }

  /** Origins are told apart by the site at the top, too. */
  #partition(page: Page): string {
    return `${page.origin} ${topOf(page).site}`;
  }

  #unload(page: Page, isTold = true): void {
    if (!page.isAlive) return;
    for (const { page: inner } of page.frames) if (inner) this.#unload(inner, isTold);
    if (isTold && !page.isFrozen) this.#say(page, "pagehide");
    page.isAlive = false;
    page.goneAt = this.clock.now;
    this.#channels = this.#channels.filter((channel) => channel.page !== page);
    for (const locks of this.#locks.values()) locks.release(page);
    for (const databases of this.#databases.values()) databases.release(page);
  }

  #say(page: Page, ...what: Parameters<Page["tell"]>): void {
    this.clock.run(page, () => page.tell(...what));
  }

  /** Carries something that takes a while and overtakes nothing on the same way. */
  #carry(link: string, owner: Owner, arrive: () => void): void {
    const at = Math.max(
      this.clock.now + this.#delay(link),
      (this.#arrivals.get(link) ?? 0) + 0.001,
    );
    this.#arrivals.set(link, at);
    this.clock.after(at - this.clock.now, owner, arrive);
  }

  /** Mostly short, at times as long as the pace allows: ms. */
  #delay(purpose: string): number {
    return this.#wait(purpose, 0.1, this.#options.pace);
  }

  #wait(purpose: string, least: number, most: number): number {
    return least + (most - least) * this.chance.next(purpose) ** 3;
  }
}

const postal = (from: Context, to: Context | undefined) => `post ${from.id} ${to?.id}`;

const topOf = (page: Page): Page => page.context.tab.top.page ?? page;

/** The pages in a place, the inner ones first. */
function pagesIn({ page }: Context): Page[] {
  return page ? [...page.frames.flatMap(pagesIn), page] : [];
}

const copied = (session: Tab["session"]): Tab["session"] =>
  new Map([...session].map(([key, values]) => [key, new Map(values)]));

function known<T>(all: Map<string, T>, key: string, make: () => T): T {
  const value = all.get(key) ?? make();
  all.set(key, value);
  return value;
}
