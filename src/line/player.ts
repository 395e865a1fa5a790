// Plays sound to the user, on the speaker that is asked for; where the browser refuses it, with the user's next gesture.
import { type Note, samplesOf } from "./tones.ts";

export type Player = {
  /** Goes on playing on that speaker; empty for the system's. Where the browser has no choice of speakers, nothing changes. */
  at: (deviceId: string) => void;
  stop: () => void;
};

/** Runs with each of the user's gestures in this page, until it is stopped. */
export function onGesture(run: () => void): () => void {
  const gestures = ["pointerup", "keydown"];
  for (const gesture of gestures) addEventListener(gesture, run, true);
  return () => {
    for (const gesture of gestures) removeEventListener(gesture, run, true);
  };
}

/**
 * @param refused the browser plays nothing before the user's gesture in this page
 * @param context makes the stream, if one does, and is refused with it
 */
export function play(
  stream: MediaStream,
  deviceId: string,
  refused: () => void,
  context?: AudioContext,
): Player {
  const audio = new Audio();
  let stopWaiting = () => {};
  function begin(): void {
    stopWaiting();
    context?.resume();
    audio.play().catch((error) => {
      // Otherwise it was stopped before it began.
      if (error.name !== "NotAllowedError") return;
      stopWaiting = onGesture(begin);
      refused();
    });
  }
  // A speaker that is gone leaves the sound where it is.
  const at = (id: string) => audio.setSinkId?.(id).catch(() => {});
  audio.srcObject = stream;
  if (deviceId) at(deviceId);
  begin();
  return {
    at,
    stop: () => {
      stopWaiting();
      audio.srcObject = null;
    },
  };
}

/** The notes' sound, started now, to be connected to where it is heard. */
export function start(
  context: AudioContext,
  notes: readonly Note[],
  loop: boolean,
): AudioBufferSourceNode {
  const samples = samplesOf(notes, context.sampleRate);
  const buffer = context.createBuffer(1, samples.length, context.sampleRate);
  buffer.copyToChannel(samples, 0);
  const source = new AudioBufferSourceNode(context, { buffer, loop });
  source.start();
  return source;
}
