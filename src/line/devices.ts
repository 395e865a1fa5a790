// The microphones and speakers of this computer: which there are, which are used, and what is in the way.
import type { Device, DeviceKind, LineEvent, Reason } from "./line.ts";

export type Devices = {
  /** Which one the user chose; empty for the system's. */
  chosen: (kind: DeviceKind) => string;
  /** Opens the microphone, which may ask the user; from then on the devices are told. The track is the caller's to stop. */
  open: () => Promise<MediaStreamTrack | Reason>;
  /** Resolves once that one is chosen. */
  use: (kind: DeviceKind, deviceId: string) => Promise<void>;
};

/** "Another speaker", where the browser shows its own choice (`selectAudioOutput`): it lists those that were chosen before only. */
const another = "another";

/** TypeScript does not know it yet. */
type WithChoice = MediaDevices & { selectAudioOutput: () => Promise<MediaDeviceInfo> };
const hasChoice = (devices: MediaDevices): devices is WithChoice => "selectAudioOutput" in devices;

/** What each of the browser's kinds can be used as. */
const kinds: Record<MediaDeviceKind, readonly DeviceKind[]> = {
  audioinput: ["microphone"],
  audiooutput: ["speaker", "ringer"],
  videoinput: [],
};

/** Touches no device before `open`. Tells `devices`. */
export function createDevices(happened: (event: LineEvent) => void): Devices {
  const choices = new Map<DeviceKind, string>();
  let isOpen = false;

  async function tell(): Promise<void> {
    const { mediaDevices } = navigator;
    const found = await mediaDevices.enumerateDevices().catch(() => []);
    const devices = found.flatMap(({ kind, deviceId, label }) =>
      kinds[kind].map((of): Device => ({ kind: of, deviceId, label, isUsed: false })),
    );
    for (const kind of Object.values(kinds).flat()) {
      const those = devices.filter((device) => device.kind === kind);
      // What was chosen may be gone. Browsers list the system's first.
      const used = those.find(({ deviceId }) => deviceId === choices.get(kind)) ?? those[0];
      if (used) used.isUsed = true;
      if (kind !== "microphone" && hasChoice(mediaDevices))
        devices.push({ kind, deviceId: another, label: "Another…", isUsed: false });
    }
    happened({ type: "devices", devices });
  }

  return {
    chosen: (kind) => choices.get(kind) ?? "",
    open: async () => {
      try {
        const { mediaDevices } = navigator;
        // Without `exact`: one that is gone is replaced by the system's.
        const audio = { deviceId: choices.get("microphone") ?? "" };
        const [track] = (await mediaDevices.getUserMedia({ audio })).getAudioTracks();
        isOpen = true;
        mediaDevices.ondevicechange = tell;
        tell();
        return track ?? "microphone missing";
      } catch (error) {
        const isDenied = error instanceof DOMException && error.name === "NotAllowedError";
        return isDenied ? "microphone denied" : "microphone missing";
      }
    },
    use: async (kind, deviceId) => {
      const { mediaDevices } = navigator;
      try {
        const isAnother = deviceId === another && hasChoice(mediaDevices);
        choices.set(kind, isAnother ? (await mediaDevices.selectAudioOutput()).deviceId : deviceId);
      } catch {
        // The user chose none.
      }
      if (isOpen) await tell();
    },
  };
}
