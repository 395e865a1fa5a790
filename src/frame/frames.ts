// Several frames of the widget in one browser: they tell each other what happens, and a lock says which of them holds the call.
import type { Event, Shared } from "../call/call.ts";
import type { Message } from "../view.ts";
import { version } from "./session.ts";

/** What frames tell each other. */
export type Note =
  /**
   * It has happened: whoever hears it lets it happen, too, and tells nobody. `isAsked`: it has not, and the frame that
   * holds the call is asked to let it. `heard` is HubSpot's message, when it was one.
   */
  | { event: Event; isAsked?: boolean; heard?: unknown }
  /** A new frame asks for what there is, and is told. */
  | { newcomer: string; found?: Shared }
  /** What went over the wire, in any of the frames: for all, or for a newcomer. */
  | { said: Message[]; to?: string };

/**
 * Joins the other frames of the room.
 * @throws an Error where the browser gives frames no channel, as it may where it blocks storage
 * @param hold this frame has the lock
 * @param free nobody has the lock, as far as a frame that may not hold it can see
 * @returns what tells the others
 */
export function join(
  room: string,
  mayHold: boolean,
  hear: (note: Note) => void,
  hold: () => void,
  free: () => void,
): (note: Note) => void {
  const { locks } = navigator;
  const keep = () => {
    hold();
    return new Promise<void>(() => {});
  };
  const watch = () => locks.request(room, { mode: "shared" }, () => {}).then(free, () => {});
  const channel = new BroadcastChannel(room + version);
  channel.onmessage = ({ data }: MessageEvent<Note>) => {
    hear(data);
    // Once it is known that a frame holds the call, its end is waited for.
    if (!mayHold && ("found" in data || ("event" in data && data.event.type === "hold"))) watch();
  };
  // Where locks are blocked, as storage is then, each frame is for itself.
  if (mayHold) locks.request(room, keep).catch(hold);
  return (note) => channel.postMessage(note);
}
