// A conformance report for people, and a session as a file. No page.
import { isFields, parse } from "../call/messages.ts";
import { type Finding, rules } from "./rules.ts";
import type { Message, Session } from "./session.ts";

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

const isMessage = (value: unknown): value is Message =>
  isFields(value) &&
  Number.isFinite(value.at) &&
  (value.frame === "widget" || value.frame === "remote" || value.frame === "window") &&
  typeof value.load === "string" &&
  (value.from === "app" || value.from === "hubspot") &&
  typeof value.type === "string" &&
  (value.note === undefined || typeof value.note === "string");

const isSession = (value: unknown): value is Session =>
  isFields(value) &&
  Array.isArray(value.messages) &&
  value.messages.every(isMessage) &&
  (value.at === undefined || Number.isFinite(value.at)) &&
  (value.isOver === undefined || typeof value.isOver === "boolean") &&
  (value.errors === undefined ||
    (Array.isArray(value.errors) && value.errors.every((error) => typeof error === "string")));

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
    return "This file’s “sessions” are damaged: each has “messages”, and each of these at, frame, load, from and type.";
  return { app: { name, url }, sessions };
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

/** How many rules are broken, kept and untried, in words. */
export function summary(findings: readonly Finding[]): string {
  const count = (status: Finding["status"]) => findings.filter((f) => f.status === status).length;
  return `${count("fail")} broken, ${count("pass")} kept, ${count("untried")} untried`;
}

/** A report to be pasted into an issue. */
export function markdown({ name, url }: Subject, findings: readonly Finding[]): string {
  const failing = findings.filter(({ status }) => status === "fail");
  const list = (status: Finding["status"]) =>
    findings
      .filter((finding) => finding.status === status)
      .map(({ rule, title, words }) => `- ${title} (\`${rule}\`)${words ? `: ${words}` : ""}`);
  const section = (title: string, lines: string[]) =>
    lines.length > 0 ? [`## ${title}`, "", ...lines, ""] : [];
  return [
    `# ${name}: ${summary(findings)}`,
    "",
    `What HubSpot expects of a calling app, as the local HubSpot saw <${url}> keep it.`,
    "",
    ...section(
      "Broken",
      failing.flatMap(({ rule, title, level, words, broken, message, why, source }) => [
        `- **${level}** ${title} (\`${rule}\`)`,
        `  - Seen: ${words}${broken > 1 ? ` And ${broken - 1} more.` : ""}`,
        ...(message
          ? [
              `  - Message: ${message.type} in the ${message.frame}, ${new Date(message.at).toISOString()}`,
            ]
          : []),
        `  - Why: ${why}`,
        `  - Source: ${source}`,
      ]),
    ),
    ...section("Kept", list("pass")),
    ...section("Untried", list("untried")),
  ].join("\n");
}

/** RULES.md: every rule, in the order of a call. */
export const rulesPage = (): string =>
  [
    "# What HubSpot expects of a calling app",
    "",
    "Generated from the rules in this folder by `npm run rules`. The local HubSpot judges every calling app by these, in its panel _Rules_ and by `npm run conformance`.",
    "",
    "A broken _must_ costs HubSpot’s user something. A broken _should_ is let pass by HubSpot, or HubSpot does not say.",
    "",
    "| rule | | what is expected | when it is broken | source |",
    "| --- | --- | --- | --- | --- |",
    ...rules.map(
      ({ id, title, level, why, source }) =>
        `| \`${id}\` | ${level} | ${title} | ${why} | ${source} |`,
    ),
    "",
  ].join("\n");
