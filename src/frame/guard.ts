// Stops messages that are not HubSpot's before the SDK sees them: the SDK takes the first SYNC for its host, whoever sent it.

import { type Fields, isFields } from "../call/messages.ts";
import { isLoopback } from "./loopback.mjs";

/**
 * Whether pages of `origin` may be HubSpot to a widget served from `own`: HubSpot's own hosts, the widget's
 * own origin, and loopback for a widget that is itself served from loopback, which is where developers have it.
 */
export const isHubSpot = (origin: string, own: string): boolean =>
  origin === own ||
  /^https:\/\/[\w.-]+\.hubspot\.com$/.test(origin) ||
  [origin, own].every((one) => isLoopback(/^https:\/\/(.+?)(:\d+)?$/.exec(one)?.[1] ?? ""));

/** Whether the SDK can read the message without throwing, and would send its answers back to where it came from. */
export function isEnvelope(data: unknown, origin: string): data is Fields {
  if (!isFields(data)) return false;
  const { type, hostUrl = origin, messageId } = data;
  return (
    typeof type === "string" &&
    typeof messageId !== "object" &&
    (type !== "SYNC" || hostUrl === origin)
  );
}

/**
 * Has to be called before the SDK is created: listeners run in the order in which they were added. READY is the SDK's own
 * word, for a handshake that it has checked.
 */
export function guard(): void {
  const stop = (event: MessageEvent) => {
    const fromHost = window.parent !== window && event.source === window.parent;
    if (
      fromHost &&
      isHubSpot(event.origin, location.origin) &&
      isEnvelope(event.data, event.origin) &&
      event.data.type !== "READY"
    )
      return;
    event.stopImmediatePropagation();
  };
  window.addEventListener("message", stop);
}
