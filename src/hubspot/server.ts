// What the local HubSpot's own server and its pages tell each other: the apps whose settings it was sent, and the CRM's engagements. A static host has no such server, and none is asked.
import { isFields, parse } from "../call/messages.ts";
import type { CrmRecord } from "./crm.ts";
import type { Engagement } from "./engagements.ts";
import type { ChannelNumber } from "./helpdesk.ts";

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
 * @param begin has the page tell what it has: a server that has just begun knows nothing of it
 */
export function onServer(hear: (news: News) => void, begin: () => void): void {
  if (!isServed) return;
  let source: EventSource | undefined;
  const listen = () => {
    source?.close();
    if (document.hidden) return;
    source = new EventSource("/local-hubspot/events");
    source.onopen = begin;
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
  const send = (part: readonly string[]) => {
    if (part.length > 0) put("engagements", `[${part.join()}]`);
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

const put = (path: string, body: string) =>
  ask(path, { method: "PUT", body, headers: { "Content-Type": "application/json" } });

const bytesOf = (part: readonly string[]) => new TextEncoder().encode(`[${part.join()}]`).length;

/** The server forgets the engagements, as "Start afresh" does here. */
export function forgetOnServer(): void {
  ask("engagements", { method: "DELETE" });
}

/** Tells the server of the CRM's records, all of them, so that it knows who calls. */
export function tellRecords(records: readonly CrmRecord[]): void {
  put("records", JSON.stringify(records));
}

/**
 * Asks the app, through the server, for a call's recording.
 * @returns `src`, on the page's own origin, and what HubSpot would not take, in words; or why there is none
 */
export async function findRecording(
  engagementId: number,
): Promise<{ src: string; problems: readonly string[] } | { problem: string }> {
  const answer = await ask(`recordings/${engagementId}`);
  const { src, problems, problem = unanswered } = isFields(answer) ? answer : {};
  return typeof src === "string" && Array.isArray(problems)
    ? { src, problems: problems.map(String) }
    : { problem: String(problem) };
}

/** Asks the app's webhook, through the server, which numbers can be connected to help desk. */
export async function channelNumbers(
  appId: number,
): Promise<{ numbers: readonly ChannelNumber[] } | { problem: string }> {
  const answer = await ask(`channel-numbers/${appId}`, { method: "POST" });
  const { numbers, problem = unanswered } = isFields(answer) ? answer : {};
  return Array.isArray(numbers) && numbers.every(isNumber)
    ? { numbers }
    : { problem: String(problem) };
}

const isNumber = (value: unknown): value is ChannelNumber =>
  isFields(value) &&
  typeof value.e164PhoneNumber === "string" &&
  typeof value.friendlyName === "string" &&
  (value.extension === undefined || typeof value.extension === "string");

const unanswered = isServed
  ? "The local HubSpot’s server does not answer."
  : "This needs the local HubSpot’s own server, which this page does not have.";

/** The server's answer, unchecked; undefined when there is none. */
async function ask(path: string, request: RequestInit = {}): Promise<unknown> {
  if (!isServed) return undefined;
  try {
    const response = await fetch(`/local-hubspot/${path}`, request);
    return parse(await response.text());
  } catch {
    // The server is gone, or the page goes.
    return undefined;
  }
}
