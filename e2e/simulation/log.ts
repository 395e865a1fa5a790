// In the place of the list of messages: keeps them, and draws nothing.
import type { Message } from "../../src/frame/channel.ts";

export const kept: Message[] = [];

export function log(message: Message): void {
  kept.push(message);
  if (kept.length > 200) kept.shift();
}

export function copyLog(): void {}

({ kept, log, copyLog }) satisfies typeof import("../../src/frame/log.ts");
