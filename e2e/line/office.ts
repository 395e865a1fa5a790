// The telephone system that yours.md's example talks to, made up: a WebSocket, and far ends that do what their numbers say.
import { createClock } from "./scripted.ts";

const clock = createClock();
/** Lets time go by for the system. */
export const { pass } = clock;

/** The numbers that its far ends have. */
export const numbers = {
  answers: "+44 20 7946 0018",
  busy: "202",
  noAnswer: "203",
  declines: "204",
  hangsUp: "205",
  unknown: "208",
};

/** How calls end that nobody answers, and after how many ms. */
const ends: Record<string, readonly [after: number, how: string]> = {
  [numbers.busy]: [500, "BUSY"],
  [numbers.noAnswer]: [30_000, "NO_ANSWER"],
  [numbers.declines]: [2_000, "REJECTED"],
  [numbers.unknown]: [500, "FAILED"],
};

const system: { socket?: OfficeSocket } = {};

/** In the place of the browser's WebSocket. */
export class OfficeSocket {
  static readonly OPEN = 1;
  readyState = 0;
  onopen: (() => void) | null = null;
  onmessage: ((event: { data: string }) => void) | null = null;
  onclose: (() => void) | null = null;

  constructor() {
    system.socket = this;
    clock.wait(10, () => {
      this.readyState = OfficeSocket.OPEN;
      this.onopen?.();
    });
  }

  say(after: number, news: Record<string, unknown>): void {
    clock.wait(after, () => this.onmessage?.({ data: JSON.stringify(news) }));
  }

  send(text: string): void {
    const { type, id, toNumber, isOn } = JSON.parse(text);
    if (type === "answer") this.say(50, { is: "talks", id });
    if (type === "mute") this.say(50, { is: "mutes", id, on: isOn });
    if (type === "hang up" || type === "reject") this.say(50, { is: "ends", id, how: "CANCELED" });
    if (type !== "call") return;
    const [after, how] = ends[toNumber] ?? [];
    if (after !== undefined) this.say(after, { is: "ends", id, how });
    else this.say(2_000, { is: "talks", id });
    if (toNumber === numbers.hangsUp) this.say(7_000, { is: "ends", id });
  }

  close(): void {
    this.readyState = 3;
    clock.wait(10, () => this.onclose?.());
  }
}

/** Somebody calls. */
export function ring(from: string): string {
  const id = `of ${from || "nobody"}`;
  system.socket?.say(10, { is: "rings", id, from, to: "+12125550100" });
  return id;
}

export function giveUp(id: string): void {
  system.socket?.say(10, { is: "ends", id, how: "MISSED" });
}
