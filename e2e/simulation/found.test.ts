// What the simulation has found, each kept as the schedule that showed it.
import { expect, test } from "@playwright/test";
import { live } from "./oracle.ts";
import { programs } from "./programs.ts";
import type { Layout, Place, Schedule, Step } from "./schedule.ts";

const schedule = (layout: Layout, pace: number, seed: number, ...steps: Step[]): Schedule => ({
  setup: { layout, pace, seed },
  steps,
});
const next = (at: Place, wait = 0): Step => ({ do: "click", at, button: "next", wait });
const does = (
  what:
    | "close"
    | "reload"
    | "reload frame"
    | "freeze"
    | "duplicate"
    | "type"
    | "call"
    | "open"
    | "away",
  at: Place,
  wait = 0,
): Step => ({ do: what, at, wait });
const full: Step = { do: "storage", isFull: true, wait: 0 };
const kill: Step = { do: "kill", isRestored: false, wait: 0 };
const [one, two] = ["Tab 1", "Tab 2"] as const;
const win = "Calling window";

const found: Record<string, Schedule> = {
  "a browser that is killed after a call was ended comes back with its end": schedule(
    "window",
    5,
    950723960,
    next(one, 100),
    next(one, 2332),
    next(one, 100),
    kill,
  ),
  "a new tab learns who holds the call": schedule("tabs", 5, 1616249589, does("duplicate", one)),
  "a window that is opened on a full disk learns of the end from a tab": schedule(
    "window",
    5,
    2016008283,
    next(one, 100),
    next(one, 100),
    { ...full, wait: 0 },
    next(one, 100),
    does("close", win),
  ),
  "notes reach the disk while the calling window is frozen": schedule(
    "window",
    5,
    162015442,
    next(one, 100),
    does("freeze", win),
    does("type", one, 5000),
    kill,
  ),
  "notes typed in a window that only passes them on outlive it and the tab": schedule(
    "tabs",
    5,
    304977125,
    next(one),
    does("open", win),
    does("type", win),
    does("close", one),
    does("close", win),
  ),
  "a full disk brings nothing older back": schedule(
    "panel",
    5,
    348570379,
    next(one, 100),
    full,
    next(one),
    next(one),
    does("reload frame", one, 100),
  ),
  "HubSpot does not believe in a call whose end it did not hear": schedule(
    "window",
    5,
    1285626712,
    next(one, 100),
    next(one),
    next(win),
    does("close", win),
  ),
  "a panel that comes back to a room that was taken over names no engagement that is not its own":
    schedule(
      "panel",
      5,
      1476134601,
      next(one),
      does("open", two),
      next(one),
      { do: "click", at: one, button: "transfercall", wait: 0 },
      does("reload", one, 100),
      does("call", two, 100),
      next(two, 100),
      next(two),
    ),
  "two values of a field within one millisecond are told apart": schedule(
    "window",
    5,
    2147483645,
    next(one, 100),
    next(one, 100),
    next(one),
    next(win),
    does("freeze", win),
    does("call", one, 100),
  ),
  "a panel in a tab that was duplicated twice does not believe in a call that is over": schedule(
    "panel",
    20,
    1945658611,
    next(one),
    does("duplicate", one),
    does("reload", one),
    does("duplicate", one),
  ),
  "two panels whose calls HubSpot cannot save both come to their end": schedule(
    "panel",
    5,
    2076042319,
    { do: "fault", fault: "createEngagementFails", isOn: true, wait: 0 },
    does("open", two, 100),
    does("call", two),
    next(one),
    next(two),
    { do: "click", at: two, button: "outgoingcall", wait: 0 },
  ),
  "what a full disk had no room for goes with a frame that HubSpot loads again": schedule(
    "panel",
    5,
    1072279486,
    { do: "fault", fault: "frameReloaded", isOn: true, wait: 0 },
    full,
    next(one),
    does("type", one),
    next(one),
    { do: "hang up", at: one, wait: 0 },
  ),
  "what is typed while HubSpot saves the call stays": schedule(
    "tabs",
    5,
    1568858058,
    does("open", win),
    next(one),
    does("duplicate", one),
    next(one),
    next(one),
    next(win),
    does("type", win),
  ),
  "what a full disk had no room for goes with a page that the app sends elsewhere": schedule(
    "tabs",
    5,
    2147483627,
    full,
    { do: "telephone", at: one, tells: "ring", wait: 0 },
    does("type", one),
    { do: "click", at: one, button: "navigatetorecord", wait: 100 },
  ),
  "notes of a call that is over are on disk soon after that has room again": schedule(
    "panel",
    5,
    9,
    next(one),
    does("type", one, 100),
    { ...full, wait: 100 },
    next(one, 100),
    next(one),
    does("type", one, 732),
    { do: "storage", isFull: false, wait: 3928 },
    kill,
  ),
  "what is told no longer is told in no frame, also where another has it from the disk": schedule(
    "window",
    80,
    935642940,
    { do: "fault", fault: "createEngagementFails", isOn: true, wait: 9111 },
    { do: "telephone", at: one, tells: "ring", wait: 12_441 },
    does("type", one, 977),
    does("open", two, 3),
    { do: "sleep", wait: 2 },
    next(one, 17),
    does("away", win),
  ),
  "what went wrong is told no longer once its call is discarded": schedule(
    "window",
    5,
    231092380,
    { do: "fault", fault: "createEngagementFails", isOn: true, wait: 0 },
    next(one, 100),
    next(one, 100),
    next(one, 5),
    next(one, 100),
    { do: "click", at: one, button: "discard", wait: 0 },
    does("close", one),
  ),
  "a tab that its user leaves does not say that nobody holds the call": schedule(
    "window",
    5,
    167274047,
    does("open", two),
    does("away", one),
  ),
  "a tab that its user leaves just before it is asked for a call leaves that to another": schedule(
    "tabs",
    5,
    1743080012,
    does("duplicate", one, 100),
    does("reload", one, 100),
    next(one),
    does("away", two, 100),
  ),
  "a panel that its user leaves before it has joined the others knows, once it is back, that it holds the call":
    schedule(
      "panel",
      5,
      1097057944,
      does("open", two, 100),
      does("call", two, 27),
      does("away", two),
    ),
  "… also one whose messages took long": schedule(
    "panel",
    80,
    1512812697,
    does("open", two),
    next(one),
    does("call", two, 205),
    does("away", two),
  ),
  "a tab that its user leaves before it has joined the others knows, once it is back, of the calling window":
    schedule(
      "window",
      5,
      2078957796,
      does("close", win),
      does("call", one),
      does("away", one, 100),
    ),
  "a page that was slow because its tab was frozen is not late": schedule(
    "tabs",
    5,
    702572544,
    does("reload frame", one),
    does("away", one, 14),
    does("freeze", one, 70_100),
  ),
  "a frame that is loaded again while HubSpot asks hears the question to the page before": schedule(
    "panel",
    80,
    263944403,
    kill,
    does("reload", one),
    does("call", one, 132),
    does("reload frame", one),
  ),
  "… also beside a calling window": schedule(
    "window",
    80,
    14,
    { ...kill, isRestored: true },
    next(one),
    does("reload", one, 43),
    does("reload frame", one),
  ),
  "a call to help desk that ends at once, as another tab hears, stays on its ticket": schedule(
    "tabs",
    5,
    136962754,
    does("open", two, 100),
    { do: "telephone", at: one, tells: "ring", wait: 1 },
    { do: "telephone", at: one, tells: "end", wait: 0 },
  ),
};

