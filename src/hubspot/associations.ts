// Which of the CRM's records a call is put on: by HubSpot's dialing context where the app gives it back, else by its numbers.
import { type Fields, isFields } from "../call/messages.ts";
import { isSame } from "../rules/numbers.ts";
import { type CrmRecord, kinds } from "./crm.ts";
import type { State, World } from "./state.ts";

export type Associations = {
  records: readonly CrmRecord[];
  /** What the call is not put on, and why, in words for the app's developer; missing when it is on all. */
  lost?: string;
};

/**
 * The records of a call that the app makes: who is called, a contact's company, and the record that was viewed when
 * HubSpot asked for the call.
 * [guess] That HubSpot takes all of this from `dialingContext`. Without one it knows only the number, and puts the
 * call on the first contact or company that has it; and a call to a stranger on the record being viewed.
 */
export function ofOutbound({ dialled }: State, call: Fields, world: World): Associations {
  const { crm, viewed } = world;
  const { dialingContext } = call;
  const context = isFields(dialingContext) ? dialingContext : undefined;
  const number = numberOf(call);
  const isCalled = (dial: Fields) => answers(call, dial);
  const named = context ? recordsIn(context, world) : [];
  const [owner] = typeof number === "string" ? crm.byNumber(number) : [];
  const other = owner ?? viewed;
  const byNumber = other ? withCompanies(other, world) : [];
  const records = named.length > 0 ? named : byNumber;

  // It may be that of a wish to call the same number from another tab, of which this one knows nothing.
  const isOwn = named.length > 0 && isCalled(context ?? {});
  const lostOf = dialled
    .filter((dial) => isCalled(dial) && !isOwn)
    .map((dial) => recordsIn(dial, world).filter((record) => !records.includes(record)));
  const [lost = []] = lostOf.some((none) => none.length === 0) ? [] : lostOf;
  if (lost.length === 0) return { records };
  // By their ids: sessions that are given away name nobody.
  const which = lost
    .map(({ objectTypeId, objectId }) => `${kinds[objectTypeId].name.toLowerCase()} ${objectId}`)
    .join(" and ");
  const why = context
    ? "its dialingContext is not that of DIAL_NUMBER"
    : "it has no dialingContext";
  return { records, lost: `Not on the timeline of ${which}: ${why}.` };
}

/** Apps older than toNumber say phoneNumber. */
const numberOf = ({ toNumber, phoneNumber }: Fields) => toNumber ?? phoneNumber;

/** Whether a call is to the number that HubSpot asked for. Apps may write it otherwise, as with its country's code. */
export function answers(call: Fields, { phoneNumber, countryCode }: Fields): boolean {
  const number = numberOf(call);
  return typeof number === "string" && isSame(String(phoneNumber), number, String(countryCode));
}

/**
 * The records of a call that comes in: who has the number, and a contact's company. A call from a stranger is on none.
 * [guess] That it is the first of several who have it.
 */
export function ofInbound({ fromNumber }: Fields, world: World): readonly CrmRecord[] {
  const [caller] = typeof fromNumber === "string" ? world.crm.byNumber(fromNumber) : [];
  return caller ? withCompanies(caller, world) : [];
}

/** Those that a dialing context names. */
function recordsIn({ calleeInfo, objectId }: Fields, world: World): CrmRecord[] {
  const callee = world.crm.of(isFields(calleeInfo) ? calleeInfo.calleeId : undefined);
  const viewed = world.crm.of(objectId);
  const all = [...(callee ? withCompanies(callee, world) : []), ...(viewed ? [viewed] : [])];
  return [...new Set(all)];
}

/** The record, and a contact's companies. */
function withCompanies(record: CrmRecord, { crm }: World): CrmRecord[] {
  const companies = record.objectTypeId === "0-1" ? record.associated : [];
  return [record, ...companies.flatMap((id) => crm.of(id) ?? [])];
}
