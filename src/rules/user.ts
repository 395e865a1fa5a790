// Who may call, and from where: login, availability, and the frame that speaks.
import { starts } from "./digest.ts";
import { each, type Rule } from "./rule.ts";

export const userRules: readonly Rule[] = [
  {
    id: "logged-in",
    title: "Calls start while the user is logged in",
    level: "should",
    why: "HubSpot still tells its user to log in, and refuses to dial, while the app is in a call.",
    source: "Documentation, userLoggedIn",
    judge: each(starts, ({ isLoggedIn }) =>
      isLoggedIn === undefined
        ? null
        : isLoggedIn
          ? ""
          : "The app has told HubSpot that its user is logged out.",
    ),
  },
  {
    id: "available",
    title: "Calls ring only while the user is available",
    level: "must",
    why: "HubSpot lets no call ring for a user who is unavailable: the call is not shown and not logged.",
    source: "Documentation, userAvailable and userUnavailable",
    judge: each(["INCOMING_CALL"], ({ isAvailable }) =>
      isAvailable === false ? "The app has told HubSpot that its user is unavailable." : "",
    ),
  },
  {
    id: "window-talks",
    title: "With usesCallingWindow, calls are told by the frame in the calling window",
    level: "should",
    why: "Each tab tells HubSpot of the call: it is logged once for each.",
    source: "Documentation, usesCallingWindow; SDK issue 256",
    judge: each(starts, ({ page: { frame, sync } }) => {
      const usesWindow = sync?.data.usesCallingWindow !== false;
      if (frame === "widget" || !sync) return null;
      return frame === "remote" && usesWindow
        ? "The frame in the navigation bar told of a call that is the calling window’s to tell."
        : "";
    }),
  },
];
