// In the place of the phone's line: one whose events come late, twice and in any order, and of calls long gone.

import { behaviours } from "../../src/line/behaviours.ts";
import type { CreateLine, LineCommand, LineEvent } from "../../src/line/line.ts";
import { silent, unruly, type Wait } from "../line/scripted.ts";
import type { Dispatch, SeenLine, SeenWidget } from "./seen.ts";

declare const simulated: { widget?: SeenWidget; dispatch?: Dispatch; line?: SeenLine };

const wait: Wait = (after, run) => {
  const timer = setTimeout(run, after);
  return () => clearTimeout(timer);
};

export const createLoopback: CreateLine = (heard) => {
  /** The calls that the line still has. */
  const onLine = new Set<string>();
  const over = new Set<string>();
  let isRegistered = false;
  const called: string[] = [];
  simulated.line = { onLine, called };

  const end = (id: string) => {
    onLine.delete(id);
    over.add(id);
  };
  /** What is true of the line, whatever becomes of the news. */
  const note = (event: LineEvent) => {
    if (event.type === "incoming" && !over.has(event.id)) onLine.add(event.id);
    if (event.type === "ended" || event.type === "transferred") end(event.id);
  };
  const heed = (command: LineCommand) => {
    if (command.type === "call" || command.type === "take up") onLine.add(command.id);
    if (command.type === "call") called.push(command.id);
    if (command.type === "hang up" || command.type === "reject") end(command.id);
    if (command.type === "register" || command.type === "unregister")
      isRegistered = command.type === "register";
  };
  const honest: CreateLine = (happened) =>
    silent(
      wait,
      heed,
    )((event) => {
      note(event);
      happened(event);
    });
  // Some lines can take a call up again.
  const isForgetful = Math.random() < 0.5;
  const line = unruly(honest, wait, Math.random)(heard);

  // What the telephone tells in this frame, if the line is here.
  simulated.dispatch = (event, told) => {
    const before = simulated.widget?.state.call;
    if (!isRegistered || !("id" in event) || !event.id) {
      told({ ignored: "the line is elsewhere" });
      return;
    }
    const { id } = event;
    const tells: LineEvent =
      event.type === "incomingcall"
        ? { type: "incoming", id, fromNumber: event.fromNumber, toNumber: event.toNumber }
        : event.type === "answercall"
          ? { type: "answered", id }
          : { type: "ended", id, endStatus: "COMPLETED" };
    note(tells);
    heard(tells);
    // And again, maybe when all is over.
    if (Math.random() < 0.8) wait(Math.random() * 60_000, () => heard(tells));
    told(simulated.widget?.state.call === before ? { ignored: "nothing has changed" } : {});
  };

  return {
    ...line,
    can: line.can.filter((feature) => feature !== "take up" || !isForgetful),
    tell: (command) => {
      if (command.type === "register") heard({ type: "registered" });
      // Whoever is called does what one of the numbers does.
      const { number } = behaviours[Math.floor(Math.random() * behaviours.length)] ?? {
        number: "",
      };
      line.tell(command.type === "call" && number ? { ...command, toNumber: number } : command);
    },
  };
};

export const withSounds = (line: CreateLine): CreateLine => line;
export const hasSip = (): boolean => false;
export const createLateSip = createLoopback;
