// What can go wrong on a line: in words for a person, and as the end of a call.
import type { EndStatus } from "../call/messages.ts";
import type { Reason } from "./line.ts";

const words: Record<Reason, string> = {
  "microphone denied":
    "The browser does not let this page use the microphone. Allow it, then unmute.",
  "microphone missing": "No microphone works. Connect one, then unmute.",
  "autoplay refused": "The browser plays no sound yet. Click anywhere in this page to hear it.",
  "network gone": "The network is gone.",
  "registration lost": "The telephone line is lost. It comes back by itself when it can.",
  "registration back": "The telephone line is back.",
  "wrong password": "The extension or the password is wrong.",
  busy: "The line is busy.",
  "no answer": "Nobody answered.",
  rejected: "The call was declined.",
  "wrong number": "Nobody has this number.",
  "answered elsewhere": "The call was answered elsewhere.",
  "far end failed": "The call failed at the other end.",
  refused: "This cannot be done now.",
};

/** What went wrong, in a sentence or two. */
export const wordsFor = (why: Reason): string => words[why];

const endStatuses: Partial<Record<Reason, EndStatus>> = {
  busy: "BUSY",
  "no answer": "NO_ANSWER",
  rejected: "REJECTED",
  "answered elsewhere": "CANCELED",
};

/** How a call ends for that reason. */
export const endStatusFor = (why: Reason): EndStatus => endStatuses[why] ?? "FAILED";
