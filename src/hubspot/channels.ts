// The app's numbers in HubSpot's help desk, in the dialog of its settings: those that are connected, and those that can be.
import { element, make } from "../frame/dom.ts";
import {
  type Channel,
  type ChannelNumber,
  type NumberAnswer,
  type NumberSearch,
  unconnectable,
} from "./helpdesk.ts";

const page = {
  connected: element("channels"),
  find: element("find-numbers", HTMLButtonElement),
  found: element("channel-numbers"),
  words: element("channel-words"),
};

/** What the dialog shows. */
export type Channels = {
  /** The chosen app's; undefined for one whose settings HubSpot was not sent. */
  appId: number | undefined;
  /** Of all apps. */
  connected: readonly Channel[];
  /** What the app's webhook answered, of the app that was asked last. */
  answer: NumberSearch["answer"];
};

export function renderChannels({ appId, connected, answer }: Channels): void {
  const own = connected.filter((channel) => channel.appId === appId);
  page.connected.replaceChildren(
    ...own.map((channel) =>
      row(channel, button("disconnect", "Disconnect", channel.e164PhoneNumber)),
    ),
  );
  page.find.hidden = appId === undefined;
  const is = answer?.appId === appId ? answer?.is : undefined;
  page.words.textContent = wordsFor(appId, is);
  const found = typeof is === "object" && "numbers" in is ? is.numbers : [];
  page.found.replaceChildren(
    ...found.flatMap((number, index) => {
      if (own.some((channel) => channel.e164PhoneNumber === number.e164PhoneNumber)) return [];
      const why = unconnectable(number);
      return row(number, why ? make("small", why) : button("connect", "Connect", String(index)));
    }),
  );
}

function wordsFor(appId: number | undefined, is: "asked" | NumberAnswer | undefined): string {
  if (appId === undefined)
    return "To connect numbers, first send this local HubSpot’s server the app’s calling settings and channel settings.";
  if (is === undefined) return "";
  if (is === "asked") return "Asking the app for its numbers…";
  if ("problem" in is) return is.problem;
  return is.numbers.length === 0 ? "The app has no numbers." : "";
}

const row = ({ friendlyName, e164PhoneNumber }: ChannelNumber, action: HTMLElement) =>
  make("li", make("span", make("strong", friendlyName), " ", e164PhoneNumber), action);

function button(name: "connect" | "disconnect", words: string, value: string): HTMLElement {
  const made = make("button", words);
  made.type = "button";
  made.name = name;
  made.value = value;
  return made;
}

/** The number to be disconnected, or the place in the app's answer of that to be connected. */
export type ClickedChannel = { connect: number } | { disconnect: string };

/** What was clicked in the dialog. */
export function clickedChannel(target: EventTarget | null): ClickedChannel | undefined {
  if (!(target instanceof HTMLButtonElement)) return undefined;
  if (target.name === "connect") return { connect: Number(target.value) };
  return target.name === "disconnect" ? { disconnect: target.value } : undefined;
}
