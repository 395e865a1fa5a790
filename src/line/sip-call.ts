// One call of the SIP line, from its first session to the end of its last: a transfer, or a reload at the far end, goes on in a new one.
import { C, type URI } from "jssip";
import type {
  EndEvent,
  OutgoingEvent,
  ReferEvent,
  RTCSession,
  TerminateOptions,
} from "jssip/lib/RTCSession";
import type { IncomingRequest, IncomingResponse } from "jssip/lib/SIPMessage";
import type { Devices } from "./devices.ts";
import type { DeviceKind, LineEvent, Reason } from "./line.ts";
import { dialogOf, keepDialog } from "./sip-dialogs.ts";
import { endingOf, whyNot } from "./sip-endings.ts";
import { createVoices, type Voices } from "./voices.ts";

/** What a call needs of its line. */
export type Surroundings = {
  id: string;
  isOutgoing: boolean;
  /** It was answered before the page was loaded again. */
  isTakenUp?: boolean;
  /** How sessions are begun and answered: with no media of JsSIP's own, since the voices bring theirs. */
  options: { pcConfig: RTCConfiguration; mediaConstraints: MediaStreamConstraints };
  devices: Devices;
  isConnected: () => boolean;
  happened: (event: LineEvent) => void;
  /** After the call's end was told. */
  over: () => void;
};

export type SipCall = ReturnType<typeof createCall>;

/** How long, in ms, is waited for more of our addresses once there is one: a STUN server may not answer. */
const patience = 500;
/** How long, in ms, before repeating an offer that an offer of the far end blocked. */
const pause = 100;
/** How often to repeat an offer that collides with the far end's. */
const rounds = 3;

