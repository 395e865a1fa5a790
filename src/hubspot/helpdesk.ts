// Which of an app's numbers are connected to HubSpot's help desk, in this browser, and the ticket that a call to one of them makes.
import { isFields, parse } from "../call/messages.ts";
import { isSameNumber, shown } from "../call/number.ts";
import type { CrmRecord } from "./crm.ts";
import type { Engagement } from "./engagements.ts";
import { readKey, writeKey } from "./storage.ts";

/** A number as the app's webhook lists it. */
export type ChannelNumber = { e164PhoneNumber: string; extension?: string; friendlyName: string };

export type Channel = ChannelNumber & { appId: number };

/** Holds the channels: a list of `Channel`. */
export const channelsKey = "LocalHubSpot:channels";

/** In characters, as HubSpot's documentation has it. */
const longestName = 24;

/** Why HubSpot does not let a number be connected, in words for its user; undefined when it does. */
export function unconnectable(number: ChannelNumber): string | undefined {
  const { e164PhoneNumber, extension, friendlyName } = number;
  if (extension) return `A number with an extension cannot be connected: ${extension}.`;
  if (!/^\+[1-9]\d{1,14}$/.test(e164PhoneNumber))
    return `${e164PhoneNumber} is not in E.164 format, such as +442079460018.`;
  // [guess] That HubSpot refuses a longer one: its documentation says only how long it may be.
  if (friendlyName.length > longestName)
    return `friendlyName is longer than ${longestName} characters: it has ${friendlyName.length}.`;
  return undefined;
}

/** The connected numbers, in all of this browser's tabs. What is damaged counts as none. */
export class HelpDesk {
  /** What storage did not take. */
  #unkept: readonly Channel[] | undefined;

  get channels(): readonly Channel[] {
    const kept = parse(readKey(channelsKey));
    return this.#unkept ?? (Array.isArray(kept) ? kept.filter(isChannel) : []);
  }

  /** Whether calls to that number, which comes from an app, make tickets. */
  has(number: unknown): boolean {
    return (
      typeof number === "string" &&
      this.channels.some(({ e164PhoneNumber }) => isSameNumber(e164PhoneNumber, number))
    );
  }

  /**
   * Connects a number: one that is connected already is connected anew.
   * @throws an Error for the user when HubSpot does not let the number be connected
   */
  connect(appId: number, number: ChannelNumber): void {
    const { e164PhoneNumber, friendlyName } = number;
    const why = unconnectable(number);
    if (why) throw new Error(why);
    this.disconnect(e164PhoneNumber);
    this.#now([...this.channels, { appId, e164PhoneNumber, friendlyName }]);
  }

  disconnect(number: string): void {
    this.#now(
      this.channels.filter(({ e164PhoneNumber }) => !isSameNumber(e164PhoneNumber, number)),
    );
  }

  #now(channels: readonly Channel[]): void {
    this.#unkept = writeKey(channelsKey, JSON.stringify(channels)) ? undefined : channels;
  }
}

/** What an app's webhook answered, or why it did not. */
export type NumberAnswer = { numbers: readonly ChannelNumber[] } | { problem: string };

/** What the app says whose numbers were asked for last. */
export class NumberSearch {
  readonly #find: (appId: number) => Promise<NumberAnswer>;
  readonly #changed: () => void;
  #answer: { appId: number; is: "asked" | NumberAnswer } | undefined;

  constructor(find: (appId: number) => Promise<NumberAnswer>, changed: () => void) {
    this.#find = find;
    this.#changed = changed;
  }

  get answer() {
    return this.#answer;
  }

  /** Asks that app. What another one answers later is not heard. */
  async ask(appId: number): Promise<void> {
    const asked = { appId, is: "asked" } as const;
    this.#answer = asked;
    this.#changed();
    const is = await this.#find(appId);
    if (this.#answer !== asked) return;
    this.#answer = { appId, is };
    this.#changed();
  }
}

const isChannel = (value: unknown): value is Channel =>
  isFields(value) &&
  typeof value.appId === "number" &&
  typeof value.e164PhoneNumber === "string" &&
  typeof value.friendlyName === "string";

/**
 * The ticket of a call, which is with `caller`, if it is anybody whom the CRM knows. Its id follows from the
 * engagement's, so that tabs in which the call rings at the same time make one.
 */
export const ticketFor = (
  { engagementId, properties }: Engagement,
  caller: CrmRecord | undefined,
): CrmRecord => {
  const number = properties.hs_call_from_number ?? "";
  return {
    objectTypeId: "0-5",
    objectId: engagementId - 50_000_000_000,
    name: `Call from ${caller?.name ?? shown(number)}`,
    about: "New · by telephone, in help desk",
    phones: [],
    associated: caller ? [caller.objectId] : [],
  };
};
