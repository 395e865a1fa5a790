// The robots' extensions.

/** By what a robot does with a call to it. The server soon gives up the one at which nobody answers. */
export const extensions = {
  echoes: "2001",
  "is busy": "2002",
  waits: "200399",
  declines: "2004",
  "hangs up": "2005",
  holds: "2007",
} as const;
