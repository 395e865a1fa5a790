// The report for CI, as JUnit's XML: what fails the verdict is a failure, any other broken rule is a note, and an untried one is skipped.
import { markupText } from "../../rules/text.mjs";
import { nameOf } from "../verdict.mjs";
import { seenIn, troubles } from "./report.mjs";

/** @import { Report } from "./report.mjs" */
/** @import { Finding } from "../../rules/rules.ts" */

/** @param {Report} report @returns {string} */
export function junit({ app, sessions, findings, verdict, stopped }) {
  const cases = [
    ...findings.map((finding) => testCase(finding.rule, finding.title, bodyOf(finding, verdict))),
    ...verdict.stale.map((known) =>
      testCase(
        "baseline",
        nameOf(known),
        `<failure message="It is no longer so: remove it from line ${known.line}."/>`,
      ),
    ),
    ...troubles(sessions).map(({ step, words }) =>
      testCase("walk", step, `<skipped message="${markupText(words)}"/>`),
    ),
    ...(stopped
      ? [testCase("walk", "to its end", `<error message="${markupText(stopped)}"/>`)]
      : []),
  ];
  const count = (/** @type {string} */ tag) =>
    cases.filter((text) => text.includes(`<${tag} `)).length;
  return [
    `<?xml version="1.0" encoding="UTF-8"?>`,
    "<testsuites>",
    `  <testsuite name="${markupText(app.url || app.name)}" tests="${cases.length}" failures="${count("failure")}" errors="${count("error")}" skipped="${count("skipped")}">`,
    ...cases,
    "  </testsuite>",
    "</testsuites>",
    "",
  ].join("\n");
}

/** @param {string} group @param {string} name @param {string} body */
const testCase = (group, name, body) =>
  `    <testcase classname="${markupText(group)}" name="${markupText(name)}">${body}</testcase>`;

/** @param {Finding} finding @param {Report["verdict"]} verdict */
function bodyOf(finding, { failed, known }) {
  const { status, level, why, words = "untried" } = finding;
  if (failed.includes(finding))
    return `<failure message="${markupText(status === "fail" ? seenIn(finding) : words)}">${markupText(why)}</failure>`;
  if (status === "untried") return `<skipped message="${markupText(words)}"/>`;
  if (status === "pass") return "";
  const isKnown = known.includes(finding) ? "known, " : "";
  return `<system-out>${isKnown}${level}: ${markupText(seenIn(finding))} ${markupText(why)}</system-out>`;
}
