// A conformance report for people, and a session as a file. No page.
import { isFields, parse } from "../call/messages.ts";
import type { Level } from "./rule.ts";
import type { Finding } from "./rules.ts";
import type { Message, Session, Step } from "./session.ts";
import { markdownText } from "./text.mjs";

/** Whose session it is. */
export type Subject = { name: string; url: string };

/** A session as it is kept in a file, one for each time that it began anew, and what was found when it was written. */
export type SessionFile = {
  format: "hubspot-calling-session/1";
  app: Subject;
  sessions: readonly Session[];
  findings: readonly Finding[];
};

export const format = "hubspot-calling-session/1";

/** Whether it is one of the places where HubSpot shows an app. */
export const isFrame = (value: unknown): value is Message["frame"] =>
  value === "widget" || value === "remote" || value === "window";

const isTexts = (value: unknown): value is string[] =>
  Array.isArray(value) && value.every((text) => typeof text === "string");

/** A message may leave it to its page's SYNC to say in which frame it was. */
type Read = Omit<Message, "frame"> & Partial<Pick<Message, "frame">>;
type ReadSession = Omit<Session, "messages"> & { messages: readonly Read[] };

const isMessage = (value: unknown): value is Read =>
  isFields(value) &&
  Number.isFinite(value.at) &&
  (value.frame === undefined || isFrame(value.frame)) &&
  typeof value.load === "string" &&
  (value.from === "app" || value.from === "hubspot") &&
  typeof value.type === "string" &&
  (value.note === undefined || typeof value.note === "string") &&
  (value.faults === undefined || isTexts(value.faults));

const isStep = (value: unknown): value is Step =>
  isFields(value) &&
  typeof value.name === "string" &&
  isFrame(value.frame) &&
  Number.isFinite(value.at) &&
  (value.trouble === undefined || typeof value.trouble === "string") &&
  (value.failed === undefined || isTexts(value.failed));

const isSession = (value: unknown): value is ReadSession =>
  isFields(value) &&
  Array.isArray(value.messages) &&
  value.messages.every(isMessage) &&
  (value.at === undefined || Number.isFinite(value.at)) &&
  (value.isOver === undefined || typeof value.isOver === "boolean") &&
  (value.steps === undefined || (Array.isArray(value.steps) && value.steps.every(isStep))) &&
  (value.errors === undefined || isTexts(value.errors));

/** Reads a session's file; what is wrong with it, in words, when it is none. */
export function readSessions(text: string): Pick<SessionFile, "app" | "sessions"> | string {
  const file = parse(text);
  if (file === undefined) return "This file is not JSON.";
  if (!isFields(file) || file.format !== format)
    return `This file is no session: it has no "format": "${format}".`;
  const { app, sessions } = file;
  const { name, url } = isFields(app) ? app : {};
  if (typeof name !== "string" || typeof url !== "string")
    return "This file does not say which app its session is of: “app” has no name and url.";
  if (!Array.isArray(sessions) || !sessions.every(isSession))
    return "This file’s “sessions” are damaged: each has “messages”, and each of these at, load, from and type.";
  return { app: { name, url }, sessions: sessions.map(inFrames) };
}

function inFrames({ messages, ...session }: ReadSession): Session {
  const frames = new Map<string, Message["frame"]>();
  for (const { type, load, data } of messages)
    if (type === "SYNC" && isFields(data) && isFrame(data.iframeLocation))
      frames.set(load, data.iframeLocation);
  const frameOf = ({ frame, load }: Read) => frame ?? frames.get(load) ?? "widget";
  return { ...session, messages: messages.map((said) => ({ ...said, frame: frameOf(said) })) };
}

/** A session as text. Payloads can hold what JSON cannot: those are written as text. */
export const writeSessions = (file: SessionFile): string => `${JSON.stringify(file, safely, 2)}\n`;

function safely(key: string, value: unknown): unknown {
  if (key !== "data") return value;
  try {
    JSON.stringify(value);
    return value;
  } catch {
    return String(value);
  }
}

/** How many rules are untried, broken and kept, and how many of them are a "must", in words. */
export function summary(findings: readonly Finding[]): string {
  const count = (name: string, status: Finding["status"]) => {
    const these = findings.filter((finding) => finding.status === status);
    const musts = these.filter(({ level }) => level === "must").length;
    const parts = these.length > 0 ? ` (${musts} must, ${these.length - musts} should)` : "";
    return `${these.length} ${name}${parts}`;
  };
  return [count("untried", "untried"), count("broken", "fail"), count("kept", "pass")].join(", ");
}

/** Once, or how many times. */
export const times = (count: number): string => (count === 1 ? "once" : `${count} times`);

/** A report to be pasted into an issue. */
export function markdown({ name, url }: Subject, findings: readonly Finding[]): string {
  const list = (status: Finding["status"], level: Level) =>
    findings
      .filter((finding) => finding.status === status && finding.level === level)
      .flatMap(lines);
  const section = (title: string, status: Finding["status"]) =>
    (["must", "should"] as const).flatMap((level) => {
      const items = list(status, level);
      return items.length > 0 ? [`## ${title}: ${level}`, "", ...items, ""] : [];
    });
  return [
    `# ${markdownText(name)}: ${summary(findings)}`,
    "",
    `What HubSpot expects of a calling app, and what ${markdownText(url)} did in the local HubSpot. Kept means seen and right; untried means that nothing was seen that tests it.`,
    "",
    ...section("Broken", "fail"),
    ...section("Untried", "untried"),
    ...section("Kept", "pass"),
  ].join("\n");
}

function lines(finding: Finding): string[] {
  const { rule, title, level, seen, broken, why, source } = finding;
  const head = `- **${level}** ${title} (\`${rule}\`)`;
  if (finding.status === "pass") return [`${head}: seen ${times(seen)}`];
  if (finding.status === "untried") return [finding.words ? `${head}: ${finding.words}` : head];
  const { words, message } = finding;
  return [
    head,
    `  - Seen: ${markdownText(words)}${broken > 1 ? ` And ${broken - 1} more, of ${seen}.` : ""}`,
    ...(message
      ? [`  - Message: ${markdownText(message.type)} in the ${message.frame}, ${dateOf(message)}`]
      : []),
    `  - Why: ${why}`,
    `  - Source: ${source}`,
  ];
}

/** A file may hold a time that is none. */
function dateOf({ at }: Message): string {
  const date = new Date(at);
  return Number.isNaN(date.getTime()) ? "at no time" : date.toISOString();
}
