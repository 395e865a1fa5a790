// HubSpot's reaction as the unit tests see it: with a clock, a CRM of its own, and the calls that the tests are about.
import type { Fields } from "../../src/call/messages.ts";
import { type App, type Place, placeOf, type Settings } from "../../src/hubspot/apps.ts";
import { Crm, type CrmRecord, dialPayload, type Reach } from "../../src/hubspot/crm.ts";
import { type Engagement, Engagements } from "../../src/hubspot/engagements.ts";
import type { Fault } from "../../src/hubspot/faults.ts";
import { HelpDesk } from "../../src/hubspot/helpdesk.ts";
import { react } from "../../src/hubspot/reaction.ts";
import { type Effect, type Event, type State, start } from "../../src/hubspot/state.ts";

const record = (id: number) => {
  const found = new Crm().of(id);
  if (!found) throw new Error(`There is no record ${id}`);
  return found;
};
export const ada = record(37621684101);
export const grace = record(37621684102);
export const jean = record(37621684103);
/** A call with a contact is on the company's timeline, too. */
export const timelinesOf = ({ objectId, associated }: CrmRecord) => [objectId, ...associated];

const settings: Settings = {
  supportsInboundCalling: false,
  usesRemote: false,
  usesCallingWindow: true,
  supportsCustomObjects: false,
};
export const inTabs = { supportsInboundCalling: true, usesCallingWindow: false };
export const inWindow = { usesRemote: true };

/** HubSpot in a page, with a clock: each event comes a second after the one before. */
export class HubSpot {
  state: State = start;
  effects: readonly Effect[] = [];
  done: Effect[] = [];
  note: string | undefined;
  now = 1_700_000_000_000;
  faults = new Set<Fault>();
  engagements = new Engagements();
  crm = new Crm();
  helpDesk = new HelpDesk();
  viewed = ada;
  /** On the Calls page no record is viewed. */
  isOnCalls = false;
  isInQueue = false;
  readonly app: App;
  readonly place: Place;

  constructor(own: Partial<Settings> = {}, place?: Place) {
    const url = "https://app.example/";
    const size = { width: 400, height: 650 };
    this.app = {
      ...settings,
      ...own,
      id: url,
      version: url,
      facts: "",
      name: "An app",
      url,
      ...size,
    };
    this.place = place ?? placeOf(this.app);
  }

  happens(event: Event): this {
    this.now += 1000;
    const { faults, engagements, crm, helpDesk, isInQueue } = this;
    const viewed = this.isOnCalls ? undefined : this.viewed;
    const step = react(this.state, event, {
      faults,
      engagements,
      crm,
      helpDesk,
      viewed,
      isInQueue,
    });
    this.state = step.state;
    this.effects = step.effects;
    this.done.push(...step.effects);
    this.note = step.note;
    for (const effect of step.effects)
      if (effect.type === "keep") this.engagements.keep(effect.engagement);
      else if (effect.type === "record") this.crm.keep(effect.record);
    return this;
  }
  says(type: string, data?: unknown): this {
    const uuid = `uuid-${this.now}`;
    return this.happens({ type: "message", message: { type, data }, at: this.now + 1000.25, uuid });
  }
  open(): this {
    return this.happens({ type: "open", app: this.app, place: this.place });
  }
  connect(): this {
    return this.open().happens({ type: "loaded" }).happens({ type: "connected" });
  }
  ready(initialized: object = {}): this {
    return this.connect().says("INITIALIZED", initialized);
  }
  /** Asks for a call to the first of the record's numbers that is `it`. */
  dial(id: string, fields: Fields = {}, isIt: (reach: Reach) => boolean = () => true): this {
    const reach = this.crm.numbersFrom(this.viewed).find(isIt);
    const payload = dialPayload(this.viewed, reach, this.now, fields);
    const { app, place } = this;
    return this.happens({ type: "dial", id, app, place, dial: { payload } });
  }
  /** What the last event made HubSpot send. */
  get sent() {
    return this.effects.flatMap((effect) => (effect.type === "send" ? [effect.message] : []));
  }
  /** What the last event made HubSpot do besides. */
  get did() {
    return this.effects.filter(
      ({ type }) => type !== "send" && type !== "keep" && type !== "record",
    );
  }
  get isCallOn() {
    return this.state.calls.length > 0;
  }
  get alerts() {
    return this.done.flatMap((effect) => (effect.type === "alert" ? [effect.text] : []));
  }
  /** The timer that was set last rings. */
  rings(): this {
    const timer = this.done.findLast((effect) => effect.type === "wake");
    if (!timer) throw new Error("No timer was set");
    return this.happens(timer.event);
  }
}

export const call = {
  externalCallId: "call-1",
  fromNumber: "+1 212 555 0100",
  toNumber: "001 212 555 0187",
  createEngagement: true,
};
/** The engagement of that call, which the app's own server has made over the API. */
export const madeByApi: Engagement = {
  engagementId: 70_000_000_990,
  externalCallId: "",
  createdAt: 1,
  recordIds: [],
  status: "completed",
  properties: { hs_call_external_id: "call-1" },
};
export const ring = { ...call, fromNumber: "+1 212 555 0187", toNumber: "+1 212 555 0100" };
/** A widget in a call that has an engagement. */
export const calling = (own: Partial<Settings> = {}) =>
  new HubSpot(own).ready().says("OUTGOING_CALL_STARTED", call);
export const idOf = ({ engagements }: HubSpot) =>
  engagements.find(undefined, "call-1")?.engagementId ?? 0;
export const failed = (type: string, message: string) => [{ type, data: { error: { message } } }];
