// What can only be done in HubSpot itself is told: each step with where HubSpot says so, and each symptom with what to do.
import { readFileSync } from "node:fs";
import { expect, test } from "@playwright/test";
import { root } from "../programs.ts";

const rowsOf = (document: string): string[][] =>
  readFileSync(`${root}src/documents/${document}`, "utf8")
    .split("\n")
    .filter((line) => line.startsWith("| ") && !line.startsWith("| ---"))
    .map((line) => line.slice(2, -2).split(/ ?\| ?/));

const sources = /\b(Documentation|Settings|Overview)\b|SDK #\d|`\[guess\]`|\]\(.*\)/;
/** What is the reader's own to do, and no statement of HubSpot's. */
const own = /local HubSpot|users\.md/;

test("each step on the way to an installed app says where HubSpot says so", () => {
  const rows = rowsOf("install.md");
  for (const row of rows) {
    const source = row.at(-1) ?? "";
    if (["where HubSpot says so", "see"].includes(source)) continue;
    expect(source || row[0], row.join(" | ")).toMatch(source ? sources : own);
  }
  const told = (step: RegExp) => rows.find(([words = ""]) => step.test(words))?.at(-1);
  expect(told(/as a project .* Legacy .* no longer/)).toBe("Overview");
  expect(told(/`permittedUrls\.iframe`/)).toBe("`[guess]`");
  expect(told(/OAuth as the way/)).toBe("Documentation");
  expect(told(/^`developers-read`/)).toBe("Settings");
  expect(told(/Any user may install/)).toBe("Documentation");
  expect(told(/all of its users.*some accounts or some users/)).toBe("Documentation");
  const text = readFileSync(`${root}src/documents/install.md`, "utf8");
  expect(text).toContain("asks for OAuth and for three active installs (Documentation)");
});

test("each symptom has its cause and its cure", () => {
  const rows = rowsOf("troubleshooting.md");
  for (const row of rows) {
    expect(row, row.join(" | ")).toHaveLength(3);
    for (const cell of row) expect(cell, row.join(" | ")).not.toBe("");
  }
  const [, why, cure] = rows.find(([what]) => what?.includes("Chrome 142")) ?? [];
  expect(why).toContain("asks before a public page may frame `localhost`");
  expect(cure).toContain("local network");
});
