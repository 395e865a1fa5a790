// What HubSpot's user changes by hand: contacts and their numbers, and which numbers are in help desk.
import { appIdOf } from "./apps.ts";
import type { ClickedChannel } from "./channels.ts";
import type { CrmRecord } from "./crm.ts";
import { wordsOf } from "./entry.ts";
import * as shell from "./shell.ts";

/**
 * A new contact, or the one that has the number already.
 * @throws an Error for the user when the number cannot be dialled
 */
export function addContact(number: string, name?: string): CrmRecord {
  const contact = shell.crm.addContact(number, name);
  shell.readTimeline();
  return contact;
}

/** Gives a record another number; an empty one takes it away. Throws as `addContact`. */
export function changeNumber(objectId: number, property: string, number: string): void {
  shell.crm.changeNumber(objectId, property, number);
  shell.readTimeline();
}

/** Makes a contact of the unknown number at the other end of a call, and puts the call on its timeline. */
export function createContact(engagementId: number): void {
  const engagement = shell.engagements.find(engagementId);
  if (!engagement) return;
  const { objectId } = shell.crm.addContact(wordsOf(engagement).number);
  shell.engagements.keep({ ...engagement, recordIds: [objectId, ...engagement.recordIds] });
  shell.readTimeline();
}

/** Asks the chosen app which of its numbers can be connected to help desk. */
export function findNumbers(): void {
  const appId = appIdOf(shell.chosenApp());
  if (appId !== undefined) shell.numberSearch.ask(appId);
}

/** Connects a number to help desk, or disconnects one. */
export function setChannel(clicked: ClickedChannel): void {
  const { helpDesk, numberSearch } = shell;
  if ("disconnect" in clicked) helpDesk.disconnect(clicked.disconnect);
  else {
    const { appId, is } = numberSearch.answer ?? {};
    const number = typeof is === "object" && "numbers" in is ? is.numbers[clicked.connect] : null;
    if (appId !== undefined && number) helpDesk.connect(appId, number);
  }
  shell.render();
}
