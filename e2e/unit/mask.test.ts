// Sessions to be given away: nobody can be told from them, and the rules find in them what they found before.
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { expect, test } from "@playwright/test";
import { mask } from "../../src/rules/mask.ts";
import { readSessions } from "../../src/rules/report.ts";
import { judge, merge } from "../../src/rules/rules.ts";
import type { Session } from "../../src/rules/session.ts";
import { run } from "../programs.ts";
import { app, hubspot, session, stories } from "./story.ts";
import { wrongBehaviours } from "./wrong-behaviours.ts";

const statuses = (sessions: readonly Session[]) =>
  merge(...sessions.map(judge)).map(({ rule, status, seen }) => `${rule}: ${status}, ${seen}`);
const maskedData = (...data: unknown[]) =>
  mask([session(data.map((each) => app("CALL_DATA", each)))])[0]?.messages.map(({ data }) => data);

test("a number has one mask in every way of writing it, and keeps its country and its form", () => {
  expect(
    maskedData(
      { phoneNumber: "(212) 555-0143", toNumber: "+1 212 555 0143", fromNumber: "+447700900142" },
      { hs_call_from_number: "00447700900142", hs_call_to_number: "2125550143" },
      { to: 12125550143, fromNumber: "sip:204@pbx.example" },
      "Called +1 (212) 555-0143 for 447700900142",
      {
        externalCallId: "out +447700900142",
        hs_timestamp: "1750000000000",
        engagementId: 61200000143,
      },
    ),
  ).toEqual([
    { phoneNumber: "(212) 555-0101", toNumber: "+1 212 555 0101", fromNumber: "+447705550102" },
    { hs_call_from_number: "00447705550102", hs_call_to_number: "2125550101" },
    { to: 12125550101, fromNumber: "sip:person1@example.com" },
    "Called +1 (212) 555-0101 for 447705550102",
    {
      externalCallId: "out +447705550102",
      hs_timestamp: "1750000000000",
      engagementId: 61200000143,
    },
  ]);
});

test("names, addresses and what people wrote are masked wherever they stand", () => {
  const [match, text, error] = mask([
    session(
      [
        hubspot("CALLER_ID_MATCH_SUCCEEDED", {
          callerIdMatches: [
            {
              callerIdType: "CONTACT",
              firstName: "Ada",
              lastName: "O’Brien (jr.)",
              email: "Ada@engines.example",
            },
            { callerIdType: "COMPANY", name: "Completed" },
          ],
        }),
        app("CALL_COMPLETED", {
          engagementProperties: {
            hs_call_title: "Call with Ada",
            hs_call_body: "<p>Her son is ill.</p>",
            hs_call_status: "COMPLETED",
            hs_call_recording_url: "https://recordings.example/ada?key=secret",
            custom: "ada, ADA@ENGINES.EXAMPLE, Adam, O’Brien (jr.)",
          },
        }),
        app("ERROR", { message: "No line to 0770 0900142 (ada@engines.example)" }),
      ],
      { errors: ["TypeError: Ada has no +44 7700 900142"] },
    ),
  ]).flatMap(({ messages, errors }) => [...messages.map(({ data }) => data), errors]);
  const { callerIdMatches } = Object(match);
  expect(callerIdMatches).toEqual([
    {
      callerIdType: "CONTACT",
      firstName: "Name 1",
      lastName: "Name 2",
      email: "person1@example.com",
    },
    { callerIdType: "COMPANY", name: "Name 3" },
  ]);
  expect(Object(text).engagementProperties).toEqual({
    hs_call_title: "Text 1",
    hs_call_body: "Text 2",
    hs_call_status: "COMPLETED",
    hs_call_recording_url: "https://recordings.example/address-3",
    custom: "Name 1, person1@example.com, Adam, Name 2",
  });
  expect(error).toEqual({ message: "No line to 0770 5550101 (person1@example.com)" });
});

test("an app’s errors are masked as well, and what contains itself does no harm", () => {
  const endless: { self?: unknown; toNumber: string } = { toNumber: "+447700900142" };
  endless.self = endless;
  const [masked] = mask([session([app("CALL_DATA", endless)], { errors: ["No +44 7700 900142"] })]);
  expect(masked?.errors).toEqual(["No +44 7705 550101"]);
  expect(masked?.messages[0]?.data).toEqual({ toNumber: "+447705550101", self: undefined });
});

test("the rules find in a masked session what they found before", () => {
  for (const [name, story] of Object.entries(stories))
    expect(statuses(mask([session(story)])), name).toEqual(statuses([session(story)]));
  // A number that lost a part looks like another one, once it is masked.
  const lost = ["loses a digit", "puts its own country’s code before the number"];
  for (const { it, story, change } of wrongBehaviours)
    if (!lost.includes(it))
      expect(statuses(mask([session(change(story))])), it).toEqual(
        statuses([session(change(story))]),
      );
});

test("… and in the sessions that are kept, of which nothing is left that tells of a person", () => {
  const folder = new URL("../sessions/", import.meta.url);
  for (const file of readdirSync(folder)) {
    const read = readSessions(readFileSync(new URL(file, folder), "utf8"));
    if (typeof read === "string") throw new Error(read);
    const masked = mask(read.sessions);
    expect(statuses(masked), file).toEqual(statuses(read.sessions));
    expect(JSON.stringify(masked)).not.toMatch(/900142|9460018|Hopper|grace@|As agreed|offer/i);
  }
});

test("the judge masks what it prints and writes, where it is asked to", async () => {
  const kept = new URL("../sessions/first-demo.json", import.meta.url);
  const file = test.info().outputPath("session.json");
  // The number of nobody in the local HubSpot, which is the page of the report.
  writeFileSync(file, readFileSync(kept, "utf8").replaceAll("+447700900142", "+33199001234"));
  const judged = async (...more: string[]) => {
    const folder = test.info().outputPath(`report${more.length}`);
    const { code, said } = await run([
      ...["src/package/source.mjs", "judge", "--session", file, "--out", folder, ...more],
    ]).ended;
    expect(code, said).toBe(0);
    const written = readdirSync(folder).map((name) => readFileSync(`${folder}/${name}`, "utf8"));
    return said + written.join();
  };
  const number = /\+33199001234/;
  expect(await judged()).toMatch(number);
  expect(await judged("--mask")).not.toMatch(number);
});
