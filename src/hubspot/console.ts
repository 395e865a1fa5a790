// The console's way to do what a person does by clicking: window.hubspot.
import type { Fields } from "../call/messages.ts";
import { type Finding, judge, merge } from "../rules/rules.ts";
import type { Message, Session } from "../rules/session.ts";
import { type CrmRecord, hashOf } from "./crm.ts";
import * as editing from "./editing.ts";
import type { Faults } from "./faults.ts";
import * as shell from "./shell.ts";

export type LocalHubSpot = {
  /**
   * Asks the chosen app to dial, as the Call button does; any field of the payload can be overridden.
   * @returns the payload that was sent, by the calling window where that has the calls, or undefined when the user was alerted instead
   */
  dial: (fields?: Fields) => Promise<Fields | undefined>;
  /** Opens the chosen app in this page as Call does, without asking it to dial. */
  open: () => void;
  /** Sends the app in this page any message. Throws when no app is connected. */
  send: (type: string, data?: unknown) => void;
  /** Everything that went over the wire since the page was loaded, oldest first: in this page, and in the calling window. */
  messages: readonly Message[];
  /** The completed calls, newest first. */
  timeline: readonly { engagementId: number; recordIds: readonly number[]; properties: Fields }[];
  /** The CRM's records, with those that were added, and their numbers as they are now. */
  records: readonly CrmRecord[];
  /** A new contact with that number, or the one who has it. Throws when the number cannot be dialled. */
  addContact: (number: string, name?: string) => CrmRecord;
  /** Gives a record another number; `property` says which, as in `phones`. An empty number takes it away. Throws when it cannot be dialled. */
  changeNumber: (objectId: number, property: string, number: string) => void;
  /** What the rules judge: the messages of this tab, also from before its page was loaded again. */
  session: Session;
  /** What the rules find in the session, as the page's "Rules" show it. */
  findings: () => Finding[];
  /** Sends HubSpot's messages of a session again to the app in this page, with pauses of a second at most. Resolves to how many. */
  replay: (session: Session) => Promise<number>;
  /** Opens the calling window, or focuses the one there is. Resolves to whether there is one then. */
  openCallingWindow: () => Promise<boolean>;
  /** The queue of call tasks, as its buttons work it. `start` and `next` resolve as `dial` does. */
  queue: {
    start: () => Promise<Fields | undefined>;
    next: () => Promise<Fields | undefined>;
    leave: () => void;
  };
  /** What goes wrong at HubSpot's side, in all tabs, until it is deleted again: `on` has those that do now, `names` all there are. */
  faults: Pick<Faults, "add" | "delete" | "has" | "on" | "names">;
  /** Forgets the calls, the messages and the queue, and closes the app; one in the navigation bar or the calling window begins anew. */
  reset: () => void;
};

declare global {
  interface Window {
    hubspot: LocalHubSpot;
  }
}

/** Opens the current task's record, and dials. */
async function workTask(): Promise<Fields | undefined> {
  shell.render();
  const { current } = shell.queue;
  if (!current) return undefined;
  location.hash = hashOf(current.task.record);
  // The event of it comes later.
  shell.showRecord();
  return shell.dial();
}

export const hubspot: LocalHubSpot = {
  dial: shell.dial,
  open: shell.openApp,
  send: shell.send,
  messages: shell.messages,
  get timeline() {
    return shell.engagements
      .timeline()
      .map(({ engagementId, recordIds, properties }) => ({ engagementId, recordIds, properties }));
  },
  get records() {
    return shell.crm.records;
  },
  addContact: editing.addContact,
  changeNumber: editing.changeNumber,
  get session() {
    return shell.conformance.session;
  },
  findings: () => merge(judge(shell.conformance.session)),
  replay: (session) => shell.conformance.replay(session),
  openCallingWindow: shell.openCallingWindow,
  queue: {
    start: () => {
      shell.queue.start();
      return workTask();
    },
    next: () => {
      shell.queue.next();
      return workTask();
    },
    leave: () => {
      shell.queue.leave();
      shell.render();
    },
  },
  faults: shell.faults,
  reset: shell.reset,
};
