// A call's recording on its entry: a player for what the app sent, and what HubSpot would not take, in words.
import { make } from "../frame/dom.ts";
import type { Engagement } from "./engagements.ts";
import { findRecording, isServed } from "./server.ts";

/** A player, which loads nothing until it is asked to play. Says so when it cannot. */
function player(src: string): HTMLElement[] {
  const audio = make("audio");
  audio.controls = true;
  audio.preload = "none";
  audio.src = src;
  audio.ariaLabel = "Recording";
  const trouble = words("trouble", "");
  trouble.role = "alert";
  audio.onerror = () => {
    trouble.textContent = "The browser cannot load this recording, or cannot play it.";
  };
  audio.onplaying = () => trouble.replaceChildren();
  return [audio, trouble];
}

const replaced =
  "The app sent it as hs_call_recording_url. HubSpot announced the end of this for 30 September 2024: it now fetches recordings from the app, at the address in the app’s recording settings.";

/** What stands on the call's entry for its recording: nothing where there is none. */
export function recordingOf({ engagementId, properties }: Engagement): HTMLElement[] {
  const { hs_call_recording_url: url = "" } = properties;
  const parts = [
    ...(url === "" ? [] : sent(url)),
    ...(isServed && fetchedBy.some((name) => properties[name]) ? fetched(engagementId) : []),
  ];
  if (parts.length === 0) return [];
  const section = make("div", ...parts);
  section.className = "recording";
  return [section];
}

/** A recording that the app sent. */
function sent(url: string): HTMLElement[] {
  const isTaken = URL.canParse(url) && new URL(url).protocol === "https:";
  return isTaken
    ? [...player(url), words("aside", replaced)]
    : [words("trouble", `hs_call_recording_url is not an https address: ${url}`)];
}

/** The properties by which HubSpot asks an app for a recording. An app that sets one of these two has recordings; the call's id by itself says nothing. */
const fetchedBy = ["hs_call_external_account_id", "hs_call_app_id"];

/** A recording that HubSpot fetches from the app: here, once its user asks for it. */
function fetched(engagementId: number): HTMLElement[] {
  const get = make("button", "Get the recording from the app");
  get.type = "button";
  const answer = make("div");
  answer.role = "status";
  get.onclick = async () => {
    answer.replaceChildren(words("aside", "Asking the app…"));
    const found = await findRecording(engagementId);
    if ("problem" in found) answer.replaceChildren(words("trouble", found.problem));
    else {
      const problems = found.problems.map((problem) => words("trouble", problem));
      answer.replaceChildren(...player(found.src), ...problems);
    }
  };
  return [get, answer];
}

function words(kind: "aside" | "trouble", text: string): HTMLElement {
  const paragraph = make("p", text);
  paragraph.className = kind;
  return paragraph;
}
