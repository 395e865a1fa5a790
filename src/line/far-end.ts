// The far end of a loopback call, made with Web Audio: it hears what its connection brings, and sends what its behaviour says.
import type { Behaviour } from "./behaviours.ts";
import { onGesture, start } from "./player.ts";
import { digitIn, type Note, notesOf } from "./tones.ts";

export type FarEnd = {
  readonly connection: RTCPeerConnection;
  /** Puts the user on hold: music instead of what it sends otherwise. */
  hold: (isOn: boolean) => void;
  end: () => void;
};

/** How long after it was heard, in s, the echo is sent: nobody hears an echo that comes at once. */
const echoAfter = 0.4;
/** How often, in ms, it listens for digits; and how long after the last one, in s, it says them back. */
const often = 20;
const patience = 0.8;

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
  const analyser = new AnalyserNode(context, { fftSize: 2048 });
  heard.connect(analyser);
  const samples = new Float32Array(analyser.fftSize);
  let [digits, last] = ["", ""];
  let heardAt = 0;
  let answer: AudioBufferSourceNode | undefined;
  const listening = setInterval(() => {
    if (answer) return;
    analyser.getFloatTimeDomainData(samples);
    const digit = digitIn(samples, context.sampleRate) ?? "";
    if (digit && digit !== last) digits += digit;
    last = digit;
    if (digit) heardAt = context.currentTime;
    if (!digits || context.currentTime - heardAt < patience) return;
    answer = start(context, notesOf(digits), false);
    answer.connect(voice);
    answer.onended = () => {
      answer = undefined;
    };
    digits = "";
  }, often);
  return () => clearInterval(listening);
}
