// The handshake, and INITIALIZED.
import { isFromApp, isFromHubSpot, isSilent } from "./digest.ts";
import { each, type Occasion, occasion, type Rule } from "./rule.ts";
import { typesWrong } from "./values.ts";

/** How long, in ms, HubSpot waits for the handshake; SYNC is repeated every 100 ms until then. */
const patience = 30_000;

export const handshakeRules = [
  {
    id: "handshake",
    title: "SYNC is answered with SYNC_ACK within 30 s",
    level: "must",
    why: "HubSpot gives the app up (SYNC_ACK_FAILED), and its user sees a blank frame.",
    source: "The SDK’s IFrameManager.sendSync",
    mend: `// The SDK answers SYNC by itself: create it as soon as the page runs, not after a login or a request.
const extensions = new CallingExtensions({ eventHandlers });`,
    judge: ({ pages }) =>
      pages.flatMap(({ sync, ack, said }) => {
        if (!sync) return [];
        const syncs = said.filter((other) => isFromHubSpot(other, "SYNC"));
        const unheard = syncs.filter(
          ({ message: { at } }) => ack && at > ack.message.at && at < ack.message.at + 2000,
        );
        // HubSpot may have sent one more before it heard the answer.
        if (ack && unheard.length > 5)
          return occasion(ack.message, "SYNC_ACK lacks the messageId of SYNC: HubSpot asks again.");
        const waited = ({ message: { at } }: typeof sync) => at - sync.message.at;
        // The last SYNC goes out shortly before the 30 s are over, unless the browser stopped HubSpot's page meanwhile.
        const isGivenUp = waited(syncs.at(-1) ?? sync) > patience - 1000;
        const isLate = !ack || waited(ack) > patience;
        const words =
          isGivenUp && isLate && (ack ? "was answered too late" : "was not answered for 30 s");
        return words || ack ? occasion(sync.message, words ? `SYNC ${words}.` : "") : [];
      }),
  },
  {
    id: "nothing-before-handshake",
    title: "Nothing is said before the handshake",
    level: "must",
    why: "HubSpot does not hear it: what was said is lost.",
    source: "The SDK’s IFrameManager.sendMessage, which drops such messages; SDK issue 153",
    mend: `const eventHandlers = {
  onReady: () => {
    extensions.initialized({ isLoggedIn: true });
    extensions.userAvailable(); // here, not before
  },
};`,
    judge: ({ pages }) =>
      pages.flatMap(({ sync, ack, said }) =>
        !sync
          ? []
          : said
              .filter(
                (other) => other.message.from === "app" && other.index <= (ack?.index ?? Infinity),
              )
              .flatMap((other) =>
                occasion(
                  other.message,
                  other === ack ? "" : `${other.message.type} came before SYNC_ACK.`,
                ),
              ),
      ),
  },
  {
    id: "initialized",
    title: "INITIALIZED follows the handshake",
    level: "must",
    why: "HubSpot keeps showing the app as loading, and sends it no number to dial.",
    source:
      "Documentation, “Initialize the SDK”. That 30 s without it are too many is a guess. A frame in the navigation bar may leave it to the calling window, as HubSpot’s own demo does",
    mend: `const eventHandlers = {
  onReady: () => extensions.initialized({ isLoggedIn: true, sizeInfo: { width: 400, height: 600 } }),
};`,
    judge: ({ pages, at }) =>
      pages.flatMap((page): Occasion[] => {
        const { ack, said, frame } = page;
        const first = said.find((other) => isFromApp(other, "INITIALIZED"));
        if (first) return [{ message: first.message, kept: true }];
        if (!ack || isSilent(page)) return [];
        const { message } = ack;
        // A frame that was taken away says nothing more, and its place may have another since.
        const isLast = pages.findLast((other) => other.frame === frame) === page;
        const until = isLast ? at : (said.at(-1)?.message.at ?? 0);
        return until - message.at > patience
          ? [{ message, wrong: "INITIALIZED did not come within 30 s of SYNC_ACK." }]
          : [{ message, pending: "The handshake was done just now." }];
      }),
  },
  {
    id: "initialized-first",
    title: "INITIALIZED is the first message after the handshake",
    level: "should",
    why: "HubSpot may not hear an app that is not ready: a call or a login sent too early may be lost.",
    source: "Documentation, “Initialize the SDK”",
    mend: `const eventHandlers = {
  onReady: () => {
    extensions.initialized({ isLoggedIn: false }); // first
    logIn().then(() => extensions.userLoggedIn());
  },
};`,
    judge: ({ pages }) =>
      pages.flatMap(({ ack, said }) => {
        // HubSpot asks until it hears the answer, so that there may be several.
        const first = said.find(
          ({ message, index }) =>
            message.from === "app" &&
            message.type !== "SYNC_ACK" &&
            index > (ack?.index ?? Infinity),
        );
        if (!first) return [];
        const { message } = first;
        const wrong =
          message.type === "INITIALIZED" ? "" : `${message.type} came before INITIALIZED.`;
        return occasion(message, wrong);
      }),
  },
  {
    id: "initialized-once",
    title: "INITIALIZED is said once a handshake",
    level: "should",
    why: "HubSpot treats the app as freshly loaded, and its login and size as new.",
    source: "Documentation, “Initialize the SDK”: in onReady",
    mend: `// Later changes have messages of their own.
extensions.userLoggedIn();
extensions.resizeWidget({ width: 400, height: 700 });`,
    judge: ({ pages }) =>
      pages.flatMap(({ said }) =>
        said
          .filter((other) => isFromApp(other, "INITIALIZED"))
          .flatMap(({ message }, index) =>
            occasion(message, index === 0 ? "" : "INITIALIZED was said again."),
          ),
      ),
  },
  {
    id: "initialized-fields",
    title: "isLoggedIn and isAvailable are true or false",
    level: "should",
    why: "HubSpot may take a logged-out user for logged in: any text counts as true.",
    source: "SDK type OnInitialized; isAvailable only in the documentation",
    mend: "extensions.initialized({ isLoggedIn: user !== undefined, isAvailable: false });",
    judge: each(["INITIALIZED"], ({ data }) =>
      typesWrong(data, { isLoggedIn: "boolean", isAvailable: "boolean" }),
    ),
  },
] as const satisfies readonly Rule[];
