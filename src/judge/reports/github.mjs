// The report for GitHub's Actions: a summary in Markdown, and lines that it shows beside the job.
import { markdownText, printable } from "../../rules/text.mjs";
import { nameOf, sentence } from "../verdict.mjs";
import { seenIn, troubles } from "./report.mjs";

/** @import { Report } from "./report.mjs" */

/**
 * The Markdown of the findings, and what else a report tells.
 * @param {Report} report
 * @param {string} findings as `markdown` in rules/report.ts gives it
 */
export function summaryPage({ sessions, verdict, stopped }, findings) {
  const section = (/** @type {string} */ title, /** @type {string[]} */ lines) =>
    lines.length > 0 ? [`## ${title}`, "", ...lines.map((line) => `- ${line}`), ""] : [];
  return [
    findings,
    ...section(
      "Not reached",
      troubles(sessions).map(({ step, words }) => `${step}: ${markdownText(words)}`),
    ),
    ...section(
      "Known",
      verdict.known.map(({ title, rule }) => `${title} (\`${rule}\`)`),
    ),
    ...section(
      "In the baseline, and no longer so: remove it",
      verdict.stale.map((known) => `\`${nameOf(known)}\`, line ${known.line}`),
    ),
    stopped ? `Not judged to its end: ${markdownText(stopped)}` : sentence(verdict),
    "",
  ].join("\n");
}

/**
 * Workflow commands: an error for each finding that fails, a warning for each other one that is broken and not known.
 * @param {Report} report
 * @returns {string[]} lines
 */
export function annotations({ findings, verdict, stopped }) {
  const { failed, known, stale } = verdict;
  const noted = findings.filter(
    (f) => f.status === "fail" && !failed.includes(f) && !known.includes(f),
  );
  return [
    ...(stopped ? [command("error", "not judged to its end", stopped)] : []),
    ...failed.map((finding) => {
      const words = finding.status === "fail" ? seenIn(finding) : "Untried.";
      return command("error", finding.rule, `${finding.title}: ${words}`);
    }),
    ...stale.map((entry) =>
      command(
        "error",
        nameOf(entry),
        `It is no longer so: remove line ${entry.line} from the baseline.`,
      ),
    ),
    ...noted.map((finding) =>
      command("warning", finding.rule, `${finding.title}: ${seenIn(finding)}`),
    ),
  ];
}

/** @param {"error" | "warning"} name @param {string} title @param {string} message */
const command = (name, title, message) =>
  `::${name} title=${escaped(title).replaceAll(":", "%3A").replaceAll(",", "%2C")}::${escaped(message)}`;

/** As the runner reads it. @param {string} text */
const escaped = (text) => printable(text).replaceAll("%", "%25");
