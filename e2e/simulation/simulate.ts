// The command behind `npm run simulate`: lives through many schedules, and tells the first that goes wrong.
import { parseArgs } from "node:util";
import { live } from "./oracle.ts";
import { ownPrograms, type Programs, phonePrograms, programs } from "./programs.ts";
import type { Schedule } from "./schedule.ts";
import { search, survey, told } from "./search.ts";

const apps = { widget: programs, phone: phonePrograms, own: ownPrograms };

const usage = `npm run simulate -- [--app NAME] [--runs N] [--seed S] [--only WORDS | --survey] [--schedule JSON]
  --app       widget, phone, or own: the widget whose own server makes the engagements (widget)
  --runs      how many schedules (2000)
  --seed      where they come from (the time)
  --only      looks only for what has these words in it
  --survey    goes on, and counts what goes wrong
  --schedule  lives through this one, and tells it`;

const { values } = parseArgs({
  options: {
    app: { type: "string", default: "widget" },
    runs: { type: "string", default: "2000" },
    seed: { type: "string", default: String(Date.now() % 1_000_000_000) },
    only: { type: "string", default: "" },
    survey: { type: "boolean" },
    schedule: { type: "string" },
    help: { type: "boolean", short: "h" },
  },
});

const [, app] = Object.entries(apps).find(([name]) => name === values.app) ?? [];

if (values.help || !app) {
  console.log(usage);
  if (!app) process.exitCode = 1;
} else if (values.schedule) {
  const schedule: Schedule = JSON.parse(values.schedule);
  const verdict = await live(schedule, await app());
  console.log([...verdict.story, ...verdict.wrong.map((words) => `✗ ${words}`)].join("\n"));
  if (verdict.wrong.length > 0) process.exitCode = 1;
} else {
  const seed = Number(values.seed);
  const runs = Number(values.runs);
  console.log(`Seed ${seed}, ${runs} schedules`);
  if (values.survey) {
    const counts = await survey(await app(), seed, runs);
    for (const [kind, count] of counts) console.log(`${count}  ${kind}`);
    if (counts.size > 0) process.exitCode = 1;
  } else await look(await app(), seed, runs);
}

async function look(app: Programs, seed: number, runs: number): Promise<void> {
  const began = performance.now();
  const failure = await search(app, seed, runs, (kind) => new RegExp(values.only).test(kind));
  const seconds = ((performance.now() - began) / 1000).toFixed(1);
  console.log(failure ? told(failure, seed) : `All went well, in ${seconds} s.`);
  if (failure) process.exitCode = 1;
}
