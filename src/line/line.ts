// The contract of a telephone line: what it is told, and what it tells, of each call by its id. Both are plain data.
import type { EndStatus } from "../call/messages.ts";

/**
 * A telephone line. Commands go in by `tell`, in the order in which a person gives them; what happens comes out as
 * events, once `tell` has returned. A line never throws: it reports failures as `trouble`. A command about a
 * call that is unknown or over changes nothing and tells nothing. An event that tells of a call comes after that call's
 * first (`incoming`, or the command `call`), and none comes after its `ended`, except what was `recorded`.
 *
 * Without a microphone the call goes on, muted: the user hears the other end, is told why they are not heard, and
 * unmuting tries again. A call that does not depend on the microphone cannot be lost by it.
 */
export type Line = {
  /** Shown where the user chooses or logs in: "Loopback", "SIP". */
  readonly name: string;
  /** What this line can do. A page shows no button for the rest. */
  readonly can: readonly Feature[];
  tell: (command: LineCommand) => void;
};

/** Makes a line. It touches no microphone, sound or network before its first command. */
export type CreateLine = (happened: (event: LineEvent) => void) => Line;

/**
 * `account`: the user logs in with an extension and a password. `ring me`: it can be asked to ring, to try it out.
 * `take up`: a call that a reload of the page has cut off can be gone on with.
 */
export type Feature =
  | "account"
  | "hold"
  | "digits"
  | "transfer"
  | "recording"
  | "devices"
  | "ring me"
  | "take up";

export type Account = { user: string; password: string };

export type LineCommand =
  | { type: "register"; account?: Account | undefined }
  | { type: "unregister" }
  | { type: "call"; id: string; fromNumber: string; toNumber: string }
  | { type: "answer" | "reject" | "hang up"; id: string }
  /** Muted: silence is sent. Held: nothing is sent or heard, and the far end is told. */
  | { type: "mute" | "hold"; id: string; isOn: boolean }
  /** DTMF: 0 to 9, *, #, one after the other. */
  | { type: "digits"; id: string; digits: string }
  /** Blind: the far end is sent to another number, and the call is over here. */
  | { type: "transfer"; id: string; toNumber: string }
  | { type: "record"; id: string; isOn: boolean }
  /** Empty: what the system uses. */
  | { type: "use"; kind: DeviceKind; deviceId: string }
  /** Only with "ring me": an incoming call from that number; empty for a withheld one. */
  | { type: "ring me"; id: string; fromNumber: string }
  /**
   * Only with "take up", and once it is registered: goes on with a call that was answered in this frame before its page
   * was loaded again. It tells `answered`, or `ended` when that cannot be.
   */
  | { type: "take up"; id: string };

export type LineEvent =
  | { type: "registered" }
  /** Without a reason, because the user asked for it. `isRetrying`: the line comes back by itself when it can. */
  | { type: "unregistered"; why?: Reason | undefined; isRetrying: boolean }
  | { type: "incoming"; id: string; fromNumber: string; toNumber: string }
  /** It rings at the far end. `isHeard`: the far end's own sound is heard ("early media"), so that the user needs no other. */
  | { type: "ringing"; id: string; isHeard?: boolean | undefined }
  /** Both ends hear each other. */
  | { type: "answered"; id: string }
  /**
   * COMPLETED once it was answered. Before that: CANCELED, if we gave it up or it was answered elsewhere; MISSED, if the
   * caller gave it up; REJECTED, BUSY, NO_ANSWER by whichever end. FAILED whenever the line or the far end failed.
   */
  | { type: "ended"; id: string; endStatus: EndStatus; why?: Reason | undefined }
  | { type: "muted"; id: string; isOn: boolean }
  /** Pressed on the telephone itself. Digits that a command sent are not told. */
  | { type: "digits"; id: string; digits: string }
  /** `byThem`: the far end has put us on hold. */
  | { type: "held"; id: string; isOn: boolean; byThem: boolean }
  | { type: "transferred"; id: string }
  | { type: "recording"; id: string; isOn: boolean }
  /** What was recorded, once it is whole. `url`: an https address that HubSpot can play, if the line gives one. */
  | { type: "recorded"; id: string; recording?: Blob | undefined; url?: string | undefined }
  /** About once a second during a call. */
  | { type: "quality"; id: string; quality: Quality }
  | { type: "devices"; devices: readonly Device[] }
  | { type: "trouble"; id?: string | undefined; why: Reason };

/** As getStats has it: `loss` from 0 to 1 of the packets of late, `jitter` and `roundTrip` in ms. */
export type Quality = { loss: number; jitter: number; roundTrip: number };

export type DeviceKind = "microphone" | "speaker" | "ringer";
export type Device = { kind: DeviceKind; deviceId: string; label: string; isUsed: boolean };

/** What went wrong, or is well again. `wordsFor` in reasons.ts says it to a person. */
export type Reason =
  | "microphone denied"
  | "microphone missing"
  | "autoplay refused"
  | "network gone"
  | "registration lost"
  | "registration back"
  | "wrong password"
  | "busy"
  | "no answer"
  | "rejected"
  | "wrong number"
  | "answered elsewhere"
  | "far end failed"
  | "refused";
