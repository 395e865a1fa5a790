// Who may call, and from where: login, availability, and the frame that speaks.
import { isSilent, later, publishing, starts } from "./digest.ts";
import { each, type Rule } from "./rule.ts";

export const userRules = [
  {
    id: "logged-in",
    title: "Calls start while the user is logged in",
    level: "should",
    why: "HubSpot still tells its user to log in, and refuses to dial, while the app is in a call.",
    source:
      "Documentation, userLoggedIn. That a call which comes in counts for nothing then is a guess",
    mend: `extensions.userLoggedIn();
extensions.outgoingCall({ externalCallId, fromNumber, toNumber, createEngagement: true });`,
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
    level: "should",
    why: "HubSpot lets no call ring for a user who is unavailable: the call is not shown and not logged.",
    source:
      "Documentation, userAvailable and userUnavailable. What becomes of such a call is a guess",
    mend: `extensions.userAvailable();
extensions.incomingCall({ externalCallId, fromNumber, toNumber, createEngagement: true });`,
    judge: each(["INCOMING_CALL"], ({ isAvailable }) =>
      isAvailable === undefined
        ? null
        : isAvailable
          ? ""
          : "The app has told HubSpot that its user is unavailable.",
    ),
  },
  {
    id: "window-talks",
    title: "The calling window reports calls if the app uses it, else the tabs do",
    level: "should",
    why: "The call is logged once for each frame that reports it, or not at all.",
    source: "Documentation, usesCallingWindow; SDK issue 256",
    mend: `const eventHandlers = {
  onReady: ({ iframeLocation, usesCallingWindow }) => {
    const talks = iframeLocation === "widget" || (iframeLocation === "window") === usesCallingWindow;
    if (talks) extensions.initialized({ isLoggedIn: true }); // and so for each message about a call
  },
};`,
    judge: each([...starts, ...later, ...publishing], ({ page, message: { type } }) => {
      if (page.frame === "widget" || !page.sync) return null;
      if (!isSilent(page)) return "";
      return page.frame === "remote"
        ? `The frame in the navigation bar said ${type}, but the calling window must.`
        : `The calling window said ${type}, but the tabs must: usesCallingWindow is false.`;
    }),
  },
] as const satisfies readonly Rule[];