export function createCall(surroundings: Surroundings) {
  const { id, isOutgoing, isTakenUp = false, options, devices, isConnected } = surroundings;
  const { happened, over } = surroundings;
  /** More than one, while a new session is to take the place of another. */
  const sessions = new Map<RTCSession, Voices | undefined>();
  /** The session in which the ends hear each other, or the first. */
  let current: RTCSession | undefined;
  let isAnswered = isTakenUp;
  let isConfirmed = false;
  let isGivenUp = false;
  let isMuted = false;
  let wantsHold = false;
  /** How often the offer that we want to make was made; 0 when there is none. */
  let round = 0;
  /** Whether it is on its way, and not waiting to be made again. */
  let isMade = false;
  let isTransferring = false;
  /** Who holds the call, as it was told. */
  const holds = { ours: false, theirs: false };

  const trouble = (why: Reason) => happened({ type: "trouble", id, why });
  const voices = () => current && sessions.get(current);

  /** Goes on in that session, which is about to be connected or answered. @param request the far end's, which made it */
  function follow(session: RTCSession, request?: IncomingRequest): void {
    sessions.set(session, undefined);
    current ??= session;
    session.on("connecting", () => speak(session));
    session.on("icecandidate", ({ ready }) => {
      setTimeout(ready, patience);
    });
    session.on("progress", ({ response }: OutgoingEvent) => {
      if (response && !isAnswered) happened({ type: "ringing", id, isHeard: !!response.body });
    });
    session.on("accepted", ({ response }: OutgoingEvent) => {
      if (isAnswered) goOnIn(session);
      remember(request ?? response, !request);
    });
    session.on("confirmed", () => {
      if (isConfirmed) return;
      isConfirmed = true;
      isAnswered = true;
      happened({ type: "answered", id });
    });
    session.on("hold", ({ originator }) => {
      if (String(originator) === "remote") held(true, true);
    });
    session.on("unhold", ({ originator }) => {
      if (String(originator) === "remote") held(false, true);
    });
    session.on("refer", ({ accept }: ReferEvent) => {
      accept((next: RTCSession) => follow(next), { ...options });
    });
    session.on("replaces", ({ accept, request: replacing }: ReferEvent) => {
      accept((next: RTCSession) => {
        follow(next, replacing);
        queueMicrotask(() => next.answer({ ...options }));
      });
    });
    session.on("ended", (event: EndEvent) => leave(session, event));
    session.on("failed", (event: EndEvent) => leave(session, event));
    bePatient(session);
  }

  /** Two offers can meet. JsSIP takes the far end's nevertheless, and hangs up when that happens to ours for the second time. */
  function bePatient(session: RTCSession): void {
    session.on("reinvite", ({ reject }) => {
      if (isMade) reject({ status_code: 491 });
    });
    const terminate = session.terminate.bind(session);
    session.terminate = (how?: TerminateOptions) => {
      const isRefused = how?.cause === C.causes.WEBRTC_ERROR;
      if (!isRefused || !round || round === rounds) return terminate(how);
      round++;
      isMade = false;
      // RFC 3261, 14.1: the end that began the call waits longer.
      const wait = Math.random() * 2000 + (session.direction === "incoming" ? 0 : 2000);
      setTimeout(offerAgain, wait, session);
    };
  }

  function offerAgain(session: RTCSession): void {
    if (session.isEnded()) return;
    isMade = session.renegotiate({}, offered);
    if (!isMade) setTimeout(offerAgain, pause, session);
  }

  /** The session has its connection, and makes an offer or an answer of it next. */
  function speak(session: RTCSession): void {
    const { connection } = session;
    const audio = audioOf(connection) ?? connection.addTransceiver("audio");
    audio.direction = "sendrecv";
    sessions.set(session, createVoices({ id, isOutgoing, connection, devices, happened }));
    if (isMuted) mute(true);
  }

  /** The session has taken the place of the others, and knows nothing of what they agreed on. */
  function goOnIn(session: RTCSession): void {
    for (const [other, theirs] of sessions) {
      if (other === session) continue;
      theirs?.end();
      sessions.set(other, undefined);
    }
    current = session;
    round = 0;
    isMade = false;
    wantsHold = false;
    if (isMuted) mute(true);
    if (holds.ours) held(false, false);
    if (holds.theirs) held(false, true);
  }

  function remember(message: IncomingRequest | IncomingResponse, isResponse: boolean): void {
    const contact = message.parseHeader<{ uri: URI } | undefined>("contact");
    keepDialog(id, dialogOf(message, isResponse, String(contact?.uri), isOutgoing));
  }

  function leave(session: RTCSession, { cause, originator, message }: EndEvent): void {
    sessions.get(session)?.end();
    sessions.delete(session);
    if (session === current) {
      [current] = sessions.keys();
      round = 0;
      isMade = false;
    }
    if (current) return;
    keepDialog(id, undefined);
    if (isTransferring) happened({ type: "transferred", id });
    // A message is missing when nobody sent one, and a text when JsSIP failed.
    const reason = message instanceof Object ? message.getHeader("Reason") : undefined;
    const end = { isOutgoing, isAnswered, isGivenUp, cause, originator, reason };
    happened({ type: "ended", id, ...endingOf(end) });
    over();
  }

  function held(isOn: boolean, byThem: boolean): void {
    holds[byThem ? "theirs" : "ours"] = isOn;
    happened({ type: "held", id, isOn, byThem });
  }

  /** Hangs up, gives up or declines, whichever it is now. @param isBusy declined because of another call */
  function end(isBusy = false): void {
    isGivenUp = true;
    for (const session of [...sessions.keys()]) {
      if (session.isEnded()) continue;
      const isRinging = session.direction === "incoming" && session.isInProgress();
      session.terminate(isRinging ? { status_code: isBusy ? 486 : 603 } : {});
    }
  }

  function mute(isOn: boolean): void {
    const spoken = voices();
    if (!spoken || !current) {
      trouble("refused");
      return;
    }
    isMuted = isOn;
    spoken.mute(isOn);
    // JsSIP switches the sound on again after a hold.
    isOn ? current.mute({ audio: true }) : current.unmute({ audio: true });
  }

  function hold(isOn: boolean): void {
    if (!isAnswered) trouble("refused");
    // JsSIP hangs up when the server is not there.
    else if (!isConnected()) trouble("network gone");
    else {
      wantsHold = isOn;
      settle();
    }
  }

  /** Makes the offer that is wanted, once there is no other. */
  function settle(): void {
    const session = current;
    if (!session || round || wantsHold === session.isOnHold().local) return;
    if (!session.isReadyToReOffer()) {
      setTimeout(settle, pause);
      return;
    }
    round = 1;
    isMade = true;
    const audio = audioOf(session.connection);
    if (audio) audio.direction = wantsHold ? "inactive" : "sendrecv";
    wantsHold ? session.hold({}, offered) : session.unhold({}, offered);
  }

  function offered(): void {
    round = 0;
    isMade = false;
    if (!current) return;
    held(current.isOnHold().local, false);
    settle();
  }

  function digits(keys: string): void {
    const known = keys.replace(/[^\d*#]/g, "");
    if (!isAnswered || !current || current.isOnHold().local) trouble("refused");
    else if (!known) return;
    else if (current.connection.getSenders()[0]?.dtmf?.canInsertDTMF) voices()?.digits(known);
    // By INFO, where the far end takes no telephone-events.
    else current.sendDTMF(known);
  }

  function transfer(target: URI): void {
    if (!isAnswered || !current) {
      trouble("refused");
      return;
    }
    const failed = (status: number | undefined) => {
      isTransferring = false;
      trouble(status === undefined ? "network gone" : whyNot(status));
    };
    // It rings there, or is answered: the far end is in good hands.
    const done = () => {
      if (isTransferring) end();
    };
    type Answer = { response?: IncomingResponse | null; status_line?: { status_code: number } };
    current.refer(target, {
      eventHandlers: {
        requestSucceeded: () => {
          isTransferring = true;
        },
        requestFailed: ({ response }: Answer) => failed(response?.status_code),
        progress: done,
        accepted: done,
        failed: ({ status_line }: Answer) => failed(status_line?.status_code),
      },
    });
  }

  return {
    follow,
    end,
    mute,
    hold,
    digits,
    transfer,
    answer: () => {
      if (current?.direction !== "incoming" || !current.isInProgress()) return;
      try {
        current.answer({ ...options });
      } catch {
        // The browser gives it no connection.
        trouble("refused");
        current.terminate();
      }
    },
    reject: (isBusy: boolean) => {
      if (!isOutgoing && !isAnswered) end(isBusy);
    },
    record: (isOn: boolean) => (isAnswered ? voices()?.record(isOn) : trouble("refused")),
    use: (kind: DeviceKind) => voices()?.use(kind),
    has: (session: RTCSession) => sessions.has(session),
    isAnswered: () => isAnswered,
  };
}

const audioOf = (connection: RTCPeerConnection): RTCRtpTransceiver | undefined =>
  connection.getTransceivers().find(({ receiver }) => receiver.track.kind === "audio");
