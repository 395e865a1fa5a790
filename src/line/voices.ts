// The voices of one call over its RTCPeerConnection: ours from the microphone, theirs to the speaker; measured and recorded.
import type { Devices } from "./devices.ts";
import type { DeviceKind, LineEvent, Reason } from "./line.ts";
import { type Player, play } from "./player.ts";
import { type Counted, qualityOf } from "./quality.ts";
import { type Recorder, record } from "./recorder.ts";

export type Voices = {
  /** Muted: silence is sent. Unmuting looks for a microphone where there was none. */
  mute: (isOn: boolean) => void;
  /** DTMF, as telephone-events (RFC 4733). */
  digits: (digits: string) => void;
  record: (isOn: boolean) => void;
  /** Goes on with the device of that kind that is chosen now. */
  use: (kind: DeviceKind) => void;
  /** The call is over: lets go of everything, and tells what was recorded. The connection is the caller's to close. */
  end: () => void;
};

/** What a call's voices need to know. */
export type Spoken = {
  id: string;
  isOutgoing: boolean;
  /** With its audio sender in place; whatever track that has is replaced by the microphone's. */
  connection: RTCPeerConnection;
  devices: Devices;
  happened: (event: LineEvent) => void;
};

/**
 * Opens the microphone at once, and plays the far end as soon as it is there. Without a microphone the call goes on,
 * muted. Tells `muted`, `recording`, `recorded`, `quality` and `trouble`, sometimes before the function has returned.
 */
export function createVoices({ id, isOutgoing, connection, devices, happened }: Spoken): Voices {
  const [sender] = connection.getSenders();
  const ourChannel = isOutgoing ? 0 : 1;
  let ours: MediaStreamTrack | undefined;
  let theirs: MediaStreamTrack | undefined;
  let player: Player | undefined;
  let recorder: Recorder | undefined;
  let counted: Counted | undefined;
  let isMuted = false;
  let isOver = false;
  /** How often the microphone was asked for: the last time counts. */
  let turn = 0;

  const trouble = (why: Reason) => happened({ type: "trouble", id, why });

  function setMuted(isOn: boolean): void {
    isMuted = isOn;
    if (ours) ours.enabled = !isOn;
    happened({ type: "muted", id, isOn });
  }

  async function speak(): Promise<void> {
    turn++;
    const asked = turn;
    const opened = await devices.open();
    const isLate = isOver || asked !== turn;
    if (typeof opened === "string") {
      if (isLate) return;
      trouble(opened);
      if (ours?.readyState !== "live") {
        ours = undefined;
        setMuted(true);
      }
      return;
    }
    if (isLate) {
      opened.stop();
      return;
    }
    ours?.stop();
    ours = opened;
    ours.enabled = !isMuted;
    // It was unplugged, or the user took the permission back: there may be another.
    ours.onended = speak;
    recorder?.hear(ourChannel, ours);
    await sender?.replaceTrack(ours);
  }

  function hear({ track }: { track: MediaStreamTrack }): void {
    if (track === theirs) return;
    theirs = track;
    player?.stop();
    const refused = () => trouble("autoplay refused");
    player = play(new MediaStream([track]), devices.chosen("speaker"), refused);
    recorder?.hear(isOutgoing ? 1 : 0, track);
  }

  async function measure(): Promise<void> {
    const stats = await connection.getStats();
    const measured = qualityOf(stats.values(), counted);
    if (!measured || isOver) return;
    counted = measured.counted;
    happened({ type: "quality", id, quality: measured.quality });
  }

  function startRecording(): void {
    if (recorder) return;
    try {
      recorder = record();
    } catch {
      trouble("refused");
      return;
    }
    if (ours) recorder.hear(ourChannel, ours);
    if (theirs) recorder.hear(isOutgoing ? 1 : 0, theirs);
    happened({ type: "recording", id, isOn: true });
  }

  async function stopRecording(): Promise<void> {
    const whole = recorder?.stop();
    if (!whole) return;
    recorder = undefined;
    if (!isOver) happened({ type: "recording", id, isOn: false });
    happened({ type: "recorded", id, recording: await whole });
  }

  connection.addEventListener("track", hear);
  connection.getReceivers().forEach(hear);
  speak();
  const measuring = setInterval(measure, 1000);

  return {
    mute: async (isOn) => {
      if (!isOn && !ours) await speak();
      if (isOn || ours) setMuted(isOn);
    },
    digits: (digits) => {
      try {
        // What is still to be sent would be forgotten.
        const { dtmf } = sender ?? {};
        dtmf?.insertDTMF(dtmf.toneBuffer + digits, 160, 100);
      } catch {
        // Held, or not answered yet.
        trouble("refused");
      }
    },
    record: (isOn) => {
      if (isOn) startRecording();
      else stopRecording();
    },
    use: (kind) => {
      if (kind === "microphone") speak();
      if (kind === "speaker") player?.at(devices.chosen(kind));
    },
    end: () => {
      isOver = true;
      clearInterval(measuring);
      connection.removeEventListener("track", hear);
      stopRecording();
      player?.stop();
      ours?.stop();
    },
  };
}
