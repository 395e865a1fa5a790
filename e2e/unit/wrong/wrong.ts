// What apps do wrong: each is one small change to a story of the good app's, with the rule that names it.
import type { RuleId } from "../../../src/rules/rules.ts";
import type { Change, Line } from "../story.ts";

export type Wrong = {
  /** What the app does, after "It". */
  it: string;
  breaks: RuleId;
  /** What comes of it besides. */
  also?: RuleId[];
  story: readonly Line[];
  change: Change;
};
