// What is judged: the messages between HubSpot and a calling app, as they went over the wire.
import type { IframeLocation } from "../call/messages.ts";

/** A message that went over the wire, the handshake included. */
export type Message = {
  /** ms since 1970 */
  at: number;
  frame: IframeLocation;
  /** Names the page that was loaded into the frame: a reload, and a fresh frame, make another. */
  load: string;
  from: "app" | "hubspot";
  type: string;
  data: unknown;
  /** Why HubSpot did nothing about it, or less than it might, in words; missing when it did all. */
  note?: string;
  /**
   * The faults of HubSpot's that were switched on when it was said, by their names; missing when none was. What HubSpot
   * refuses then is not held against the app. Whoever records a session with faults on says so here, message by message.
   */
  faults?: readonly string[];
};

/** What was said between HubSpot and an app's frames, oldest first, and what else is known of it. */
export type Session = {
  messages: readonly Message[];
  /** Until when the app's frame was there, ms since 1970: until the last message where it is left out. */
  at?: number;
  /** Whether nothing more is to come: what was to be done by then and was not counts as never done. */
  isOver?: boolean;
  /** What was tried in it, one step after another, where the command line walked it. */
  steps?: readonly Step[];
  /** Uncaught errors of the app's page, where somebody watches for them, as the command line does. */
  errors?: readonly string[];
};

/** A step of the command line's walk. */
export type Step = {
  name: string;
  /** Where the app had its calls in it. */
  frame: IframeLocation;
  /** When it began, ms since 1970. */
  at: number;
  /** Why it was not walked to its end, in words. */
  trouble?: string;
  /** The app's own steps that failed in it, or were missing, by their names. */
  failed?: readonly string[];
};
