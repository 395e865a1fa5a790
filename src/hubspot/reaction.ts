// What HubSpot does with a calling app: opens it, asks it to dial, and acts on each of its messages.
import { type Fields, isFields } from "../call/messages.ts";
import { isSameNumber, undialable } from "../call/number.ts";
import type { Message } from "../rules/session.ts";
import { type App, isPixels, type Place } from "./apps.ts";
import {
  account,
  type CrmRecord,
  callerIdMatch,
  callIdOf,
  type Engagements,
  kinds,
  type Phone,
  recordAt,
  recordOf,
  recordsByNumber,
} from "./crm.ts";
import { type Faults, refusal } from "./faults.ts";
import { Frame } from "./frame.ts";

/** What the page shows of a calling app. */
export type Panel =
  | { status: "closed" }
  | ({ app: App; place: Place; isMinimized: boolean; isHidden: boolean } & (
      | { status: "opening"; isSlow: boolean }
      | { status: "open" }
      | { status: "failed"; why: string }
    ));

/** Whom to call: the payload of DIAL_NUMBER, and the record that a call with its number belongs to. */
export type Dial = { payload: Fields; calleeId: number };

/** What became of a wish to dial; `why` is for HubSpot's user, where something is to be said. */
export type Outcome = { isSent: true; payload: Fields } | { isSent: false; why?: string };

export type OpenIn = "CURRENT_TAB" | "NEW_TAB";

/** What calling asks of the page around it. */
export type Page = {
  /** The element to put the app's iframe into. */
  selector: string;
  engagements: Engagements;
  faults: Pick<Faults, "has">;
  placeOf: (app: App) => Place;
  /** Of the call that the page was opened for: the app is to show it again. */
  engagementId: () => number | undefined;
  /** The record being viewed. */
  viewed: () => CrmRecord;
  /** Opens a record's page. Resolves to whether that was possible. */
  navigate: (record: CrmRecord, engagementId: unknown, openIn: OpenIn) => Promise<boolean>;
  /** Whether the app stays where it is after a call, as it does in a queue of call tasks. */
  staysOpen: () => boolean;
  heard: (message: Message) => void;
  /** An alert pop-up for HubSpot's user. */
  alert: (text: string) => void;
  /** The app that was opened is this one. */
  opened: (app: App) => void;
  /** The panel, the calls, the timeline or several are not what they were. */
  changed: () => void;
};

/** How long, in ms, an app may take from the handshake to INITIALIZED. [guess] That it is as long as for the handshake. */
const initializedLimit = 30_000;
/** After so many ms without a handshake the user is told what to look at. */
const slow = 5000;

export class Calling {
  panel: Panel = { status: "closed" };
  readonly #page: Page;
  #frame: Frame | undefined;
  #isLoggedIn = false;
  #isAvailable = false;
  /** The calls that are on, by the app's ids. */
  readonly #calls = new Set<string>();
  #dialled: { number: string; calleeId: number } | undefined;
  /** Who waits for the app to be open, or to have failed. Of several, the last. */
  #waiting: ((isOpen: boolean) => void) | undefined;
  /** Runs until the handshake, and then until INITIALIZED. */
  #patience: number | undefined;

  constructor(page: Page) {
    this.#page = page;
  }

  /** From a call's start until it is over: leaving the page would cut the app off in mid-call. */
  get isCallOn(): boolean {
    return this.#calls.size > 0;
  }

