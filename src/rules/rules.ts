// What HubSpot expects of a calling app: all rules, and the judging of a session by them. No page, no clock.

import { completionRules } from "./completion.ts";
import { digest } from "./digest.ts";
import { disturbanceRules } from "./disturbance.ts";
import { endRules } from "./end.ts";
import { handshakeRules } from "./handshake.ts";
import { idRules } from "./ids.ts";
import { messageRules } from "./messages.ts";
import { propertyRules } from "./properties.ts";
import { returnRules } from "./return.ts";
import type { Level, Rule } from "./rule.ts";
import type { Message, Session } from "./session.ts";
import { sizeRules } from "./size.ts";
import { startRules } from "./start.ts";
import { userRules } from "./user.ts";

export { reaction } from "./rule.ts";

export type Finding = {
  rule: string;
  title: string;
  level: Level;
  status: "pass" | "fail" | "untried";
  /** The first message that broke the rule. */
  message?: Message;
  /** What was wrong with it; of an untried rule, what it waits for. */
  words?: string;
  /** How often the rule was broken. */
  broken: number;
  why: string;
  source: string;
};

/** In the order of a call. */
export const rules: readonly Rule[] = [
  ...handshakeRules,
  ...messageRules,
  ...userRules,
  ...idRules,
  ...startRules,
  ...endRules,
  ...completionRules,
  ...propertyRules,
  ...disturbanceRules,
  ...returnRules,
  ...sizeRules,
];

/** Every rule's finding: those that fail first, "must" before "should", then the kept, then the untried. */
export function judge(session: Session): Finding[] {
  const all = digest(session);
  return sorted(
    rules.map(({ id, title, level, why, source, judge }) => {
      const occasions = judge(all);
      const wrong = occasions.filter((occasion) => "wrong" in occasion);
      const pending = occasions.find((occasion) => "pending" in occasion);
      const [first] = wrong;
      const isKept = occasions.some((occasion) => "kept" in occasion);
      const status = first ? "fail" : isKept ? "pass" : "untried";
      const words = first?.wrong ?? pending?.pending;
      return {
        rule: id,
        title,
        level,
        status,
        ...(first?.message && { message: first.message }),
        ...(words && { words }),
        broken: wrong.length,
        why,
        source,
      };
    }),
  );
}

/** One finding a rule from those of several sessions: a rule that one of them broke is broken. */
export function merge(...sessions: readonly Finding[][]): Finding[] {
  const [first = [], ...others] = sessions;
  return sorted(
    first.map((finding) => {
      const all = [
        finding,
        ...others.flatMap((o) => o.find(({ rule }) => rule === finding.rule) ?? []),
      ];
      const worst = [...all].sort(byStatus)[0] ?? finding;
      return { ...worst, broken: all.reduce((sum, { broken }) => sum + broken, 0) };
    }),
  );
}

const order = ["fail", "pass", "untried"];
const byStatus = (a: Finding, b: Finding) => order.indexOf(a.status) - order.indexOf(b.status);
const sorted = (findings: Finding[]) =>
  findings.sort((a, b) => byStatus(a, b) || a.level.localeCompare(b.level));
