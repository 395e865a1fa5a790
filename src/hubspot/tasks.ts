// The queue of call tasks: where the user is in it, and which tasks are done. It outlives a reload of its tab.
import { isFields, parse } from "../call/messages.ts";
import type { Message } from "../rules/session.ts";
import { type CrmRecord, firstRecords } from "./crm.ts";

export type Task = { name: string; about: string; record: CrmRecord };

const task = (recordId: number, about: string): Task => {
  const record = firstRecords.find(({ objectId }) => objectId === recordId);
  if (!record) throw new Error(`The CRM has no record ${recordId}`);
  return { name: `Call ${record.name}`, about, record };
};

export const tasks: readonly Task[] = [
  task(37621684101, "About the second engine"),
  task(37621684102, "Renew the contract"),
  task(18934410201, "Confirm the delivery"),
];

/** Where the user is: `index` is that of a task, or their number when the queue is done. */
export type Queue = {
  index: number | undefined;
  /** The tasks whose calls were completed. */
  done: readonly number[];
  /** The task in which each call began, by the app's id of the call. */
  calls: Readonly<Record<string, number>>;
};

const key = "LocalHubSpot:queue";
const empty: Queue = { index: undefined, done: [], calls: {} };

export class TaskQueue {
  #queue = read();

  /** Another one each time that something changes. */
  get state(): Queue {
    return this.#queue;
  }

  get isOn(): boolean {
    return this.#queue.index !== undefined;
  }

  /** The current task, and its number from 1 on; undefined when the queue is off or done. */
  get current(): { task: Task; number: number } | undefined {
    const { index } = this.#queue;
    const current = index === undefined ? undefined : tasks[index];
    return index === undefined || !current ? undefined : { task: current, number: index + 1 };
  }

  isDone(index: number): boolean {
    return this.#queue.done.includes(index);
  }

  start(): void {
    this.#now({ ...empty, index: 0 });
  }

  next(): void {
    const { index } = this.#queue;
    if (index !== undefined)
      this.#now({ ...this.#queue, index: Math.min(index + 1, tasks.length) });
  }

  /** The tasks stay marked as done. */
  leave(): void {
    this.#now({ ...this.#queue, index: undefined });
  }

  reset(): void {
    this.#now(empty);
  }

  /** Marks a task as done when the call that was begun in it is completed. Gives whether it did. */
  heard({ from, type, data }: Message): boolean {
    const id = isFields(data) ? data.externalCallId : undefined;
    if (from !== "app" || typeof id !== "string") return false;
    const { index, done, calls } = this.#queue;
    if (type === "OUTGOING_CALL_STARTED" && index !== undefined && index < tasks.length)
      this.#now({ index, done, calls: { ...calls, [id]: index } });
    const begun = type === "CALL_COMPLETED" && Object.hasOwn(calls, id) ? calls[id] : undefined;
    if (begun === undefined || done.includes(begun)) return false;
    this.#now({ index, calls, done: [...done, begun] });
    return true;
  }

  #now(queue: Queue): void {
    this.#queue = queue;
    try {
      sessionStorage.setItem(key, JSON.stringify(queue));
    } catch {
      // Then a reload ends the queue.
    }
  }
}

function read(): Queue {
  let stored: unknown;
  try {
    stored = parse(sessionStorage.getItem(key));
  } catch {
    return empty;
  }
  const { index, done, calls } = isFields(stored) ? stored : {};
  const isIndex = (value: unknown): value is number =>
    Number.isInteger(value) && Number(value) >= 0 && Number(value) <= tasks.length;
  return {
    index: isIndex(index) ? index : undefined,
    done: Array.isArray(done) ? done.filter(isIndex) : [],
    calls: isFields(calls)
      ? Object.fromEntries(
          Object.entries(calls).flatMap(([id, begun]) => (isIndex(begun) ? [[id, begun]] : [])),
        )
      : {},
  };
}
