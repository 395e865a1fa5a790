// The simulation can fail: it finds each small bug that is put into the sources.
import { expect, test } from "@playwright/test";
import { bugs } from "./bugs.ts";
import { programs } from "./programs.ts";
import { search } from "./search.ts";

const runs = 2000;

for (const [words, { seed = 1, ...edit }] of Object.entries(bugs))
  test(`it finds that ${words}`, async () => {
    test.setTimeout(180_000);
    const failure = await search(await programs([edit]), seed, runs, undefined, false);
    expect(failure?.verdict.wrong, `in ${runs} schedules`).toBeDefined();
  });

test("a bug whose place is gone is noticed", async () => {
  const gone = { file: "src/index.ts", from: "no such text", to: "" };
  await expect(programs([gone])).rejects.toThrow("0 times");
  const nowhere = { file: "src/no-such-file.ts", from: "", to: "" };
  await expect(programs([nowhere])).rejects.toThrow("No page has");
});
