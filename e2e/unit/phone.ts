// A phone without a page, which its user, its line and its call do things to, and the stages that tests begin at.
import { read } from "../../src/call/messages.ts";
import type { State } from "../../src/call/state.ts";
import type { Feature, LineCommand, LineEvent } from "../../src/line/line.ts";
import { screenOf, statusWords } from "../../src/phone/screen.ts";
import {
  type Context,
  type Happening,
  next,
  type Step,
  start,
  type Telephone,
  type Wish,
} from "../../src/phone/telephone.ts";
import { dial, hold, Widget } from "./widget.ts";

export const numbers = { fromNumber: "+44 20 7946 0018", toNumber: "+1 212 555 0100" };

/** A phone in the frame that holds the call, as src/phone/index.ts wires it. */
export class Phone extends Widget {
  telephone: Telephone = start;
  told: LineCommand[] = [];
  can: readonly Feature[] = ["hold", "digits", "transfer", "recording", "ring me"];
  account: Context["account"];
  #ids = 0;

  constructor(from?: Widget) {
    super();
    if (from) Object.assign(this, { state: from.state, now: from.now });
  }

  override happens(event: Parameters<Widget["happens"]>[0]): this {
    const before = this.state;
    super.happens(event);
    return this.follows(before);
  }
  follows(before: State): this {
    return this.step({ by: "call", before });
  }
  says(event: LineEvent): this {
    return this.step({ by: "line", event });
  }
  wishes(wish: Wish): this {
    return this.step({ by: "user", wish });
  }
  step(happening: Happening): this {
    const { state, can, account, now: at } = this;
    const context = { state, can, account, at, newId: `new ${++this.#ids}` };
    const { telephone, commands, actions } = next(this.telephone, happening, context);
    this.telephone = telephone;
    this.told.push(...commands);
    for (const action of actions) this.act(action);
    return this;
  }
  act(action: Step["actions"][number]): void {
    this.happens({ ...action });
    if (this.ignored && action.type === "incomingcall") this.step({ by: "refusal", id: action.id });
  }
  get screen() {
    return screenOf(this.state, this.telephone);
  }
  get status() {
    return statusWords(this.state, this.telephone, this.now);
  }
  /** What the line was told, without what registers it. */
  get orders() {
    return this.told.filter(({ type }) => type !== "register");
  }
  get leg() {
    return this.telephone.leg;
  }
}

export const loggedOut = () =>
  new Phone().hubspot("READY", { iframeLocation: "widget" }).happens(hold);
export const ready = (): Phone =>
  loggedOut().wishes({ type: "register" }).says({ type: "registered" }).click("useravailable");
export const calling = () =>
  ready().hubspot("DIAL_NUMBER", dial("+44 20 7946 0018")).click("outgoingcall");
export const id = (phone: Phone) =>
  phone.state.call.status === "idle" ? "" : phone.state.call.externalCallId;
export const answered = () => {
  const phone = calling();
  return phone.says({ type: "ringing", id: id(phone) }).says({ type: "answered", id: id(phone) });
};
export const incoming = (call = "in") => ready().says({ type: "incoming", id: call, ...numbers });
/** As it is once its page was loaded again. */
export const reloaded = (before: Phone, change: Partial<Phone> = {}) => {
  const phone = Object.assign(new Phone(), { now: before.now }, change);
  const found = { ...before.state, turn: 1 };
  phone.happens({ ...read({ type: "READY", data: {} }), found }).happens({ ...hold, found });
  return phone;
};
