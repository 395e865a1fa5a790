// What can go wrong at HubSpot's side, to be switched on by clicking or in the console: pure but for where the switches are kept.
import { type Fields, isFields, parse } from "../call/messages.ts";
import { readKey, writeKey } from "./storage.ts";

/** Each fault, by its name in the console, in words. */
export const faults = {
  createEngagementFails: "Creating the engagement fails",
  createEngagementLate: "The engagement’s creation is answered 5 s late",
  createEngagementSilent: "The engagement’s creation is never answered",
  onlyEngagementCreated: "Only the deprecated ENGAGEMENT_CREATED is sent",
  updateEngagementFails: "Updating the engagement fails",
  updateEngagementSilent: "The engagement’s update is never answered",
  callerIdMatchFails: "Caller-id match fails",
  callIdInitiated: "INITIATE_CALL_ID_SUCCEEDED or _FAILED follows the start of a call",
  loginRequired: "An incoming call is ignored until the app has said LOGGED_IN",
  navigationFails: "Navigating to a record fails",
  widgetUrlRefused: "A new widget URL is refused",
  dialDoubled: "DIAL_NUMBER comes twice",
  dialWithoutObject: "DIAL_NUMBER has objectId 0 and no objectType",
  dialWithoutNumber: "DIAL_NUMBER has no phone number",
  messagesDoubled: "Every message comes twice",
  messagesDelayed: "Every message comes up to 1 s late, in any order",
  syncLate: "SYNC comes 10 s late",
  syncLost: "SYNC never comes",
  syncDoubled: "SYNC comes twice",
  frameReloaded: "The frame is loaded again once a call is answered",
  frameNavigated: "The frame goes to another address once a call is answered",
  panelHidden: "The panel is hidden once a call is answered",
} as const;
export type Fault = keyof typeof faults;

/** The faults that are on; a set of their names is one. */
export type On = { has: (fault: Fault) => boolean };

const isFault = (name: unknown): name is Fault =>
  typeof name === "string" && Object.hasOwn(faults, name);

/** Why HubSpot refuses what a fault keeps it from doing. */
export const refusal = "a fault is switched on";

/** Holds the names of the faults that are on. */
export const faultsKey = "LocalHubSpot:faults";

/** The faults that are on, in all of this browser's tabs. */
export class Faults {
  readonly #changed: () => void;
  /** What storage does not keep. */
  #on: readonly Fault[] = [];

  constructor(changed: () => void) {
    this.#changed = changed;
  }

  /** All there are. */
  readonly names = Object.keys(faults).filter(isFault);

  get on(): readonly Fault[] {
    const kept = parse(readKey(faultsKey));
    return Array.isArray(kept) ? kept.filter(isFault) : this.#on;
  }

  has(name: string): boolean {
    return this.on.some((fault) => fault === name);
  }

  /** @throws an Error that lists the faults when there is none of that name */
  add(name: string): this {
    if (!isFault(name))
      throw new Error(`No fault is called ${name}. There are ${Object.keys(faults).join(", ")}.`);
    return this.#set([...this.on.filter((fault) => fault !== name), name]);
  }

  /** @returns whether it was on */
  delete(name: string): boolean {
    const had = this.has(name);
    this.#set(this.on.filter((fault) => fault !== name));
    return had;
  }

  #set(on: readonly Fault[]): this {
    this.#on = on;
    writeKey(faultsKey, JSON.stringify(on));
    this.#changed();
    return this;
  }
}

/** How late, in ms, `createEngagementLate` makes the answer. */
export const creationDelay = 5000;

/** One of HubSpot's messages, as it gets to the app. */
export type Delivery = {
  data: unknown;
  /** ms */
  delay: number;
};

/**
 * What becomes of a message on its way to the app: it arrives once, twice, late, changed or not at all.
 * @param random from 0 to 1, as Math.random gives it
 */
export function deliveries(
  on: On,
  type: string,
  data: unknown,
  random: () => number = Math.random,
): Delivery[] {
  const isCreation = type === "ENGAGEMENT_CREATED" || type.startsWith("CREATE_ENGAGEMENT_");
  if (isCreation && on.has("createEngagementSilent")) return [];
  if (type.startsWith("CREATE_ENGAGEMENT_") && on.has("onlyEngagementCreated")) return [];
  if (type.startsWith("UPDATE_ENGAGEMENT_") && on.has("updateEngagementSilent")) return [];
  const isDial = type === "DIAL_NUMBER";
  const isTwice = on.has("messagesDoubled") || (isDial && on.has("dialDoubled"));
  const late = isCreation && on.has("createEngagementLate") ? creationDelay : 0;
  return (isTwice ? [1, 2] : [1]).map(() => ({
    data: isDial && isFields(data) ? incomplete(on, data) : data,
    delay: late + (on.has("messagesDelayed") ? random() * 1000 : 0),
  }));
}

/** What the app hears of DIAL_NUMBER's payload. */
export function incomplete(on: On, data: Fields): Fields {
  let { ...dial } = data;
  if (on.has("dialWithoutObject")) {
    const { objectType: _, ...rest } = dial;
    dial = { ...rest, objectId: 0 };
  }
  if (on.has("dialWithoutNumber")) {
    const { phoneNumber: _, phone_number: __, ...rest } = dial;
    dial = rest;
  }
  return dial;
}

/**
 * How often SYNC is sent when it is due, and it is due every 100 ms.
 * @param waited ms since the frame's page was loaded
 */
export function syncs(on: On, waited: number): 0 | 1 | 2 {
  if (on.has("syncLost") || (on.has("syncLate") && waited < 10_000)) return 0;
  return on.has("syncDoubled") || on.has("messagesDoubled") ? 2 : 1;
}
