// What HubSpot expects of a calling app: all rules, and the judging of a session by them. No page, no clock.

import { completionRules } from "./completion.ts";
import { dialRules } from "./dial.ts";
import { digest } from "./digest.ts";
import { disturbanceRules } from "./disturbance.ts";
import { endRules } from "./end.ts";
import { agreementRules } from "./engagement-agreement.ts";
import { propertyRules } from "./engagement-properties.ts";
import { handshakeRules } from "./handshake.ts";
import { idRules } from "./ids.ts";
import { messageRules } from "./messages.ts";
import { returnRules } from "./return.ts";
import type { Level, Rule } from "./rule.ts";
import type { Message, Session } from "./session.ts";
import { sizeRules } from "./size.ts";
import { startRules } from "./start.ts";
import { printable } from "./text.mjs";
import { userRules } from "./user.ts";

export { reaction } from "./rule.ts";

/** All, by theme, in the order of a call. */
const all = [
  ...handshakeRules,
  ...messageRules,
  ...userRules,
  ...idRules,
  ...dialRules,
  ...startRules,
  ...endRules,
  ...completionRules,
  ...propertyRules,
  ...agreementRules,
  ...disturbanceRules,
  ...returnRules,
  ...sizeRules,
] as const;

/** A rule's name, which stays the same: baselines, pages and people refer to it. */
export type RuleId = (typeof all)[number]["id"];

export const rules: readonly (Rule & { id: RuleId })[] = all;

/** What became of a rule in a session. Kept means seen and right; untried, that nothing was seen by which it can be told. */
export type Finding = {
  rule: RuleId;
  title: string;
  level: Level;
  /** How often the rule was tried, and told: as often as it was kept or broken. */
  seen: number;
  /** How often it was broken. */
  broken: number;
  /** In which steps of the command line's walk it was broken; missing where nothing was walked. */
  steps?: readonly string[];
  why: string;
  source: string;
} & (
  | {
      status: "fail";
      /** What was wrong, in words, the first time: one line of text, parts of which are the app's. */
      words: string;
      /** The message that broke it first. What the app's page throws is in none. */
      message?: Message;
    }
  | { status: "pass"; words?: undefined; message?: undefined }
  | {
      status: "untried";
      /** What it waits for. */
      words?: string;
      message?: undefined;
    }
);

/** Every rule's finding: those that fail first, "must" before "should", then the kept, then the untried. */
export function judge(session: Session): Finding[] {
  const read = digest(session);
  return sorted(rules.map((rule) => finding(rule, rule.judge(read), session)));
}

function finding(
  rule: (typeof rules)[number],
  occasions: ReturnType<Rule["judge"]>,
  session: Session,
): Finding {
  const { id, title, level, why, source } = rule;
  const wrong = occasions.flatMap((occasion) => ("wrong" in occasion ? [occasion] : []));
  const seen = occasions.filter((occasion) => !("pending" in occasion)).length;
  const base = { rule: id, title, level, seen, broken: wrong.length, why, source };
  const [first] = wrong;
  if (first) {
    const { message } = first;
    return {
      ...base,
      status: "fail",
      words: printable(first.wrong),
      ...(message && { message }),
      ...stepsOf(session, wrong),
    };
  }
  if (seen > 0) return { ...base, status: "pass" };
  const words = occasions.find((occasion) => "pending" in occasion)?.pending;
  return { ...base, status: "untried", ...(words && { words }) };
}

/** One finding a rule from those of several sessions: a rule that one of them broke is broken. */
export function merge(...sessions: readonly Finding[][]): Finding[] {
  const [first = [], ...others] = sessions;
  return sorted(
    first.map((finding) => {
      const same = [
        finding,
        ...others.flatMap((o) => o.find(({ rule }) => rule === finding.rule) ?? []),
      ];
      const worst = [...same].sort(byStatus)[0] ?? finding;
      const sum = (of: "seen" | "broken") => same.reduce((total, each) => total + each[of], 0);
      const steps = [...new Set(same.flatMap(({ steps = [] }) => steps))];
      const where = steps.length > 0 && { steps };
      return { ...worst, seen: sum("seen"), broken: sum("broken"), ...where };
    }),
  );
}

/** Of a session that was walked: the steps in which those messages were said. */
function stepsOf(
  { steps = [] }: Session,
  occasions: readonly { message?: Message | undefined }[],
): Pick<Finding, "steps"> {
  const names = occasions.flatMap(
    ({ message }) => steps.findLast(({ at }) => message && at <= message.at)?.name ?? [],
  );
  return names.length > 0 ? { steps: [...new Set(names)] } : {};
}

const order = ["fail", "pass", "untried"];
const byStatus = (a: Finding, b: Finding) => order.indexOf(a.status) - order.indexOf(b.status);
const sorted = (findings: Finding[]) =>
  findings.sort((a, b) => byStatus(a, b) || a.level.localeCompare(b.level));
