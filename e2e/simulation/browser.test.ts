// The simulated browser does what browsers do, as far as the pages rely on it.
import { expect, test } from "@playwright/test";
import { Browser, type Context } from "./browser/browser.ts";
import type { Page, Program } from "./browser/page.ts";

/** What a page of these tests sees. */
type Globals = {
  window: Window;
  parent: { postMessage: (data: unknown, to: string) => void };
  document: Document;
  localStorage: Storage;
  sessionStorage: Storage;
  indexedDB: IDBFactory;
  navigator: { locks: LockManager };
  BroadcastChannel: typeof BroadcastChannel;
  setTimeout: (run: () => void, delay: number) => number;
  clearTimeout: (id: number) => void;
  performance: Performance;
  simulated: { heard: string[] };
};

const app = "https://app.example/";
const host = "https://host.example/";

/** A browser whose pages run `code`, each with its own list of what it heard. */
function browserWith(code: (globals: Globals, page: Page) => void, seed = 1, pace = 30) {
  const failures: unknown[] = [];
  const browser = new Browser({
    seed,
    pace,
    program: (_, page): Program => {
      return (globals) => {
        globals.simulated = page.shown;
        page.shown.heard = [];
        code(globals as Globals, page);
      };
    },
    failed: (_, error) => failures.push(error),
    nameOf: () => `Tab ${++opened}`,
    isDurable: (origin) => origin === new URL(host).origin,
  });
  let opened = 0;
  const openTab = async (url = app): Promise<Context> => {
    const top = browser.open(new URL(url));
    await browser.clock.pass(500);
    return top;
  };
  return { browser, openTab, failures };
}

const heardIn = ({ page }: Context): string[] => page?.shown.heard as string[];
const channelOf = ({ page }: Context) => page?.shown.channel as BroadcastChannel;
const globalsOf = ({ page }: Context) => page?.window as unknown as Globals;

test("time passes only when it is told to, and tasks run in its order", async () => {
  const { browser, openTab } = browserWith(({ window, setTimeout, clearTimeout, simulated }) => {
    const now = () => (window as unknown as typeof globalThis).Date.now();
    const began = now();
    setTimeout(() => simulated.heard.push(`late ${now() - began}`), 2000);
    setTimeout(() => {
      simulated.heard.push(`soon ${now() - began}`);
      Promise.resolve().then(() => simulated.heard.push("then"));
    }, 1000);
    clearTimeout(setTimeout(() => simulated.heard.push("never"), 1500));
  });
  const tab = await openTab();
  expect(heardIn(tab)).toEqual([]);
  await browser.clock.pass(60_000);
  expect(heardIn(tab)).toEqual(["soon 1000", "then", "late 2000"]);
});

test("messages of a channel overtake none of the same sender, and do not reach it", async () => {
  for (let seed = 1; seed < 20; seed++) {
    const { browser, openTab } = browserWith(({ BroadcastChannel, simulated }, page) => {
      const channel = new BroadcastChannel("room");
      channel.onmessage = ({ data }) => simulated.heard.push(data);
      page.shown.channel = channel;
    }, seed);
    const tabs = [await openTab(), await openTab(), await openTab()];
    for (let number = 0; number < 10; number++)
      for (const [index, tab] of tabs.entries()) channelOf(tab).postMessage(`${index} ${number}`);
    await browser.clock.pass(1000);
    for (const [index, tab] of tabs.entries()) {
      const heard = heardIn(tab);
      expect(heard).toHaveLength(20);
      expect(heard.filter((words) => words.startsWith(String(index)))).toEqual([]);
      for (const other of [0, 1, 2].filter((sender) => sender !== index))
        expect(heard.filter((words) => words.startsWith(String(other)))).toEqual(
          Array.from({ length: 10 }, (_, number) => `${other} ${number}`),
        );
    }
  }
});

