// What adapters for a vendor's SDK have in common: they keep the calls by id, end each once, and never throw.
import type { EndStatus } from "../call/messages.ts";
import type { CreateLine, Feature, LineCommand, LineEvent } from "./line.ts";

/** What a vendor's SDK does, with its own kind of calls. `hold`, `digits` and `transfer` have no button in the phone where they are left out. */
export type Vendor<Call> = {
  /** Tells `registered` when it is; what it throws is told as refused. */
  register: () => void | Promise<void>;
  unregister: () => void;
  /** Makes a call: undefined, or what it throws, is one that failed. */
  call: (wanted: { id: string; fromNumber: string; toNumber: string }) => Promise<Call | undefined>;
  /** Listens to the call, if it tells by itself what happens to it. */
  follow?: (call: Call, id: string) => void;
  answer: (call: Call) => void;
  reject: (call: Call) => void;
  hangUp: (call: Call) => void;
  mute: (call: Call, isOn: boolean) => void;
  hold?: (call: Call, isOn: boolean) => void;
  digits?: (call: Call, digits: string) => void;
  transfer?: (call: Call, toNumber: string) => void;
};

/** How a vendor's SDK tells what happens. What it says of a call that is unknown or over is dropped. */
export type Tells<Call> = {
  happened: (event: LineEvent) => void;
  /** Somebody calls, by an id of the vendor's. */
  incoming: (call: Call, id: string, fromNumber: string, toNumber: string) => void;
  /** COMPLETED, if the call was answered; else as is said here. */
  ended: (id: string, unanswered: EndStatus) => void;
};

/**
 * A line over a vendor's SDK.
 * @param name shown where the user chooses or logs in
 */
export const adapter =
  <Call>(name: string, connect: (tells: Tells<Call>) => Vendor<Call>): CreateLine =>
  (heard) => {
    const calls = new Map<string, { call?: Call; isAnswered: boolean }>();
    // Never before tell() has returned.
    const tell = (event: LineEvent) => queueMicrotask(() => heard(event));

    function happened(event: LineEvent): void {
      const known = "id" in event && event.id !== undefined ? calls.get(event.id) : undefined;
      if ("id" in event && event.id !== undefined && !known) return;
      if (known && event.type === "answered") known.isAnswered = true;
      tell(event);
    }
    function ended(id: string, unanswered: EndStatus): void {
      const endStatus = calls.get(id)?.isAnswered ? "COMPLETED" : unanswered;
      if (calls.delete(id)) tell({ type: "ended", id, endStatus });
    }
    function follow(id: string, call: Call): void {
      calls.set(id, { call, isAnswered: false });
      vendor.follow?.(call, id);
    }
    const vendor = connect({
      happened,
      ended,
      incoming: (call, id, fromNumber, toNumber) => {
        tell({ type: "incoming", id, fromNumber, toNumber });
        follow(id, call);
      },
    });

    async function obey(command: LineCommand): Promise<void> {
      switch (command.type) {
        case "register":
          return vendor.register();
        case "unregister":
          vendor.unregister();
          return tell({ type: "unregistered", isRetrying: false });
        case "call": {
          const { id } = command;
          calls.set(id, { isAnswered: false });
          const call = await vendor.call(command);
          if (!call) ended(id, "FAILED");
          else if (calls.has(id)) follow(id, call);
          // It was given up while it was being made.
          else vendor.hangUp(call);
          return;
        }
        case "use":
        case "ring me":
        case "take up":
        case "record":
          return;
      }
      const { id } = command;
      const { call } = calls.get(id) ?? {};
      // The user need not wait for the vendor to say so, and one that is still being made is given up by this.
      if (command.type === "reject") ended(id, "REJECTED");
      if (command.type === "hang up") ended(id, "CANCELED");
      if (!call) return;
      switch (command.type) {
        case "answer":
          return vendor.answer(call);
        case "reject":
          return vendor.reject(call);
        case "hang up":
          return vendor.hangUp(call);
        case "mute":
          return vendor.mute(call, command.isOn);
        case "hold":
          return vendor.hold?.(call, command.isOn);
        case "digits":
          return vendor.digits?.(call, command.digits);
        case "transfer":
          return vendor.transfer?.(call, command.toNumber);
      }
    }

    /** What the vendor's SDK throws: a call that is not there is over, and what cannot be done is told. */
    function failed(command: LineCommand): void {
      if (command.type === "register")
        tell({ type: "unregistered", why: "refused", isRetrying: false });
      else if (command.type === "call") ended(command.id, "FAILED");
      else if ("id" in command) happened({ type: "trouble", id: command.id, why: "refused" });
    }

    const features: Feature[] = ["hold", "digits", "transfer"];
    return {
      name,
      can: features.filter((feature) => feature in vendor),
      tell: (command) => {
        obey(command).catch(() => failed(command));
      },
    };
  };
