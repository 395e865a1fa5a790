// What can happen in a simulation: a schedule is plain data, so that a failing one can be kept, shrunk and told.
import fc from "fast-check";
import type { Button } from "../../src/call/events.ts";
import type { Fault } from "../../src/hubspot/faults.ts";

/** Where the app is shown: in a panel of each tab, in each tab's navigation bar, or there and in a calling window that has the calls. */
export type Layout = "panel" | "tabs" | "window";
export const callingWindow = "Calling window";
export const tabNames = ["Tab 1", "Tab 2", "Tab 3", "Tab 4"] as const;
/** A page of another host on HubSpot's site, with the same app in it: it has no part in the calls of ours. */
export const stranger = "Stranger";
export type Place = (typeof tabNames)[number] | typeof callingWindow | typeof stranger;

export type Setup = {
  layout: Layout;
  /** ms that a message between pages takes at most */
  pace: number;
  /** Decides how long each message takes. */
  seed: number;
};

export type Step = {
  /** ms that pass afterwards */
  wait: number;
} & (
  | Of<"type" | "call" | "hang up", { at: Place }>
  /** "next" is whatever the widget shows as next. */
  | Of<"click", { at: Place; button: Button | "next" }>
  | Of<"enter", { at: Place; field: "toNumber" | "engagementProperties"; value: string }>
  /** What the telephone tells the app in a frame: "late" is the end of an earlier call. */
  | Of<"telephone", { at: Place; tells: "ring" | "answer" | "end" | "late" }>
  | Of<"open" | "close" | "crash" | "reload" | "reload frame", { at: Place }>
  | Of<"freeze" | "thaw" | "duplicate", { at: Place }>
  /** The user goes elsewhere in the tab for as long as the step waits, and back: the page comes from the back/forward cache. */
  | Of<"away", { at: Place }>
  /** `isRestored`: its tabs come back, as when a browser goes on where it was left. */
  | Of<"kill", { isRestored: boolean }>
  /** The computer sleeps for as long as the step waits. */
  | Of<"sleep", object>
  | Of<"storage", { isFull: boolean }>
  | Of<"fault", { fault: Fault; isOn: boolean }>
);
type Undone = Step extends infer One ? (One extends Step ? Omit<One, "wait"> : never) : never;
type Of<Kind extends string, More> = Kind extends string ? { do: Kind } & More : never;

export type Schedule = { setup: Setup; steps: readonly Step[] };

const wait = fc.oneof(
  { arbitrary: fc.integer({ min: 0, max: 30 }), weight: 30 },
  { arbitrary: fc.integer({ min: 100, max: 1500 }), weight: 60 },
  { arbitrary: fc.integer({ min: 2000, max: 12_000 }), weight: 10 },
  { arbitrary: fc.constant(70_000), weight: 1 },
);

const often = <T>(weight: number, arbitrary: fc.Arbitrary<T>) => ({
  weight: weight * 10,
  arbitrary,
});

/** Faults that a person may meet. Those that break the page's own handshake, or load another address, are tried in the browser. */
export const faults: readonly Fault[] = [
  "createEngagementFails",
  "createEngagementLate",
  "createEngagementSilent",
  "onlyEngagementCreated",
  "updateEngagementFails",
  "updateEngagementSilent",
  "callerIdMatchFails",
  "callIdInitiated",
  "loginRequired",
  "dialDoubled",
  "dialWithoutObject",
  "messagesDoubled",
  "messagesDelayed",
  "syncDoubled",
  "frameReloaded",
  "panelHidden",
];

const buttons = fc.constantFrom<Button>(
  ...(["login", "useravailable", "outgoingcall", "incomingcall", "answercall", "endcall"] as const),
  ...([
    "transfercall",
    "completecall",
    "discard",
    "logout",
    "userunavailable",
    "navigatetorecord",
    "finalizeengagement",
    "publishtochannel",
  ] as const),
);

/** The steps of a layout; the first place is where most happens. */
function stepOf(layout: Layout): fc.Arbitrary<Step> {
  const tabs: Place[] = layout === "panel" ? [...tabNames.slice(0, 2)] : [...tabNames.slice(0, 3)];
  const places: Place[] = layout === "panel" ? tabs : [...tabs, callingWindow];
  const at = fc.constantFrom(
    ...places,
    ...(layout === "window" ? ([callingWindow] as const) : []),
    "Tab 1" as const,
  );
  const tab = fc.constantFrom(...tabs);
  const step: fc.Arbitrary<Undone> = fc.oneof(
    often(9, fc.record({ do: fc.constant("type" as const), at })),
    often(
      12,
      fc.record({ do: fc.constant("click" as const), at, button: fc.constant("next" as const) }),
    ),
    often(4, fc.record({ do: fc.constant("click" as const), at, button: buttons })),
    often(3, fc.record({ do: fc.constant("call" as const), at: tab })),
    often(1, fc.record({ do: fc.constant("hang up" as const), at })),
    often(
      4,
      fc.record({
        do: fc.constant("telephone" as const),
        at,
        tells: fc.constantFrom(...(["ring", "answer", "end", "late", "late"] as const)),
      }),
    ),
    often(
      1,
      fc.oneof(
        fc.record({
          do: fc.constant("enter" as const),
          at,
          field: fc.constant("toNumber" as const),
          value: fc.constantFrom("+44 20 7946 0018", "+1 212 555 0143", ""),
        }),
        fc.record({
          do: fc.constant("enter" as const),
          at,
          field: fc.constant("engagementProperties" as const),
          value: fc.constantFrom('{"renewal":"yes"}', ""),
        }),
      ),
    ),
    often(4, fc.record({ do: fc.constant("open" as const), at })),
    often(
      4,
      fc.record({ do: fc.constantFrom("close" as const, "crash", "reload", "reload frame"), at }),
    ),
    often(0.5, fc.record({ do: fc.constant("duplicate" as const), at: tab })),
    often(1, fc.record({ do: fc.constantFrom("freeze" as const, "thaw"), at })),
    often(1, fc.record({ do: fc.constant("away" as const), at })),
    often(0.3, fc.record({ do: fc.constant("kill" as const), isRestored: fc.boolean() })),
    often(0.1, fc.constant({ do: "sleep" as const })),
    often(
      0.2,
      fc.record({ do: fc.constantFrom("open" as const, "close"), at: fc.constant(stranger) }),
    ),
    often(0.6, fc.record({ do: fc.constant("storage" as const), isFull: fc.boolean() })),
    often(
      1,
      fc.record({
        do: fc.constant("fault" as const),
        fault: fc.constantFrom(...faults),
        isOn: fc.boolean(),
      }),
    ),
  );
  return fc.tuple(step, wait).map(([undone, ms]): Step => ({ ...undone, wait: ms }));
}

/** Any schedule, of at most so many steps. */
export const schedules = (most = 30): fc.Arbitrary<Schedule> =>
  fc.constantFrom<Layout>("panel", "tabs", "window").chain((layout) =>
    fc.record({
      setup: fc.record({
        layout: fc.constant(layout),
        pace: fc.constantFrom(5, 20, 80),
        seed: fc.noShrink(fc.nat()),
      }),
      steps: fc.array(stepOf(layout), { maxLength: most, size: "max" }),
    }),
  );
