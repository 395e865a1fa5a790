// What the user hears of a line, other than voices: that they are called, that it rings at the far end, that it is busy, their keys.
import type { CreateLine, LineCommand, LineEvent } from "./line.ts";
import { play, start } from "./player.ts";
import { type Note, notesOf, type Tone, tones } from "./tones.ts";

/** Calls that are not over, by id, each with the tone that it makes now; and the one tone that is heard. */
export type Sounding = {
  calls: ReadonlyMap<string, Tone | undefined>;
  tone?: Tone | undefined;
};

/** Pure: what sounds after a command or an event. Of several calls only the first rings. */
export function follow(before: Sounding, happening: LineCommand | LineEvent): Sounding {
  const calls = new Map(before.calls);
  const isKnown = "id" in happening && happening.id !== undefined && calls.has(happening.id);
  switch (happening.type) {
    case "call":
    case "take up":
    case "incoming":
      if (isKnown) return before;
      calls.set(happening.id, happening.type === "incoming" && !calls.size ? "ringing" : undefined);
      break;
    case "ringing":
      if (!isKnown) return before;
      calls.set(happening.id, happening.isHeard ? undefined : "ringback");
      break;
    // Whatever the line makes of it, the user has heard enough.
    case "answer":
    case "reject":
    case "hang up":
    case "answered":
      if (!isKnown) return before;
      calls.set(happening.id, undefined);
      break;
    case "ended": {
      if (!isKnown) return before;
      const { id, why } = happening;
      calls.delete(id);
      if (!calls.size && why && why !== "answered elsewhere")
        return { calls, tone: why === "busy" ? "busy" : "failed" };
      break;
    }
    default:
      return before;
  }
  return { calls, tone: [...calls.values()].find((tone) => tone) };
}

const nothing = () => {};

/** The line, with the sounds that its calls make. Tells `trouble` where the browser refuses them. */
export const withSounds =
  (createLine: CreateLine): CreateLine =>
  (happened) => {
    let sounding: Sounding = { calls: new Map() };
    let stop = nothing;
    /** By kind; empty for the system's. */
    const devices = { speaker: "", ringer: "" };

    const sound = (notes: readonly Note[], deviceId: string, isRepeated: boolean) => {
      // Safari's Lockdown Mode has no Web Audio.
      if (!("AudioContext" in window)) return nothing;
      const context = new AudioContext();
      const source = start(context, notes, isRepeated);
      const out = context.createMediaStreamDestination();
      source.connect(out);
      const refused = () => happened({ type: "trouble", why: "autoplay refused" });
      const player = play(out.stream, deviceId, refused, context);
      const end = () => {
        player.stop();
        if (context.state !== "closed") context.close();
      };
      source.onended = end;
      return end;
    };

    function heed(happening: LineCommand | LineEvent): void {
      const { tone: before } = sounding;
      sounding = follow(sounding, happening);
      const { tone } = sounding;
      if (tone === before) return;
      stop();
      const isRinging = tone === "ringing";
      const { speaker, ringer } = devices;
      const isRepeated = isRinging || tone === "ringback";
      stop = tone ? sound(tones[tone], isRinging ? ringer : speaker, isRepeated) : nothing;
    }

    const line = createLine((event) => {
      if (event.type === "devices")
        for (const { kind, deviceId, isUsed } of event.devices)
          if (isUsed && kind !== "microphone") devices[kind] = deviceId;
      heed(event);
      happened(event);
    });
    return {
      ...line,
      tell: (command) => {
        heed(command);
        if (command.type === "digits" && sounding.calls.has(command.id))
          sound(notesOf(command.digits), devices.speaker, false);
        line.tell(command);
      },
    };
  };
