// The catalogue of what apps do wrong, by theme.
import { calls } from "./wrong/calls.ts";
import { frames } from "./wrong/frame.ts";
import { interruptions } from "./wrong/interruptions.ts";
import { timeline } from "./wrong/timeline.ts";

export const wrongBehaviours = [...frames, ...calls, ...timeline, ...interruptions];
