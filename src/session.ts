// What outlives a frame: the state that the widget's frames share, in the browser's storage for as long as there is a call.
import { type Shared, type State, shared } from "./call.ts";
import { isFields } from "./messages.ts";

const key = "calling-widget/1";

/** Keeps the state for frames to come: of a panel's, only what is of a call; of any, nothing of a call that is over. */
export function save(state: State): void {
  const { host, call } = state;
  if (host.status !== "ready") return;
  const isIdle = call.status === "idle";
  try {
    if (isIdle && host.iframeLocation === "widget") localStorage.removeItem(key);
    else
      localStorage.setItem(
        key,
        JSON.stringify({ ...shared(state), ...(isIdle && { notice: undefined, past: [] }) }),
      );
  } catch {
    // Storage is blocked or full: the call goes on without.
  }
}

/** What a frame of this browser has kept, if it is a state at all. */
export function load(): Shared | undefined {
  try {
    const found: unknown = JSON.parse(localStorage.getItem(key) ?? "");
    if (isState(found)) return found;
  } catch {
    // Blocked, empty or damaged.
  }
  return undefined;
}

const isState = (found: unknown): found is Shared =>
  isFields(found) && isFields(found.call) && isFields(found.form);
