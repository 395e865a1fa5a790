// What the simulation has found, each kept as the schedule that showed it.
import { expect, test } from "@playwright/test";
import { live } from "./oracle.ts";
import { programs } from "./programs.ts";
import type { Schedule } from "./schedule.ts";

const found: Record<string, Schedule> = {
  "a browser that is killed after a call was ended comes back with its end": {
    setup: { layout: "window", pace: 5, seed: 950723960 },
    steps: [
      { do: "click", at: "Tab 1", button: "next", wait: 100 },
      { do: "click", at: "Tab 1", button: "next", wait: 2332 },
      { do: "click", at: "Tab 1", button: "next", wait: 100 },
      { do: "kill", isRestored: false, wait: 0 },
    ],
  },
  "a new tab learns who holds the call": {
    setup: { layout: "tabs", pace: 5, seed: 1616249589 },
    steps: [{ do: "duplicate", at: "Tab 1", wait: 0 }],
  },
};

for (const [title, schedule] of Object.entries(found))
  test(title, async () => {
    const { wrong, story } = await live(schedule, await programs());
    expect(wrong, story.join("\n")).toEqual([]);
  });
