// The line that tests without a browser have keeps to the contract, too.
import { test as base } from "@playwright/test";
import type { LineCommand, LineEvent } from "../../src/line/line.ts";
import { contract, type Subject } from "./contract.ts";
import { numbers, ringMe } from "./numbers.ts";
import { createClock, silent } from "./scripted.ts";

contract(
  "The silent line",
  base.extend<{ line: Subject }>({
    // biome-ignore lint/correctness/noEmptyPattern: Playwright wants to see which fixtures are used.
    line: async ({}, use) => {
      const { wait, pass } = createClock();
      const told: LineEvent[] = [];
      const line = silent(wait)((event) => told.push(event));
      const tell = (command: LineCommand) => line.tell(command);
      await use({
        can: line.can.filter((feature) => feature !== "devices"),
        tell,
        told: () => told,
        pass: () => pass(100),
        numbers,
        ...ringMe(tell, () => pass(4_000)),
      });
    },
  }),
);