const check = (lived: Schedule) => async () => {
  const { wrong, story } = await live(lived, await programs());
  expect(wrong, story.join("\n")).toEqual([]);
};
for (const [title, one] of Object.entries(found)) test(title, check(one));

const away = does("away", one, 2000);

test("a call goes on when its user goes elsewhere in the tab and comes back", async () => {
  for (const layout of ["panel", "tabs"] as const) {
    const lived = schedule(layout, 5, 7, next(one, 100), next(one, 100), away, next(one, 1000));
    const { wrong, story } = await live(lived, await programs());
    expect(wrong, story.join("\n")).toEqual([]);
    const ends = story.filter((line) => line.includes("HubSpot hears CALL_ENDED"));
    expect(ends, story.join("\n")).toHaveLength(1);
    expect(story.findIndex((line) => line.includes("clicks endcall (answered)"))).toBeGreaterThan(
      0,
    );
  }
});

test("… also where another frame has taken it over, and ended it meanwhile: the page that comes back knows", async () => {
  const opened = [does("open", two, 500), next(one, 100)];
  for (const [ending, button] of [
    [[], "answercall (ringing)"],
    [[next(two), next(two, 100)], "completecall (ended)"],
  ] as const) {
    const gone = { ...away, wait: 500 };
    const lived = schedule("tabs", 5, 7, ...opened, gone, ...ending, next(one, 1000));
    const { wrong, story } = await live(lived, await programs());
    expect(wrong, story.join("\n")).toEqual([]);
    expect(story.join("\n")).toContain(`Tab 1: the user clicks ${button}`);
  }
});
