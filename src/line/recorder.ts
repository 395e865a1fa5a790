// Records a call: the caller on the first channel and the callee on the second, as HubSpot wants them.

export type Recorder = {
  /** Whose voice is on that channel from now on. */
  hear: (channel: 0 | 1, voice: MediaStreamTrack) => void;
  /** Ends it, and gives what was recorded, once it is whole; undefined when it was too short for anything. */
  stop: () => Promise<Blob | undefined>;
};

/** HubSpot takes MP4; a browser that cannot make it makes what it can. */
const formats = ["audio/mp4", "audio/webm"];

/** Whether this browser can record at all. */
export const canRecord = (): boolean => "MediaRecorder" in globalThis;

/** Starts to record. */
export function record(): Recorder {
  const context = new AudioContext();
  const merger = context.createChannelMerger(2);
  const out = new MediaStreamAudioDestinationNode(context, { channelCount: 2 });
  merger.connect(out);
  const sources: AudioNode[] = [];
  const mimeType = formats.find((format) => MediaRecorder.isTypeSupported(format)) ?? "";
  const recorder = new MediaRecorder(out.stream, { mimeType, audioBitsPerSecond: 128_000 });
  const parts: Blob[] = [];
  recorder.ondataavailable = ({ data }) => parts.push(data);
  const whole = new Promise<Blob>((resolve) => {
    recorder.onstop = () => resolve(new Blob(parts, { type: recorder.mimeType }));
  });
  recorder.start();
  return {
    hear: (channel, voice) => {
      sources[channel]?.disconnect();
      const source = context.createMediaStreamSource(new MediaStream([voice]));
      source.connect(merger, 0, channel);
      sources[channel] = source;
    },
    stop: async () => {
      recorder.stop();
      context.close();
      const recording = await whole;
      return recording.size ? recording : undefined;
    },
  };
}
