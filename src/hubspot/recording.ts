// A call's recording on its entry: a player for what the app sent, and what HubSpot would not take, in words.
import { make } from "../frame/dom.ts";
import type { Engagement } from "./engagements.ts";

/** A player, which loads nothing until it is asked to play. Says so when it cannot. */
function player(src: string): HTMLElement[] {
  const audio = make("audio");
  audio.controls = true;
  audio.preload = "none";
  audio.src = src;
  audio.ariaLabel = "Recording";
  const trouble = make("p");
  trouble.role = "alert";
  trouble.className = "trouble";
  audio.onerror = () => {
    trouble.textContent = "The browser cannot load this recording, or cannot play it.";
  };
  audio.onplaying = () => trouble.replaceChildren();
  return [audio, trouble];
}

const replaced =
  "The app sent it as hs_call_recording_url. HubSpot announced the end of this for 30 September 2024: it now fetches recordings from the app, at the address in the app’s recording settings.";

/** What stands on the call's entry for its recording: nothing where there is none. */
export function recordingOf({ properties }: Engagement): HTMLElement[] {
  const { hs_call_recording_url: url = "" } = properties;
  if (url === "") return [];
  const isTaken = URL.canParse(url) && new URL(url).protocol === "https:";
  const words = isTaken ? replaced : `hs_call_recording_url is not an https address: ${url}`;
  const note = make("p", words);
  note.className = isTaken ? "aside" : "trouble";
  const section = make("div", ...(isTaken ? player(url) : []), note);
  section.className = "recording";
  return [section];
}
