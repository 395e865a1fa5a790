// Several frames of the widget in one browser: they tell each other what happens, and a lock says which of them holds the call.
import type { Event, Shared } from "./call.ts";
import type { Message } from "./view.ts";

/** What frames tell each other. The number in the channel's name changes with these, so that only frames of one version meet. */
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

/** What the frames of one account have in common: a browser may be logged in to several. */
export const nameFor = (portalId: number): string => `calling-widget/1/${portalId}`;

/**
 * Joins the other frames.
 * @throws an Error where the browser gives frames no channel, as it may where it blocks storage
 * @param hold this frame has the lock; `isFresh` when nobody had it before
 * @param free nobody has the lock, as far as a frame that may not hold it can see
 * @returns what tells the others
 */
export function join(
  name: string,
  mayHold: boolean,
  hear: (note: Note) => void,
  hold: (isFresh: boolean) => void,
  free: () => void,
): (note: Note) => void {
  const { locks } = navigator;
  const keep = (isFresh: boolean) => {
    hold(isFresh);
    return new Promise<void>(() => {});
  };
  const queue = () => locks.request(name, () => keep(false));
  const watch = () => locks.request(name, { mode: "shared" }, () => {}).then(free, () => {});
  const channel = new BroadcastChannel(name);
  channel.onmessage = ({ data }: MessageEvent<Note>) => {
    hear(data);
    // Not before: a lock that is watched for a moment is not free for a fresh frame.
    if (!mayHold && ("found" in data || ("event" in data && data.event.type === "hold"))) watch();
  };
  if (mayHold)
    locks
      .request(name, { ifAvailable: true }, (lock) => (lock ? keep(true) : void queue()))
      // Blocked, as storage is then: each frame is for itself.
      .catch(() => hold(true));
  return (note) => channel.postMessage(note);
}
