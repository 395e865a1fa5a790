// The documents' examples of lines: their types fit, and they keep to the contract. The table in README.md is the far ends' own.
import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { test as base, expect } from "@playwright/test";
import { behaviours } from "../../src/line/behaviours.ts";
import type { CreateLine, LineEvent } from "../../src/line/line.ts";
import { blocksOf, root, runLine } from "../programs.ts";
import { contract, type Subject } from "./contract.ts";
import * as office from "./office.ts";
import * as twilio from "./twilio.ts";

type Example = {
  document: string;
  /** From the module that the document's first block of TypeScript is. */
  lineOf: (made: {
    createTwilio: (token: string) => CreateLine;
    createSocketLine: CreateLine;
  }) => CreateLine;
  farEnds: Pick<Subject, "numbers" | "ring" | "giveUp"> & { pass: (ms: number) => void };
};

/** Vendors' calls that rang, by their ids. */
const rang = new Map<string, twilio.Call>();

const examples: Record<string, Example> = {
  "src/line/README.md's example": {
    document: "src/line/README.md",
    lineOf: ({ createTwilio }) => createTwilio("token"),
    farEnds: {
      ...twilio,
      ring: (fromNumber) => {
        const call = twilio.ring(fromNumber || "anonymous");
        const { CallSid = "" } = call.parameters;
        rang.set(CallSid, call);
        return CallSid;
      },
      giveUp: (id) => rang.get(id)?.giveUp(),
    },
  },
  "yours.md's example": {
    document: "src/documents/yours.md",
    lineOf: ({ createSocketLine }) => createSocketLine,
    farEnds: office,
  },
};

/** Where a worker has the examples, over telephone systems that are made up. */
let folder: string;
base.beforeAll(async ({ browserName: _ }, { workerIndex }) => {
  Object.assign(globalThis, { WebSocket: office.OfficeSocket });
  folder = `${root}e2e/results/example-${workerIndex}`;
  await mkdir(folder, { recursive: true });
  for (const { document } of Object.values(examples)) {
    const [text = ""] = blocksOf(document, "ts");
    const code = text
      .replace('"@twilio/voice-sdk"', '"../../line/twilio.ts"')
      .replace('"./adapter.ts"', '"../../../src/line/adapter.ts"')
      .replace('"../call/', '"../../../src/call/');
    await writeFile(fileOf(document), code);
  }
});
base.afterAll(() => rm(folder, { recursive: true }));

const fileOf = (document: string) => `${folder}/${document.replace(/\W/g, "-")}.ts`;

for (const [name, { document, lineOf, farEnds }] of Object.entries(examples))
  contract(
    name,
    base.extend<{ line: Subject }>({
      // biome-ignore lint/correctness/noEmptyPattern: Playwright wants to see which fixtures are used.
      line: async ({}, use) => {
        const told: LineEvent[] = [];
        const line = lineOf(await import(fileOf(document)))((event) => told.push(event));
        await use({
          ...farEnds,
          can: line.can,
          tell: (command) => {
            const before = told.length;
            line.tell(command);
            expect(told).toHaveLength(before);
          },
          told: () => told,
          // What is told next may come by promises alone.
          pass: async () => farEnds.pass(100),
        });
      },
    }),
  );

base("the examples' types fit", async () => {
  await writeFile(
    `${folder}/tsconfig.json`,
    JSON.stringify({ extends: "../../../tsconfig.json", include: ["*.ts"] }),
  );
  const checked = await runLine(`npx tsc -p "${folder}"`);
  expect(checked.code, checked.said).toBe(0);
});

base("the README's table says what the far ends do", async () => {
  const rows = behaviours.map(({ number, words }) => `| ${number || "any other"} | ${words} |`);
  expect(await readFile(`${root}README.md`, "utf8")).toContain(`\n${rows.join("\n")}\n\n`);
});
