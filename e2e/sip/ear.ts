// Runs in a phone's page before all else: a microphone that sends a tone, and an ear at what the page's calls receive.
import { digitIn, loudnessOf } from "../../src/line/tones.ts";

const size = 8192;
const connections = new Set<RTCPeerConnection>();
const analysers = new Map<MediaStreamTrack, AnalyserNode>();
let context: AudioContext | undefined;

window.RTCPeerConnection = class extends RTCPeerConnection {
  constructor(configuration?: RTCConfiguration) {
    super(configuration);
    connections.add(this);
  }
};

/** The microphone: a tone of so many Hz. */
function speak(hz: number): void {
  // The page that a tab has at first is nobody's.
  if (!isSecureContext) return;
  navigator.mediaDevices.getUserMedia = async () => {
    context ??= new AudioContext();
    const tone = new OscillatorNode(context, { frequency: hz });
    const out = context.createMediaStreamDestination();
    tone.connect(new GainNode(context, { gain: 0.3 })).connect(out);
    tone.start();
    return out.stream;
  };
}

/** What the calls of this page receive now. */
function* received(): Generator<Float32Array> {
  for (const connection of connections) {
    if (connection.connectionState !== "connected") continue;
    for (const { track } of connection.getReceivers()) {
      context ??= new AudioContext();
      let analyser = analysers.get(track);
      if (!analyser) {
        analyser = new AnalyserNode(context, { fftSize: size });
        context.createMediaStreamSource(new MediaStream([track])).connect(analyser);
        analysers.set(track, analyser);
      }
      const samples = new Float32Array(size);
      analyser.getFloatTimeDomainData(samples);
      yield samples;
    }
  }
}

const rate = () => context?.sampleRate ?? 0;

const ear = {
  speak,
  /** How loud that tone is, from 0 to 1. */
  loudness: (hz: number): number =>
    Math.max(0, ...[...received()].map((samples) => loudnessOf(hz, samples, rate()))),
  /** The next keys that are heard, one after the other. */
  keys: (count: number): Promise<string[]> =>
    new Promise((resolve) => {
      const heard: string[] = [];
      let last: string | undefined;
      const listening = setInterval(() => {
        const now = [...received()].map((samples) => digitIn(samples.slice(-2048), rate()));
        const key = now.find((each) => each);
        if (key && key !== last) heard.push(key);
        last = key;
        if (heard.length < count) return;
        clearInterval(listening);
        resolve(heard);
      }, 20);
    }),
};

declare global {
  interface Window {
    ear: typeof ear;
  }
}
window.ear = ear;
