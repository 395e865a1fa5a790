// An iframe's element, and the element that it is put into, as far as the SDK's host half uses them.
import type { Context } from "./browser.ts";
import { EventTarget } from "./events.ts";
import type { Page } from "./page.ts";

export class IFrame extends EventTarget {
  /** Its window, while it is in the page. */
  context: Context | undefined;
  onload: unknown = null;
  onerror: unknown = null;
  width = "";
  height = "";
  allow = "";
  id = "";
  title = "";
  parentElement: IFrameHost | null = null;
  readonly #page: Page;
  #src = "";

  constructor(page: Page) {
    super();
    this.#page = page;
  }

  get src(): string {
    return this.#src;
  }

  set src(src: string) {
    this.#src = new URL(src, this.#page.url).href;
    if (this.context) this.#page.browser.navigate(this.context, new URL(this.#src));
  }

  get contentWindow(): object | null {
    return this.context ? this.#page.view(this.context) : null;
  }

  /** Another origin's document is not to be seen: whoever asks for it is told so, as in WebKit's console. */
  get contentDocument(): never {
    throw new DOMException("The document is another origin's.", "SecurityError");
  }

  setAttribute(name: string, value: string): void {
    Reflect.set(this, name, value);
  }

  focus(): void {}

  remove(): void {
    this.parentElement?.take(this);
  }

  entered(host: IFrameHost): void {
    const { browser, context } = this.#page;
    this.parentElement = host;
    this.context = browser.frame(context, () => this.emit("load"));
    browser.navigate(this.context, new URL(this.#src || "about:blank"));
  }

  left(): void {
    if (this.context) this.#page.browser.remove(this.context);
    this.context = undefined;
    this.parentElement = null;
  }
}

export class IFrameHost {
  child: IFrame | undefined;
  hidden = false;

  set innerHTML(_: string) {
    if (this.child) this.take(this.child);
  }

  append(child: IFrame): void {
    this.child = child;
    child.entered(this);
  }

  appendChild(child: IFrame): void {
    this.append(child);
  }

  take(child: IFrame): void {
    if (this.child !== child) return;
    this.child = undefined;
    child.left();
  }

  querySelector(): IFrame | null {
    return this.child ?? null;
  }
}
