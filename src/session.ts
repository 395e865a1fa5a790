// What outlives a frame: the state that the widget's frames share, in the browser's storage for as long as there is a call.
import { type Place, type Shared, type State, shared } from "./call.ts";
import { nameFor } from "./frames.ts";
import { isFields } from "./messages.ts";

/** A panel is its tab's own; the other frames share one call. */
const storageFor = ({ iframeLocation }: Pick<Place, "iframeLocation">) =>
  iframeLocation === "widget" ? sessionStorage : localStorage;

/** Keeps the state for frames to come: of a panel's, only what is of a call; of any, nothing of a call that is over. */
export function save(state: State): void {
  const { host, call } = state;
  if (host.status !== "ready") return;
  const isIdle = call.status === "idle";
  try {
    const storage = storageFor(host);
    const key = nameFor(host.portalId);
    if (isIdle && host.iframeLocation === "widget") storage.removeItem(key);
    else {
      const kept = { ...shared(state), ...(isIdle && { notice: undefined, past: [] }) };
      storage.setItem(key, JSON.stringify(kept));
    }
  } catch {
    // Storage is blocked or full: the call goes on without.
  }
}

/** What a frame there has kept, if it is a state at all. One that the widget fails on is not found twice. */
export function load(place: Pick<Place, "iframeLocation" | "portalId">): Shared | undefined {
  try {
    const storage = storageFor(place);
    const key = nameFor(place.portalId);
    const found: unknown = JSON.parse(storage.getItem(key) ?? "");
    window.onerror = () => storage.removeItem(key);
    if (isState(found)) return found;
  } catch {
    // Blocked, empty or damaged.
  }
  return undefined;
}

const isState = (found: unknown): found is Shared =>
  isFields(found) && isFields(found.call) && isFields(found.form);
