// A call as HubSpot's user sees it, on a record's timeline and on the Calls page: its words, and its entry.
import { make } from "../frame/dom.ts";
import { type CrmRecord, hashOf } from "./crm.ts";
import type { Engagement, Utterance } from "./engagements.ts";
import { type Markup, readMarkup } from "./markup.ts";
import { outcomes } from "./outcomes.mjs";
import { recordingOf } from "./recording.ts";

/** A call, with the records whose timelines it is on. */
export type Listed = Engagement & { records: readonly CrmRecord[] };

/** What stands in the entry otherwise than as a property. */
const shownElsewhere = new Set([
  "hs_call_title",
  "hs_call_body",
  "hs_call_direction",
  "hs_call_disposition",
  "hs_call_duration",
  "hs_call_status",
  "hs_call_from_number",
  "hs_call_to_number",
  "hs_call_recording_url",
  "hs_timestamp",
]);

/** One that the account does not have is shown by its GUID. */
export const outcomeName = (guid: string): string =>
  Object.hasOwn(outcomes, guid) ? (outcomes[guid] ?? guid) : guid;

/** What is said of a call in a few words each; empty or undefined where nothing is known. */
export function wordsOf({ properties }: Engagement) {
  const {
    hs_call_title: title,
    hs_call_direction: direction,
    hs_call_disposition: outcome = "",
    hs_call_duration: duration,
    hs_call_status: status,
    hs_call_from_number: from = "",
    hs_call_to_number: to = "",
    hs_timestamp: timestamp,
  } = properties;
  const isInbound = direction === "INBOUND";
  const when = new Date(Number(timestamp));
  return {
    title: title || "Call",
    when: Number.isNaN(when.getTime()) ? "" : when.toLocaleString(),
    direction: isInbound ? "Inbound" : "Outbound",
    from,
    to,
    /** The other end's. */
    number: isInbound ? from : to,
    duration: duration === undefined ? "" : inMinutes(Number(duration)),
    status: status && inWords(status),
    outcome: outcomeName(outcome),
  };
}

/** NO_ANSWER → No answer */
const inWords = (status: string) =>
  status.charAt(0) + status.slice(1).toLowerCase().replaceAll("_", " ");

/** ms → 2 min 5 s */
function inMinutes(ms: number): string {
  if (!Number.isFinite(ms)) return "unknown";
  const seconds = Math.floor(ms / 1000);
  return seconds < 60 ? `${seconds} s` : `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
}

/** The call's title and when it was, as a line. */
export function headingOf(engagement: Engagement): HTMLElement {
  const { title, when } = wordsOf(engagement);
  return make("p", make("strong", title), make("time", when));
}

/** All the rest of the entry: notes, facts, recording, transcript, and all other properties. */
export function detailsOf(call: Listed): HTMLElement[] {
  const { engagementId, records, properties, transcript = [] } = call;
  const { direction, from, to, duration, status, outcome } = wordsOf(call);
  const links = records.map((record) => {
    const link = make("a", record.name);
    link.href = hashOf(record);
    return link;
  });
  const facts = {
    Direction: direction,
    From: from,
    To: to,
    With: links.flatMap((link, index) => (index === 0 ? [link] : [", ", link])),
    Duration: duration,
    Status: status,
    Outcome: outcome,
    Engagement: String(engagementId),
  };
  const named = Object.entries(facts).flatMap(([name, fact]) =>
    fact?.length ? [make("div", make("dt", name), make("dd", ...[fact].flat()))] : [],
  );
  return [
    ...notesOf(properties.hs_call_body ?? ""),
    make("dl", ...named),
    ...recordingOf(call),
    ...transcriptOf(transcript),
    ...othersOf(properties),
  ];
}

/** The notes: with their markup, or else with the line breaks of plain text. */
function notesOf(text: string): HTMLElement[] {
  if (text === "") return [];
  const nodes = readMarkup(text);
  const notes = make("div", ...nodes.map(drawMarkup));
  notes.className = "notes";
  notes.classList.toggle(
    "plain",
    nodes.every((node) => typeof node === "string"),
  );
  return [notes];
}

function drawMarkup(node: Markup): Node | string {
  if (typeof node === "string") return node;
  const drawn = make(node.tag, ...node.children.map(drawMarkup));
  if (drawn instanceof HTMLAnchorElement && node.href !== undefined) {
    drawn.href = node.href;
    drawn.target = "_blank";
    drawn.rel = "noopener noreferrer";
  }
  return drawn;
}

function transcriptOf(transcript: readonly Utterance[]): HTMLElement[] {
  if (transcript.length === 0) return [];
  const said = transcript.map(({ speaker, text, startTimeMillis, languageCode }) => {
    const words = make("p", text);
    if (languageCode) words.lang = languageCode;
    return make(
      "li",
      make("strong", speaker.name),
      make("time", onTheClock(startTimeMillis)),
      words,
    );
  });
  const list = make("ol", ...said);
  list.className = "transcript";
  return [make("details", make("summary", `Transcript (${said.length})`), list)];
}

/** ms since the call began → 1:05; empty for what is no time in a call */
const onTheClock = (ms: number): string =>
  ms >= 0 && ms < 1e9
    ? `${Math.floor(ms / 60_000)}:${String(Math.floor(ms / 1000) % 60).padStart(2, "0")}`
    : "";

/** How many other properties are shown: an app can send any number of them. */
const mostOthers = 200;

function othersOf(properties: Engagement["properties"]): HTMLElement[] {
  const others = Object.entries(properties).filter(
    ([name, value]) => value !== "" && !shownElsewhere.has(name),
  );
  if (others.length === 0) return [];
  const shown = others
    .slice(0, mostOthers)
    .map(([name, value]) => make("div", make("dt", make("code", name)), make("dd", value)));
  const rest = others.length - shown.length;
  return [
    make(
      "details",
      make("summary", `More properties (${others.length})`),
      make("dl", ...shown),
      ...(rest > 0 ? [make("p", `and ${rest} more`)] : []),
    ),
  ];
}

/**
 * A list of calls that is drawn again and again: an entry whose call is as it was stays where it is, with what is
 * open or playing in it.
 * @param list the element that it fills
 * @param draw draws a call's entry; `before` is the one that it takes the place of
 */
export function callList(
  list: HTMLElement,
  draw: (call: Listed, before: HTMLElement | undefined) => HTMLElement,
): (calls: readonly Engagement[], records: readonly CrmRecord[]) => void {
  let drawn = new Map<number, { from: string; entry: HTMLElement }>();
  return (calls, records) => {
    const before = drawn;
    let focused: number | undefined;
    const byId = new Map(records.map((record) => [record.objectId, record]));
    drawn = new Map(
      calls.map((engagement) => {
        const { engagementId, recordIds } = engagement;
        const call = { ...engagement, records: recordIds.flatMap((id) => byId.get(id) ?? []) };
        const from = JSON.stringify(call);
        const last = before.get(engagementId);
        const isSame = last?.from === from;
        const entry = isSame ? last.entry : draw(call, last?.entry);
        if (!isSame && last?.entry.contains(document.activeElement)) focused = engagementId;
        return [engagementId, { from, entry }];
      }),
    );
    const entries = [...drawn.values()].map(({ entry }) => entry);
    const kept = new Set<Element>(entries);
    for (const child of [...list.children]) if (!kept.has(child)) child.remove();
    let next = list.firstElementChild;
    for (const entry of entries) {
      if (entry === next) next = next.nextElementSibling;
      else list.insertBefore(entry, next);
    }
    if (focused) drawn.get(focused)?.entry.querySelector("summary")?.focus();
  };
}
