// What pages say in words, and where they lead.
import type { DialRequest } from "../call/messages.ts";
import { shown } from "../call/number.ts";
import { type Call, otherNumber, type State } from "../call/state.ts";
import { element } from "./dom.ts";

/** The other end of the call: by name, where HubSpot told it. */
export function calleeOf(call: Call): string {
  if (call.status === "idle") return call.dial?.number ?? "";
  return call.callers?.map(({ name }) => name).join(" or ") || shown(otherNumber(call));
}

/** HubSpot names its callee by type and id only. */
export function recordWords({ callee }: DialRequest): string {
  if (!callee) return "unknown";
  const kinds: Record<string, string> = { "0-1": "Contact, record ", "0-2": "Company, record " };
  return (kinds[callee.objectTypeId] ?? "record ") + callee.id;
}

/** ms → 1:02:03, without the hours in the first hour */
export function minutes(ms: number): string {
  return new Date(ms).toISOString().slice(11, 19).replace(/^00:/, "");
}

/** The way to the calling window: at HubSpot's address, never at ours, since the frame in it is HubSpot's, too. */
export function renderLink({ host, holder }: State): void {
  if (host.status !== "ready") return;
  const { hostUrl, portalId, iframeLocation, usesCallingWindow } = host;
  const link = element("callingwindow", HTMLAnchorElement);
  // Where the window has the call, to open it again would load it anew.
  link.hidden = iframeLocation !== "remote" || (usesCallingWindow && !!holder);
  link.href = `${hostUrl}/calling-integration-popup-ui/${portalId}?usesCallingWindow=${usesCallingWindow}`;
  link.className = holder ? "" : "expected";
}
