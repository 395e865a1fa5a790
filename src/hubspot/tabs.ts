// How the pages of the local HubSpot find and tell each other: its tabs, and the calling window.
import { type Fields, isFields, parse } from "../call/messages.ts";
import type { Message } from "../rules/session.ts";
import type { Outcome } from "./reaction.ts";
import { readKey, writeKey } from "./storage.ts";

/** What one page tells the others. */
export type Note =
  /** The calling window can be asked to dial, or no longer. */
  | { kind: "here" | "gone" }
  /** The calling window is to dial, with the app of that id. */
  | { kind: "dial"; id: string; app: string; payload: Fields; calleeId: number }
  /** What became of it. */
  | { kind: "dialled"; id: string; outcome: Outcome }
  /** Something was said in the calling window. */
  | { kind: "message"; message: Message }
  /** That tab is to load the address. */
  | { kind: "navigate"; tab: string; address: string }
  /** That tab does. */
  | { kind: "leaves"; tab: string }
  /** The calling window is to begin afresh. */
  | { kind: "reset" };

/** Whether it is a note: the page that told it may be of an older build. */
function isNote(value: unknown): value is Note {
  if (!isFields(value)) return false;
  const { kind, id, app, payload, calleeId, outcome, message, tab, address } = value;
  const areTexts = (...texts: unknown[]) => texts.every((text) => typeof text === "string");
  switch (kind) {
    case "here":
    case "gone":
    case "reset":
      return true;
    case "dial":
      return areTexts(id, app) && isFields(payload) && typeof calleeId === "number";
    case "dialled":
      return areTexts(id) && isFields(outcome) && typeof outcome.isSent === "boolean";
    case "message":
      return isFields(message) && areTexts(message.frame, message.from, message.type);
    case "leaves":
      return areTexts(tab);
    case "navigate":
      return areTexts(tab, address);
    default:
      return false;
  }
}

/** Held by the calling window, and by each tab while it lives: a lock goes with its page, however that ends. */
const windowLock = "LocalHubSpot:window";
const tabLock = "LocalHubSpot:tab:";
/** Holds the tab used last and the record in it: `{tab, hash}`. */
const lastKey = "LocalHubSpot:tab";

export class Tabs {
  /** This page's. */
  readonly id = crypto.randomUUID();
  #channel: BroadcastChannel | undefined;

  constructor(hear: (note: Note) => void) {
    try {
      this.#channel = new BroadcastChannel("LocalHubSpot");
      this.#channel.onmessage = ({ data }) => {
        if (isNote(data)) hear(data);
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
  }

  async isWindowOpen(): Promise<boolean> {
    return (await heldLocks()).includes(windowLock);
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
