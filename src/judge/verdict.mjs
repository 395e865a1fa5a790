// What a report comes to: which findings and which of the app's own steps fail it, which are known, and which known ones are no longer so. No files, no browser.

/** @import { Finding } from "../rules/rules.ts" */

/**
 * A step of the app's own that failed or is missing, and the step of the walk in which it did.
 * @typedef {{ name: string, step: string }} FailedStep
 */

/**
 * A finding that is known, or a step of the app's own that is known to fail: everywhere, or in one step of the walk.
 * @typedef {{ rule: string, step?: string, reason: string, line: number }} Known
 */

/**
 * @typedef {object} Verdict
 * @property {readonly Finding[]} failed
 * @property {readonly FailedStep[]} failedSteps those that the baseline does not know
 * @property {readonly Finding[]} known broken rules that the baseline knows; where untried ones fail, those, too
 * @property {readonly Known[]} stale what the baseline knows, and is not so
 */

const grammar = `A line is a rule, or a rule and a step of the walk, and the reason why it is known to be broken:

  duration-unit         Our backend counts seconds until its version 3.
  reload@reload-in-call The call lives in the page; to be mended.
  # a comment`;

/**
 * Reads a baseline.
 * @param {string} text
 * @param {{ file: string, rules: readonly string[], steps: readonly string[] }} names `rules`: and the app's own steps
 * @returns {Known[]}
 * @throws an Error that says which line is wrong, and how it should be
 */
export function readBaseline(text, { file, rules, steps }) {
  /** @type {Known[]} */
  const all = [];
  for (const [index, raw] of text.split(/\r?\n/).entries()) {
    const line = raw.trim();
    if (line === "" || line.startsWith("#")) continue;
    const [, rule = "", step, reason = ""] = /^([^\s@]*)(?:@(\S*))?\s*(.*)$/.exec(line) ?? [];
    const wrong = wrongIn({ rule, step, reason, all, rules, steps });
    if (wrong) throw new Error(`${file}, line ${index + 1}: ${wrong}\n\n${grammar}`);
    all.push({ rule, ...(step !== undefined && { step }), reason, line: index + 1 });
  }
  return all;
}

/** @param {{ rule: string, step: string | undefined, reason: string, all: Known[], rules: readonly string[], steps: readonly string[] }} entry */
function wrongIn({ rule, step, reason, all, rules, steps }) {
  if (!rules.includes(rule)) return unknown("rule", rule, rules);
  if (step !== undefined && !steps.includes(step)) return unknown("step", step, steps);
  const name = step === undefined ? rule : `${rule}@${step}`;
  if (reason === "") return `${name} has no reason.`;
  const twice = all.find((other) => other.rule === rule && other.step === step);
  return twice && `${name} is already in line ${twice.line}.`;
}

/**
 * Says that there is no such name, with the one that was meant, or all.
 * @param {string} kind
 * @param {string} name
 * @param {readonly string[]} names
 */
export function unknown(kind, name, names) {
  const close = names.filter((other) => name !== "" && distance(name, other) <= 2);
  const like = names.filter((other) => name.length > 2 && other.includes(name));
  const meant = [...new Set([...close, ...like])];
  const hint =
    meant.length > 0 ? `Did you mean ${meant.join(" or ")}?` : `There are: ${names.join(", ")}.`;
  return `There is no ${kind} “${name}”. ${hint}`;
}

/** How many letters have to be changed, added or taken away (Levenshtein). @param {string} a @param {string} b */
function distance(a, b) {
  let row = [...b].map((_, index) => index + 1);
  for (const [i, letter] of [...a].entries()) {
    let diagonal = i;
    let left = i + 1;
    row = row.map((above, j) => {
      left = Math.min(above + 1, left + 1, diagonal + (letter === b[j] ? 0 : 1));
      diagonal = above;
      return left;
    });
  }
  return row.at(-1) ?? a.length;
}

/**
 * Without a baseline, what fails is a broken "must". With one, it is whatever is broken and not in it, and whatever is in
 * it and was seen not to be so. A step of the app's own that failed, or is missing in a call, fails the whole: what it was for was not judged.
 * @param {readonly Finding[]} findings
 * @param {{ baseline?: readonly Known[] | undefined, isStrict?: boolean, failedSteps?: readonly FailedStep[] }} [how]
 * @returns {Verdict}
 */
export function verdictOn(findings, { baseline, isStrict = false, failedSteps = [] } = {}) {
  const entriesOf = (/** @type {string} */ rule) =>
    (baseline ?? []).filter((known) => known.rule === rule);
  const isKnown = (/** @type {Finding} */ { rule, steps = [] }) => {
    const entries = entriesOf(rule);
    const isIn = (/** @type {string} */ step) => entries.some((known) => known.step === step);
    return (
      entries.some(({ step }) => step === undefined) || (steps.length > 0 && steps.every(isIn))
    );
  };
  const isKnownStep = (/** @type {FailedStep} */ { name, step }) =>
    entriesOf(name).some((known) => known.step === undefined || known.step === step);
  const fails = (/** @type {Finding} */ finding) => {
    if (finding.status === "pass") return false;
    if (finding.status === "untried") return isStrict && !isKnown(finding);
    return baseline ? !isKnown(finding) : finding.level === "must";
  };
  const isStale = (/** @type {Known} */ { rule, step }) => {
    const finding = findings.find((finding) => finding.rule === rule);
    if (finding?.status === "fail") return step !== undefined && !finding.steps?.includes(step);
    // What was not seen this time may be as it was.
    return finding?.status === "pass";
  };
  return {
    failed: findings.filter(fails),
    failedSteps: failedSteps.filter((failed) => !isKnownStep(failed)),
    known: findings.filter(
      (finding) =>
        (finding.status === "fail" || (finding.status === "untried" && isStrict)) &&
        isKnown(finding),
    ),
    stale: (baseline ?? []).filter(isStale),
  };
}

/** @param {Verdict} verdict */
export const isFailure = ({ failed, failedSteps, stale }) =>
  failed.length > 0 || failedSteps.length > 0 || stale.length > 0;

/** The verdict, in a sentence. @param {Verdict} verdict */
export function sentence({ failed, failedSteps, stale }) {
  const names = (/** @type {readonly Finding[]} */ some) => some.map(({ rule }) => rule).join(", ");
  const broken = failed.filter(({ status }) => status === "fail");
  const untried = failed.filter(({ status }) => status === "untried");
  const steps = new Set(failedSteps.map(({ name, step }) => `${name} (${step})`));
  const parts = [
    broken.length > 0 ? `broken: ${names(broken)}` : "",
    steps.size > 0 ? `your steps that failed or are missing: ${[...steps].join(", ")}` : "",
    untried.length > 0 ? `untried: ${names(untried)}` : "",
    stale.length > 0
      ? `in the baseline, but not broken: ${stale.map(nameOf).join(", ")} (remove ${stale.length === 1 ? "it" : "them"})`
      : "",
  ].filter(Boolean);
  return parts.length > 0 ? `Failed. ${parts.join("; ")}.` : "Passed.";
}

/** As the baseline has it. @param {Known} known */
export const nameOf = ({ rule, step }) => (step === undefined ? rule : `${rule}@${step}`);
