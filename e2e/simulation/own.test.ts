// An app that has HubSpot make no engagements, and whose own server makes them: nothing is lost, and no call is logged twice.
import { expect, test } from "@playwright/test";
import type { Bug } from "./bugs.ts";
import { findsEach } from "./finds.ts";
import { ownPrograms, programs } from "./programs.ts";
import { search, told } from "./search.ts";

const seed = Number(process.env.SIMULATION_SEED ?? 17);
const runs = 60;

test(`its own server's engagements are those of its calls, in ${runs} schedules`, async () => {
  test.setTimeout(180_000);
  const failure = await search(await ownPrograms(), seed, runs);
  expect(failure && told(failure, seed)).toBeUndefined();
});

const bugs: Record<string, Bug> = {
  "HubSpot makes an engagement that nobody asked for": {
    file: "src/hubspot/calls.ts",
    from: 'if (wanted !== true && wanted !== "true") return step(state);',
    to: "",
  },
  "HubSpot does not know the call of an engagement that the app's server made": {
    file: "src/hubspot/engagements.ts",
    from: "(externalCallId === callId || properties.hs_call_external_id === callId)",
    to: "externalCallId === callId",
  },
  "what the app's server writes later is not heard": {
    file: "src/hubspot/engagements.ts",
    from: "properties: { ...before.properties, ...engagement.properties },\n    };\n    this.#write(now);",
    to: "properties: before.properties,\n    };\n    this.#write(now);",
  },
};

findsEach(bugs, ownPrograms);

/** An app that says which call is over by its engagement alone. */
const byEngagement = {
  file: "src/call/call.ts",
  from: 'say("callEnded", { externalCallId: said.externalCallId, ...engagementOf(said), callEndStatus }),',
  to: `say("callEnded", {
    externalCallId: typeof said.engagement === "number" ? "" : said.externalCallId,
    ...engagementOf(said),
    callEndStatus,
  }),`,
};
const isGhost = (kind: string) => kind.includes("believes in a call that is over");

test(`an end that names the engagement alone ends the call, in ${runs} schedules`, async () => {
  test.setTimeout(180_000);
  const failure = await search(await programs([byEngagement]), seed, runs, isGhost);
  expect(failure && told(failure, seed)).toBeUndefined();
});

test("the simulation finds that HubSpot ends a call by the app's id alone", async () => {
  test.setTimeout(180_000);
  const deaf = {
    file: "src/hubspot/calls.ts",
    from: "named.some((engagement) => isOf(call, engagement));",
    to: "false;",
  };
  const failure = await search(await programs([byEngagement, deaf]), 1, 2000, isGhost, false);
  expect(failure?.verdict.wrong).toBeDefined();
});
