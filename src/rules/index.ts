// What other programs use of the rules: judge(session) for any runner, without a browser and without dependencies.
export { mask } from "./mask.ts";
export {
  format,
  markdown,
  readSessions,
  type SessionFile,
  type Subject,
  summary,
  writeSessions,
} from "./report.ts";
export type { Level } from "./rule.ts";
export { type Finding, judge, merge, type RuleId, rules } from "./rules.ts";
export type { Message, Session, Step } from "./session.ts";