test("messages of two senders come in any order", async () => {
  const orders = new Set<string>();
  for (let seed = 1; seed < 30; seed++) {
    const { browser, openTab } = browserWith(({ BroadcastChannel, simulated }, page) => {
      const channel = new BroadcastChannel("room");
      channel.onmessage = ({ data }) => simulated.heard.push(data);
      page.shown.channel = channel;
    }, seed);
    const [a, b, c] = [await openTab(), await openTab(), await openTab()];
    channelOf(a).postMessage("a");
    channelOf(b).postMessage("b");
    await browser.clock.pass(1000);
    orders.add(heardIn(c).join());
  }
  expect([...orders].sort()).toEqual(["a,b", "b,a"]);
});

test("a framed page hears its parent, knows its source and origin, and is loaded again", async () => {
  const { browser, openTab } = browserWith(({ window, parent, document, simulated }, page) => {
    window.addEventListener("message", (event) => {
      const isParent = event.source === (parent as unknown);
      simulated.heard.push(`${event.data} ${event.origin} ${isParent}`);
    });
    if (page.context.parent) {
      parent.postMessage("I am here", host);
      parent.postMessage("not for you", app);
      return;
    }
    const frame = document.createElement("iframe");
    frame.onload = () => {
      simulated.heard.push("load");
      frame.contentWindow?.postMessage("hello", app);
    };
    frame.src = app;
    document.querySelector("#frame")?.append(frame);
    page.shown.frame = frame;
  });
  const top = await openTab(host);
  const frame = top.page?.frames[0];
  expect(heardIn(top).sort()).toEqual([`I am here ${new URL(app).origin} false`, "load"]);
  expect(frame && heardIn(frame)).toEqual([`hello ${new URL(host).origin} true`]);
  const before = frame?.page;
  (top.page?.shown.frame as HTMLIFrameElement).src = app;
  await browser.clock.pass(500);
  expect(before?.isAlive).toBe(false);
  expect(frame?.page).not.toBe(before);
  expect(frame && heardIn(frame)).toEqual([`hello ${new URL(host).origin} true`]);
});

test("a lock has one holder, and goes to the next one when its page goes, however that ends", async () => {
  for (const end of ["close", "crash"] as const) {
    const { browser, openTab } = browserWith(({ navigator, simulated }) => {
      navigator.locks.request("call", () => {
        simulated.heard.push("held");
        return new Promise(() => {});
      });
    });
    const [first, second, third] = [await openTab(), await openTab(), await openTab()];
    const holders = () => [first, second, third].map((tab) => heardIn(tab)?.length ?? 0);
    expect(holders()).toEqual([1, 0, 0]);
    browser[end](second.tab);
    await browser.clock.pass(500);
    expect([heardIn(first), heardIn(third)]).toEqual([["held"], []]);
    browser[end](first.tab);
    await browser.clock.pass(500);
    expect(heardIn(third)).toEqual(["held"]);
    const { held = [] } = await passing(browser, globalsOf(third).navigator.locks.query());
    expect(held).toHaveLength(1);
  }
});

test("a shared lock waits for an exclusive one, and an exclusive one for all shared ones", async () => {
  const { browser, openTab } = browserWith(() => {});
  const { navigator, simulated, setTimeout } = globalsOf(await openTab());
  const hold = (words: string, mode: LockMode, ms: number) =>
    navigator.locks.request("call", { mode }, () => {
      simulated.heard.push(words);
      return new Promise<void>((resolve) => setTimeout(resolve, ms));
    });
  hold("exclusive", "exclusive", 1000);
  hold("shared 1", "shared", 1000);
  hold("shared 2", "shared", 3000);
  hold("exclusive again", "exclusive", 0);
  await browser.clock.pass(900);
  expect(simulated.heard).toEqual(["exclusive"]);
  await browser.clock.pass(1000);
  expect(simulated.heard).toEqual(["exclusive", "shared 1", "shared 2"]);
  await browser.clock.pass(1500);
  expect(simulated.heard).toHaveLength(3);
  await browser.clock.pass(1500);
  expect(simulated.heard).toEqual(["exclusive", "shared 1", "shared 2", "exclusive again"]);
});

