// A page loaded into a tab or a frame, and what its code sees of the browser.
import type { Browser, Context } from "./browser.ts";
import type { Task } from "./clock.ts";
import { EventTarget } from "./events.ts";
import { IFrame, IFrameHost } from "./iframe.ts";
import { storageObject } from "./storage.ts";

/** The code of a page: called with what it sees as globals, by their names. */
export type Program = (globals: Record<string, unknown>) => void;

export class Page {
  /** Unique: a reload makes another. */
  readonly name: string;
  isAlive = true;
  /** When it was closed, in ms since 1970. */
  goneAt = Number.POSITIVE_INFINITY;
  isFrozen = false;
  /** Whether it is in the back/forward cache. */
  isCached = false;
  readonly context: Context;
  readonly browser: Browser;
  url: URL;
  /** It stays when the address changes. */
  readonly origin: string;
  /** The site as browsers count it: the last two names of the host. */
  readonly site: string;
  /** What the code gave to whoever looks at the page from outside. */
  readonly shown: Record<string, unknown> = {};
  readonly window: EventTarget & Record<string, unknown>;
  readonly #document: EventTarget & { visibilityState: string; hidden: boolean };
  readonly #timers = new Map<number, Task>();
  readonly #views = new Map<Context, object>();
  #timer = 0;

