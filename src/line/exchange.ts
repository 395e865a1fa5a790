// The loopback line's exchange: which calls there are, and what their far ends do when. It has no sound and no clock of its own.
import type { EndStatus } from "../call/messages.ts";
import { undialable } from "../call/number.ts";
import { type Behaviour, behaviourOf, type Deed, ownNumber } from "./behaviours.ts";
import type { LineCommand, LineEvent, Reason } from "./line.ts";
import { endStatusFor } from "./reasons.ts";

/** The sound of a call between its two ends. */
export type Link = {
  /** Lets the ends hear each other, and says when they do. */
  talk: () => void;
  hold: (isOn: boolean, byThem: boolean) => void;
  mute: (isOn: boolean) => void;
  digits: (digits: string) => void;
  record: (isOn: boolean) => void;
  end: () => void;
};

/** A call that sound is wanted for. */
export type Wanted = {
  id: string;
  isOutgoing: boolean;
  sends: Behaviour["sends"];
  /** The ends hear each other from now on. */
  connected: () => void;
  /** They never will again. */
  lost: () => void;
};

/** What an exchange needs of the world around it. */
export type World = {
  happened: (event: LineEvent) => void;
  /** Runs something so many ms later, unless it is stopped. */
  wait: (after: number, run: () => void) => () => void;
  link: (wanted: Wanted) => Link;
};

/*
 *   ringing ── they or we answer ──▶ connecting ── the ends hear each other ──▶ answered
 *      └───────────────────────────────┴────────────── somebody hangs up ────────┴──▶ over: it is no longer here
 */
type Call = {
  readonly id: string;
  readonly isOutgoing: boolean;
  readonly behaviour: Behaviour;
  status: "ringing" | "connecting" | "answered";
  /** From the user's click on: of an incoming call, once they answer. */
  link?: Link;
  /** Stops what the far end would do next. */
  stop: () => void;
};

/** What an exchange takes: devices are no business of its, and it has nothing to take up. */
export type Order = Exclude<LineCommand, { type: "use" | "take up" }>;

/** @returns takes the orders */
export function createExchange({ happened, wait, link }: World): (order: Order) => void {
  const calls = new Map<string, Call>();
  let isRegistered = false;

  /** Gives the call its sound; where the browser has none, the call fails. */
  function connect(call: Call): void {
    const { id, isOutgoing, behaviour } = call;
    const connected = () => {
      // A connection can come back.
      if (call.status === "answered") return;
      call.status = "answered";
      happened({ type: "answered", id });
      expect(call, afterAnswer(behaviour));
    };
    const lost = () => end(call, "FAILED", "network gone");
    try {
      call.link = link({ id, isOutgoing, sends: behaviour.sends, connected, lost });
    } catch {
      end(call, "FAILED", "far end failed");
    }
  }

  /** The far end does one thing after the other. */
  function expect(call: Call, [deed, ...next]: readonly Deed[]): void {
    if (!deed) return;
    const [after, does] = deed;
    call.stop = wait(after, () => {
      const { id, link } = call;
      switch (does) {
        case "ring":
          happened({ type: "ringing", id });
          expect(call, next);
          break;
        case "answer":
          call.status = "connecting";
          link?.talk();
          break;
        case "hold":
        case "resume": {
          const isOn = does === "hold";
          link?.hold(isOn, true);
          happened({ type: "held", id, isOn, byThem: true });
          expect(call, next);
          break;
        }
        case "hang up":
          end(call, call.status === "answered" ? "COMPLETED" : "MISSED");
          break;
        default:
          end(call, endStatusFor(does), does);
      }
    });
  }

  function end(call: Call, endStatus: EndStatus, why?: Reason): void {
    const { id, link, stop } = call;
    stop();
    link?.end();
    calls.delete(id);
    happened({ type: "ended", id, endStatus, why });
  }

  const isNobodys = (number: string) =>
    undialable(number) !== undefined ||
    behaviourOf(number).called.some(([, does]) => does === "wrong number");

  /** Begins and ends a call. @returns why not */
  function start(order: Extract<Order, { type: "call" | "ring me" }>): Reason | undefined {
    const { id, type } = order;
    const isOutgoing = type === "call";
    if (calls.has(id) || !(isRegistered || isOutgoing)) return "refused";
    const behaviour = behaviourOf(isOutgoing ? order.toNumber : order.fromNumber);
    const call: Call = { id, isOutgoing, behaviour, status: "ringing", stop: () => {} };
    calls.set(id, call);
    if (!isOutgoing) {
      happened({ type: "incoming", id, fromNumber: order.fromNumber, toNumber: ownNumber });
      expect(call, [behaviour.calling]);
    } else if (!isRegistered || undialable(order.toNumber)) {
      end(call, "FAILED", isRegistered ? "wrong number" : "refused");
    } else {
      expect(call, behaviour.called);
      connect(call);
    }
    return undefined;
  }

  /** What the user does in a call. @returns why not */
  function act(call: Call, order: Exclude<Order, Beginning>): Reason | undefined {
    const { id, isOutgoing, status, link } = call;
    const isRinging = !isOutgoing && status === "ringing";
    const isAnswered = status === "answered";
    switch (order.type) {
      case "answer":
        if (!isRinging) break;
        call.stop();
        call.status = "connecting";
        connect(call);
        call.link?.talk();
        break;
      case "reject":
        if (isRinging) end(call, "REJECTED");
        break;
      case "hang up":
        end(call, isAnswered ? "COMPLETED" : isRinging ? "REJECTED" : "CANCELED");
        break;
      case "mute":
        if (!link) return "refused";
        link.mute(order.isOn);
        break;
      case "hold":
        if (!link || !isAnswered) return "refused";
        link.hold(order.isOn, false);
        happened({ type: "held", id, isOn: order.isOn, byThem: false });
        break;
      case "digits":
        if (!link || !isAnswered) return "refused";
        link.digits(order.digits);
        break;
      case "record":
        if (!link || !isAnswered) return "refused";
        link.record(order.isOn);
        break;
      case "transfer":
        if (!isAnswered) return "refused";
        if (isNobodys(order.toNumber)) return "wrong number";
        happened({ type: "transferred", id });
        end(call, "COMPLETED");
        break;
      default:
        order satisfies never;
    }
    return undefined;
  }

  return (order) => {
    switch (order.type) {
      case "register":
        isRegistered = true;
        happened({ type: "registered" });
        break;
      case "unregister":
        isRegistered = false;
        for (const call of calls.values()) act(call, { type: "hang up", id: call.id });
        happened({ type: "unregistered", isRetrying: false });
        break;
      default: {
        const { id, type } = order;
        const call = calls.get(id);
        const why = type === "call" || type === "ring me" ? start(order) : call && act(call, order);
        if (why) happened({ type: "trouble", id, why });
      }
    }
  };
}

type Beginning = { type: "register" | "unregister" | "call" | "ring me" };

/** What the far end does once it is heard. */
const afterAnswer = ({ called }: Behaviour): readonly Deed[] =>
  called.slice(called.findIndex(([, does]) => does === "answer") + 1);
