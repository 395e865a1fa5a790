// Runs in a phone's page before all else: a microphone that sends a tone, and an ear at what the page's calls receive.
import { keysIn, loudnessOf, step } from "../../src/line/tones.ts";

const size = 32_768;
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

const heard: string[] = [];
const rate = () => context?.sampleRate ?? 0;

const ear = {
  speak,
  /** How loud that tone is now, from 0 to 1. */
  loudness: (hz: number): number =>
    Math.max(0, ...[...received()].map((all) => loudnessOf(hz, all.subarray(-8192), rate()))),
  /** Begins to listen for keys, once in a page. */
  listen(): void {
    let at = context?.currentTime ?? 0;
    setInterval(() => {
      if (!context) return;
      // All that came since it listened last, however busy the page was.
      const fresh = Math.min(size, Math.floor((context.currentTime - at) * context.sampleRate));
      for (const samples of received()) {
        const pieces = keysIn(samples.subarray(size - fresh), context.sampleRate);
        at += (pieces.length * step) / 1000;
        for (const key of pieces) if (key && key !== heard.at(-1)) heard.push(key);
      }
    }, 20);
  },
  /** The keys that were heard, none of them twice in a row. */
  heard,
};

declare global {
  interface Window {
    ear: typeof ear;
  }
}
window.ear = ear;
