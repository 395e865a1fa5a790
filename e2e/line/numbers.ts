// How the far ends of the table in behaviours.ts are brought to what the contract asks for.
import type { LineCommand } from "../../src/line/line.ts";
import type { Subject } from "./contract.ts";

export const numbers: Subject["numbers"] = {
  answers: "+44 20 7946 0018",
  busy: "202",
  noAnswer: "203",
  declines: "204",
  unknown: "208",
  hangsUp: "205",
  holds: "207",
  saysDigits: "206",
};

/** Calls come by "ring me"; a caller gives up by itself, `after` some time. */
export const ringMe = (
  tell: (command: LineCommand) => void | Promise<void>,
  after: () => void | Promise<void>,
): Pick<Subject, "ring" | "giveUp"> => ({
  ring: async (fromNumber) => {
    await tell({ type: "ring me", id: "theirs", fromNumber });
    return "theirs";
  },
  giveUp: after,
});
