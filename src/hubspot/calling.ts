// What HubSpot does with a calling app: opens it, asks it to dial, and acts on each of its messages.
import { type Fields, isFields } from "../messages.ts";
import { isSameNumber, undialable } from "../number.ts";
import { type App, isPixels } from "./apps.ts";
import {
  account,
  type CrmRecord,
  type Engagements,
  kinds,
  type Phone,
  recordByNumber,
} from "./crm.ts";
import { Frame, type Message } from "./frame.ts";

/** What the page shows of a calling app. */
export type Panel =
  | { status: "closed" }
  | ({ app: App; isMinimized: boolean; isHidden: boolean } & (
      | { status: "opening" | "open" }
      | { status: "failed"; why: string }
    ));

/** What calling asks of the page around it. */
export type Page = {
  /** The element to put the app's iframe into. */
  selector: string;
  engagements: Engagements;
  /** The record being viewed. */
  viewed: () => CrmRecord;
  heard: (message: Message) => void;
  /** An alert pop-up for HubSpot's user. Gives what takes it away again. */
  alert: (text: string) => () => void;
  /** The panel, the timeline or both are not what they were. */
  changed: () => void;
};

export class Calling {
  panel: Panel = { status: "closed" };
  /** From its start to CALL_ENDED: leaving the page would cut the app off in mid-call. */
  isCallOn = false;
  readonly #page: Page;
  #frame: Frame | undefined;
  #isLoggedIn = false;
  #dialled: { number: string; callee: CrmRecord } | undefined;
  /** Those who wait for the app to be open, or to have failed. */
  #opening: ((isOpen: boolean) => void)[] = [];
  /** Runs from the handshake to INITIALIZED. */
  #patience: number | undefined;
  #lastDial = 0;
  /** Takes away the alert that asks the user to log in. */
  #loginAsked: (() => void) | undefined;

  constructor(page: Page) {
    this.#page = page;
  }

