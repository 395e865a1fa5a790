// What the two kinds of pages have in common, a tab and the calling window: what can happen in them, and what they do then, as data.
import type { Message } from "../rules/session.ts";
import type { App } from "./apps.ts";
import { hashOf } from "./crm.ts";
import type { Note } from "./notes.ts";
import type { Destination, Effect, Event, Step, World } from "./state.ts";

/** What became of the wish to have a calling window: `elsewhere`, there is one that this page did not open. */
export type Opening = "opened" | "focused" | "elsewhere" | "blocked";

export type PageEvent =
  | Event
  /** Another page tells something. */
  | { type: "note"; note: Note }
  /** In a tab. */
  | { type: "window"; is: Opening; by: "user" | "dial" }
  /** In the calling window: this page is it from now on, or no longer. */
  | { type: "here"; app: App }
  | { type: "gone" }
  /** The tab that was used last, if there is any: a record is to be opened in it. */
  | { type: "tab"; tab: string | undefined; to: Address }
  /** A tab has had the time to say that it opens the record. */
  | { type: "untaken"; tab: string; to: Address };

export type PageEffect =
  | Exclude<Effect, { type: "navigate" | "wake" }>
  | { type: "wake"; event: PageEvent; after: number }
  | { type: "tell"; note: Note }
  /** Opens the calling window to dial there, or focuses the one that this page has opened: `window` says which. */
  | { type: "openWindow" }
  /** Looks for the tab used last: `tab` says which. */
  | { type: "findTab"; to: Address }
  /** Opens the address in a new tab: `navigated` says whether that was possible. */
  | { type: "newTab"; to: Address }
  /** This page loads the address. */
  | { type: "leave"; address: string }
  /** Something was said in the calling window. */
  | { type: "list"; message: Message }
  | { type: "reset" };

export type PageWorld = World & {
  /** Of the page with records: a path. */
  home: string;
  /** Whether the browser lets pages tell each other anything. */
  canTell: boolean;
  /** The app of that id, or else the chosen one. */
  appOf: (id: string) => App;
};

export type PageStep<Page> = { page: Page; effects: readonly PageEffect[]; note?: string };

/** Where a record is to be opened, with its page's address. */
export type Address = Destination & { address: string };

export function addressOf(to: Destination, { home }: PageWorld): Address {
  const { record, engagementId } = to;
  const isId = typeof engagementId === "number" || typeof engagementId === "string";
  const query = isId ? `?engagementId=${engagementId}` : "";
  return { ...to, address: home + query + hashOf(record) };
}

/** What a page does of what HubSpot's reaction asks for; `turn` says what it does instead of the effects that concern pages. */
export function inPage<Page extends { hubspot: Step["state"] }>(
  page: Page,
  { state, effects, note }: Step,
  turn: (effect: Effect & { type: "navigate" | "answer" }) => PageEffect[],
): PageStep<Page> {
  return {
    page: { ...page, hubspot: state },
    effects: effects.flatMap((effect): PageEffect[] =>
      effect.type === "navigate" || effect.type === "answer" ? turn(effect) : [effect],
    ),
    ...(note !== undefined && { note }),
  };
}
