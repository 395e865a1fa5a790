// The phone's own code in the simulated browser, with a line whose events come late, twice, in any order, and of calls long gone.
import { expect, test } from "@playwright/test";
import type { Bug } from "./bugs.ts";
import { findsEach } from "./finds.ts";
import { phonePrograms } from "./programs.ts";
import { search, told } from "./search.ts";

const seed = Number(process.env.SIMULATION_SEED ?? 13);
const runs = 200;

test(`nothing is lost or told twice by the phone in ${runs} schedules`, async () => {
  test.setTimeout(180_000);
  const failure = await search(await phonePrograms(), seed, runs);
  expect(failure && told(failure, seed)).toBeUndefined();
});

const telephone = "src/phone/telephone.ts";
const index = "src/phone/index.ts";
const bugs: Record<string, Bug> = {
  "a late end of another call is believed": {
    file: telephone,
    from: "if (!leg || leg.id !== id)",
    to: "if (!leg)",
    seed: 16,
  },
  "what is over for HubSpot goes on on the line": {
    file: telephone,
    from: 'if (stage === "over")',
    to: "if (id)",
  },
  "a ring that comes late rings again": {
    file: telephone,
    from: "if (past.includes(id) || (",
    to: "if ((",
  },
  "a reload calls again": {
    file: telephone,
    from: 'if (startedAt >= heldAt && status === "ringing")',
    to: 'if (status === "ringing")',
  },
  "what cannot be taken is not refused": {
    file: index,
    from: 'if (ignored && action.type === "incomingcall")',
    to: 'if (ignored === "never" && action.type === "incomingcall")',
  },
};

findsEach(bugs, phonePrograms);
