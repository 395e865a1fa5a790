// Looks for a schedule that goes wrong, and shrinks it to the fewest steps that go wrong in the same way.
import fc from "fast-check";
import { live, type Verdict } from "./oracle.ts";
import type { Programs } from "./programs.ts";
import { type Schedule, type Step, schedules } from "./schedule.ts";

export type Failure = {
  /** How many schedules were lived through before. */
  after: number;
  /** The kind of what is wrong. */
  kind: string;
  schedule: Schedule;
  verdict: Verdict;
};

/** What is wrong, without the names of this one case. */
export const kindOf = (wrong: string): string =>
  wrong
    .replace(/[0-9a-f]{8}-[0-9a-f-]{27}/g, "…")
    .replace(/“w\d+\.”/g, "a word")
    .replace(/Tab \d/g, "Tab")
    .replace(/(?<=different states: )(\w+) .*/, "$1")
    .replace(/\d{6,}/g, "…");

/** fast-check tries what is short and small most often in its first runs, and that is what collides: so it begins anew. */
const batch = 100;

/**
 * @param runs how many schedules at most
 * @param concerns whether that kind of failure is looked for
 * @returns what went wrong first, shrunk where `isShrunk`; undefined when nothing did
 */
export async function search(
  programs: Programs,
  seed: number,
  runs: number,
  concerns: (kind: string) => boolean = () => true,
  isShrunk = true,
): Promise<Failure | undefined> {
  let after = 0;
  let kind: string | undefined;
  const property = fc.asyncProperty(schedules(), async (schedule) => {
    if (kind === undefined) after++;
    const { wrong } = await live(schedule, programs);
    const found = wrong.map(kindOf).filter((kind) => concerns(`${schedule.setup.layout}: ${kind}`));
    kind ??= found[0];
    return kind === undefined || !found.includes(kind);
  });
  const endOnFailure = !isShrunk;
  for (let begun = 0; begun < runs; begun += batch) {
    const numRuns = Math.min(batch, runs - begun);
    const how = { seed: seed + begun, numRuns, endOnFailure };
    const { counterexample, errorInstance } = await fc.check(property, how);
    // A simulation that cannot be run has found nothing wrong, and nothing right.
    if (counterexample && kind === undefined) throw errorInstance;
    if (!counterexample || kind === undefined) continue;
    const [found] = counterexample;
    const schedule = isShrunk ? await shrink(found, kind, programs) : found;
    return { after, kind, schedule, verdict: await live(schedule, programs) };
  }
  return undefined;
}

/** Lives through all schedules, whatever goes wrong in them: how many went wrong in each way, by its kind. */
export async function survey(
  programs: Programs,
  seed: number,
  runs: number,
): Promise<Map<string, number>> {
  const counts = new Map<string, number>();
  for (const schedule of fc.sample(schedules(), { seed, numRuns: runs })) {
    const { wrong } = await live(schedule, programs);
    for (const kind of new Set(wrong.map((words) => `${schedule.setup.layout}: ${kindOf(words)}`)))
      counts.set(kind, (counts.get(kind) ?? 0) + 1);
  }
  return new Map([...counts].sort(([, a], [, b]) => b - a));
}

/** Leaves out each step that is not needed, and makes waits short and round. */
async function shrink(schedule: Schedule, kind: string, programs: Programs): Promise<Schedule> {
  const { setup } = schedule;
  let { steps } = schedule;
  const isNeedless = async (tried: readonly Step[]) => {
    const { wrong } = await live({ setup, steps: tried }, programs);
    if (!wrong.map(kindOf).includes(kind)) return false;
    steps = tried;
    return true;
  };
  for (let before = -1; before !== steps.length; ) {
    before = steps.length;
    for (let index = steps.length - 1; index >= 0; index--) {
      const without = steps.filter((_, at) => at !== index);
      // What is needed of a step may be the time that it takes alone.
      const wait = steps[index]?.wait ?? 0;
      const waiting = without.map((step, at) =>
        at === index - 1 ? { ...step, wait: step.wait + wait } : step,
      );
      if (!(await isNeedless(without)) && index > 0) await isNeedless(waiting);
    }
  }
  for (const [index, { wait }] of steps.entries())
    for (const shorter of [0, 100, 300, 1000, 5000].filter((ms) => ms < wait))
      if (await isNeedless(steps.map((s, at) => (at === index ? { ...s, wait: shorter } : s))))
        break;
  return { setup, steps };
}

/** A failure as a story that a person can read. */
export function told({ after, schedule, verdict }: Failure, seed: number): string {
  const { layout, pace } = schedule.setup;
  return [
    `Seed ${seed}, schedule ${after} (${layout}, messages take up to ${pace} ms), shrunk to ${schedule.steps.length} steps:`,
    ...verdict.story,
    ...verdict.wrong.map((words) => `✗ ${words}`),
    `As data: ${JSON.stringify(schedule)}`,
  ].join("\n");
}
