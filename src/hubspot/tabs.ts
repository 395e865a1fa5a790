// How the pages of the local HubSpot, its tabs and the calling window, find and message each other: a channel, locks and storage.
import { type Fields, isFields, parse } from "../call/messages.ts";
import { isNote, type Note } from "./notes.ts";
import { readKey, writeKey } from "./storage.ts";

/** Held by the calling window, and by each tab while it lives: a lock goes with its page, however that ends. */
const windowLock = "LocalHubSpot:window";
const tabLock = "LocalHubSpot:tab:";
/** Holds the tab used last and the record in it: `{tab, hash}`. */
const lastKey = "LocalHubSpot:tab";

export class Tabs {
  /** This page's. */
  readonly id = crypto.randomUUID();
  /**
   * Whether there is a calling window; undefined until this page knows. It is known before the user clicks: WebKit opens
   * no window for a click that had to wait for an answer.
   */
  isWindowOpen: boolean | undefined;
  #channel: BroadcastChannel | undefined;

  constructor(hear: (note: Note) => void) {
    try {
      this.#channel = new BroadcastChannel("LocalHubSpot");
      this.#channel.onmessage = ({ data }) => {
        if (!isNote(data)) return;
        if (data.kind === "here") this.#watchWindow();
        hear(data);
      };
    } catch {
      // A browser that blocks it leaves each page by itself.
    }
  }

  get canTell(): boolean {
    return this.#channel !== undefined;
  }

  tell(note: Note): void {
    this.#channel?.postMessage(note);
  }

  /** Makes this page the calling window, once no other one is; where locks are blocked, at once. */
  becomeWindow(): Promise<void> {
    return hold(windowLock);
  }

  /** Makes this page a tab that the calling window can find. */
  becomeTab(): void {
    hold(tabLock + this.id);
    this.findWindow();
  }

  /** Whether there is a calling window. */
  async findWindow(): Promise<boolean> {
    const isOpen = (await heldLocks()).includes(windowLock);
    this.isWindowOpen ||= isOpen;
    if (isOpen) this.#watchWindow();
    return isOpen;
  }

  /** There is a calling window, until its lock can be had. */
  async #watchWindow(): Promise<void> {
    this.isWindowOpen = true;
    await navigator.locks.request(windowLock, { mode: "shared" }, () => {}).catch(() => {});
    this.isWindowOpen = false;
  }

  /** Says that this tab was used just now, with the record that it shows. */
  wasUsed(hash: string): void {
    writeKey(lastKey, JSON.stringify({ tab: this.id, hash }));
  }

  /** The tab used last that is still there, else any. */
  async lastUsed(): Promise<string | undefined> {
    const open = (await heldLocks())
      .filter((name) => name.startsWith(tabLock))
      .map((name) => name.slice(tabLock.length));
    const { tab } = last();
    return open.find((id) => id === tab) ?? open[0];
  }
}

/** The record in the tab used last, as that tab's hash. */
export const lastHash = (): unknown => last().hash;

function last(): Fields {
  const stored = parse(readKey(lastKey));
  return isFields(stored) ? stored : {};
}

/** Resolves when the lock is this page's, which it is until the page is closed. */
function hold(name: string): Promise<void> {
  return new Promise((resolve) => {
    const held = () => {
      resolve();
      return new Promise<never>(() => {});
    };
    try {
      navigator.locks.request(name, held).catch(() => resolve());
    } catch {
      resolve();
    }
  });
}

async function heldLocks(): Promise<string[]> {
  try {
    const { held = [] } = await navigator.locks.query();
    return held.flatMap(({ name }) => name ?? []);
  } catch {
    return [];
  }
}