test("what one tab stores the others see a moment later; a copy of a tab has its session", async () => {
  const { browser, openTab } = browserWith(({ window, simulated }) => {
    window.addEventListener("storage", ({ key, newValue }) =>
      simulated.heard.push(`${key} ${newValue}`),
    );
  });
  const [one, other] = [await openTab(), await openTab()];
  globalsOf(one).sessionStorage.setItem("room", "1");
  globalsOf(other).localStorage.getItem("call");
  globalsOf(one).localStorage.setItem("call", "on");
  expect(globalsOf(one).localStorage.getItem("call")).toBe("on");
  expect(globalsOf(other).localStorage.getItem("call")).toBeNull();
  await browser.clock.pass(100);
  expect(globalsOf(other).localStorage.getItem("call")).toBe("on");
  expect(Object.keys(globalsOf(other).localStorage)).toEqual(["call"]);
  expect([heardIn(one), heardIn(other)]).toEqual([[], ["call on"]]);
  const copy = browser.duplicate(one.tab);
  await browser.clock.pass(500);
  expect(copy && globalsOf(copy).sessionStorage.getItem("room")).toBe("1");
  expect(globalsOf(other).sessionStorage.getItem("room")).toBeNull();
});

test("storage can be full or blocked", async () => {
  const { browser, openTab } = browserWith(() => {});
  const { localStorage, navigator, BroadcastChannel } = globalsOf(await openTab());
  localStorage.setItem("call", "a long text");
  browser.troubles.set(new URL(app).origin, "full");
  expect(() => localStorage.setItem("call", "a longer text")).toThrow("quota");
  localStorage.setItem("call", "short");
  localStorage.removeItem("call");
  expect(localStorage.length).toBe(0);
  browser.troubles.set(new URL(app).origin, "blocked");
  expect(() => localStorage.getItem("call")).toThrow("insecure");
  expect(() => new BroadcastChannel("room")).toThrow("insecure");
  await expect(navigator.locks.query()).rejects.toThrow("denied");
});

test("a killed browser has of localStorage what was on disk, and of IndexedDB what was committed", async () => {
  const { browser, openTab } = browserWith(() => {});
  const put = (page: Globals, value: string): Promise<void> =>
    new Promise((resolve) => {
      const opening = page.indexedDB.open("calls", 1);
      opening.onupgradeneeded = () => opening.result.createObjectStore("calls");
      opening.onsuccess = () => {
        const transaction = opening.result.transaction("calls", "readwrite", {
          durability: "strict",
        });
        transaction.objectStore("calls").put(value, "call");
        transaction.oncomplete = () => resolve();
      };
    });
  const get = (page: Globals): Promise<unknown> =>
    new Promise((resolve) => {
      const opening = page.indexedDB.open("calls", 1);
      opening.onsuccess = () => {
        const asked = opening.result.transaction("calls").objectStore("calls").get("call");
        asked.onsuccess = () => resolve(asked.result);
      };
    });
  let page = globalsOf(await openTab());
  page.localStorage.setItem("call", "ringing");
  await browser.clock.pass(6000);
  page.localStorage.setItem("call", "answered");
  await browser.clock.pass(20_000);
  await passing(browser, put(page, "answered"));
  put(page, "ended");
  browser.kill();
  page = globalsOf(await openTab());
  expect(page.localStorage.getItem("call")).toBe("ringing");
  expect(await passing(browser, get(page))).toBe("answered");
  // Full storage takes nothing more, but gives back room.
  browser.troubles.set(new URL(app).origin, "full");
  put(page, "a longer text").catch(() => {});
  await browser.clock.pass(1000);
  expect(await passing(browser, get(page))).toBe("answered");
  browser.troubles.clear();
  // Once a minute has passed, it is on disk.
  page.localStorage.setItem("call", "answered");
  await browser.clock.pass(61_000);
  browser.kill();
  expect(globalsOf(await openTab()).localStorage.getItem("call")).toBe("answered");
});

