// What outlives a frame: the state of the widget's frames, in the browser's storage, and the name of the room they share it in.
import { type Shared, type State, shared } from "../call/call.ts";
import type { Ready } from "../call/messages.ts";

/** Changes with what frames keep and tell each other: one goes on with nothing of another version's, and hears nothing of it. */
export const version = 2;

/**
 * The name of the frame's room: frames in one room have one call. Those in the calling window and in navigation bars are
 * in their account's room. A panel has its tab's own, or moves into one that a closed tab has left, so that its call
 * can be completed.
 */
export async function roomOf({
  iframeLocation,
  portalId,
}: Pick<Ready, "iframeLocation" | "portalId">): Promise<string> {
  const account = `calling-widget/${portalId}`;
  if (iframeLocation !== "widget") return account;
  const isLeft = async (name: string) => {
    // Whoever is in a room holds its lock.
    const { held } = await navigator.locks.query();
    return held?.every((lock) => lock.name !== name);
  };
  let room: string | null = null;
  try {
    room = sessionStorage.getItem(account);
    for (const name of Object.keys(localStorage))
      if (!room && name.startsWith(`${account}/`) && (await isLeft(name))) room = name;
    room ??= `${account}/${crypto.randomUUID()}`;
    sessionStorage.setItem(account, room);
  } catch {
    // Storage is blocked: every frame has a room of its own.
  }
  return room ?? crypto.randomUUID();
}

/**
 * Keeps the state for frames to come; of a call that is done with, nothing.
 * @returns whether it was kept: not when storage is blocked or full
 */
export function save(room: string, state: State): boolean {
  const done = state.call.status === "idle" && { notice: undefined, past: [] };
  try {
    // First of all what is there, which is out of date.
    localStorage.removeItem(room);
    localStorage.setItem(room, seal(JSON.stringify({ ...shared(state), ...done })));
    return true;
  } catch {
    return false;
  }
}

/** What was kept in the room; undefined when nothing was, null when it cannot be read. */
export function load(room: string): Shared | null | undefined {
  try {
    const kept = localStorage.getItem(room);
    if (kept === null) return undefined;
    const json = kept.slice(0, kept.lastIndexOf("}") + 1);
    return seal(json) === kept ? JSON.parse(json) : null;
  } catch {
    return undefined;
  }
}

/** With a sum at its end, a text shows that this version wrote it, and all of it. */
function seal(json: string): string {
  let sum = version;
  for (const char of json) sum = (sum * 9 + char.charCodeAt(0)) | 0;
  return json + sum;
}
