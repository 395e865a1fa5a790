// A simulated browser in which the code of a frame can be called as a function, with that frame's page around it.
import { Browser, type Context } from "../simulation/browser/browser.ts";
import type { Page } from "../simulation/browser/page.ts";

export const app = "https://app.example/widget/index.html";
export const hubspot = "https://app.hubspot.com/";

/** What the frame's code finds as globals. */
const globals = [
  ...[
    "window",
    "addEventListener",
    "navigator",
    "location",
    "localStorage",
    "sessionStorage",
    "indexedDB",
  ],
  ...["BroadcastChannel", "crypto", "setTimeout"],
];
const own = globals.map(
  (name) => [name, Object.getOwnPropertyDescriptor(globalThis, name)] as const,
);
/** Afterwards, tests find the globals of Node.js again. */
export function leaveBrowser(): void {
  for (const [name, descriptor] of own)
    if (descriptor) Object.defineProperty(globalThis, name, descriptor);
    else Reflect.deleteProperty(globalThis, name);
}

/** A browser with frames of the widget, each in a tab of its own. */
export class Frames {
  readonly browser = new Browser({
    seed: 1,
    pace: 5,
    program: () => undefined,
    failed: (_, error) => {
      throw error;
    },
    nameOf: () => `Tab ${++this.#tabs}`,
    isDurable: () => false,
  });
  #tabs = 0;

  async open(url = app): Promise<Page> {
    return this.#loaded(this.browser.open(new URL(url)));
  }
  async openIn(host: string): Promise<{ page: Page; host: Context }> {
    const top = this.browser.open(new URL(host));
    await this.browser.clock.pass(1000);
    const frame = this.browser.frame(top, () => {});
    this.browser.navigate(frame, new URL(app));
    return { page: await this.#loaded(frame), host: top };
  }
  async #loaded(context: Context): Promise<Page> {
    await this.browser.clock.pass(1000);
    if (!context.page) throw new Error("No page has been loaded");
    return context.page;
  }
  /** Lets code run in the page, and a second pass. */
  async within<T>(page: Page, code: () => T): Promise<Awaited<T>> {
    for (const name of globals)
      Object.defineProperty(globalThis, name, {
        value: page.window[name],
        configurable: true,
        writable: true,
      });
    const result = code();
    await this.browser.clock.pass(1000);
    return await result;
  }
  close({ context }: Page): Promise<void> {
    this.browser.close(context.tab);
    return this.browser.clock.pass(1000);
  }
  fails(trouble: "full" | "blocked" | "slow" | undefined): void {
    this.browser.troubles.set(new URL(app).origin, trouble);
  }
}
