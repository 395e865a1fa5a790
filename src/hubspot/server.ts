// What the local HubSpot's own server and its pages tell each other: the apps whose settings it was sent, and the CRM's engagements. A static host has no such server, and none is asked.
import { parse } from "../call/messages.ts";
import type { Engagement } from "./engagements.ts";

/** In a header that the server adds to the page. */
const described = performance
  .getEntriesByType("navigation")
  .flatMap((entry) => (entry instanceof PerformanceNavigationTiming ? entry.serverTiming : []))
  .find(({ name }) => name === "apps")?.description;

/** The apps when the page was loaded, unchecked; undefined where there is no such server. */
export const appsAtLoad: unknown =
  described === undefined ? undefined : (parse(decodeURIComponent(described)) ?? []);

/** Whether this page has the local HubSpot's own server. */
export const isServed = appsAtLoad !== undefined;

/** What the server tells, unchecked: the apps, whenever they may have changed, and each engagement that was made or changed over the API. */
export type News = { type: "apps"; apps: unknown } | { type: "engagement"; engagement: unknown };

/**
 * Calls back with the server's news. Hidden pages let go of the server: browsers open six connections to it.
 * @param have the engagements that are here, of which a server that has just begun knows nothing
 */
export function onServer(hear: (news: News) => void, have: () => readonly Engagement[]): void {
  if (!isServed) return;
  let source: EventSource | undefined;
  const listen = () => {
    source?.close();
    if (document.hidden) return;
    source = new EventSource("/local-hubspot/events");
    source.onopen = () => tellServer(...have());
    source.addEventListener("apps", ({ data }) => hear({ type: "apps", apps: parse(data) ?? [] }));
    source.addEventListener("engagement", ({ data }) =>
      hear({ type: "engagement", engagement: parse(data) }),
    );
  };
  document.addEventListener("visibilitychange", listen);
  listen();
}

/** The server takes no more at once, in bytes. */
const mostBytes = 100_000;

/** Tells the server of engagements that are new or have changed, so that the API has them. One that is too long for it is left out. */
export function tellServer(...engagements: readonly Engagement[]): void {
  if (!isServed) return;
  const send = (part: readonly string[]) => {
    const body = `[${part.join()}]`;
    if (part.length > 0)
      ask("engagements", { method: "PUT", body, headers: { "Content-Type": "application/json" } });
  };
  let part: string[] = [];
  for (const text of engagements.map((engagement) => JSON.stringify(engagement))) {
    if (bytesOf([...part, text]) > mostBytes) {
      send(part);
      part = [];
    }
    if (bytesOf([text]) <= mostBytes) part.push(text);
  }
  send(part);
}

const bytesOf = (part: readonly string[]) => new TextEncoder().encode(`[${part.join()}]`).length;

/** The server forgets the engagements, as "Start afresh" does here. */
export function forgetOnServer(): void {
  if (isServed) ask("engagements", { method: "DELETE" });
}

/** The server's answer, unchecked; undefined when there is none. */
async function ask(path: string, request: RequestInit): Promise<unknown> {
  try {
    const response = await fetch(`/local-hubspot/${path}`, request);
    return parse(await response.text());
  } catch {
    // The server is gone, or the page goes.
    return undefined;
  }
}
