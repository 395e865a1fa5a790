// What the loopback line's far end does, by the number that is dialled or that calls: one table for the line, its page and its readers.
import { isSameNumber } from "../call/number.ts";
import type { Reason } from "./line.ts";

/** What the far end does, so many ms after what it did before. A reason ends the call. */
export type Deed = readonly [
  after: number,
  does: "ring" | "answer" | "hold" | "resume" | "hang up" | Reason,
];

export type Behaviour = {
  /** Empty: any other. */
  number: string;
  /** What it does when it is called, for people. */
  words: string;
  /** In that order; what follows "answer" it does as a caller, too, once it is answered. */
  called: readonly Deed[];
  /** What it does as a caller that nobody answers. */
  calling: Deed;
  /** What it sends, once both ends hear each other. */
  sends: "echo" | "tone" | "digits";
};

/** The user's number on this line. It is kept for fiction, as those that it can be called from. */
export const ownNumber = "+1 212 555 0100";

const ring = [300, "ring"] as const;
const answer = [2_000, "answer"] as const;

/** What every other number does. */
const usual: Behaviour = {
  number: "",
  words: "answers after 2 s, and you hear your own voice",
  called: [ring, answer],
  calling: [30_000, "hang up"],
  sends: "echo",
};

const behaviour = (number: string, words: string, rest: Partial<Behaviour>): Behaviour => ({
  ...usual,
  number,
  words,
  ...rest,
});

export const behaviours: readonly Behaviour[] = [
  usual,
  behaviour("201", "plays a tone", { sends: "tone" }),
  behaviour("202", "is busy", { called: [[500, "busy"]] }),
  behaviour("203", "does not answer: after 30 s the line gives up", {
    called: [ring, [30_000, "no answer"]],
    calling: [3_000, "hang up"],
  }),
  behaviour("204", "declines after 2 s", { called: [ring, [2_000, "rejected"]] }),
  behaviour("205", "hangs up after 5 s", { called: [ring, answer, [5_000, "hang up"]] }),
  behaviour("206", "plays each digit that you press back to you, as a tone", { sends: "digits" }),
  behaviour("207", "puts you on hold after 2 s, for 4 s", {
    called: [ring, answer, [2_000, "hold"], [4_000, "resume"]],
  }),
  behaviour("208", "does not exist", { called: [[500, "wrong number"]] }),
  behaviour("209", "is lost after 3 s, as if the network were gone", {
    called: [ring, answer, [3_000, "network gone"]],
    calling: [3_000, "answered elsewhere"],
  }),
];

/** What the far end of that number does. */
export const behaviourOf = (number: string): Behaviour =>
  behaviours.find((known) => known.number && isSameNumber(known.number, number)) ?? usual;