  /** Shows the app, with a fresh frame unless it has one already. */
  open(app: App): void {
    const { panel } = this;
    if (panel.status !== "closed" && panel.app === app && panel.status !== "failed") {
      this.show({ isMinimized: false, isHidden: false });
      return;
    }
    this.close();
    const place = this.#page.placeOf(app);
    this.panel = {
      status: "opening",
      isSlow: false,
      app,
      place,
      isMinimized: false,
      isHidden: false,
    };
    this.#page.opened(app);
    this.#frame = new Frame({
      app,
      place,
      selector: this.#page.selector,
      faults: this.#page.faults,
      sync: () => {
        const engagementId = this.#page.engagementId();
        const { usesCallingWindow } = app;
        const known = { ...account, iframeLocation: place, usesCallingWindow };
        return engagementId === undefined ? known : { ...known, engagementId };
      },
      onMessage: (message) => {
        const isIgnored = message.from === "app" && message.type === "INCOMING_CALL";
        const note = isIgnored ? this.#whyIgnored(app) : undefined;
        this.#page.heard(note ? { ...message, note } : message);
        if (note) this.#page.alert(note);
        else if (message.from === "app") this.#receive(message.type, message.data);
      },
      onLoad: () => {
        this.#forget();
        this.#awaitHandshake();
      },
      onReady: () => {
        this.#isNow({ status: "opening", isSlow: false });
        this.#patience = window.setTimeout(
          () => this.#fail("answered SYNC, but sent no INITIALIZED within 30 s."),
          initializedLimit,
        );
      },
      onSilence: () =>
        this.#fail(
          `did not answer SYNC for 30 s (SYNC_ACK_FAILED). Is ${app.url} running, does the browser accept its certificate, and does it let this page frame it?`,
        ),
    });
    this.#awaitHandshake();
  }

  /** Minimises, hides or shows the panel, and tells the app when that is news. */
  show(visibility: { isMinimized: boolean; isHidden: boolean }): void {
    const { panel } = this;
    if (panel.status === "closed") return;
    const { isMinimized, isHidden } = visibility;
    if (panel.isMinimized === isMinimized && panel.isHidden === isHidden) return;
    this.panel = { ...panel, ...visibility };
    if (this.#frame?.isReady) this.#frame.send("VISIBILITY_CHANGED", visibility);
    this.#page.changed();
  }

  /** Takes the frame away, as leaving the record page does. */
  close(): void {
    this.#frame?.remove();
    this.#frame = undefined;
    this.#forget();
    clearTimeout(this.#patience);
    this.panel = { status: "closed" };
    this.#settle(false);
    this.#page.changed();
  }

  /** Opens the app and asks it to dial, once it is there. Of several calls meanwhile, the last counts. */
  async dial(app: App, { payload, calleeId }: Dial): Promise<Outcome> {
    this.open(app);
    if (!(await this.#whenOpen())) return { isSent: false };
    if (!this.#isLoggedIn) {
      const why = `You are logged out of ${app.name}. Log in there, then click Call again.`;
      return { isSent: false, why };
    }
    this.#dialled = { number: String(payload.phoneNumber), calleeId };
    this.#frame?.send("DIAL_NUMBER", payload);
    return { isSent: true, payload };
  }

  /** Asks the app to end the call. */
  hangUp(): void {
    if (this.#frame?.isReady) this.#frame.send("END_CALL");
  }

  /** @throws an Error when no app is there to hear it, or the type is missing */
  send(type: string, data?: unknown): void {
    if (typeof type !== "string" || type === "") throw new Error("A message needs a type.");
    if (!this.#frame?.isReady) throw new Error("No calling app is connected: click Call first.");
    this.#frame.send(type, data);
  }

  #receive(type: string, data: unknown): void {
    const payload = isFields(data) ? data : {};
    const { engagementId, externalCallId, objectCoordinates } = payload;
    switch (type) {
      case "INITIALIZED":
        // [guess] An app that says nothing of the one or the other is taken to be logged in, and available: both are optional.
        this.#isLoggedIn = payload.isLoggedIn !== false;
        this.#isAvailable = payload.isAvailable !== false;
        this.#resize(payload.sizeInfo);
        this.#goOn(engagementId);
        this.#isNow({ status: "open" });
        break;
      case "LOGGED_IN":
      case "LOGGED_OUT":
        this.#isLoggedIn = type === "LOGGED_IN";
        break;
      case "USER_AVAILABLE":
      case "USER_UNAVAILABLE":
        this.#isAvailable = type === "USER_AVAILABLE";
        break;
      case "OUTGOING_CALL_STARTED":
        this.#begin(payload);
        if (wantsEngagement(payload)) this.#createEngagement(payload, "OUTBOUND");
        break;
      case "INCOMING_CALL":
        this.#begin(payload);
        // [guess] That HubSpot brings a hidden app to the front when it rings.
        this.show({ isMinimized: false, isHidden: false });
        this.#matchCaller(payload.fromNumber);
        if (wantsEngagement(payload)) this.#createEngagement(payload, "INBOUND");
        break;
      case "CALL_ANSWERED":
        this.#disturb();
        break;
      case "CALL_ENDED":
      case "CALL_TRANSFERRED":
        this.#end(payload);
        break;
      case "CALL_COMPLETED":
        this.#end(payload);
        this.#complete(payload);
        break;
      case "FINALIZE_ENGAGEMENT":
      case "PUBLISH_TO_CHANNEL": {
        const found = this.#page.engagements.find(engagementId, externalCallId);
        if (found) {
          const { engagementId, externalCallId } = found;
          this.#frame?.send(`${type}_SUCCEEDED`, { engagementId, externalCallId });
        } else this.#frame?.send(`${type}_FAILED`, { engagementId, externalCallId });
        break;
      }
      case "NAVIGATE_TO_RECORD":
        this.#navigate(payload).then((isDone) => {
          if (isDone) return;
          this.#frame?.send("NAVIGATE_TO_RECORD_FAILED", { engagementId, objectCoordinates });
        });
        break;
      case "SET_WIDGET_URL":
        this.#setUrl(payload.iFrameUrl);
        break;
      case "RESIZE_WIDGET":
        this.#resize(payload);
        break;
      case "ERROR":
        this.#page.alert(errorText(payload));
        break;
    }
  }

  /** Why an incoming call is ignored, in words for HubSpot's user; undefined when it is not. */
  #whyIgnored({ name, supportsInboundCalling }: App): string | undefined {
    const ignored = "An incoming call was ignored: ";
    if (!supportsInboundCalling)
      return `${ignored}supportsInboundCalling is off for ${name}. Turn it on under Call, App settings; in HubSpot, in the app’s calling settings.`;
    if (!this.#isLoggedIn) return `${ignored}you are logged out of ${name}.`;
    if (!this.#isAvailable) return `${ignored}you are not available in ${name}.`;
    return undefined;
  }

  #begin(payload: Fields): void {
    this.#calls.add(this.#callId(payload));
    this.#page.changed();
  }

  /** An app that was loaded again in mid-call says which call it goes on with. */
  #goOn(engagementId: unknown): void {
    const engagement = this.#page.engagements.find(engagementId);
    if (engagement && !engagement.isOnTimeline) this.#calls.add(engagement.externalCallId);
  }

  /** What some faults do to a call that was just answered. */
  #disturb(): void {
    const { faults } = this.#page;
    if (faults.has("frameReloaded")) this.#frame?.reload();
    if (faults.has("frameNavigated") && this.panel.status !== "closed") {
      const url = new URL(this.panel.app.url);
      url.searchParams.set("navigated", "");
      this.#loadAnew(url.href);
    }
    if (faults.has("panelHidden")) this.show({ isMinimized: false, isHidden: true });
  }

  /** [guess] That an end without an id is that of whatever call is on: old apps name none. */
  #end(payload: Fields): void {
    const id = this.#callId(payload);
    if (id === "") this.#calls.clear();
    else this.#calls.delete(id);
    this.#page.changed();
  }

  /** The app's id of the call that a message is about; empty when it says none. */
  #callId({ externalCallId, engagementId }: Fields): string {
    return (
      callIdOf(externalCallId) || (this.#page.engagements.find(engagementId)?.externalCallId ?? "")
    );
  }

  #matchCaller(fromNumber: unknown): void {
    const isFaulty = this.#page.faults.has("callerIdMatchFails");
    if (!isFaulty && typeof fromNumber === "string" && !undialable(fromNumber)) {
      const callerIdMatches = recordsByNumber(fromNumber).map(callerIdMatch);
      this.#frame?.send("CALLER_ID_MATCH_SUCCEEDED", { callerIdMatches });
    } else {
      const why = fromNumber ? "fromNumber is not a telephone number" : "fromNumber is missing";
      const message = isFaulty ? refusal : why;
      this.#frame?.send("CALLER_ID_MATCH_FAILED", { error: { message } });
    }
  }

  #createEngagement(call: Fields, direction: "INBOUND" | "OUTBOUND"): void {
    const { externalCallId, fromNumber, callStartTime } = call;
    // Apps older than toNumber say phoneNumber.
    const toNumber = call.toNumber ?? call.phoneNumber;
    // [guess] What makes HubSpot refuse an engagement is not documented. A caller may have withheld the number.
    const isFaulty = this.#page.faults.has("createEngagementFails");
    const isCallable = typeof toNumber === "string" && !undialable(toNumber);
    if (isFaulty || (direction === "OUTBOUND" && !isCallable)) {
      const why = isFaulty ? refusal : "toNumber is not a telephone number";
      this.#frame?.send("CREATE_ENGAGEMENT_FAILED", { error: { message: why } });
      return;
    }
    const { engagementId } = this.#page.engagements.create(
      callIdOf(externalCallId),
      this.#otherOf(direction === "INBOUND" ? fromNumber : toNumber, direction).objectId,
      {
        hs_timestamp: callStartTime ?? Date.now(),
        hs_call_direction: direction,
        hs_call_from_number: fromNumber,
        hs_call_to_number: toNumber,
        hubspot_owner_id: account.ownerId,
      },
    );
    this.#frame?.send("CREATE_ENGAGEMENT_SUCCEEDED", { engagementId });
    this.#frame?.send("ENGAGEMENT_CREATED", { engagementId });
  }

  /** Whom a call is with: who was dialled, who has the number, or the record being viewed. */
  #otherOf(number: unknown, direction: "INBOUND" | "OUTBOUND"): CrmRecord {
    const text = typeof number === "string" ? number : "";
    const dialled = this.#dialled;
    const isDialled =
      direction === "OUTBOUND" && dialled !== undefined && isSameNumber(dialled.number, text);
    return (
      (isDialled ? recordOf(dialled.calleeId) : recordsByNumber(text)[0]) ?? this.#page.viewed()
    );
  }

  #complete({ engagementId, externalCallId, engagementProperties, hideWidget }: Fields): void {
    const { engagements, faults } = this.#page;
    const engagement = engagements.find(engagementId, externalCallId);
    const isFaulty = faults.has("updateEngagementFails");
    if (engagement) engagements.complete(engagement, isFaulty ? {} : engagementProperties);
    if (isFields(engagementProperties)) {
      if (engagement && !isFaulty) {
        this.#frame?.send("UPDATE_ENGAGEMENT_SUCCEEDED", { engagementId: engagement.engagementId });
      } else {
        const message = isFaulty ? refusal : "the call has no engagement";
        this.#frame?.send("UPDATE_ENGAGEMENT_FAILED", { error: { message } });
      }
    }
    if (hideWidget !== false && !this.#page.staysOpen())
      this.show({ isMinimized: false, isHidden: true });
    this.#page.changed();
  }

  async #navigate({ engagementId, objectCoordinates, openIn }: Fields): Promise<boolean> {
    const record = recordAt(objectCoordinates);
    if (!record || this.#page.faults.has("navigationFails")) return false;
    return this.#page.navigate(
      record,
      engagementId,
      openIn === "NEW_TAB" ? "NEW_TAB" : "CURRENT_TAB",
    );
  }

  #setUrl(url: unknown): void {
    const isHttps =
      typeof url === "string" && URL.canParse(url) && new URL(url).protocol === "https:";
    const isFaulty = this.#page.faults.has("widgetUrlRefused");
    if (isHttps && !isFaulty) this.#loadAnew(url);
    else {
      const why = url ? "iFrameUrl is not an https address" : "iFrameUrl is missing";
      const message = isFaulty ? refusal : why;
      this.#frame?.send("SET_WIDGET_URL_FAILED", { error: { message } });
    }
  }

  #loadAnew(url: string): void {
    this.#forget();
    this.#frame?.load(url);
    this.#awaitHandshake();
  }

  #resize(size: unknown): void {
    const { width, height } = isFields(size) ? size : {};
    if (isPixels(width) && isPixels(height)) this.#frame?.updateIFrameSize({ width, height });
  }

  #awaitHandshake(): void {
    this.#isNow({ status: "opening", isSlow: false });
    this.#patience = window.setTimeout(
      () => this.#isNow({ status: "opening", isSlow: true }),
      slow,
    );
  }

  /** What was known of the app's page went with it. */
  #forget(): void {
    this.#isLoggedIn = false;
    this.#isAvailable = false;
    this.#calls.clear();
  }

  #fail(why: string): void {
    this.#isNow({ status: "failed", why });
  }

  #isNow(
    now:
      | { status: "opening"; isSlow: boolean }
      | { status: "open" }
      | { status: "failed"; why: string },
  ): void {
    clearTimeout(this.#patience);
    if (this.panel.status === "closed") return;
    const { app, place, isMinimized, isHidden } = this.panel;
    this.panel = { app, place, isMinimized, isHidden, ...now };
    if (now.status !== "opening") this.#settle(now.status === "open");
    this.#page.changed();
  }

  #whenOpen(): Promise<boolean> {
    if (this.panel.status === "open") return Promise.resolve(true);
    this.#settle(false);
    return new Promise((resolve) => {
      this.#waiting = resolve;
    });
  }

  #settle(isOpen: boolean): void {
    this.#waiting?.(isOpen);
    this.#waiting = undefined;
  }
}

