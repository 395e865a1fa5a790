// Whatever users, telephones, browsers and HubSpot do to each other: nothing is lost, and nothing is told twice.
import { expect, test } from "@playwright/test";
import { programs } from "./programs.ts";
import { search, told } from "./search.ts";

/** The same in each run, so that a run which fails says something of the change; `npm run simulate` looks at new ones. */
const seed = Number(process.env.SIMULATION_SEED ?? 20_261_126);
/** Each in a worker of its own, as far as there are some. */
const parts = 4;
const runs = 500;

for (let part = 0; part < parts; part++)
  test(`nothing is lost or told twice in ${runs} schedules, part ${part + 1} of ${parts}`, async () => {
    test.setTimeout(180_000);
    const own = seed + part;
    console.log(`npm run simulate -- --runs ${runs} --seed ${own}`);
    const failure = await search(await programs(), own, runs);
    expect(failure && told(failure, own)).toBeUndefined();
  });
