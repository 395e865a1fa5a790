// The example in src/line/README.md: its types fit, and it keeps to the contract. The table in phone.md is the far ends' own.
import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { test as base, expect } from "@playwright/test";
import { behaviours } from "../../src/line/behaviours.ts";
import type { CreateLine, LineEvent } from "../../src/line/line.ts";
import { blocksOf, root, runLine } from "../programs.ts";
import { contract, type Subject } from "./contract.ts";
import { numbers, pass, ring } from "./twilio.ts";

const document = "src/line/README.md";

/** A folder that has the document's example, over a Twilio that is made up. */
let example: string;
base.beforeAll(async ({ browserName: _ }, { workerIndex }) => {
  example = `${root}e2e/results/example-${workerIndex}`;
  const [text = ""] = blocksOf(document, "ts");
  const code = text
    .replace('"@twilio/voice-sdk"', '"../../line/twilio.ts"')
    .replace('"./line.ts"', '"../../../src/line/line.ts"')
    .replace('"../call/', '"../../../src/call/');
  await mkdir(example, { recursive: true });
  await writeFile(`${example}/example.ts`, code);
});
base.afterAll(() => rm(example, { recursive: true }));

const test = base.extend<{ line: Subject }>({
  // biome-ignore lint/correctness/noEmptyPattern: Playwright wants to see which fixtures are used.
  line: async ({}, use) => {
    const made: { createTwilio: (token: string) => CreateLine } = await import(
      `${example}/example.ts`
    );
    const told: LineEvent[] = [];
    const line = made.createTwilio("token")((event) => told.push(event));
    const calls = new Map<string, ReturnType<typeof ring>>();
    await use({
      can: line.can,
      tell: (command) => {
        const before = told.length;
        line.tell(command);
        expect(told).toHaveLength(before);
      },
      told: () => told,
      // What is told next may come by promises alone.
      pass: async () => pass(100),
      numbers,
      ring: (fromNumber) => {
        const call = ring(fromNumber || "anonymous");
        const { CallSid = "" } = call.parameters;
        calls.set(CallSid, call);
        return CallSid;
      },
      giveUp: (id) => calls.get(id)?.giveUp(),
    });
  },
});

contract("The README's example", test);

test("the types of the README's example fit", async () => {
  await writeFile(
    `${example}/tsconfig.json`,
    JSON.stringify({ extends: "../../../tsconfig.json", include: ["example.ts"] }),
  );
  const checked = await runLine(`npx tsc -p ${example}`);
  expect(checked.code, checked.said).toBe(0);
});

test("the README's table says what the far ends do", async () => {
  const rows = behaviours.map(({ number, words }) => `| ${number || "any other"} | ${words} |`);
  expect(await readFile(`${root}src/documents/phone.md`, "utf8")).toContain(
    `\n${rows.join("\n")}\n\n`,
  );
});
