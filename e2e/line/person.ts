// What stands in for a person at the page of a line: a voice, ears, and what the page has touched. It is run in the page, before its own code.

/** What a page under test has besides its own. */
export type Person = {
  /** The frequencies in Hz that were heard within the last moment, and are loud enough for that. */
  heard: () => number[];
  /** The speakers that sound, by their ids; empty for the system's. */
  speakers: () => string[];
  /** What has been used of the browser so far, as often as it was: "AudioContext", "getUserMedia". */
  touched: () => string[];
  /** What of it is still open: sound that is made, connections, microphones. */
  open: () => string[];
  /** Answers the browser's question about the microphone. */
  allow: (microphone: Microphone) => void;
  /** The microphone is pulled out. */
  unplug: () => void;
};

/**
 * What happens when the page asks for the microphone: it hears that frequency in Hz, an error has that name, or the
 * user is asked, and does not answer before `allow`.
 */
export type Microphone =
  | number
  | "NotAllowedError"
  | "NotFoundError"
  | "asks the user"
  | "the browser's";

declare global {
  interface Window {
    person: Person;
    microphone: Microphone;
  }
}

/** It is serialized: it can use nothing from around it. */
export function person(microphone: Microphone): void {
  const { AudioContext, RTCPeerConnection } = window;
  const { mediaDevices } = navigator;
  /** The person's own: a browser has not many. */
  const listener = new AudioContext();
  for (const gesture of ["pointerup", "keydown"])
    addEventListener(gesture, () => listener.resume());
  const touched: string[] = [];
  window.microphone = microphone;

  const contexts: AudioContext[] = [];
  const connections: RTCPeerConnection[] = [];
  const tracks: MediaStreamTrack[] = [];
  for (const name of ["AudioContext", "RTCPeerConnection", "MediaRecorder", "Audio"] as const)
    Object.assign(window, {
      [name]: new Proxy(window[name], {
        construct(of, args) {
          touched.push(name);
          const made = Reflect.construct(of, args);
          if (made instanceof AudioContext) contexts.push(made);
          if (made instanceof RTCPeerConnection) connections.push(made);
          return made;
        },
      }),
    });

  const getUserMedia = mediaDevices.getUserMedia.bind(mediaDevices);
  const enumerateDevices = mediaDevices.enumerateDevices.bind(mediaDevices);
  let allow = (_: Microphone) => {};
  mediaDevices.enumerateDevices = () => {
    touched.push("enumerateDevices");
    return enumerateDevices();
  };
  async function open(asked: Microphone, constraints?: MediaStreamConstraints) {
    if (asked === "the browser's") return getUserMedia(constraints);
    if (typeof asked === "string") throw new DOMException("", asked);
    const oscillator = new OscillatorNode(listener, { frequency: asked });
    const voice = new GainNode(listener, { gain: 0.3 });
    const out = listener.createMediaStreamDestination();
    oscillator.connect(voice).connect(out);
    oscillator.start();
    return out.stream;
  }
  mediaDevices.getUserMedia = async (constraints) => {
    touched.push("getUserMedia");
    const stream = await open(
      window.microphone === "asks the user"
        ? await new Promise<Microphone>((resolve) => {
            allow = resolve;
          })
        : window.microphone,
      constraints,
    );
    tracks.push(...stream.getTracks());
    return stream;
  };

  /** What plays, and what it is listened to with: it remembers two thirds of a second. */
  const playing = new Map<HTMLMediaElement, { stream: MediaStream; analyser: AnalyserNode }>();
  const { play } = HTMLMediaElement.prototype;
  HTMLMediaElement.prototype.play = function () {
    const { srcObject: stream } = this;
    if (stream instanceof MediaStream && !this.muted) {
      const analyser = new AnalyserNode(listener, { fftSize: 32_768, smoothingTimeConstant: 0 });
      listener.createMediaStreamSource(stream).connect(analyser);
      playing.set(this, { stream, analyser });
    }
    return play.call(this);
  };

  function heard(): number[] {
    const hz = [...playing].flatMap(([element, { stream, analyser }]) => {
      if (element.paused || element.srcObject !== stream) return [];
      const levels = new Float32Array(analyser.frequencyBinCount);
      analyser.getFloatFrequencyData(levels);
      const step = listener.sampleRate / analyser.fftSize;
      return [...levels].flatMap((level, bin) =>
        level > -55 && level === Math.max(...levels.subarray(Math.max(0, bin - 8), bin + 9))
          ? [Math.round(bin * step)]
          : [],
      );
    });
    return [...new Set(hz)];
  }

  window.person = {
    speakers: () =>
      [...playing].flatMap(([element, { stream }]) =>
        element.paused || element.srcObject !== stream ? [] : [element.sinkId],
      ),
    heard,
    touched: () => touched,
    open: () => [
      ...contexts.filter(({ state }) => state !== "closed").map(() => "AudioContext"),
      ...connections
        .filter(({ signalingState }) => signalingState !== "closed")
        .map(() => "RTCPeerConnection"),
      ...tracks.filter(({ readyState }) => readyState === "live").map(() => "microphone"),
      ...[...playing]
        .filter(([element, { stream }]) => element.srcObject === stream)
        .map(() => "Audio"),
    ],
    allow: (answer) => allow(answer),
    unplug: () => {
      for (const track of tracks.splice(0)) {
        track.stop();
        track.dispatchEvent(new Event("ended"));
      }
    },
  };
  touched.length = 0;
}
