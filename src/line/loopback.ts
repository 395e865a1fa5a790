// A line without a server: both ends of each call are in this page, and the far end does what its number says.
import { createDevices } from "./devices.ts";
import { createExchange, type Link, type Wanted } from "./exchange.ts";
import { createFarEnd } from "./far-end.ts";
import type { CreateLine, Feature, LineEvent } from "./line.ts";
import { canRecord } from "./recorder.ts";
import { createVoices, type Voices } from "./voices.ts";

const can: readonly Feature[] = [
  "hold",
  "digits",
  "transfer",
  "devices",
  "ring me",
  ...(canRecord() ? (["recording"] as const) : []),
];

/** See behaviours.ts for the numbers, and line.ts for the rest. */
export const createLoopback: CreateLine = (heard) => {
  // Never before tell() has returned.
  const happened = (event: LineEvent) => queueMicrotask(() => heard(event));
  const devices = createDevices(happened);
  const voices = new Set<Voices>();

  function link({ id, isOutgoing, sends, connected, lost }: Wanted): Link {
    const near = new RTCPeerConnection();
    const far = createFarEnd(sends);
    const transceiver = near.addTransceiver("audio");
    const own = createVoices({ id, isOutgoing, connection: near, devices, happened });
    voices.add(own);
    introduce(near, far.connection);
    introduce(far.connection, near);
    near.onconnectionstatechange = () => {
      if (near.connectionState === "connected") connected();
      if (near.connectionState === "failed") lost();
    };
    /** What they agree on, one thing after the other. */
    let agreed = Promise.resolve();
    const agree = (change = () => {}) => {
      agreed = agreed
        .then(() => {
          change();
          return negotiate(near, far.connection);
        })
        // The call is over.
        .catch(() => {});
    };
    return {
      ...own,
      talk: agree,
      hold: (isOn, byThem) => {
        if (byThem) far.hold(isOn);
        else
          agree(() => {
            transceiver.direction = isOn ? "inactive" : "sendrecv";
          });
      },
      end: () => {
        voices.delete(own);
        own.end();
        near.onconnectionstatechange = null;
        near.close();
        far.end();
      },
    };
  }

  const order = createExchange({ happened, wait, link });
  return {
    name: "Loopback",
    can,
    tell: (command) => {
      switch (command.type) {
        case "use": {
          const { kind, deviceId } = command;
          devices.use(kind, deviceId).then(() => {
            for (const each of voices) each.use(kind);
          });
          break;
        }
        case "take up":
          break;
        default:
          order(command);
      }
    },
  };
};

function wait(after: number, run: () => void): () => void {
  const waiting = setTimeout(run, after);
  return () => clearTimeout(waiting);
}

/** Lets one end know where the other is. */
function introduce(one: RTCPeerConnection, other: RTCPeerConnection): void {
  one.onicecandidate = ({ candidate }) => {
    // It may be over.
    if (candidate) other.addIceCandidate(candidate).catch(() => {});
  };
}

/** One end offers, the other answers. */
async function negotiate(one: RTCPeerConnection, other: RTCPeerConnection): Promise<void> {
  const described = ({ localDescription }: RTCPeerConnection) =>
    localDescription ?? { type: "rollback" as const };
  await one.setLocalDescription();
  await other.setRemoteDescription(described(one));
  await other.setLocalDescription();
  await one.setRemoteDescription(described(other));
}
