// What HubSpot knows of a calling app in one of its pages, what can happen to it, and what HubSpot does then, as data.
import type { Fields } from "../call/messages.ts";
import type { App, Place } from "./apps.ts";
import type { Crm, CrmRecord } from "./crm.ts";
import type { Engagement } from "./engagements.ts";
import type { On } from "./faults.ts";
import type { HelpDesk } from "./helpdesk.ts";

/*
 *   closed ──open, dial──▶ opening ──connected, INITIALIZED──▶ open
 *     ▲                     ▲    └──── silent, late ────▶ failed │
 *     └──── close ─────     └── loaded, SET_WIDGET_URL ────┴─────┘
 *
 * What the app says is heard in each of them but `closed`: `opening` is what the user is told.
 */
export type Panel =
  | { status: "closed" }
  /** `url`: the address in the frame, the app's own or that of SET_WIDGET_URL. */
  | ({ app: App; place: Place; url: string; isMinimized: boolean; isHidden: boolean } & Progress);

export type Progress =
  | { status: "opening"; isSlow: boolean }
  | { status: "open" }
  | { status: "failed"; why: string };

/** A call that is on, as its start named it. An old app gives it no id. */
export type OnCall = { externalCallId: string; engagementId?: number };

/** Whom to call: the payload of DIAL_NUMBER. */
export type Dial = { payload: Fields };

/** What became of a wish to dial; `why` is for HubSpot's user, where something is to be said. */
export type Outcome = { isSent: true; payload: Fields } | { isSent: false; why?: string };

export type State = {
  panel: Panel;
  /** From the handshake on, until another page is loaded: before it, the SDK hears nothing. */
  isConnected: boolean;
  isLoggedIn: boolean;
  /** Whether the app has said LOGGED_OUT since. */
  hasLoggedOut: boolean;
  isAvailable: boolean;
  /** From its start until it is over: leaving the page would cut off the app's call. */
  calls: readonly OnCall[];
  /** What DIAL_NUMBER has said to the app, newest first: of the last ten. */
  dialled: readonly Fields[];
  /** The wish to dial that waits until the app is open: the last one, where there were several. */
  waiting?: (Dial & { id: string }) | undefined;
  /** Counts the pages that were waited for: one that is there no more is not late. */
  attempt: number;
};

export const start: State = {
  panel: { status: "closed" },
  isConnected: false,
  isLoggedIn: false,
  hasLoggedOut: false,
  isAvailable: false,
  calls: [],
  dialled: [],
  attempt: 0,
};

/** What else a decision looks at, as it is at the moment. */
export type World = {
  /** The faults that are on. */
  faults: On;
  engagements: {
    /** By HubSpot's id or else by the calling app's. */
    find: (engagementId: unknown, externalCallId?: unknown) => Engagement | undefined;
  };
  crm: Pick<Crm, "of" | "at" | "byNumber">;
  helpDesk: Pick<HelpDesk, "has">;
  /** The record being viewed; in the calling window, that in the tab used last. On the Calls page, none is. */
  viewed: CrmRecord | undefined;
  /** Whether the user works through call tasks: the app stays where it is after a call. */
  isInQueue: boolean;
};

/** Where a record is to be opened: what NAVIGATE_TO_RECORD asked for, and what answers it. */
export type Destination = {
  record: CrmRecord;
  engagementId: unknown;
  objectCoordinates: unknown;
};

export type Event =
  /** The app is to be shown, with a fresh frame unless it has one already. */
  | { type: "open"; app: App; place: Place }
  /** The same, and it is to dial once it is there. `id` names the wish. */
  | { type: "dial"; id: string; app: App; place: Place; dial: Dial }
  /** A page was loaded into the frame: the handshake begins anew. */
  | { type: "loaded" }
  /** The app answered SYNC. */
  | { type: "connected" }
  /** It did not for 30 s. */
  | { type: "silent" }
  | Late
  | Message
  /** A record is to be opened that had to wait for the call's engagement. */
  | Navigate
  /** What became of a wish to navigate. */
  | { type: "navigated"; isDone: boolean; to: Destination }
  /** The user's doings. */
  | { type: "hangUp" | "close" }
  | { type: "show"; isMinimized: boolean; isHidden: boolean }
  /** The apps have other settings. Unless it `mayClose`, one that is shown goes on as it is. */
  | { type: "settings"; apps: readonly App[]; mayClose: boolean };

/** The app says something. `at`: ms since 1970. `uuid` stands for the call, when the app gives it no id. */
export type Message = {
  type: "message";
  message: { type: string; data: unknown };
  at: number;
  uuid: string;
};

type Navigate = { type: "navigate"; to: Destination; openIn: "CURRENT_TAB" | "NEW_TAB" };

/** The handshake, or INITIALIZED after it, is overdue. */
type Late = { type: "slow" | "late"; attempt: number };

export type Effect =
  /** A fresh frame with the app; with the one that was there it has nothing to do. */
  | { type: "frame"; app: App; place: Place }
  | { type: "remove" }
  /** The frame's page is loaded again, as the app itself could. */
  | { type: "reload" }
  /** Another address is loaded into the frame. */
  | { type: "load"; url: string }
  | { type: "resize"; width: number; height: number }
  | { type: "send"; message: { type: string; data?: unknown } }
  /** An alert pop-up for HubSpot's user. One that asks to log in is taken away once that is done. */
  | { type: "alert"; text: string; about?: "dial" }
  | { type: "dismiss"; about: "dial" }
  /** The engagement is new in the CRM, or has changed. */
  | { type: "keep"; engagement: Engagement }
  /** The record is new in the CRM. */
  | { type: "record"; record: CrmRecord }
  | Navigate
  /** For the frame that asked to dial. */
  | { type: "answer"; id: string; outcome: Outcome }
  /** The keyboard's focus is to go there, if it is at the other. */
  | { type: "focus"; on: "app" | "call" }
  /** The event is to happen in so many ms. */
  | { type: "wake"; event: Late | Navigate; after: number };

/** `note`: why HubSpot does nothing about a message, or less than it might, in words that stand beside it. */
export type Step = { state: State; effects: readonly Effect[]; note?: string };

/** What follows, and what is done. */
export const step = (state: State, ...effects: Effect[]): Step => ({ state, effects });

/** One step after the other, each from the state that the one before left. */
export const chain = (first: Step, ...more: ((state: State) => Step)[]): Step =>
  more.reduce((before, next) => {
    const after = next(before.state);
    return { ...after, effects: [...before.effects, ...after.effects] };
  }, first);

/** Sends one of HubSpot's messages, to an app that can hear it. */
export const say = (state: State, type: string, data?: unknown): Step =>
  state.isConnected
    ? step(state, { type: "send", message: data === undefined ? { type } : { type, data } })
    : step(state);

/** Sends one of HubSpot's refusals. */
export const fails = (state: State, type: string, message: string): Step =>
  say(state, type, { error: { message } });

/** Nothing was dialled, for a reason that the user is told. */
export const refused = (
  id: string,
  why: string,
): Extract<Effect, { type: "alert" | "answer" }>[] => [
  { type: "alert", text: why, about: "dial" },
  { type: "answer", id, outcome: { isSent: false, why } },
];
