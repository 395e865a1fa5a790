// A widget without a browser, which things happen to, and the stages of a call that tests begin at.
import { next } from "../../src/call/call.ts";
import { type Button, type Event, press } from "../../src/call/events.ts";
import { type Command, read } from "../../src/call/messages.ts";
import { type State, start } from "../../src/call/state.ts";

/** A widget with a clock: each event comes a second after the one before. */
export class Widget {
  state: State = start({ status: "connecting", since: 0 }, "this frame");
  sent: Command[] = [];
  ignored: string | undefined;
  now = 0;

  happens(event: { type: Event["type"]; [field: string]: unknown }): this {
    this.now += 1000;
    const step = next(this.state, { ...event, at: this.now } as Event);
    this.state = step.state;
    this.sent.push(...step.commands);
    this.ignored = step.ignored;
    return this;
  }
  click(...ids: Button[]): this {
    for (const type of ids)
      this.happens({ ...press(this.state, type, `call-at-${this.now + 1000}`) });
    return this;
  }
  hubspot(type: string, data?: unknown): this {
    return this.happens(read({ type, data }));
  }
  edit(field: string, value: unknown): this {
    return this.happens({ type: "edit", field, value });
  }
  /** Another frame holds the call. */
  isHeldBy(holder: string): this {
    this.state = { ...this.state, holder };
    return this;
  }
  waits(ms: number): this {
    this.now += ms;
    return this.happens({ type: "tick" });
  }
  payloads(method: string) {
    return this.sent.filter((command) => command.method === method).map(({ payload }) => payload);
  }
}

export const dial = (phoneNumber: string, startTimestamp = 1) => ({
  phoneNumber,
  startTimestamp,
  calleeInfo: { calleeId: 7, calleeObjectTypeId: "0-1" },
});
export const hold = { type: "hold" } as const;
export const ready = (place: object = {}) =>
  new Widget().hubspot("READY", place).happens(hold).click("login");
export const ringing = () =>
  ready().hubspot("DIAL_NUMBER", dial("+44 20 7946 0018")).click("outgoingcall");
export const engaged = () =>
  ringing().hubspot("CREATE_ENGAGEMENT_SUCCEEDED", { engagementId: 101 });
export const completed = () => engaged().click("answercall", "endcall", "completecall");

export const available = () =>
  ready({ portalId: 9, iframeLocation: "widget" })
    .click("useravailable")
    .edit("fromNumber", "+1 212 555 0143")
    .edit("toNumber", "+44 20 7946 0000");
export const incoming = () => available().click("incomingcall");
