// HubSpot's reaction to what an app says of its calls: which are on, whom they are with, and their engagements in the CRM.
import { type Fields, isFields } from "../call/messages.ts";
import { isWithheld, undialable } from "../call/number.ts";
import { speaks } from "./apps.ts";
import { type Associations, answers, ofInbound, ofOutbound } from "./associations.ts";
import { account, callerIdMatch } from "./crm.ts";
import {
  begun,
  callIdOf,
  completed,
  type Engagement,
  hubspotCallId,
  isOfCall,
} from "./engagements.ts";
import { refusal } from "./faults.ts";
import { ticketFor } from "./helpdesk.ts";
import {
  chain,
  type Effect,
  fails,
  type Message,
  type OnCall,
  type State,
  type Step,
  say,
  step,
  type World,
} from "./state.ts";

/** A call starts, and is on. Started twice, it is one. */
export function begin(state: State, { externalCallId }: Fields): State {
  const id = callIdOf(externalCallId);
  const isOn = state.calls.some((call) => call.externalCallId === id);
  return isOn ? state : { ...state, calls: [...state.calls, { externalCallId: id }] };
}

/**
 * The calls that are on once the app has said INITIALIZED. A page that was reloaded during a call says which it goes
 * on with; a frame that does not speak for the call may only repeat what SYNC told it. [guess] Without an engagementId
 * no call is on.
 */
export function callsAfter(
  { calls, panel }: State,
  engagementId: unknown,
  { engagements }: World,
): readonly OnCall[] {
  if (engagementId === undefined || engagementId === null) return [];
  const named = engagements.find(engagementId);
  if (!named || panel.status === "closed") return calls;
  const others = calls.filter((call) => !isOf(call, named));
  if (named.status !== "on" || !speaks(panel.app, panel.place)) return others;
  return [...others, { externalCallId: named.externalCallId, engagementId: named.engagementId }];
}

/** Whether the call has that engagement, by either id. */
const isOf = (call: OnCall, engagement: Engagement): boolean =>
  call.engagementId === engagement.engagementId || isOfCall(engagement, call.externalCallId);

/**
 * Ends the call with either id. [guess] An end that names no call ends the current one, and any end ends a call that
 * began without an id: old apps send none.
 */
export function end(
  state: State,
  { externalCallId, engagementId }: Fields,
  { engagements }: World,
): Step {
  const id = callIdOf(externalCallId);
  const named = [engagements.find(engagementId), engagements.find(undefined, id)].filter(
    (engagement) => engagement !== undefined,
  );
  const isNameless = id === "" && named.length === 0;
  const isOver = (call: OnCall) =>
    isNameless ||
    call.externalCallId === (id || undefined) ||
    (call.externalCallId === "" && call.engagementId === undefined) ||
    named.some((engagement) => isOf(call, engagement));
  const ended = state.calls
    .filter(isOver)
    .flatMap((call) => engagements.find(call.engagementId) ?? []);
  const over = new Map([...named, ...ended].map((e) => [e.engagementId, e]));
  return step(
    { ...state, calls: state.calls.filter((call) => !isOver(call)) },
    ...[...over.values()]
      .filter(({ status }) => status === "on")
      .map(
        (engagement): Effect => ({
          type: "keep",
          engagement: { ...engagement, status: "over" },
        }),
      ),
  );
}

/** A call is completed: it is over, and on the timeline with what the app says of it. */
export function complete(state: State, payload: Fields, world: World): Step {
  const { engagements, faults } = world;
  const { engagementId, externalCallId, engagementProperties } = payload;
  const found = engagements.find(engagementId, externalCallId);
  const isFaulty = faults.has("updateEngagementFails");
  const said = isFaulty ? {} : asProperties(engagementProperties);
  const ended = end(state, payload, world);
  const others = ended.effects.filter(
    (effect) => effect.type !== "keep" || effect.engagement.engagementId !== found?.engagementId,
  );
  const kept: Effect[] = found ? [{ type: "keep", engagement: completed(found, said) }] : [];
  return chain(step(ended.state, ...others, ...kept), (now) => {
    if (!isFields(engagementProperties)) return step(now);
    if (found && !isFaulty)
      return say(now, "UPDATE_ENGAGEMENT_SUCCEEDED", { engagementId: found.engagementId });
    return fails(
      now,
      "UPDATE_ENGAGEMENT_FAILED",
      isFaulty ? refusal : "the call has no engagement",
    );
  });
}

/** A call's properties. [guess] That HubSpot still reads the form that they had before, with `engagement` and `metadata`. */
function asProperties(said: unknown): unknown {
  const { engagement, metadata } = isFields(said) ? said : {};
  if (!isFields(metadata)) return said;
  const { toNumber, durationMilliseconds, recordingUrl, body } = metadata;
  return {
    hs_timestamp: isFields(engagement) ? engagement.timestamp : undefined,
    hs_call_to_number: toNumber,
    hs_call_duration: durationMilliseconds,
    hs_call_recording_url: recordingUrl,
    hs_call_body: body,
  };
}

/** Who the caller may be. [guess] Nobody, when the number is withheld: a caller without a number is no failure. */
export function matchCaller(
  state: State,
  { fromNumber, externalCallId }: Fields,
  { uuid }: Message,
  { faults, crm }: World,
): Step {
  const number = typeof fromNumber === "string" ? fromNumber : "";
  const isReadable = number !== "" && (isWithheld(number) || !undialable(number));
  if (isReadable && !faults.has("callerIdMatchFails")) {
    const callerIdMatches = isWithheld(number) ? [] : crm.byNumber(number).map(callerIdMatch);
    const callId = hubspotCallId(externalCallId, uuid);
    return say(state, "CALLER_ID_MATCH_SUCCEEDED", { callerIdMatches, callId });
  }
  const why = fromNumber ? "fromNumber is not a telephone number" : "fromNumber is missing";
  return fails(state, "CALLER_ID_MATCH_FAILED", faults.has("callerIdMatchFails") ? refusal : why);
}

