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
  "exported-by-the-widget": [],
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
  "own-engagements": [],
  "recorded-in-the-app": [],
  "server-side": ["engagement-id-empty", "end-status-given"],
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

test("a message says in which frame it was, or its page's SYNC does", () => {
  const say = (load: string, type: string, data: unknown = null, frame?: string) => ({
    ...{ at: 1, load, from: "hubspot", type, data },
    ...(frame && { frame }),
  });
  const messages = [
    say("a", "SYNC", { iframeLocation: "remote" }),
    say("b", "SYNC", { iframeLocation: "window" }),
    say("a", "END_CALL"),
    say("b", "END_CALL"),
    say("b", "END_CALL", null, "widget"),
    say("c", "SYNC", { iframeLocation: "nowhere" }),
  ];
  const app = { name: "Mine", url: "https://mine.example/" };
  const text = JSON.stringify({
    format: "hubspot-calling-session/1",
    app,
    sessions: [{ messages }],
  });
  const read = readSessions(text);
  const frames =
    typeof read === "string" ? read : read.sessions[0]?.messages.map(({ frame }) => frame);
  expect(frames).toEqual(["remote", "window", "remote", "window", "widget", "widget"]);
  expect(readSessions(text.replace('"widget"', '"nowhere"'))).toContain("damaged");
});
