// Sessions in files, as widgets of different makes have them: each is judged in every run, and none breaks a "must".
// A session that was recorded in HubSpot itself can be put beside them.
import { readdirSync, readFileSync } from "node:fs";
import { expect, test } from "@playwright/test";
import { readSessions } from "../../src/rules/report.ts";
import { judge, merge, type RuleId } from "../../src/rules/rules.ts";

const folder = new URL("../sessions/", import.meta.url);

/** What HubSpot lets pass, of each app that is known: a file that is not listed may do what it likes. */
const shoulds: Record<string, RuleId[]> = {
  "buttons-demo": ["deprecated-fields", "dialing-context-given", "duration-right"],
  dialler: ["call-status"],
  "dies-with-its-page": ["dialing-context-given"],
  "every-tab-speaks": [],
  "first-demo": [
    "deprecated-fields",
    "call-id",
    "dialing-context-given",
    "numbers",
    "start-fields",
    "end-status-given",
  ],
  "html-notes": ["property-types"],
  "no-engagement": ["engagement-made"],
  "no-external-id": [
    "deprecated-fields",
    "call-id",
    "dialing-context-given",
    "numbers",
    "end-status-given",
  ],
  "office-exchange": ["dialing-context-given", "duration-right"],
  "own-engagements": ["dialing-context-given"],
  "recorded-in-the-app": [],
  "server-side": ["engagement-id-empty", "dialing-context-given", "end-status-given"],
  transfers: [],
  "window-speaks": [],
  "withheld-callers": [],
};

const files = readdirSync(folder).filter((file) => file.endsWith(".json"));

function read(file: string) {
  const sessions = readSessions(readFileSync(new URL(file, folder), "utf8"));
  if (typeof sessions === "string") throw new Error(`${file}: ${sessions}`);
  return sessions;
}

for (const file of files)
  test(`${file} breaks no “must”`, () => {
    const { sessions } = read(file);
    const broken = merge(...sessions.map(judge)).filter(({ status }) => status === "fail");
    expect(broken.filter(({ level }) => level === "must")).toEqual([]);
    const known = shoulds[file.replace(".json", "")];
    if (known) expect(broken.map(({ rule }) => rule)).toEqual(known);
  });

test("every app that is known has its file", () => {
  expect(files).toEqual(expect.arrayContaining(Object.keys(shoulds).map((name) => `${name}.json`)));
});