  constructor(browser: Browser, context: Context, url: URL, name: string) {
    this.browser = browser;
    this.context = context;
    this.url = url;
    this.origin = url.origin;
    this.site = url.hostname.split(".").slice(-2).join(".");
    this.name = name;
    const { parent } = context;
    const document = new EventTarget();
    this.#document = Object.assign(document, {
      visibilityState: "visible",
      hidden: false,
      referrer: parent?.page ? `${parent.page.origin}/` : "",
      createElement: (tag: string) => (tag === "iframe" ? new IFrame(this) : anchor()),
      querySelector: (selector: string) => this.host(selector),
      body: {},
      documentElement: {},
    });
    this.window = Object.assign(new EventTarget(), this.#globals());
    for (const name of ["window", "self", "globalThis"]) this.window[name] = this.window;
    // The one that is outermost is its own parent.
    this.window.parent = parent ? this.view(parent) : this.window;
    this.window.top = this.window.parent;
  }

  /** How this page sees another window: the same object every time, whose messages come from this page. */
  view(other: Context): object {
    const known = this.#views.get(other);
    if (known) return known;
    const seen = {
      postMessage: (data: unknown, to: string | { targetOrigin?: string } = "*") => {
        const target = typeof to === "object" ? (to.targetOrigin ?? "*") : to;
        this.browser.post(this, other, structuredClone(data), target);
      },
      get closed() {
        return other.isClosed;
      },
      focus: () => {},
      get parent() {
        return seen;
      },
    };
    this.#views.set(other, seen);
    return seen;
  }

  /** A message has come. */
  receive(data: unknown, origin: string, from: Context): void {
    this.window.emit("message", { data, origin, source: this.view(from) }, this.window);
  }

  /**
   * Tells the page that it is shown, hidden, frozen, thawed or about to go.
   * @param persisted whether it goes into the back/forward cache, or comes out of it
   */
  tell(
    type: "pagehide" | "pageshow" | "freeze" | "resume" | "hidden" | "visible",
    persisted = false,
  ): void {
    if (type === "hidden" || type === "visible") {
      this.#document.visibilityState = type;
      this.#document.hidden = type === "hidden";
      this.#document.emit("visibilitychange");
    } else if (type === "pagehide" || type === "pageshow")
      this.window.emit(type, { persisted }, this.window);
    else this.#document.emit(type);
  }

  #hosts = new Map<string, IFrameHost>();

  /** The element that the page has frames in. */
  host(selector: string): IFrameHost {
    const host = this.#hosts.get(selector) ?? new IFrameHost();
    this.#hosts.set(selector, host);
    return host;
  }

  get frames(): Context[] {
    return [...this.#hosts.values()].flatMap((host) => host.child?.context ?? []);
  }

  #globals(): Record<string, unknown> {
    const { browser, context } = this;
    const { clock, chance } = browser;
    const isBlocked = () => browser.troubleOf(this) === "blocked";
    const after = (delay: unknown, run: () => void) =>
      clock.after(Math.max(1, Number(delay) || 0), this, run);
    const setTimeout = (run: (...args: unknown[]) => void, delay?: number, ...args: unknown[]) => {
      const id = ++this.#timer;
      const fire = () => {
        this.#timers.delete(id);
        run(...args);
      };
      this.#timers.set(id, after(delay, fire));
      return id;
    };
    const setInterval = (run: (...args: unknown[]) => void, delay?: number, ...args: unknown[]) => {
      const id = ++this.#timer;
      const fire = () => {
        this.#timers.set(id, after(delay, fire));
        run(...args);
      };
      this.#timers.set(id, after(delay, fire));
      return id;
    };
    const clear = (id: number) => {
      const task = this.#timers.get(id);
      if (task) task.isOff = true;
      this.#timers.delete(id);
    };
    class SimulatedDate extends Date {
      constructor(value?: number | string) {
        super(value ?? Math.floor(clock.now));
      }
      static override now = () => Math.floor(clock.now);
    }
    const storages = browser.storagesOf(this);
    const trouble = () => browser.troubleOf(this);
    return {
      document: this.#document,
      navigator: {
        locks: storages.locks.of(this, isBlocked, () => browser.isElsewhere(this)),
        storage: { persist: async () => true, persisted: async () => true },
        userAgent: "simulated",
        onLine: true,
      },
      location: this.#location(),
      history: {
        replaceState: (_: unknown, __: string, url: string) => {
          this.url = new URL(url, this.url);
        },
        pushState: (_: unknown, __: string, url: string) => {
          this.url = new URL(url, this.url);
        },
      },
      localStorage: storageObject(storages.local, trouble),
      sessionStorage: storageObject(storages.session, trouble),
      indexedDB: storages.databases.of(this, trouble),
      BroadcastChannel: browser.channelClass(this, isBlocked),
      crypto: { randomUUID: () => chance.uuid(), subtle: crypto.subtle },
      performance: {
        get timeOrigin() {
          return 0;
        },
        now: () => clock.now,
        getEntriesByType: () => [],
      },
      Date: SimulatedDate,
      Math: Object.assign(Object.create(Math), { random: () => chance.next("Math.random") }),
      setTimeout,
      setInterval,
      clearTimeout: clear,
      clearInterval: clear,
      queueMicrotask,
      structuredClone,
      console: { log() {}, info() {}, debug() {}, warn() {}, error() {} },
      open: (url: string) => {
        const opened = browser.open(new URL(url, this.url), context.tab);
        return opened ? this.view(opened) : null;
      },
      confirm: () => true,
      close: () => browser.close(context.tab),
      origin: this.origin,
      isSecureContext: true,
      simulated: this.shown,
    };
  }

  #location() {
    const page = this;
    const go = (url: string) => page.browser.navigate(page.context, new URL(url, page.url));
    return {
      get href() {
        return page.url.href;
      },
      set href(url: string) {
        go(url);
      },
      get origin() {
        return page.origin;
      },
      get protocol() {
        return page.url.protocol;
      },
      get host() {
        return page.url.host;
      },
      get hostname() {
        return page.url.hostname;
      },
      get port() {
        return page.url.port;
      },
      get pathname() {
        return page.url.pathname;
      },
      get search() {
        return page.url.search;
      },
      get hash() {
        return page.url.hash;
      },
      set hash(hash: string) {
        const oldURL = page.url.href;
        page.url = new URL(hash, page.url);
        const event = { oldURL, newURL: page.url.href };
        page.browser.clock.after(0, page, () => page.window.emit("hashchange", event, page.window));
      },
      assign: go,
      replace: go,
      reload: () => go(page.url.href),
      get ancestorOrigins() {
        const parent = page.context.parent?.page;
        return parent ? [parent.origin] : [];
      },
      toString: () => page.url.href,
    };
  }
}

/** What the SDK takes an address apart with. */
function anchor() {
  let url = new URL("about:blank");
  return {
    set href(href: string) {
      url = URL.canParse(href) ? new URL(href) : new URL("about:blank");
    },
    get href() {
      return url.href;
    },
    get protocol() {
      return url.protocol;
    },
    get host() {
      return url.host;
    },
  };
}
