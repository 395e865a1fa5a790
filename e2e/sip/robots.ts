// Runs in a page of its own: telephones that do what their extension says, as the far ends of the loopback line do.
import type { Line, LineEvent } from "../../src/line/line.ts";
import { createSip } from "../../src/line/sip.ts";
import { extensions } from "./extensions.ts";

declare global {
  interface Window {
    robots: typeof robots;
  }
}

const names = ["echoes", "is busy", "waits", "declines", "hangs up", "holds"] as const;

const behaviours: Record<(typeof names)[number], (line: Line, event: LineEvent) => void> = {
  echoes: (line, event) => {
    if (event.type === "incoming") line.tell({ type: "answer", id: event.id });
  },
  declines: (line, event) => {
    if (event.type === "incoming") line.tell({ type: "reject", id: event.id });
  },
  waits: () => {},
  "hangs up": (line, event) => {
    behaviours.echoes(line, event);
    if (event.type === "answered") line.tell({ type: "hang up", id: event.id });
  },
  holds: (line, event) => {
    behaviours.echoes(line, event);
    const isHeld = event.type === "held" && event.isOn;
    if (event.type === "answered" || isHeld)
      line.tell({ type: "hold", id: event.id, isOn: !isHeld });
  },
  "is busy": (line, event) => {
    if (event.type === "registered")
      line.tell({ type: "call", id: "own", fromNumber: "", toNumber: extensions.echoes });
    behaviours.declines(line, event);
  },
};

// A call's microphone hears what that call receives: it is asked for as soon as the call has its connection.
const context = new AudioContext();
let newest = context.createMediaStreamDestination();
navigator.mediaDevices.getUserMedia = async () => newest.stream;
window.RTCPeerConnection = class extends RTCPeerConnection {
  constructor(configuration?: RTCConfiguration) {
    super(configuration);
    const echo = context.createMediaStreamDestination();
    newest = echo;
    this.addEventListener("track", ({ track }) => {
      context.createMediaStreamSource(new MediaStream([track])).connect(echo);
    });
  }
};

/** Makes a line, and registers it as that user. */
function register(user: string, heed: (line: Line, event: LineEvent) => void): Promise<Line> {
  return new Promise((resolve) => {
    const line: Line = createSip((event) => {
      if (event.type === "registered") resolve(line);
      heed(line, event);
    });
    line.tell({ type: "register", account: { user, password: "secret" } });
  });
}

let caller: Line | undefined;

const robots = {
  open: async () => {
    for (const name of names) await register(extensions[name], behaviours[name]);
  },
  /** Calls from that number, or from one that is withheld. */
  call: async (fromNumber: string, toNumber: string) => {
    caller?.tell({ type: "unregister" });
    caller = await register(fromNumber.replaceAll(" ", "") || "2009", behaviours.waits);
    const own = fromNumber || "anonymous";
    caller.tell({ type: "call", id: "own", fromNumber: own, toNumber });
  },
  giveUp: () => caller?.tell({ type: "hang up", id: "own" }),
};
window.robots = robots;
