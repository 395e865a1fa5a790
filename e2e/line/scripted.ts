// A line for tests without a browser: it tells what its script says, in good order or in none.
import type { CreateLine, Feature, LineCommand, LineEvent } from "../../src/line/line.ts";

/** What a script makes of a command: events, each so many ms after it. */
export type Script = (command: LineCommand) => readonly Cue[];
export type Cue = readonly [after: number, event: LineEvent];

/** A number from 0 to 1, of a seed's making. */
export type Random = () => number;

const everything: readonly Feature[] = [
  "hold",
  "digits",
  "transfer",
  "recording",
  "devices",
  "ring me",
];

/**
 * @param wait runs something so many ms later: a test's own clock
 * @param heed hears every command, for tests that ask what the line was told
 */
export const scripted =
  (
    script: Script,
    wait: (after: number, run: () => void) => void,
    heed: (command: LineCommand) => void = () => {},
  ): CreateLine =>
  (happened) => ({
    name: "Scripted",
    can: everything,
    tell: (command) => {
      heed(command);
      for (const [after, event] of script(command)) wait(after, () => happened(event));
    },
  });
