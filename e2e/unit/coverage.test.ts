// src/documents/coverage.md is right about this project: each file that it names is there, and so is each test.
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "@playwright/test";
import { root } from "../programs.ts";

const rows = readFileSync(`${root}src/documents/coverage.md`, "utf8")
  .split("\n")
  .filter((line) => line.startsWith("| ") && !/^\| (HubSpot says|---) /.test(line))
  .map((line) => line.slice(2, -2).split(/ ?\| ?/));

/** The files that a cell links to, from the project's root. */
const filesIn = (cell: string) =>
  [...cell.matchAll(/\]\((.*?)\)/g)].map(([, path = ""]) => join("src/documents", path));

/** The titles of a file's tests; what differs from one test of a kind to the next is "…". */
const titlesIn = (file: string) =>
  [...readFileSync(root + file, "utf8").matchAll(/\b(?:test|base)\(\s*(["`])(.*?)\1,/gs)].map(
    ([, , title = ""]) => title.replace(/\$\{[^}]*\}/g, "…"),
  );

test("every statement says whether it is covered, where, and by which test", () => {
  expect(rows.length).toBeGreaterThan(100);
  for (const row of rows) {
    const [statement, status, where = "", tests = ""] = row;
    expect(row, statement).toHaveLength(4);
    for (const file of filesIn(where)) expect(existsSync(root + file), file).toBe(true);
    expect(["covered", "in part", "not"], statement).toContain(status);
    expect(filesIn(where), statement).not.toEqual([]);
    const named = tests.split("<br>");
    // What is not covered in full says why, at the end.
    if (status !== "covered") expect(named.pop(), `why not: ${statement}`).toMatch(/^[A-Z]/);
    expect(named, statement).not.toEqual([]);
    for (const one of named) {
      const [file = ""] = filesIn(one);
      const title = one.replace(/^\[.*?\]\(.*?\): /, "");
      expect(titlesIn(file), `${file}, for: ${statement}`).toContain(title);
    }
  }
});
