// The list of messages on a page: what went over the wire, the newest on top, and its export.
import { toJson } from "../call/messages.ts";
import type { Message } from "./channel.ts";
import { clock, copy, element, make, payloadOf } from "./dom.ts";

/** The messages that are listed, oldest first. */
export const kept: Message[] = [];

/** Lists a message by its time, the newest on top, and keeps it for the export. */
export function log(message: Message): void {
  const { at, from, type, data, ignored } = message;
  const newer = kept.filter((other) => other.at > at).length;
  kept.splice(kept.length - newer, 0, message);
  const row = payloadOf(
    data,
    make("code", type.slice(0, 100)),
    make("time", clock(at)),
    make("small", ignored ? `Ignored: ${ignored}` : ""),
  );
  row.dataset.from = from;
  const rows = element("log");
  rows.insertBefore(make("li", row), rows.children[newer] ?? null);
  if (kept.length > 200) {
    kept.shift();
    rows.lastChild?.remove();
  }
}

/** Copies a session, as the local HubSpot loads it and the judge reads it. Nobody is masked in it. */
export function copyLog(): void {
  copy(
    toJson({
      format: "hubspot-calling-session/1",
      app: { name: document.title, url: location.href },
      sessions: [{ messages: kept }],
    }),
  );
  element("export").ariaPressed = "true";
}
