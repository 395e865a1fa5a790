// As much of Twilio's Voice SDK as the README's example uses, with the types that version 2.18 has, and far ends that do what their numbers say.
import { EventEmitter } from "node:events";
import { createClock } from "./scripted.ts";

const clock = createClock();
/** Lets time go by for Twilio's side. */
export const { pass } = clock;

/** The numbers that Twilio's far ends have. */
export const numbers = { answers: "+44 20 7946 0018", noAnswer: "203", hangsUp: "205" };

export class Call extends EventEmitter {
  readonly parameters: Record<string, string>;
  #status: "ringing" | "open" | "closed" = "ringing";
  #isMuted = false;

  constructor(parameters: Record<string, string>) {
    super();
    this.parameters = parameters;
  }

  #open(): void {
    if (this.#status !== "ringing") return;
    this.#status = "open";
    this.emit("accept", this);
  }

  #close(name: "cancel" | "reject" | "disconnect"): void {
    if (this.#status === "closed") return;
    this.#status = "closed";
    this.emit(name, this);
  }

  accept(): void {
    clock.wait(50, () => this.#open());
  }

  reject(): void {
    if (this.#status === "ringing") this.#close("reject");
  }

  /** A call that comes in has to be answered first. */
  disconnect(): void {
    if (!this.parameters.CallSid || this.#status === "open") this.#close("disconnect");
  }

  mute(shouldMute = true): void {
    if (this.#status !== "open" || this.#isMuted === shouldMute) return;
    this.#isMuted = shouldMute;
    this.emit("mute", shouldMute, this);
  }

  sendDigits(digits: string): void {
    if (/[^0-9*#w]/.test(digits)) throw new Error("Illegal character passed into sendDigits");
  }

  /** The far end does what its number says. */
  happen(to: string): void {
    clock.wait(100, () => this.emit("ringing", false));
    if (to === numbers.noAnswer) clock.wait(30_000, () => this.#close("disconnect"));
    else clock.wait(2_000, () => this.#open());
    if (to === numbers.hangsUp) clock.wait(7_000, () => this.#close("disconnect"));
  }

  giveUp(): void {
    this.#close("cancel");
  }
}

/** Who has registered last, for whoever calls. */
const registered: { device?: Device } = {};

/** Somebody calls. */
export function ring(from: string): Call {
  const call = new Call({ From: from, To: "+12125550100", CallSid: `CA${from}` });
  registered.device?.emit("incoming", call);
  return call;
}

export class Device extends EventEmitter {
  readonly #calls: Call[] = [];

  constructor(token: string) {
    super();
    if (!token) throw new Error("A token is needed");
  }

  async register(): Promise<void> {
    registered.device = this;
    this.emit("registered");
  }

  async connect({ params = {} }: { params?: Record<string, string> } = {}): Promise<Call> {
    const call = new Call(params);
    this.#calls.push(call);
    call.happen(params.To ?? "");
    return call;
  }

  destroy(): void {
    for (const call of this.#calls) call.disconnect();
    this.emit("destroyed");
  }
}
