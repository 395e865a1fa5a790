// What the local HubSpot's own server tells its pages: the apps whose settings it was sent. A static host has no such server, and none is asked.
import { parse } from "../call/messages.ts";

/** In a header that the server adds to the page. */
const described = performance
  .getEntriesByType("navigation")
  .flatMap((entry) => (entry instanceof PerformanceNavigationTiming ? entry.serverTiming : []))
  .find(({ name }) => name === "apps")?.description;

/** The apps when the page was loaded, unchecked; undefined where there is no such server. */
export const appsAtLoad: unknown =
  described === undefined ? undefined : (parse(decodeURIComponent(described)) ?? []);

/** Calls back with the apps, unchecked, whenever they may have changed. Hidden pages let go of the server: browsers open six connections to it. */
export function onApps(hear: (apps: unknown) => void): void {
  if (appsAtLoad === undefined) return;
  let source: EventSource | undefined;
  const listen = () => {
    source?.close();
    if (document.hidden) return;
    source = new EventSource("/local-hubspot/apps");
    source.onmessage = ({ data }) => hear(parse(String(data)) ?? []);
  };
  document.addEventListener("visibilitychange", listen);
  listen();
}
