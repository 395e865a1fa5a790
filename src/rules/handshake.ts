// The handshake, and INITIALIZED.
import { isFromApp, isFromHubSpot } from "./digest.ts";
import { each, type Occasion, occasion, type Rule } from "./rule.ts";
import { typesWrong } from "./values.ts";

/** How long, in ms, HubSpot waits for the handshake; SYNC is repeated every 100 ms until then. [guess] That INITIALIZED has as long. */
const patience = 30_000;

export const handshakeRules: readonly Rule[] = [
  {
    id: "handshake",
    title: "SYNC is answered with SYNC_ACK within 30 s",
    level: "must",
    why: "HubSpot gives the app up (SYNC_ACK_FAILED), and its user sees a blank frame.",
    source: "The SDK’s IFrameManager.sendSync",
    judge: ({ pages }) =>
      pages.flatMap(({ sync, ack, said }) => {
        if (!sync) return [];
        const syncs = said.filter((other) => isFromHubSpot(other, "SYNC"));
        const unheard = syncs.filter(
          ({ message: { at } }) => ack && at > ack.message.at && at < ack.message.at + 2000,
        );
        // HubSpot may have sent one more before it heard the answer.
        if (ack && unheard.length > 5)
          return occasion(
            ack.message,
            "SYNC_ACK has not the messageId of SYNC: HubSpot asks again.",
          );
        const waited = (at: number) => at - sync.message.at;
        const words = ack
          ? waited(ack.message.at) > patience && "was answered too late"
          : // The last SYNC goes out shortly before the 30 s are over.
            waited((syncs.at(-1) ?? sync).message.at) > patience - 1000 &&
            "was not answered for 30 s";
        return words || ack ? occasion(sync.message, words ? `SYNC ${words}.` : "") : [];
      }),
  },
  {
    id: "nothing-before-handshake",
    title: "Nothing is said before the handshake",
    level: "must",
    why: "HubSpot does not hear it: what was said is lost.",
    source: "The SDK’s IFrameManager.sendMessage, which drops such messages; SDK issue 153",
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
    title: "INITIALIZED follows the handshake within 30 s",
    level: "must",
    why: "HubSpot goes on showing that the app loads, and sends it no number to dial.",
    source: "Documentation, “Initialize the SDK”. How long HubSpot waits is a guess",
    judge: ({ pages, at }) =>
      pages.flatMap(({ ack, said, frame }): Occasion[] => {
        if (!ack) return [];
        const { message } = ack;
        const first = said.find((other) => isFromApp(other, "INITIALIZED"));
        // A frame that was taken away says nothing more, and its place may have another since.
        const isLast = pages.findLast((page) => page.frame === frame)?.ack === ack;
        const until = first?.message.at ?? (isLast ? at : (said.at(-1)?.message.at ?? 0));
        if (until - message.at > patience)
          return [{ message, wrong: "INITIALIZED did not come within 30 s of SYNC_ACK." }];
        return first ? [{ message: first.message, kept: true }] : [];
      }),
  },
  {
    id: "initialized-first",
    title: "INITIALIZED is the first message after the handshake",
    level: "should",
    why: "HubSpot is not known to hear an app that is not ready: a call or a login told too early may be lost.",
    source: "Documentation, “Initialize the SDK”",
    judge: ({ pages }) =>
      pages.flatMap(({ ack, said }) => {
        const first = said.find(
          ({ message, index }) => message.from === "app" && index > (ack?.index ?? Infinity),
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
    why: "HubSpot takes the app for freshly loaded, and what it says of login and size for new.",
    source: "Documentation, “Initialize the SDK”: in onReady",
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
    source: "SDK type OnInitialized; isAvailable in the documentation alone",
    judge: each(["INITIALIZED"], ({ data }) =>
      typesWrong(data, { isLoggedIn: "boolean", isAvailable: "boolean" }),
    ),
  },
];
