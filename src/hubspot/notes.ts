// What the pages of the local HubSpot tell each other: its tabs, and the calling window.
import { type Fields, isFields } from "../call/messages.ts";
import type { Message } from "../rules/session.ts";
import type { Outcome } from "./state.ts";

export type Note =
  /** The calling window can be asked to dial, or no longer. */
  | { kind: "here" | "gone" }
  /** The calling window is to dial, with the app of that id. */
  | { kind: "dial"; id: string; app: string; payload: Fields }
  /** What became of it. */
  | { kind: "dialled"; id: string; outcome: Outcome }
  /** Something was said in the calling window. */
  | { kind: "message"; message: Message }
  /** That tab is to load the address. */
  | { kind: "navigate"; tab: string; address: string }
  /** That tab does. */
  | { kind: "leaves"; tab: string }
  /** The calling window is to begin afresh. */
  | { kind: "reset" };

/** Whether it is a note: the page that told it may be of an older build. */
export function isNote(value: unknown): value is Note {
  if (!isFields(value)) return false;
  const { kind, id, app, payload, outcome, message, tab, address } = value;
  const areTexts = (...texts: unknown[]) => texts.every((text) => typeof text === "string");
  switch (kind) {
    case "here":
    case "gone":
    case "reset":
      return true;
    case "dial":
      return areTexts(id, app) && isFields(payload);
    case "dialled":
      return areTexts(id) && isFields(outcome) && typeof outcome.isSent === "boolean";
    case "message":
      return isFields(message) && areTexts(message.frame, message.from, message.type);
    case "leaves":
      return areTexts(tab);
    case "navigate":
      return areTexts(tab, address);
    default:
      return false;
  }
}