test("a frozen page does nothing until it is thawed, and then all that it missed", async () => {
  const { browser, openTab } = browserWith(({ BroadcastChannel, setTimeout, simulated }, page) => {
    const channel = new BroadcastChannel("room");
    channel.onmessage = ({ data }) => simulated.heard.push(data);
    page.shown.channel = channel;
    setTimeout(() => simulated.heard.push("timer"), 1000);
  });
  const [one, other] = [await openTab(), await openTab()];
  browser.freeze(other.tab);
  channelOf(one).postMessage("hello");
  await browser.clock.pass(10_000);
  expect(heardIn(other)).toEqual([]);
  browser.thaw(other.tab);
  await browser.clock.pass(10);
  expect(heardIn(other)).toEqual(["hello", "timer"]);
});

test("a page whose user goes elsewhere is kept as it is, without its locks, unless something in it was still loading", async () => {
  const { browser, openTab } = browserWith(({ window, navigator, simulated }, page) => {
    simulated.heard.push(page.name);
    for (const type of ["pagehide", "pageshow"])
      window.addEventListener(type, (event) => {
        if ("persisted" in event) simulated.heard.push(`${type} ${event.persisted}`);
      });
    navigator.locks
      .request("call", () => new Promise(() => {}))
      .catch(({ name }) => simulated.heard.push(name));
  });
  const top = await openTab();
  const [name = ""] = heardIn(top);
  browser.leave(top.tab);
  await browser.clock.pass(1000);
  browser.comeBack(top.tab);
  await browser.clock.pass(1000);
  expect(heardIn(top)).toEqual([name, "pagehide true", "AbortError", "pageshow true"]);

  browser.navigate(top, new URL(app));
  browser.leave(top.tab);
  await browser.clock.pass(1000);
  expect(top.page).toBeUndefined();
  browser.comeBack(top.tab);
  await browser.clock.pass(1000);
  expect(heardIn(top)).toEqual([expect.not.stringContaining(name)]);
});

test("a page is told when it goes, but not when it crashes; what it does afterwards is done by nobody", async () => {
  const { browser, openTab } = browserWith(
    ({ window, BroadcastChannel, setTimeout, simulated }, page) => {
      const channel = new BroadcastChannel("room");
      channel.onmessage = ({ data }) => simulated.heard.push(data);
      window.addEventListener("pagehide", () =>
        channel.postMessage(`${page.context.tab.name} goes`),
      );
      setTimeout(() => channel.postMessage(`${page.context.tab.name} lives`), 2000);
    },
  );
  const [one, two, three] = [await openTab(), await openTab(), await openTab()];
  browser.close(one.tab);
  browser.crash(two.tab);
  await browser.clock.pass(5000);
  expect(heardIn(three)).toEqual(["Tab 1 goes"]);
});

test("the same seed makes the same of it, another one something else", async () => {
  const day = async (seed: number) => {
    const { browser, openTab } = browserWith(
      ({ BroadcastChannel, simulated, performance }, page) => {
        const channel = new BroadcastChannel("room");
        channel.onmessage = ({ data }) => simulated.heard.push(`${data} ${performance.now()}`);
        channel.postMessage(page.name);
      },
      seed,
    );
    const [first] = [await openTab(), await openTab(), await openTab()];
    return [...heardIn(first), browser.chance.uuid()].join();
  };
  expect(await day(7)).toBe(await day(7));
  expect(await day(7)).not.toBe(await day(8));
});

test("what a page throws is noticed", async () => {
  const { openTab, failures } = browserWith(() => {
    throw new Error("The page is broken");
  });
  await openTab();
  expect(failures.map(String)).toEqual(["Error: The page is broken"]);
});

/** Lets time pass until what was asked for has come. */
async function passing<T>(browser: Browser, asked: Promise<T>): Promise<T> {
  await browser.clock.pass(1000);
  return asked;
}
