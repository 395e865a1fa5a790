// An account at the SIP server: registered, lost and found again, until the user logs out.
import { C, UA, URI, WebSocketInterface } from "jssip";
import type { RTCSession } from "jssip/lib/RTCSession";
import type { IncomingRequest } from "jssip/lib/SIPMessage";
import type { IncomingRTCSessionEvent, RTCSessionEvent, UnRegisteredEvent } from "jssip/lib/UA";
import type { Account, LineEvent, Reason } from "./line.ts";

export type SipAccount = {
  ua: UA;
  /** The address of a number, an extension or a SIP address: one that `undialable` lets pass. */
  addressOf: (number: string) => URI;
  /** Hangs up all calls and logs out. Nothing is told of it. */
  close: () => void;
};

/** How long, in s, is waited at most before the server is tried again. */
const patience = 4;

/**
 * Logs in, and tells `registered` or `unregistered`, again whenever it changes.
 * @param server `wss://…`
 * @param rang somebody calls
 * @returns nothing when there can be no such account
 */
export function logIn(
  { user, password }: Account,
  server: string,
  happened: (event: LineEvent) => void,
  rang: (session: RTCSession, request: IncomingRequest) => void,
): SipAccount | undefined {
  const { hostname } = new URL(server);
  if (!user || !password) return undefined;
  const ua = new UA({
    sockets: new WebSocketInterface(server),
    uri: String(new URI("sip", user, hostname)),
    authorization_user: user,
    password,
    connection_recovery_min_interval: 1,
    connection_recovery_max_interval: patience,
    // A call would end when the server is down at the time of a refresh.
    session_timers: false,
  });
  /** What the user was told last. */
  let isThere: boolean | undefined;
  let isOver = false;

  function there(): void {
    if (isThere || isOver) return;
    isThere = true;
    happened({ type: "registered" });
  }

  function lost(why: Reason): void {
    if (isThere === false || isOver) return;
    isThere = false;
    happened({ type: "unregistered", why, isRetrying: true });
  }

  function close(): void {
    isOver = true;
    removeEventListener("offline", offline);
    removeEventListener("online", online);
    ua.stop();
  }

  function refused({ cause, response }: UnRegisteredEvent): void {
    if (isOver) return;
    const isPassword = cause === C.causes.AUTHENTICATION_ERROR || response?.status_code === 403;
    if (isPassword) {
      close();
      happened({ type: "unregistered", why: "wrong password", isRetrying: false });
      return;
    }
    lost("registration lost");
    // Where the connection is gone, JsSIP registers once it is back.
    setTimeout(() => {
      if (!isOver && ua.isConnected() && !ua.isRegistered()) ua.register();
    }, patience * 1000);
  }

  const offline = () => lost("network gone");
  const online = () => {
    if (ua.isRegistered()) there();
  };
  addEventListener("offline", offline);
  addEventListener("online", online);
  ua.on("registered", there);
  ua.on("registrationFailed", refused);
  ua.on("disconnected", () => lost(navigator.onLine ? "registration lost" : "network gone"));
  ua.on("newRTCSession", (event: RTCSessionEvent) => {
    // It tells of ours, too.
    if (isTheirs(event)) rang(event.session, event.request);
  });
  ua.start();

  const addressOf = (number: string) => {
    const [, name, host] = /^(?:sips?:)?([^@]+)@([\w.-]+)/i.exec(number.trim()) ?? [];
    // Without an extension behind it, and what people write into numbers, which SIP would take for a part of them.
    const plain = number.replace(/(?:,|;|x|ext\.?)\s*\d+\s*$/i, "").replace(/[\s().\-/]/g, "");
    return new URI("sip", name ?? plain, host ?? hostname);
  };
  return { ua, addressOf, close };
}

const isTheirs = (event: RTCSessionEvent): event is IncomingRTCSessionEvent =>
  String(event.originator) === "remote";
