// What is seen of the pages from outside: what the user acts on, and what is judged.
import type { Button, Event, Next, Timeless } from "../../src/call/events.ts";
import type { Outcome } from "../../src/call/holder.ts";
import type { Form, State } from "../../src/call/state.ts";
import type { LocalHubSpot } from "../../src/hubspot/console.ts";
import type { Panel } from "../../src/hubspot/state.ts";
import type { Message } from "../../src/rules/session.ts";
import type { Page } from "./browser/page.ts";

/** A widget's frame. */
export type SeenWidget = {
  /** As it was drawn last. */
  state: State;
  isKept: boolean;
  /** What stands in the fields. */
  values: Form;
  /** The button that comes next, or the field that it needs. */
  expected: () => Next;
  canClick: (button: Button) => boolean;
  click: (button: Button) => void;
  /** The user has changed the field to this. */
  edit: (field: keyof Form, value: string) => void;
};

/** How a telephone in a frame tells the app something. */
export type Dispatch = (event: Timeless<Event>, told: (outcome: Outcome) => void) => void;

/** The telephone line in a frame, where the app has one. */
export type SeenLine = {
  /** The calls that it has. */
  onLine: ReadonlySet<string>;
  /** Those that it was told to call, in order. */
  called: readonly string[];
};

/** What a page shows, of whichever kind it is. */
export const shownIn = (
  page: Page | undefined,
): { widget?: SeenWidget; hubspot?: SeenHubSpot; dispatch?: Dispatch; line?: SeenLine } =>
  page?.shown ?? {};

/** A page of HubSpot's: a tab, or the calling window. */
export type SeenHubSpot = {
  /** What went over the wire between it and the app in it. */
  messages: Message[];
  /** The session's messages are ours alone: a tab hears the calling window's, too. */
  panel: Panel;
  isCallOn: boolean;
  alerts: string[];
  hubspot: LocalHubSpot;
  hangUp: () => void;
};
