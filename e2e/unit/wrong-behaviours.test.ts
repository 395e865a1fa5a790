// The rules against a catalogue of wrong behaviours: each is caught by the rule that names it, and by none that it does not concern.
import { expect, test } from "@playwright/test";
import { judge, merge, rules } from "../../src/rules/rules.ts";
import { failures, session, stories } from "./story.ts";
import { wrongBehaviours } from "./wrong-behaviours.ts";

for (const [name, story] of Object.entries(stories))
  test(`the good app breaks no rule: ${name}`, () => {
    expect(failures(judge(session(story, { errors: [] })))).toEqual([]);
  });

test("the good app keeps every rule", () => {
  const judged = Object.values(stories).map((story) => judge(session(story, { errors: [] })));
  const untried = merge(...judged).filter(({ status }) => status !== "pass");
  expect(untried.map(({ rule }) => rule)).toEqual([]);
});

for (const { it, breaks, also = [], story, change } of wrongBehaviours)
  test(`${breaks}: it ${it}`, () => {
    expect(failures(judge(session(story))), "before the change").toEqual([]);
    const found = failures(judge(session(change(story))));
    expect(found.map(({ rule }) => rule).sort()).toEqual([breaks, ...also].sort());
    for (const { words, message } of found) {
      expect(words).toMatch(/\S.*[.!?]$/);
      expect(message).toBeTruthy();
    }
  });

test("an app whose page throws breaks no-errors", () => {
  const found = failures(
    judge(session(stories.outbound ?? [], { errors: ["TypeError: x is null"] })),
  );
  expect(found).toMatchObject([{ rule: "no-errors", words: "TypeError: x is null" }]);
});

test("every rule has a wrong behaviour, and every wrong behaviour its own words", () => {
  const named = new Set(wrongBehaviours.map(({ breaks }) => breaks));
  expect(rules.map(({ id }) => id).filter((id) => !named.has(id))).toEqual(["no-errors"]);
  expect(new Set(wrongBehaviours.map(({ it }) => it)).size).toBe(wrongBehaviours.length);
  expect(new Set(rules.map(({ id }) => id)).size).toBe(rules.length);
});
