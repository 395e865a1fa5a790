// The rules' documents say what the rules say. `npm run rules` writes them.
import { mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { expect, test } from "@playwright/test";
import { transform } from "esbuild";
import { index, page, pageOf } from "../../src/rules/documents.ts";
import { rules } from "../../src/rules/rules.ts";
import { wrongBehaviours } from "./wrong-behaviours.ts";

const folder = new URL("../../src/rules/", import.meta.url);
const documents = new Map([
  ["RULES.md", index()],
  ...rules.map((rule): [string, string] => {
    const examples = wrongBehaviours.filter(({ breaks }) => breaks === rule.id);
    return [
      pageOf(rule.id),
      page(
        rule,
        examples.map(({ it }) => it),
      ),
    ];
  }),
]);

test("every rule has its page, and there is no other", async () => {
  if (test.info().config.updateSnapshots === "changed") {
    await rm(new URL("pages/", folder), { recursive: true, force: true });
    await mkdir(new URL("pages/", folder));
    for (const [file, text] of documents) await writeFile(new URL(file, folder), text);
  }
  const pages = (await readdir(new URL("pages/", folder))).map((file) => `pages/${file}`);
  expect(["RULES.md", ...pages].sort(), "run: npm run rules").toEqual([...documents.keys()].sort());
  for (const [file, text] of documents)
    expect(await readFile(new URL(file, folder), "utf8"), "run: npm run rules").toBe(text);
});

test("every sample is JavaScript, in calls that the SDK has", async () => {
  const sdk = await readFile(
    new URL(
      "../../node_modules/@hubspot/calling-extensions-sdk/src/CallingExtensions.ts",
      import.meta.url,
    ),
    "utf8",
  );
  const types = await readFile(
    new URL("../../node_modules/@hubspot/calling-extensions-sdk/src/types.ts", import.meta.url),
    "utf8",
  );
  for (const { id, mend } of rules) {
    await expect(transform(mend), id).resolves.toBeTruthy();
    for (const [, method] of mend.matchAll(/extensions\.(\w+)/g))
      expect(sdk, `${id}: ${method}`).toMatch(new RegExp(`^  ${method}\\(`, "m"));
    for (const [, handler] of mend.matchAll(/\b(on[A-Z]\w+): \(/g))
      expect(types, `${id}: ${handler}`).toContain(`${handler}: Function`);
    const longest = Math.max(...mend.split("\n").map((line) => line.length));
    expect(longest, `${id}: the longest line of its sample`).toBeLessThanOrEqual(112);
  }
});
