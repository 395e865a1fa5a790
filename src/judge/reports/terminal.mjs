// The report for a terminal.
import { rules } from "../../rules/index.ts";
import { printable } from "../../rules/text.mjs";
import { nameOf, sentence } from "../verdict.mjs";
import { seenIn, troubles } from "./report.mjs";

/** @import { Report } from "./report.mjs" */

const width = 100;
const noCall =
  "No call was made, so little could be judged. Steps click through calls: --help says how, under --steps.";

/** @param {import("../../rules/session.ts").Session} session */
const hasCall = ({ messages }) =>
  messages.some(
    ({ from, type }) => from === "app" && ["OUTGOING_CALL_STARTED", "INCOMING_CALL"].includes(type),
  );

/** @param {import("../../rules/rules.ts").Finding} finding */
const mendOf = ({ rule }) => (rules.find(({ id }) => id === rule)?.mend ?? "").split("\n");

/** @param {Report} report @returns {string} */
export function terminal({ app, sessions, findings, summary, verdict, stopped }) {
  const broken = findings.filter(({ status }) => status === "fail");
  const untried = findings.filter(({ status }) => status === "untried");
  const section = (/** @type {string} */ title, /** @type {string[]} */ lines) =>
    lines.length > 0 ? [title, ...lines.map((line) => wrapped(line, "  ")), ""] : [];
  return [
    `${printable(app.url || app.name)}: ${summary}`,
    "",
    ...broken.flatMap((finding) => {
      const isKnown = verdict.known.includes(finding) ? " (known)" : "";
      return [
        `✗ ${finding.level} ${finding.title} [${finding.rule}]${isKnown}`,
        wrapped(printable(seenIn(finding)), "    "),
        wrapped(finding.why, "    "),
        wrapped(finding.source, "    "),
        "    How to fix it:",
        ...mendOf(finding).map((line) => `      ${line}`),
        "",
      ];
    }),
    ...section(
      "Not reached:",
      troubles(sessions).map(({ step, words }) => `${step}: ${printable(words)}`),
    ),
    ...section("Untried:", untried.length > 0 ? [untried.map(({ rule }) => rule).join(", ")] : []),
    ...section(
      "In the baseline, and no longer so. Remove it:",
      verdict.stale.map((known) => `line ${known.line}: ${nameOf(known)}`),
    ),
    ...(sessions.some(hasCall) ? [] : [noCall, ""]),
    stopped ? wrapped(`Not judged to its end: ${printable(stopped)}`, "") : sentence(verdict),
  ].join("\n");
}

/** Broken between words. @param {string} text @param {string} indent */
function wrapped(text, indent) {
  const lines = [""];
  for (const word of text.split(" ")) {
    const line = lines.at(-1) ?? "";
    if (line !== "" && indent.length + line.length + 1 + word.length > width) lines.push(word);
    else lines[lines.length - 1] = line === "" ? word : `${line} ${word}`;
  }
  return lines.map((line) => indent + line).join("\n");
}
