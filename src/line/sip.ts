// The line to a telephone server of one's own: SIP over a WebSocket (RFC 7118), by JsSIP.
import { debug } from "jssip";
import type { RTCSession } from "jssip/lib/RTCSession";
import type { IncomingRequest } from "jssip/lib/SIPMessage";
import { isWithheld, undialable, withheld } from "../call/number.ts";
import { createDevices } from "./devices.ts";
import { sipCan } from "./late.ts";
import type { CreateLine, LineEvent, Reason } from "./line.ts";
import { logIn, type SipAccount } from "./sip-account.ts";
import { createCall, type SipCall } from "./sip-call.ts";
import { keptDialog, replaces } from "./sip-dialogs.ts";

/** The build puts in what it was told: `wss://…`, and `stun:…` or nothing. */
declare const SIP_SERVER: string;
declare const SIP_STUN: string;

export const createSip: CreateLine = (heard) => {
  // Events come once `tell` has returned.
  const happened = (event: LineEvent) => queueMicrotask(() => heard(event));
  const devices = createDevices(happened);
  const calls = new Map<string, SipCall>();
  let account: SipAccount | undefined;
  const options = {
    // JsSIP asks for no media: a call's voices bring theirs.
    mediaConstraints: { audio: false, video: false },
    pcConfig: { iceServers: SIP_STUN ? [{ urls: SIP_STUN }] : [] },
  };

  function begin(id: string, isOutgoing: boolean, isTakenUp = false): SipCall {
    const call = createCall({
      id,
      isOutgoing,
      isTakenUp,
      options,
      devices,
      happened,
      isConnected: () => !!account?.ua.isConnected(),
      over: () => calls.delete(id),
    });
    calls.set(id, call);
    return call;
  }

  function rang(session: RTCSession, request: IncomingRequest): void {
    // It takes the place of another in a call that is on.
    if ([...calls.values()].some((call) => call.has(session))) return;
    const id = crypto.randomUUID();
    const toNumber = numberIn(String(request.to.uri));
    happened({ type: "incoming", id, fromNumber: callerOf(request), toNumber });
    begin(id, false).follow(session, request);
  }

  function failed(id: string, why: Reason): void {
    happened({ type: "ended", id, endStatus: "FAILED", why });
  }

  /** Calls an address, for a call that begins or goes on. */
  function dial(id: string, call: SipCall, { ua }: SipAccount, target: string, how: object): void {
    try {
      call.follow(ua.call(target, { ...options, ...how }));
    } catch {
      // The browser gives it no connection.
      calls.delete(id);
      failed(id, "refused");
    }
  }

  function call(id: string, fromNumber: string, toNumber: string): void {
    if (calls.has(id)) happened({ type: "trouble", id, why: "refused" });
    else if (!account) failed(id, "refused");
    else if (undialable(toNumber)) failed(id, "wrong number");
    else {
      const { addressOf } = account;
      // The server knows whether the user may (RFC 3325).
      const extraHeaders = isWithheld(fromNumber)
        ? []
        : [`P-Preferred-Identity: <${addressOf(fromNumber)}>`];
      const how = { extraHeaders, anonymous: fromNumber === withheld };
      dial(id, begin(id, true), account, String(addressOf(toNumber)), how);
    }
  }

  function takeUp(id: string): void {
    if (calls.has(id)) return;
    const dialog = keptDialog(id);
    if (!account || !dialog) {
      failed(id, "refused");
      return;
    }
    // A far end that cannot do it would ring as for a new call, if it were not required.
    const extraHeaders = [replaces(dialog), "Require: replaces"];
    dial(id, begin(id, dialog.isOutgoing, true), account, dialog.target, { extraHeaders });
  }

  function transfer(id: string, toNumber: string): void {
    const call = calls.get(id);
    if (!account || !call) return;
    if (undialable(toNumber)) happened({ type: "trouble", id, why: "wrong number" });
    else call.transfer(account.addressOf(toNumber));
  }

  function leave(): void {
    for (const each of calls.values()) each.end();
    account?.close();
    account = undefined;
  }

  // A call that is not answered yet cannot be taken up. No BYE for the others: nothing tells a reload from a tab's end.
  addEventListener("pagehide", () => {
    for (const each of calls.values()) if (!each.isAnswered()) each.end();
  });

  return {
    name: "SIP",
    can: sipCan,
    tell: (command) => {
      switch (command.type) {
        case "register":
          leave();
          // JsSIP logs nothing sent to the server, whatever localStorage asks for.
          debug.disable();
          account = command.account && logIn(command.account, SIP_SERVER, happened, rang);
          if (!account)
            happened({ type: "unregistered", why: "wrong password", isRetrying: false });
          return;
        case "unregister":
          leave();
          return happened({ type: "unregistered", isRetrying: false });
        case "call":
          return call(command.id, command.fromNumber, command.toNumber);
        case "answer":
          return calls.get(command.id)?.answer();
        case "reject":
          return calls.get(command.id)?.reject(calls.size > 1);
        case "hang up":
          return calls.get(command.id)?.end();
        case "mute":
          return calls.get(command.id)?.mute(command.isOn);
        case "hold":
          return calls.get(command.id)?.hold(command.isOn);
        case "digits":
          return calls.get(command.id)?.digits(command.digits);
        case "transfer":
          return transfer(command.id, command.toNumber);
        case "record":
          return calls.get(command.id)?.record(command.isOn);
        case "use":
          devices.use(command.kind, command.deviceId).then(() => {
            for (const each of calls.values()) each.use(command.kind);
          });
          return;
        case "take up":
          return takeUp(command.id);
        case "ring me":
          return;
        default:
          return command satisfies never;
      }
    },
  };
};

/** The number or extension in an address, as in `sip:+15550100@example.com`. */
export function numberIn(address: string): string {
  const [, user = ""] = /sips?:([^@;>]*)@/.exec(address) ?? [];
  try {
    return decodeURIComponent(user);
  } catch {
    // Others write what they like: it is shown as it came.
    return user;
  }
}

/** Who calls, as the server says where it does (RFC 3325); empty for a withheld number. */
function callerOf(request: IncomingRequest): string {
  const asserted = request.getHeader("P-Asserted-Identity");
  const number = numberIn(asserted || String(request.from.uri));
  return isWithheld(number) ? "" : number;
}
