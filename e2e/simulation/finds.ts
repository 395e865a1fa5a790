// Tests that the simulation can fail: it finds each small bug that is put into the sources.
import { expect, test } from "@playwright/test";
import type { Bug } from "./bugs.ts";
import type { Edit, Programs } from "./programs.ts";
import { search } from "./search.ts";

/** A bug that takes longer needs another seed. */
const runs = 300;

/**
 * Defines a test for each bug.
 * @param bugs by what they do, in words
 * @param programs the app, with the bug put in
 */
export function findsEach(
  bugs: Record<string, Bug>,
  programs: (edits: readonly Edit[]) => Promise<Programs>,
): void {
  for (const [words, { seed = 1, ...edit }] of Object.entries(bugs))
    test(`it finds that ${words}`, async () => {
      test.setTimeout(180_000);
      const failure = await search(await programs([edit]), seed, runs, undefined, false);
      expect(failure?.verdict.wrong, `in ${runs} schedules`).toBeDefined();
    });
}