/** DIAL_NUMBER's payload for a call from the record being viewed; `fields` override. */
export function dialPayload(
  viewed: CrmRecord,
  callee: CrmRecord,
  phone: Phone | undefined,
  fields: Fields = {},
): Fields {
  const number = fields.phoneNumber ?? phone?.number ?? "";
  return {
    phone_number: number,
    phoneNumber: number,
    countryCode: phone?.countryCode ?? "US",
    calleeInfo: { calleeId: callee.objectId, calleeObjectTypeId: callee.objectTypeId },
    objectId: viewed.objectId,
    objectType: kinds[viewed.objectTypeId].objectType,
    subjectId: 0,
    threadId: 0,
    startTimestamp: Date.now(),
    toPhoneNumberSrc: "phone",
    portalId: account.portalId,
    ownerId: account.ownerId,
    ...fields,
  };
}

/** The documentation's `true`, or the text that one of HubSpot's demo apps sends. */
const wantsEngagement = ({ createEngagement }: Fields): boolean =>
  createEngagement === true || createEngagement === "true";

function errorText({ message, type, data }: Fields): string {
  if (typeof message === "string" && message !== "") return message;
  // The SDK answers a message that it does not know with this.
  const original = isFields(data) && isFields(data.originalMessage) ? data.originalMessage : {};
  return type === "UNKNOWN_MESSAGE_TYPE" && typeof original.type === "string"
    ? `The app does not know the message ${original.type}.`
    : "The app reports an error, without a message.";
}
