// Records what HubSpot and a calling app say to each other, in the app's own page, also inside the real HubSpot. It sends nothing. A browser module without dependencies.
import { type Fields, isFields } from "../call/messages.ts";
import { copy } from "../frame/dom.ts";
import { mask } from "../rules/mask.ts";
import { format, isFrame, readSessions, type SessionFile, writeSessions } from "../rules/report.ts";
import type { Message } from "../rules/session.ts";

export type { SessionFile } from "../rules/report.ts";
export type { Session } from "../rules/session.ts";

/*
 * What HubSpot says comes to the frame as message events: these are listened to, before the SDK does, which answers at
 * once. What the app says is another window's event, which no listener here hears. Of the ways to hear it all the same:
 *
 * 1. HubSpot's window is of another origin: its postMessage cannot be replaced.
 * 2. window.parent can be, but then every `event.source === window.parent` of the app is false.
 * 3. The SDK's methods can be wrapped, one by one; SYNC_ACK goes through none of them.
 * 4. The SDK writes each message to the console, where that is not switched off. It is the app's console.
 * 5. The SDK looks the window that it posts to up in one field of its own, which it uses for nothing else. (0.0.10 to
 *    0.9.7 have it.) That field is given an object that posts to the same window, and takes a note.
 *
 * This is the fifth. Nothing else of the SDK's, and nothing of the page's, is changed. Messages that cross on their way
 * stand in the order of this end.
 */

/** The SDK, or any object that posts through such a field. */
export type Sdk = { iFrameManager: { destinationWindow: Post | null } };
type Post = { postMessage(message: unknown, targetOrigin: string): void };

export type Exported = {
  /** Whether telephone numbers, names, e-mail addresses and notes are masked, as `mask` does it: they are unless this is false. */
  mask?: boolean;
};

export type Recorder = {
  /**
   * Hears what the app says, too: to be called with the SDK as soon as that is created.
   * @returns the same SDK
   * @throws an Error when it has no such field as the one that is looked for
   */
  listenTo: <S extends Sdk>(sdk: S) => S;
  /** What was said until now, as it stands in a file: for `judge`, or for your own server. */
  session: (how?: Exported) => SessionFile;
  /**
   * Puts the same on the user's clipboard, to be called in a click: as a file, `judge --session FILE` reads it, and the local
   * HubSpot takes it where it is pasted. (Whether a frame may download is up to the policy of HubSpot's page.)
   */
  copy: (how?: Exported) => void;
};

/** Holds the messages while the page is loaded again: a call outlives that. Read once, so that no other tab goes on with them. */
const key = "calling-recorder";
/** Where there are more messages, the last ones are kept, and those by which the rules know a page. */
const mostKept = 5000;
const lasting = ["SYNC", "SYNC_ACK", "INITIALIZED"];

/**
 * Records from now on. It is to be called before the SDK is created, since listeners hear in the order in which they were
 * added, and before HubSpot's first SYNC. Each frame of an app records for itself; in one that is loaded again, the record
 * goes on.
 */
export function record(): Recorder {
  const load = crypto.randomUUID();
  const messages = restored();
  /** Known from SYNC on, before which nothing is said. */
  let frame: Message["frame"] = "widget";

  const note = (from: Message["from"], sent: unknown) => {
    if (!isEnvelope(sent)) return;
    const { type, messageId: _, ...fields } = sent;
    const isHandshake = type === "SYNC" || type === "SYNC_ACK";
    if (type === "SYNC" && isFrame(fields.iframeLocation)) frame = fields.iframeLocation;
    const data = copyOf(isHandshake ? fields : sent.data);
    messages.push({ at: Date.now(), frame, load, from, type, data });
    if (messages.length > mostKept)
      messages.splice(
        messages.findIndex((message) => !lasting.includes(message.type)),
        1,
      );
  };

  addEventListener("message", ({ source, data }) => {
    if (source === window.parent) note("hubspot", data);
  });
  addEventListener("pagehide", () => keep(messages));
  // The page was not replaced after all.
  addEventListener("pageshow", ({ persisted }) => persisted && restored());

  const listenTo: Recorder["listenTo"] = (sdk) => {
    const { iFrameManager } = sdk;
    const host = iFrameManager?.destinationWindow;
    if (typeof host?.postMessage !== "function")
      throw new Error("This SDK has no iFrameManager.destinationWindow to listen at.");
    iFrameManager.destinationWindow = {
      postMessage(...sent) {
        host.postMessage(...sent);
        note("app", sent[0]);
      },
    };
    return sdk;
  };

  const session: Recorder["session"] = ({ mask: isMasked = true } = {}) => {
    const said = [{ messages: [...messages], at: Date.now() }];
    const { origin, pathname, host: name } = location;
    return {
      format,
      // The address's query may hold what is private.
      app: { name: document.title || name, url: origin + pathname },
      sessions: isMasked ? mask(said) : said,
      findings: [],
    };
  };
  return { listenTo, session, copy: (how) => copy(writeSessions(session(how))) };
}

/** What the SDK takes for a message. */
const isEnvelope = (sent: unknown): sent is Fields & { type: string } =>
  isFields(sent) && typeof sent.type === "string" && Boolean(sent.messageId);

/** The app may change what it has sent, and what cannot be copied is no reason to disturb it. */
function copyOf(data: unknown): unknown {
  try {
    return structuredClone(data);
  } catch {
    return String(data);
  }
}

function keep(messages: readonly Message[]): void {
  try {
    const app = { name: "", url: "" };
    sessionStorage.setItem(
      key,
      writeSessions({ format, app, sessions: [{ messages }], findings: [] }),
    );
  } catch {
    // Storage is blocked or full: the record begins with the page.
  }
}

function restored(): Message[] {
  try {
    const kept = readSessions(sessionStorage.getItem(key) ?? "");
    sessionStorage.removeItem(key);
    return typeof kept === "string" ? [] : kept.sessions.flatMap(({ messages }) => messages);
  } catch {
    return [];
  }
}
