// The SIP line before it is there: its file is loaded with the first command, so that no page waits for it.
import type { CreateLine, Feature, Line } from "./line.ts";
import { canRecord } from "./recorder.ts";

/** What the SIP line can do. */
export const sipCan: readonly Feature[] = [
  "account",
  "hold",
  "digits",
  "transfer",
  "devices",
  "take up",
  ...(canRecord() ? (["recording"] as const) : []),
];

/** The element that loads the file, in the page's template; undefined when the build was told no server. */
function loader(): HTMLScriptElement | undefined {
  const script =
    document.querySelector<HTMLTemplateElement>("template#line")?.content.firstElementChild;
  return script instanceof HTMLScriptElement && script.integrity ? script : undefined;
}

export const hasSip = (): boolean => loader() !== undefined;

/** Trusted Types let a script make no such element, but let it copy one. Its module is then there for import(). */
async function load(): Promise<CreateLine> {
  const found = loader();
  if (!found) throw new Error("No SIP line");
  const script = document.importNode(found);
  document.head.append(script);
  const { createSip }: typeof import("./sip.ts") = await import(script.src);
  return createSip;
}

export const createLateSip: CreateLine = (happened) => {
  let line: Promise<Line> | undefined;
  return {
    name: "SIP",
    can: sipCan,
    tell: (command) => {
      line ??= load().then((createSip) => createSip(happened));
      line.then(
        ({ tell }) => tell(command),
        () => {
          // The next command asks for the file again.
          line = undefined;
          happened({ type: "unregistered", why: "network gone", isRetrying: false });
        },
      );
    },
  };
};
