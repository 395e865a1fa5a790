// Lines for tests without a browser: they tell what a script or their numbers say, in good order or in none.
import { createExchange, type Link } from "../../src/line/exchange.ts";
import type { CreateLine, Feature, LineCommand, LineEvent } from "../../src/line/line.ts";

/** Runs something so many ms later, by the test's own clock, unless it is stopped. */
export type Wait = (after: number, run: () => void) => () => void;

/** What a script makes of a command: events, each so many ms after it. */
export type Script = (command: LineCommand) => readonly (readonly [number, LineEvent])[];

const can: readonly Feature[] = [
  "hold",
  "digits",
  "transfer",
  "recording",
  "devices",
  "ring me",
  "take up",
];

/**
 * Tells what its script says, whatever that is.
 * @param heed hears every command, for tests that ask what the line was told
 */
export const scripted =
  (script: Script, wait: Wait, heed: (command: LineCommand) => void = () => {}): CreateLine =>
  (happened) => ({
    name: "Scripted",
    can,
    tell: (command) => {
      heed(command);
      for (const [after, event] of script(command)) wait(after, () => happened(event));
    },
  });

/** The loopback line without its sound: the far ends do what their numbers say in behaviours.ts, and all goes well. */
export const silent =
  (wait: Wait, heed: (command: LineCommand) => void = () => {}): CreateLine =>
  (heard) => {
    const happened = (event: LineEvent) => {
      wait(0, () => heard(event));
    };
    const order = createExchange({
      happened,
      wait,
      link: ({ id, connected }): Link => {
        let isRecording = false;
        let stop = () => {};
        const record = (isOn: boolean) => {
          if (isRecording === isOn) return;
          isRecording = isOn;
          happened({ type: "recording", id, isOn });
          if (!isOn) happened({ type: "recorded", id, recording: new Blob(["voices"]) });
        };
        return {
          talk: () => {
            stop = wait(0, connected);
          },
          mute: (isOn) => happened({ type: "muted", id, isOn }),
          hold: () => {},
          digits: () => {},
          record,
          end: () => {
            stop();
            record(false);
          },
        };
      },
    });
    return {
      name: "Silent",
      can,
      tell: (command) => {
        heed(command);
        if (command.type === "take up") happened({ type: "answered", id: command.id });
        else if (command.type !== "use") order(command);
      },
    };
  };

/**
 * The same line over a bad network: what it tells comes late, doubled, out of order, and of calls that are long gone.
 * @param random from 0 to 1, by a seed
 */
export const unruly =
  (createLine: CreateLine, wait: Wait, random: () => number): CreateLine =>
  (happened) =>
    createLine((event) => {
      const tell = (after: number) => wait(after, () => happened(event));
      tell(random() < 0.5 ? 0 : random() * 5_000);
      if (random() < 0.25) tell(random() * 5_000);
      if (random() < 0.1) tell(60_000 + random() * 60_000);
    });

/** A clock that a test moves on. What was asked for first runs first, where several are due at one time. */
export function createClock(): { wait: Wait; pass: (ms: number) => void } {
  let now = 0;
  let due: { at: number; run: () => void }[] = [];
  return {
    wait: (after, run) => {
      const one = { at: now + after, run };
      due.push(one);
      return () => {
        due = due.filter((other) => other !== one);
      };
    },
    pass: (ms) => {
      const until = now + ms;
      for (;;) {
        const next = due.reduce<(typeof due)[number] | undefined>(
          (first, one) => (one.at <= until && (!first || one.at < first.at) ? one : first),
          undefined,
        );
        if (!next) break;
        due = due.filter((other) => other !== next);
        now = next.at;
        next.run();
      }
      now = until;
    },
  };
}