  /** Shows the app, with a fresh frame unless it has one already. Resolves to whether it is there for messages. */
  open(app: App): Promise<boolean> {
    const { panel } = this;
    const isOther = panel.status === "closed" || panel.app !== app || panel.status === "failed";
    if (isOther) {
      this.close();
      this.panel = { status: "opening", app, isMinimized: false, isHidden: false };
      this.#page.changed();
      this.#frame = new Frame({
        app,
        selector: this.#page.selector,
        sync: { ...account, iframeLocation: "widget", usesCallingWindow: true },
        onMessage: (message) => {
          this.#page.heard(message);
          if (message.from === "app") this.#receive(message.type, message.data);
        },
        onLoad: () => {
          this.#isLoggedIn = false;
          this.isCallOn = false;
          this.#isNow({ status: "opening" });
        },
        onReady: () => {
          clearTimeout(this.#patience);
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
    } else this.show({ isMinimized: false, isHidden: false });
    if (this.panel.status === "open") return Promise.resolve(true);
    return new Promise((resolve) => this.#opening.push(resolve));
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
    this.#isLoggedIn = false;
    this.isCallOn = false;
    clearTimeout(this.#patience);
    this.panel = { status: "closed" };
    this.#settle(false);
    this.#page.changed();
  }

  /**
   * Asks the app to dial.
   * @param fields override those of the payload
   * @returns the payload sent, or undefined when the user was alerted instead
   */
  async dial(
    app: App,
    callee: CrmRecord,
    phone: Phone | undefined,
    fields: Fields = {},
  ): Promise<Fields | undefined> {
    const isWaiting = this.panel.status !== "open";
    this.#lastDial += 1;
    const turn = this.#lastDial;
    if (!(await this.open(app))) return undefined;
    // Of several clicks while the app is opening, the last counts.
    if (isWaiting && turn !== this.#lastDial) return undefined;
    if (!this.#isLoggedIn) {
      this.#loginAsked = this.#page.alert(
        `You are logged out of ${app.name}. Log in there, then click Call again.`,
      );
      return undefined;
    }
    const viewed = this.#page.viewed();
    const number = fields.phoneNumber ?? phone?.number ?? "";
    const payload: Fields = {
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
    this.#dialled = { number: String(payload.phoneNumber), callee };
    this.#frame?.send("DIAL_NUMBER", payload);
    return payload;
  }

  /** @throws an Error when no app is there to hear it, or the type is missing */
  send(type: string, data?: unknown): void {
    if (typeof type !== "string" || type === "") throw new Error("A message needs a type.");
    if (!this.#frame?.isReady) throw new Error("No calling app is connected: click Call first.");
    this.#frame.send(type, data);
  }

  #receive(type: string, data: unknown): void {
    const payload = isFields(data) ? data : {};
    switch (type) {
      case "INITIALIZED":
        // [guess] An app that says nothing of it is taken to be logged in: the field is optional.
        this.#isLoggedIn = payload.isLoggedIn !== false;
        this.#resize(payload.sizeInfo);
        clearTimeout(this.#patience);
        this.#isNow({ status: "open" });
        break;
      case "LOGGED_IN":
      case "LOGGED_OUT":
        this.#isLoggedIn = type === "LOGGED_IN";
        if (this.#isLoggedIn) this.#loginAsked?.();
        break;
      case "CALL_ENDED":
        this.isCallOn = false;
        break;
      case "OUTGOING_CALL_STARTED":
        this.isCallOn = true;
        if (payload.createEngagement === true) this.#createEngagement(payload);
        break;
      case "CALL_COMPLETED":
        this.isCallOn = false;
        this.#complete(payload);
        break;
      case "RESIZE_WIDGET":
        this.#resize(payload);
        break;
      case "ERROR":
        this.#page.alert(errorText(payload));
        break;
    }
  }

  #createEngagement({ externalCallId, fromNumber, toNumber, callStartTime }: Fields): void {
    const why = whyNoEngagement(externalCallId, toNumber);
    if (why) {
      this.#frame?.send("CREATE_ENGAGEMENT_FAILED", { error: { message: why } });
      return;
    }
    const number = String(toNumber);
    const dialled = this.#dialled && isSameNumber(this.#dialled.number, number);
    const callee = dialled ? this.#dialled?.callee : recordByNumber(number);
    const { engagementId } = this.#page.engagements.create(
      String(externalCallId),
      (callee ?? this.#page.viewed()).objectId,
      {
        hs_timestamp: callStartTime ?? Date.now(),
        hs_call_direction: "OUTBOUND",
        hs_call_from_number: fromNumber,
        hs_call_to_number: number,
        hubspot_owner_id: account.ownerId,
      },
    );
    this.#frame?.send("CREATE_ENGAGEMENT_SUCCEEDED", { engagementId });
    this.#frame?.send("ENGAGEMENT_CREATED", { engagementId });
  }

  #complete({ engagementId, externalCallId, engagementProperties, hideWidget }: Fields): void {
    const { engagements } = this.#page;
    const engagement = engagements.complete(engagementId, externalCallId, engagementProperties);
    if (isFields(engagementProperties)) {
      if (engagement) {
        this.#frame?.send("UPDATE_ENGAGEMENT_SUCCEEDED", { engagementId: engagement.engagementId });
      } else {
        const message = "the call has no engagement";
        this.#frame?.send("UPDATE_ENGAGEMENT_FAILED", { error: { message } });
      }
    }
    if (hideWidget !== false) this.show({ isMinimized: false, isHidden: true });
    this.#page.changed();
  }

  #resize(size: unknown): void {
    const { width, height } = isFields(size) ? size : {};
    if (isPixels(width) && isPixels(height)) this.#frame?.updateIFrameSize({ width, height });
  }

  #fail(why: string): void {
    this.#isNow({ status: "failed", why });
  }

  #isNow(now: { status: "opening" | "open" } | { status: "failed"; why: string }): void {
    if (this.panel.status === "closed") return;
    const { app, isMinimized, isHidden } = this.panel;
    this.panel = { app, isMinimized, isHidden, ...now };
    if (now.status !== "opening") this.#settle(now.status === "open");
    this.#page.changed();
  }

  #settle(isOpen: boolean): void {
    const waiting = this.#opening;
    this.#opening = [];
    for (const settle of waiting) settle(isOpen);
  }
}

/** How long, in ms, an app may take from the handshake to INITIALIZED. [guess] That it is as long as for the handshake. */
const initializedLimit = 30_000;

/** [guess] What makes HubSpot refuse an engagement is not documented; these are the fields it cannot do without. */
function whyNoEngagement(externalCallId: unknown, toNumber: unknown): string | undefined {
  if (typeof externalCallId !== "string" || externalCallId === "")
    return "externalCallId is missing";
  if (typeof toNumber !== "string" || undialable(toNumber))
    return "toNumber is not a telephone number";
  return undefined;
}

function errorText({ message, type, data }: Fields): string {
  if (typeof message === "string" && message !== "") return message;
  // The SDK answers a message that it does not know with this.
  const original = isFields(data) && isFields(data.originalMessage) ? data.originalMessage : {};
  return type === "UNKNOWN_MESSAGE_TYPE" && typeof original.type === "string"
    ? `The app does not know the message ${original.type}.`
    : "The app reports an error, without a message.";
}
