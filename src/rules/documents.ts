// The rules as documents: RULES.md lists them, and each has a page of its own. Made by `npm run rules`.
import type { Rule } from "./rule.ts";
import { rules } from "./rules.ts";

/** The level in a sentence. */
const meaning: Record<Rule["level"], string> = {
  must: "HubSpot’s documents, its SDK or its demos say so, and HubSpot’s user loses something.",
  should: "HubSpot lets it pass, or does not say what it does.",
};

/** Where a rule's page is, seen from RULES.md. It stays there: reports and baselines lead to it. */
export const pageOf = (id: string): string => `pages/${id}.md`;

/** RULES.md: every rule, by theme, in the order of a call. */
export const index = (): string =>
  [
    "# What HubSpot expects of a calling app",
    "",
    "`npm run rules` makes this page from the rules here. The local HubSpot judges every calling app by these, in its panel _Rules_ and by `npm run conformance`. Each has a page that says how to fix it.",
    "",
    `- **must**: ${meaning.must}`,
    `- **should**: ${meaning.should}`,
    "",
    "_Kept_ means seen and right. _Broken_ means seen and wrong. _Untried_ means that nothing was seen that tests the rule.",
    "",
    "| rule | | what is expected | when it is broken |",
    "| --- | --- | --- | --- |",
    ...rules.map(
      ({ id, title, level, why }) =>
        `| [\`${id}\`](${pageOf(id)}) | ${level} | ${title} | ${why} |`,
    ),
    "",
  ].join("\n");

/**
 * A rule's own page.
 * @param examples of what breaks it, each in words that follow "an app that"
 */
export const page = ({ id, title, level, why, source, mend }: Rule, examples: string[]): string =>
  [
    `# ${title}`,
    "",
    `\`${id}\`, a **${level}**. ${meaning[level]}`,
    "",
    "## When it is broken",
    "",
    why,
    "",
    ...(examples.length > 0
      ? ["An app breaks it if it", "", ...examples.map((example) => `- ${example}`), ""]
      : []),
    "## How to fix it",
    "",
    "`extensions` is the app’s `CallingExtensions`, of `@hubspot/calling-extensions-sdk`.",
    "",
    "```js",
    mend,
    "```",
    "",
    "## Source",
    "",
    `${source}.`,
    "",
    "[All rules](../RULES.md)",
    "",
  ].join("\n");
