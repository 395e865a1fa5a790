// A copy of what frames keep, on disk within moments: browsers write localStorage there seldom, Chromium about once a minute.

/** What was kept in a room. */
type Entry = [room: string, text: string];

export type Disk = {
  /** What was on disk when this page was loaded. */
  found: Promise<ReadonlyMap<string, string>>;
  /** Writes the room's text: while a write goes on, of several the last. Nothing comes of it where the browser blocks the database. */
  write: (...entry: Entry) => void;
};

/**
 * How long, in ms, a page waits for what is on disk: a browser that was started just now, on a busy machine, takes its
 * time, and what it finds elsewhere is older. HubSpot waits for the page.
 */
const patience = 2500;

const settled = <T>(request: IDBRequest<T>) =>
  new Promise<T>((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });

async function open(): Promise<IDBDatabase> {
  const opening = indexedDB.open("calling-widget");
  opening.onupgradeneeded = () => opening.result.createObjectStore("rooms");
  return settled(opening);
}

export function openDisk(): Disk {
  const database = open();
  // Strict: HubSpot must not hear of what a crash can take back.
  const store = async (mode: IDBTransactionMode) =>
    (await database).transaction("rooms", mode, { durability: "strict" }).objectStore("rooms");
  const read = async () =>
    new Map<string, string>(await settled((await store("readonly")).getAll()));
  let latest: Entry;
  let writing: Promise<unknown> = Promise.resolve();
  return {
    found: new Promise((resolve) => {
      read().then(resolve, () => resolve(new Map()));
      setTimeout(resolve, patience, new Map());
    }),
    write: (...entry) => {
      latest = entry;
      writing = writing
        .then(async () => {
          if (latest !== entry) return;
          const rooms = await store("readwrite");
          const written = settled(rooms.put(entry, entry[0]));
          // Not once the page has heard of it: it may be gone by then.
          rooms.transaction.commit();
          await written;
        })
        // What cannot be kept must not leave what is out of date.
        .catch(async () => (await store("readwrite")).delete(entry[0]))
        .catch(() => {});
    },
  };
}
