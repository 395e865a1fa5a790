// The CRM's engagements as the server has them: a copy of what the pages keep, and what was made and changed over the API.
import { randomInt } from "node:crypto";
import { further, idFor } from "../../hubspot/engagement.mjs";
import { isObject } from "../../settings/settings.mjs";

/** @typedef {import("../../hubspot/engagements.ts").Engagement} Engagement */

/**
 * @typedef {object} Kept
 * @property {Engagement} engagement
 * @property {number} updatedAt ms since 1970
 * @property {boolean} isApis whether the API has made or changed it: pages of other browsers hear of it, too
 * @property {boolean} [isReady] whether the app has said that its recording can be transcribed
 * @property {Map<string, Set<string | undefined>>} replaced what the API has replaced of a property, until a page says the new value
 */

/** Beyond so many, the oldest are forgotten. */
const mostKept = 1000;

export class Engagements {
  /** @type {Map<number, Kept>} in the order in which they were kept first */
  #kept = new Map();
  #tell;

  /** @param {(engagement: Engagement) => void} tell tells the pages of one that the API has made or changed */
  constructor(tell) {
    this.#tell = tell;
  }

  /** @param {unknown} engagementId as HubSpot gave it, a number or a text */
  find(engagementId) {
    const isId = typeof engagementId === "number" || typeof engagementId === "string";
    return isId ? this.#kept.get(Number(engagementId)) : undefined;
  }

  /** Newest first. */
  all() {
    return [...this.#kept.values()].sort((a, b) => b.engagement.createdAt - a.engagement.createdAt);
  }

  /** The newest of those that the API has made or changed: as many as a page keeps when it has too many. */
  ofApi() {
    return this.all()
      .filter(({ isApis }) => isApis)
      .slice(0, 250);
  }

  /**
   * A page keeps an engagement. What the API has written meanwhile is not lost: a page that still says what the API has
   * replaced has not heard of it yet.
   * @param {Engagement} said
   */
  hear(said) {
    const before = this.#kept.get(said.engagementId);
    if (!before) return this.#keep({ engagement: said, isApis: false, replaced: new Map() });
    const { engagement, replaced } = before;
    const properties = { ...engagement.properties };
    for (const [name, value] of Object.entries(said.properties)) {
      const stale = replaced.get(name);
      if (value === properties[name]) replaced.delete(name);
      else if (!stale?.has(value)) {
        properties[name] = value;
        replaced.delete(name);
      }
    }
    const merged = {
      ...said,
      status: further(engagement.status, said.status),
      properties,
      ...(engagement.transcript && { transcript: engagement.transcript }),
    };
    this.#keep({ ...before, engagement: merged });
    // Whoever said less than is known has to hear the rest.
    const isNews = textOf(merged) !== textOf(said);
    if (before.isApis && isNews) this.#tell(merged);
  }

  /**
   * The API makes a call.
   * @param {Pick<Engagement, "properties" | "recordIds"> & { externalCallId?: string }} call
   */
  make({ externalCallId = "", properties, recordIds }) {
    let engagementId = externalCallId ? idFor(externalCallId) : 0;
    // Not the next number: pages keep engagements for longer than this server lives.
    while (!engagementId || (!externalCallId && this.#kept.has(engagementId)))
      engagementId = 70_000_000_000 + randomInt(2 ** 32);
    const before = this.#kept.get(engagementId);
    if (before) return this.change(before, { properties });
    const createdAt = performance.timeOrigin + performance.now();
    /** @type {Engagement} */
    const engagement = {
      engagementId,
      externalCallId,
      createdAt,
      recordIds,
      status: "completed",
      properties,
    };
    return this.#write({ engagement, replaced: new Map() });
  }

  /**
   * The API changes a call.
   * @param {Kept} kept
   * @param {{ properties?: Engagement["properties"], transcript?: Engagement["transcript"] }} changes
   */
  change(kept, { properties = {}, transcript }) {
    const { engagement, replaced } = kept;
    for (const [name, value] of Object.entries(properties)) {
      const before = engagement.properties[name];
      if (before !== value)
        replaced.set(
          name,
          new Set([...(replaced.get(name) ?? []), before].filter((v) => v !== value)),
        );
    }
    const changed = {
      ...engagement,
      properties: { ...engagement.properties, ...properties },
      ...(transcript && { transcript }),
    };
    return this.#write({ ...kept, engagement: changed });
  }

  /** As "Start afresh" does in a page. */
  forget() {
    this.#kept.clear();
  }

  /** The app says that the call's recording can be transcribed. @param {Kept} kept */
  markReady(kept) {
    this.#keep({ ...kept, isReady: true });
  }

  /** @param {Omit<Kept, "updatedAt" | "isApis">} kept */
  #write(kept) {
    this.#tell(kept.engagement);
    return this.#keep({ ...kept, isApis: true });
  }

  /** @param {Omit<Kept, "updatedAt">} kept */
  #keep(kept) {
    const whole = { ...kept, updatedAt: Date.now() };
    this.#kept.set(kept.engagement.engagementId, whole);
    for (const id of this.#kept.keys()) {
      if (this.#kept.size <= mostKept) break;
      this.#kept.delete(id);
    }
    return whole;
  }
}

/** The same text for equal engagements, in whichever order their fields came. @param {Engagement} engagement */
const textOf = (engagement) =>
  JSON.stringify(engagement, (_, value) =>
    isObject(value)
      ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)))
      : value,
  );
