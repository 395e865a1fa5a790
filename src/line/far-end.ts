// The far end of a loopback call, made with Web Audio: it hears what its connection brings, and sends what its behaviour says.
import type { Behaviour } from "./behaviours.ts";
import { onGesture, start } from "./player.ts";
import { keysIn, lengthOf, type Note, notesOf, step } from "./tones.ts";

export type FarEnd = {
  readonly connection: RTCPeerConnection;
  /** Puts the user on hold: music instead of what it sends otherwise. */
  hold: (isOn: boolean) => void;
  end: () => void;
};

/** How long after it was heard, in s, the echo is sent: nobody hears an echo that comes at once. */
const echoAfter = 0.4;
/** How often it listens for digits, and how long after the last one it says them back, in ms. */
const often = 100;
const patience = 800;

const tone: readonly Note[] = [{ hz: [440], ms: 1000 }];
const music: readonly Note[] = [262, 330, 392, 330].map((hz) => ({ hz: [hz], ms: 400 }));

export function createFarEnd(sends: Behaviour["sends"]): FarEnd {
  const connection = new RTCPeerConnection();
  const context = new AudioContext();
  const out = context.createMediaStreamDestination();
  const voice = context.createGain();
  voice.connect(out);
  // Where the browser refuses sound, the far end is silent, too.
  const stopWaiting = onGesture(() => context.resume());
  /** Chromium hands a connection's sound on to Web Audio only while an element plays it. */
  const ear = new Audio();
  ear.muted = true;
  let stopListening = () => {};
  let melody: AudioBufferSourceNode | undefined;

  for (const track of out.stream.getTracks()) connection.addTrack(track, out.stream);
  if (sends === "tone") start(context, tone, true).connect(voice);
  connection.ontrack = ({ track }) => {
    const stream = new MediaStream([track]);
    ear.srcObject = stream;
    ear.play().catch(() => {});
    const heard = context.createMediaStreamSource(stream);
    if (sends === "echo")
      heard.connect(new DelayNode(context, { delayTime: echoAfter })).connect(voice);
    if (sends === "digits") {
      stopListening();
      stopListening = sayBack(heard, voice, context);
    }
  };

  return {
    connection,
    hold: (isOn) => {
      voice.gain.value = isOn ? 0 : 1;
      melody?.stop();
      melody = isOn ? start(context, music, true) : undefined;
      melody?.connect(out);
    },
    end: () => {
      stopWaiting();
      stopListening();
      ear.srcObject = null;
      connection.close();
      context.close();
    },
  };
}

/** Says back the digits that are heard, a whole row of them, and listens to nothing meanwhile. */
function sayBack(heard: AudioNode, voice: AudioNode, context: AudioContext): () => void {
  const { sampleRate: rate } = context;
  // It remembers what it hears for longer than a busy page lets it wait.
  const analyser = new AnalyserNode(context, { fftSize: 32_768 });
  heard.connect(analyser);
  const samples = new Float32Array(analyser.fftSize);
  let digits = "";
  let last: string | undefined;
  let silence = 0;
  /** What it has listened to, in s of the context. */
  let at = context.currentTime;
  const listening = setInterval(() => {
    analyser.getFloatTimeDomainData(samples);
    at = Math.max(at, context.currentTime - samples.length / rate);
    const fresh = Math.floor((context.currentTime - at) * rate);
    const pieces = keysIn(samples.subarray(samples.length - fresh), rate);
    at += (pieces.length * step) / 1000;
    for (const key of pieces) {
      if (key && key !== last) digits += key;
      last = key;
      silence = key ? 0 : silence + step;
    }
    if (!digits || silence < patience) return;
    const answer = notesOf(digits);
    start(context, answer, false).connect(voice);
    digits = "";
    at += lengthOf(answer) / 1000;
  }, often);
  return () => clearInterval(listening);
}
