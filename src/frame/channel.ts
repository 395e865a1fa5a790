// Several frames of the widget in one browser: a channel between them, and a lock that says which of them holds the call.
import type { Note } from "../call/holder.ts";
import { version } from "./session.ts";

/** A message that went over the wire, as the frames list it. `ignored` says why one of HubSpot's changed nothing. */
export type Message = {
  /** ms since 1970 */
  at: number;
  /** The frame's name. A page that is loaded again has another. */
  load: string;
  from: "app" | "hubspot";
  type: string;
  data: unknown;
  ignored?: string | undefined;
};

/** What frames tell each other: of the call, or what went over the wire in any of them. A newcomer says who it is, and its handshake, and is told all of it. */
export type Told = Note | { type: "said"; said: Message[]; from?: string; to?: string };

export type Frames = {
  tell: (told: Told) => void;
  /** Waits until nobody holds the call, where this frame may not hold it itself. */
  watch: () => void;
};

/**
 * Joins the other frames of the room.
 * @throws an Error where the browser gives frames no channel, as it may where it blocks storage
 * @param hold this frame has the lock
 * @param free this frame may not hold the lock, and sees that nobody does; or it has lost the lock
 */
export function join(
  room: string,
  mayHold: boolean,
  hear: (told: Told) => void,
  hold: () => void,
  free: () => void,
): Frames {
  const ask = (mode: LockMode, granted: LockGrantedCallback<unknown>, blocked?: () => void) => {
    navigator.locks
      .request(room, { mode }, granted)
      // WebKit takes the locks of a page that goes into the back/forward cache: it decides nothing more of what it has
      // heard. Should it come back, shell.ts loads it again.
      .catch(({ name }) => (name === "AbortError" ? isHeld && free() : blocked?.()));
  };
  let isHeld = false;
  const keep = () => {
    isHeld = true;
    hold();
    return new Promise(() => {});
  };
  const channel = new BroadcastChannel(room + version);
  channel.onmessage = ({ data }: MessageEvent<Told>) => hear(data);
  // Where locks are blocked, as storage is then, each frame is for itself.
  if (mayHold) ask("exclusive", keep, hold);
  return {
    tell: (told) => channel.postMessage(told),
    // A frame that may hold it asks for this after its own request, and is never granted it.
    watch: () => ask("shared", free),
  };
}
