// The report for a terminal.
import { printable } from "../../rules/text.mjs";
import { nameOf, sentence } from "../verdict.mjs";
import { seenIn, troubles } from "./report.mjs";

/** @import { Report } from "./report.mjs" */

const width = 100;

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
