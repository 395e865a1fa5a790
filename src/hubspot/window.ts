// The calling window: callingWindow(page, event, world) decides what it does for the tabs that ask it to dial, and which of them opens a record. Pure.
import type { Note } from "./notes.ts";
import {
  type Address,
  addressOf,
  inPage,
  type PageEffect,
  type PageEvent,
  type PageStep,
  type PageWorld,
} from "./pages.ts";
import { react } from "./reaction.ts";
import { type Event, type State, start } from "./state.ts";

export type CallingWindow = {
  kind: "window";
  hubspot: State;
  /** The wish to dial that it heard last: it may be told twice. */
  heard: string;
  /** The tab that was asked to open a record, and has not yet said that it does. */
  asked?: { tab: string; address: string } | undefined;
};

export const startWindow: CallingWindow = { kind: "window", hubspot: start, heard: "" };

/** How long, in ms, a tab has to say that it opens a record: one that is just being closed does not. */
const patience = 1000;

export function callingWindow(
  page: CallingWindow,
  event: PageEvent,
  world: PageWorld,
): PageStep<CallingWindow> {
  const { asked } = page;
  const then = (now: CallingWindow, ...effects: PageEffect[]) => ({ page: now, effects });
  switch (event.type) {
    case "here": {
      const { page: now, effects } = inWindow(
        page,
        { type: "open", app: event.app, place: "window" },
        world,
      );
      return then(now, { type: "tell", note: { kind: "here" } }, ...effects);
    }
    case "gone":
      return then(page, { type: "tell", note: { kind: "gone" } });
    case "note":
      return hear(page, event.note, world);
    case "tab": {
      const { tab, to } = event;
      if (tab === undefined) return then(page, { type: "newTab", to });
      const { address } = to;
      return then(
        { ...page, asked: { tab, address } },
        { type: "tell", note: { kind: "navigate", tab, address } },
        { type: "wake", event: { type: "untaken", tab, to }, after: patience },
      );
    }
    case "untaken": {
      const { tab, to } = event;
      const isAsked = asked?.tab === tab && asked.address === to.address;
      return isAsked ? then({ ...page, asked: undefined }, { type: "newTab", to }) : then(page);
    }
    // It is one.
    case "window":
      return then(page);
    default:
      return inWindow(page, event, world);
  }
}

/** A tab tells something. */
function hear(page: CallingWindow, note: Note, world: PageWorld): PageStep<CallingWindow> {
  switch (note.kind) {
    case "dial": {
      const { id, app, payload } = note;
      if (id === page.heard) break;
      const dial = { payload };
      const event = { type: "dial", id, app: world.appOf(app), place: "window", dial } as const;
      return inWindow({ ...page, heard: id }, event, world);
    }
    case "leaves":
      if (note.tab !== page.asked?.tab) break;
      return { page: { ...page, asked: undefined }, effects: [] };
    case "reset":
      return { page, effects: [{ type: "reset" }] };
    case "here":
    case "gone":
    case "dialled":
    case "message":
    case "navigate":
      break;
    default:
      note satisfies never;
  }
  return { page, effects: [] };
}

/** HubSpot's reaction to the app: the tabs hear what became of a wish to dial, and one of them opens records. */
const inWindow = (page: CallingWindow, event: Event, world: PageWorld): PageStep<CallingWindow> =>
  inPage(page, react(page.hubspot, event, world), (effect) => {
    if (effect.type === "answer") {
      const { id, outcome } = effect;
      return [effect, { type: "tell", note: { kind: "dialled", id, outcome } }];
    }
    const to: Address = addressOf(effect.to, world);
    const isNew = effect.openIn === "NEW_TAB" || !world.canTell;
    return [isNew ? { type: "newTab", to } : { type: "findTab", to }];
  });
