// What outlives a frame: the state of the widget's frames, in the browser's storage, and the name of the room they share it in.
import type { Ready } from "../call/messages.ts";
import { adopt, type Shared, type State, shared } from "../call/state.ts";
import type { Disk } from "./disk.ts";

/** Changes with what frames store and send: a frame neither restores nor hears anything of another version. */
export const version = 5;

/**
 * The name of the frame's room: frames in one room have one call. Apps at other addresses of the widget's host have
 * rooms of their own, and so have frames in other pages than this HubSpot's, and other users of it. Those in the calling window
 * and in navigation bars are in their user's room. A panel has its tab's own, or moves into one that a closed tab has left, so that its call
 * can be completed: one with a call, if there is one.
 * @param onDisk what was kept in each room, on disk
 */
export async function roomOf(
  {
    iframeLocation,
    portalId,
    userId,
    hostUrl,
  }: Pick<Ready, "iframeLocation" | "portalId" | "userId" | "hostUrl">,
  onDisk: ReadonlyMap<string, string>,
): Promise<string> {
  const app = location.origin + location.pathname.replace(/\/index.html$/, "/");
  const account = `calling-widget ${[app, hostUrl, portalId, userId]}`;
  if (iframeLocation !== "widget") return account;
  let room = `${account} ${crypto.randomUUID()}`;
  try {
    const own = sessionStorage.getItem(account);
    if (own) return own;
    let left: string | undefined;
    for (const [name, text] of onDisk)
      if (name.startsWith(`${account} `))
        // Whoever is in a room holds its lock. (Firefox tells a frame in another site's page of no locks, but lets it ask for one.)
        await navigator.locks.request(name, { ifAvailable: true }, (lock) => {
          const kept = load(name, text);
          if (lock && (!left || (kept && kept.call.status !== "idle"))) left = name;
        });
    room = left ?? room;
    sessionStorage.setItem(account, room);
  } catch {
    // Storage is blocked: every frame has a room of its own.
  }
  return room;
}

/**
 * Keeps the state for frames to come; of a call that is done with, nothing.
 * @returns whether it was kept: not when storage is blocked or full
 */
export function save(room: string, state: State, disk: Disk): boolean {
  const before = load(room);
  // What a frame that held the call has kept meanwhile is newer than what another knows.
  const known = shared(before ? adopt(state, before) : state);
  const done = known.call.status === "idle" && { notice: undefined, past: [] };
  try {
    // What HubSpot sent can be more than JSON can say.
    const text = seal(JSON.stringify({ ...known, ...done }));
    disk.write(room, text);
    // First of all what is there, which is out of date.
    localStorage.removeItem(room);
    localStorage.setItem(room, text);
    return true;
  } catch {
    return false;
  }
}

/**
 * What was kept in the room; undefined when nothing was, false when it cannot be read.
 * @param onDisk as it was when the page was loaded: newer, when the browser was ended before it wrote all to disk
 */
export function load(room: string, onDisk?: string): Shared | false | undefined {
  let here: string | null | undefined;
  try {
    here = localStorage.getItem(room);
  } catch {
    // Storage is blocked.
  }
  const [mine, disks] = [read(here), read(onDisk)];
  return mine && disks ? adopt(disks, mine) : mine || (disks ?? mine);
}

function read(text: string | null | undefined): Shared | false | undefined {
  if (text == null) return undefined;
  const json = text.slice(0, text.lastIndexOf("}") + 1);
  return seal(json) === text ? JSON.parse(json) : false;
}

/** With a sum at its end, a text shows that this version wrote it, and all of it. */
function seal(json: string): string {
  let sum = version;
  for (const char of json) sum = (sum * 9 + char.charCodeAt(0)) | 0;
  return json + sum;
}
