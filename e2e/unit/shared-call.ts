// Frames of the widget that share one call, and what they tell each other, without a browser.
import { expect } from "@playwright/test";
import { type Button, type Event, press, type Timeless } from "../../src/call/events.ts";
import { happen, hear, type Note, news, type Outcome, type Turn } from "../../src/call/holder.ts";
import { type Command, type IframeLocation, read } from "../../src/call/messages.ts";
import { type Shared, type State, shared, start } from "../../src/call/state.ts";

/** A browser with frames of the widget, and a channel between them. */
export class Browser {
  now = 1000;
  readonly frames: Frame[] = [];
  /** What was kept, by whom it may. */
  kept: Shared | undefined;
  constructor(readonly usesCallingWindow: boolean) {}

  open(name: string, iframeLocation: IframeLocation = "remote"): Frame {
    const frame = new Frame(this, name);
    this.frames.push(frame);
    const ready = read({
      type: "READY",
      data: { iframeLocation, usesCallingWindow: this.usesCallingWindow, portalId: 1 },
    });
    frame.happens(ready.type === "READY" ? { ...ready, found: this.kept } : ready);
    for (const other of this.frames) if (other !== frame) other.hears(news(frame.state));
    return frame;
  }
}

export class Frame {
  state: State;
  said: Command[] = [];
  /** What it is told, while it is too busy to listen. */
  late: Note[] | undefined;
  readonly outcomes: Outcome[] = [];
  constructor(
    readonly browser: Browser,
    readonly name: string,
  ) {
    this.state = start({ status: "connecting", since: 0 }, name);
  }

  happens(event: Timeless<Event>): this {
    const { browser } = this;
    browser.now += 1000;
    const id = `${this.name} ${browser.now}`;
    this.#carryOut(happen(this.state, { ...event, at: browser.now } as Event, id), id);
    return this;
  }
  hears(note: Note): void {
    if (this.late) this.late.push(note);
    else this.#carryOut(hear(this.state, note));
  }
  wakes(): void {
    const notes = this.late ?? [];
    this.late = undefined;
    for (const note of notes) this.hears(note);
  }
  #carryOut({ state, commands = [], notes = [] }: Turn, id?: string): void {
    this.state = state;
    this.said.push(...commands);
    for (const note of notes) {
      if (note.type === "answer" && note.id === id) this.outcomes.push(note.outcome);
      for (const other of this.browser.frames) if (other !== this) other.hears(note);
    }
    this.browser.kept = shared(state);
  }

  holds(): this {
    return this.happens({ type: "hold", found: this.browser.kept });
  }
  click(...buttons: Button[]): this {
    for (const button of buttons)
      this.happens({ ...press(this.state, button, `call of ${this.name}`) } as Timeless<Event>);
    return this;
  }
  types(field: "notes" | "toNumber", value: string): this {
    return this.happens({ type: "edit", field, value });
  }
  closes(): void {
    this.browser.frames.splice(this.browser.frames.indexOf(this), 1);
    for (const other of this.browser.frames)
      if (other.state.holder === this.name && other.state.host.status === "ready")
        other.happens({ type: "free" });
  }
  get methods(): string[] {
    return this.said.map(({ method }) => method);
  }
}

const without = ({ notice: _, ...rest }: Shared) => rest;
/** Every frame knows the same. */
export function expectSame({ frames }: Browser): void {
  const [first, ...others] = frames.map(({ state }) => shared(state));
  for (const other of others) expect(without(other)).toEqual(first && without(first));
}

export const twoTabs = () => {
  const browser = new Browser(false);
  const holder = browser.open("first").holds();
  const other = browser.open("second");
  holder.click("login").types("toNumber", "+44 20 7946 0018");
  return { browser, holder, other };
};
export const windowAndTab = () => {
  const browser = new Browser(true);
  const tab = browser.open("tab");
  const window = browser.open("window", "window").holds();
  tab.click("login").types("toNumber", "+44 20 7946 0018");
  return { browser, tab, window };
};