/** [guess] When, and whether ever, HubSpot says so of a call that is made: it was seen (SDK issues 201 and 254), and is documented nowhere. */
export function initiateCallId(
  state: State,
  { externalCallId, toNumber, phoneNumber }: Fields,
  { uuid }: Message,
  { faults }: World,
): Step {
  if (!faults.has("callIdInitiated")) return step(state);
  const callId = hubspotCallId(externalCallId, uuid);
  return isCallable(toNumber ?? phoneNumber)
    ? say(state, "INITIATE_CALL_ID_SUCCEEDED", { callId })
    : fails(state, "INITIATE_CALL_ID_FAILED", noNumber);
}

const noNumber = "toNumber is not a telephone number";
const isCallable = (number: unknown) => typeof number === "string" && !undialable(number);

/**
 * Makes the engagement of a call that starts, if the app wants one, and the ticket of one to help desk. A call has one
 * engagement, however often it is asked for.
 */
export function createEngagement(
  state: State,
  { message: { data }, at, uuid }: Message,
  direction: "INBOUND" | "OUTBOUND",
  world: World,
): Step {
  const { faults, engagements } = world;
  const call = isFields(data) ? data : {};
  const { createEngagement: wanted, fromNumber, callStartTime } = call;
  // The documentation's `true`, or the text that one of HubSpot's demo apps sends.
  if (wanted !== true && wanted !== "true") return step(state);
  // Apps older than toNumber say phoneNumber.
  const toNumber = call.toNumber ?? call.phoneNumber;
  const isInbound = direction === "INBOUND";
  const isFaulty = faults.has("createEngagementFails");
  // [guess] What makes HubSpot refuse an engagement is not documented. A caller may have withheld the number.
  if (isFaulty || !(isInbound || isCallable(toNumber)))
    return fails(state, "CREATE_ENGAGEMENT_FAILED", isFaulty ? refusal : noNumber);
  const externalCallId = callIdOf(call.externalCallId);
  const found = engagements.find(undefined, externalCallId);
  const { records, lost }: Associations = isInbound
    ? { records: ofInbound(call, world) }
    : ofOutbound(state, call, world);
  const recordIds = records.map(({ objectId }) => objectId);
  const engagement =
    found ??
    begun(externalCallId, uuid, at, recordIds, {
      hs_timestamp: callStartTime ?? Math.floor(at),
      hs_call_direction: direction,
      hs_call_from_number: fromNumber,
      hs_call_to_number: toNumber,
      hubspot_owner_id: account.ownerId,
    });
  const { engagementId } = engagement;
  const calls = state.calls.map((on) =>
    on.externalCallId === externalCallId ? { externalCallId, engagementId } : on,
  );
  // Kept once: another tab may read it, and end the call, between two writes.
  const ticketed = onTicket(engagement, world);
  const kept: Effect[] = ticketed.length > 0 ? ticketed : [{ type: "keep", engagement }];
  // A later call to the number is none that HubSpot asked for.
  const dialled = state.dialled.filter((dial) => isInbound || found || !answers(call, dial));
  const done = chain(
    step({ ...state, calls, dialled }, ...(found ? [] : kept)),
    (now) => say(now, "CREATE_ENGAGEMENT_SUCCEEDED", { engagementId }),
    (now) => say(now, "ENGAGEMENT_CREATED", { engagementId }),
  );
  return lost && !found ? { ...done, note: lost } : done;
}

/**
 * Puts a call on a ticket of its own, where its number is connected to help desk and it is on none yet.
 * [guess] That HubSpot makes the ticket with the engagement, as soon as the call rings.
 */
export function onTicket(
  engagement: Engagement,
  { helpDesk, crm }: Pick<World, "helpDesk" | "crm">,
): Extract<Effect, { type: "record" | "keep" }>[] {
  const { externalCallId, recordIds, properties } = engagement;
  const isToHelpDesk =
    externalCallId !== "" &&
    properties.hs_call_direction === "INBOUND" &&
    helpDesk.has(properties.hs_call_to_number);
  const record = ticketFor(engagement, crm.of(recordIds[0]));
  if (!isToHelpDesk || recordIds.includes(record.objectId)) return [];
  const now = { ...engagement, recordIds: [...recordIds, record.objectId] };
  return [
    { type: "record", record },
    { type: "keep", engagement: now },
  ];
}

/**
 * FINALIZE_ENGAGEMENT and PUBLISH_TO_CHANNEL: a call's engagement is published in help desk, where its number is
 * connected. HubSpot's own needs neither. [guess] That they fail for an engagement which HubSpot does not know, and for
 * no other.
 */
export function publish(
  state: State,
  type: "FINALIZE_ENGAGEMENT" | "PUBLISH_TO_CHANNEL",
  { engagementId, externalCallId }: Fields,
  world: World,
): Step {
  const found = world.engagements.find(engagementId, externalCallId);
  if (!found) return say(state, `${type}_FAILED`, { engagementId, externalCallId });
  // One that the app's own server made may have no id of the call yet.
  const callId =
    found.externalCallId || found.properties.hs_call_external_id || callIdOf(externalCallId);
  const ids = { engagementId: found.engagementId, externalCallId: callId };
  return chain(step(state, ...onTicket({ ...found, externalCallId: callId }, world)), (now) =>
    say(now, `${type}_SUCCEEDED`, ids),
  );
}
