// A page with records: tab(page, event, world) decides what it does when its user dials, and when the calling window tells it something. Pure.
import { callsInWindow } from "./apps.ts";
import type { Note } from "./notes.ts";
import {
  addressOf,
  inPage,
  type PageEffect,
  type PageEvent,
  type PageStep,
  type PageWorld,
} from "./pages.ts";
import { react } from "./reaction.ts";
import { refused, type State, start } from "./state.ts";

export type Tab = {
  kind: "tab";
  /** Its name among the tabs. */
  id: string;
  hubspot: State;
  /** The wish to dial that the calling window has not answered yet. */
  asked?: (Note & { kind: "dial" }) | undefined;
};

export const startTab = (id: string): Tab => ({ kind: "tab", id, hubspot: start });

const cannotTell =
  "This browser keeps its tabs from talking to each other, so the calling window cannot be asked to dial.";
const blocked =
  "The browser blocked the calling window. Allow pop-ups for this page, and try again.";
const elsewhere =
  "The calling window is open already. This page did not open it, so the browser does not let it bring the window to the front.";

export function tab(page: Tab, event: PageEvent, world: PageWorld): PageStep<Tab> {
  const then = (now: Tab, ...effects: PageEffect[]) => ({ page: now, effects });
  switch (event.type) {
    case "dial": {
      if (!callsInWindow(event.app)) break;
      const { id, app, dial } = event;
      if (!world.canTell) return then(page, ...refused(id, cannotTell));
      const wish = { kind: "dial", id, app: app.id, ...dial } as const;
      return then({ ...page, asked: wish }, ...givenUp(page), { type: "openWindow" });
    }
    case "window":
      if (event.is === "blocked") {
        const isWish = event.by === "dial";
        const alert = { type: "alert", text: blocked } as const;
        return then(
          isWish ? { ...page, asked: undefined } : page,
          alert,
          ...(isWish ? givenUp(page) : []),
        );
      }
      if (event.by === "dial") return then(page, ...askedAgain(page));
      return event.is === "elsewhere" ? then(page, { type: "alert", text: elsewhere }) : then(page);
    case "note":
      return hear(page, event.note);
    case "here":
    case "gone":
    case "tab":
    case "untaken":
      return then(page);
  }
  return inPage(page, react(page.hubspot, event, world), (effect) => {
    if (effect.type === "answer") return [effect];
    const to = addressOf(effect.to, world);
    return [
      effect.openIn === "NEW_TAB" ? { type: "newTab", to } : { type: "leave", address: to.address },
    ];
  });
}

/** Another page tells something: the calling window, or a tab, about itself. */
function hear(page: Tab, note: Note): PageStep<Tab> {
  const then = (now: Tab, ...effects: PageEffect[]) => ({ page: now, effects });
  switch (note.kind) {
    case "here":
      return then(page, ...askedAgain(page));
    case "gone":
      return then({ ...page, asked: undefined }, ...givenUp(page));
    case "dialled": {
      const { id, outcome } = note;
      if (id !== page.asked?.id) return then(page);
      const answer: PageEffect[] =
        !outcome.isSent && outcome.why
          ? refused(id, outcome.why)
          : [{ type: "answer", id, outcome }];
      return then({ ...page, asked: undefined }, ...answer);
    }
    case "message": {
      const { message } = note;
      const list = { type: "list", message } as const;
      const isLogin = message.from === "app" && message.type === "LOGGED_IN";
      return isLogin ? then(page, list, { type: "dismiss", about: "dial" }) : then(page, list);
    }
    case "navigate":
      return note.tab === page.id
        ? then(
            page,
            { type: "tell", note: { kind: "leaves", tab: page.id } },
            { type: "leave", address: note.address },
          )
        : then(page);
    case "dial":
    case "leaves":
    case "reset":
      return then(page);
    default:
      return note satisfies never;
  }
}

/** The calling window is asked once more: it may not have been there, and does nothing twice. */
const askedAgain = ({ asked }: Tab): PageEffect[] => (asked ? [{ type: "tell", note: asked }] : []);

/** Nobody waits for the calling window any more. */
const givenUp = ({ asked }: Tab): PageEffect[] =>
  asked ? [{ type: "answer", id: asked.id, outcome: { isSent: false } }] : [];
