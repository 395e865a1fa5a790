// What adapters for a vendor's SDK have in common: they keep the calls by id, end each once, and never throw.
import type { EndStatus } from "../call/messages.ts";
import type { CreateLine, Feature, LineCommand, LineEvent, Reason } from "./line.ts";

/** What a vendor's SDK does, with its own kind of calls. `hold`, `digits` and `transfer` have no button in the phone where they are left out. What it throws is told as what cannot be done. */
export type Vendor<Call> = {
  /** Must tell `registered` once the line is registered. */
  register: () => unknown;
  unregister: () => unknown;
  /** Makes a call. If it throws, or resolves to undefined, the call has failed. */
  call: (wanted: { id: string; fromNumber: string; toNumber: string }) => Promise<Call | undefined>;
  /** Adds listeners to the call, if the SDK's calls have events. */
  follow?: (call: Call, id: string) => void;
  answer: (call: Call) => unknown;
  reject: (call: Call) => unknown;
  hangUp: (call: Call) => unknown;
  /** Must tell `muted`. */
  mute: (call: Call, isOn: boolean) => unknown;
  /** Must tell `held`. */
  hold?: (call: Call, isOn: boolean) => unknown;
  digits?: (call: Call, digits: string) => unknown;
  /** Must tell `transferred`, and that the call has ended. */
  transfer?: (call: Call, toNumber: string) => unknown;
};

/** How a vendor's SDK tells what happens. What it says of a call that is unknown or over is dropped. */
export type Tells<Call> = {
  happened: (event: Exclude<LineEvent, { type: "incoming" | "ended" }>) => void;
  /** Somebody calls, by an id of the vendor's. */
  incoming: (call: Call, id: string, fromNumber: string, toNumber: string) => void;
  /** The call is over: COMPLETED, if it was answered; else as is said here. */
  ended: (id: string, unanswered: EndStatus, why?: Reason) => void;
};

/** `isOver`: what was recorded may still come. */
type Kept<Call> = { call?: Call; isAnswered: boolean; isOver: boolean };

/**
 * A line over a vendor's SDK.
 * @param name shown where the user chooses or logs in
 */
export const adapter =
  <Call>(name: string, connect: (tells: Tells<Call>) => Vendor<Call>): CreateLine =>
  (heard) => {
    const calls = new Map<string, Kept<Call>>();
    let isWanted = false;
    // Never before tell() has returned.
    const report = (event: LineEvent) => queueMicrotask(() => heard(event));
    const idOf = (event: LineEvent) => ("id" in event ? event.id : undefined);

    function keep(id: string, kept: Kept<Call>): void {
      calls.set(id, kept);
      for (const [old, { isOver }] of calls) if (isOver && calls.size > 50) calls.delete(old);
    }

    function happened(event: LineEvent): void {
      const id = idOf(event);
      if (id === undefined) {
        // A vendor also says so of a line that nobody wants any more.
        if (event.type !== "unregistered" || isWanted) report(event);
        return;
      }
      const kept = calls.get(id);
      if (!kept || (kept.isOver && event.type !== "recorded")) return;
      if (event.type === "answered") kept.isAnswered = true;
      report(event);
    }

    function ended(id: string, unanswered: EndStatus, why?: Reason): void {
      const kept = calls.get(id);
      if (!kept || kept.isOver) return;
      kept.isOver = true;
      const endStatus = kept.isAnswered ? "COMPLETED" : unanswered;
      report({ type: "ended", id, endStatus, ...(why && { why }) });
    }

    const vendor = connect({
      happened,
      ended,
      incoming: (call, id, fromNumber, toNumber) => {
        if (calls.has(id)) return;
        keep(id, { call, isAnswered: false, isOver: false });
        report({ type: "incoming", id, fromNumber, toNumber });
        vendor.follow?.(call, id);
      },
    });

    async function unregister(): Promise<void> {
      isWanted = false;
      for (const id of calls.keys()) ended(id, "FAILED");
      await vendor.unregister();
    }

    async function make(command: LineCommand & { type: "call" }): Promise<void> {
      const kept: Kept<Call> = { isAnswered: false, isOver: false };
      keep(command.id, kept);
      const call = await vendor.call(command);
      if (!call) throw new Error("There is no call");
      kept.call = call;
      // It may have been given up while it was being made.
      if (kept.isOver) await vendor.hangUp(call);
      else vendor.follow?.(call, command.id);
    }

    async function obey(command: LineCommand): Promise<unknown> {
      switch (command.type) {
        case "register":
          if (isWanted) await unregister();
          isWanted = true;
          return vendor.register();
        case "unregister":
          return unregister().finally(() => report({ type: "unregistered", isRetrying: false }));
        case "call":
          return make(command);
        case "use":
        case "ring me":
        case "take up":
        case "record":
          return;
      }
      const { id } = command;
      const kept = calls.get(id);
      if (!kept || kept.isOver) return;
      const { call } = kept;
      // The user need not wait for the vendor to say so, and one that is still being made is given up by this.
      if (command.type === "reject") ended(id, "REJECTED");
      if (command.type === "hang up") ended(id, "CANCELED");
      if (!call && kept.isOver) return;
      if (!call) throw new Error("It is still being made");
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

    /** What the vendor's SDK throws: what cannot be done is told, and a call that cannot begin is over. */
    async function fail(command: LineCommand): Promise<void> {
      switch (command.type) {
        case "register":
          happened({ type: "unregistered", why: "refused", isRetrying: false });
          break;
        case "call":
        case "answer": {
          const { call } = calls.get(command.id) ?? {};
          ended(command.id, "FAILED");
          if (call) await (command.type === "call" ? vendor.hangUp(call) : vendor.reject(call));
          break;
        }
        default:
          if ("id" in command) happened({ type: "trouble", id: command.id, why: "refused" });
      }
    }

    const features: Feature[] = ["hold", "digits", "transfer"];
    return {
      name,
      can: features.filter((feature) => feature in vendor),
      tell: (command) => {
        obey(command)
          .catch(() => fail(command))
          .catch(() => {});
      },
    };
  };
