// What a failed expectation says: what was expected, what was seen, and why it matters. What an app says is text in it.
import { times } from "../../rules/report.ts";
import type { Rule } from "../../rules/rule.ts";
import type { Finding } from "../../rules/rules.ts";
import type { Message } from "../../rules/session.ts";
import { printable, printableJson } from "../../rules/text.mjs";
import { placeNames } from "../places.mjs";
import { seenIn } from "../reports/report.mjs";
import type { Fields, TimelineCall } from "./hubspot.ts";

/** Longer, in characters, no values are shown. */
const longest = 2000;

/** Values as JSON, each line with the indent before it. */
function json(values: unknown, indent: string): string {
  let text: string;
  try {
    text = JSON.stringify(printableJson(values), null, 2) ?? "";
  } catch {
    text = printable(values);
  }
  const shown = text.length > longest ? `${text.slice(0, longest)}…` : text;
  return shown
    .split("\n")
    .map((line) => indent + line)
    .join("\n");
}

/** What is expected of values: nothing, or a list of them. Also shows expect.any() and the like. */
export const valuesOf = (fields: Fields): string => {
  const parts = Object.entries(fields).map(([name, value]) => {
    const isPlain =
      typeof value !== "object" || value === null || Object(value).$$typeof === undefined;
    return `${name} ${isPlain ? printable(JSON.stringify(value)) : printable(String(value))}`;
  });
  return parts.length > 0 ? ` with ${parts.join(", ")}` : "";
};

const withData = ({ type, data }: Message) =>
  `  ${printable(type)}${data === undefined ? "" : `\n${json(data, "    ")}`}`;

/** The app's messages of the type with all they say, or else the types of the others. */
export function messagesOf(said: readonly Message[], type: string): string {
  const same = said.filter((message) => message.type === type);
  if (same.length > 0) return ["The app said:", ...same.slice(-3).map(withData)].join("\n");
  if (said.length === 0) return "The app has said nothing.";
  return `The app said: ${said
    .slice(-30)
    .map((message) => printable(message.type))
    .join(", ")}.`;
}

/** The calls on the timeline. */
export function callsOf(calls: readonly TimelineCall[]): string {
  if (calls.length === 0) return "The timeline is empty.";
  return [
    "The timeline has:",
    ...calls.slice(0, 3).map((call) => json(call.properties, "  ")),
  ].join("\n");
}

/** A rule that is broken: what was wrong, the message that broke it, why it matters, and how to fix it. */
export function brokenRule(finding: Finding, rules: readonly Rule[]): string {
  const { rule, title, level, why, source, broken, message } = finding;
  const mend = rules.find(({ id }) => id === rule)?.mend ?? "";
  return [
    `✗ ${level} ${title} [${rule}]${broken > 1 ? `, ${times(broken)}` : ""}`,
    `  Seen: ${printable(seenIn(finding))}`,
    ...(message
      ? [`  Message, from ${placeNames[message.frame]}:`, withData(message).replace(/^/gm, "  ")]
      : []),
    `  Why it matters: ${why}`,
    `  Source: ${source}`,
    "  How to fix it:",
    ...mend.split("\n").map((line) => `    ${line}`),
  ].join("\n");
}
