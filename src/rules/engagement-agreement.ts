// engagementProperties that tell of the call what its messages told.
import { isEndStatus } from "../call/messages.ts";
import { type Call, calledIn, ends, firstOf } from "./digest.ts";
import { isSame } from "./numbers.ts";
import { callStatuses } from "./properties.mjs";
import { eachProperties, type Rule } from "./rule.ts";
import { minutes, off } from "./start.ts";
import { isGiven, isText, plain, shown, textOf, timeOf } from "./values.ts";

/** A second, and what messages take, in ms. */
const second = 1250;

/** From answer to end, in ms: 0 for a call that was not answered, undefined for one that has not ended. */
function lengthOf(call: Call | undefined): number | undefined {
  const from = call && firstOf(call, "CALL_ANSWERED");
  const to = call && firstOf(call, ...ends);
  if (!to) return undefined;
  return from ? to.message.at - from.message.at : 0;
}

/** Whether it is the call's length in seconds. Below two of them ms and s cannot be told apart. */
const isSeconds = (value: number, length: number) =>
  length >= 2000 && value > 0 && Math.abs(value * 1000 - length) <= second;

export const agreementRules = [
  {
    id: "timestamp-right",
    title: "hs_timestamp is when the call began",
    level: "should",
    why: "The call stands at the wrong place of the timeline.",
    source: "SDK type RawEngagementProperties: “the call’s time of creation”",
    mend: `const startedAt = Date.now();
extensions.outgoingCall({ externalCallId, fromNumber, toNumber, callStartTime: startedAt });
extensions.callCompleted({ externalCallId, engagementId, engagementProperties: { hs_timestamp: startedAt } });`,
    judge: eachProperties(({ hs_timestamp: said }, { call, message }) => {
      const time = timeOf(said);
      if (!call || time === undefined) return null;
      const began = call.start.message.at;
      const isRight = time > began - minutes && time < message.at + minutes;
      return isRight ? "" : `hs_timestamp is ${shown(said)}${off(time, began)}.`;
    }),
  },
  {
    id: "duration-unit",
    title: "hs_call_duration is in milliseconds, not in seconds",
    level: "should",
    why: "The timeline shows a call of an hour as one of 3 seconds.",
    source: "SDK type RawEngagementProperties: “in milliseconds”",
    mend: `const hs_call_duration = String(endedAt - answeredAt); // from Date.now(), not divided by 1000
extensions.callCompleted({ externalCallId, engagementId, engagementProperties: { hs_call_duration } });`,
    judge: eachProperties(({ hs_call_duration: said }, { call }) => {
      const length = lengthOf(call) ?? 0;
      const value = Number(plain(said));
      if (!isGiven(said) || Number.isNaN(value) || length < 2000) return null;
      return isSeconds(value, length)
        ? `hs_call_duration is ${value} for a call of ${length} ms.`
        : "";
    }),
  },
  {
    id: "duration-right",
    title: "hs_call_duration is the time from answer to end, to the second",
    level: "should",
    why: "The timeline says that the call was longer or shorter than it was.",
    source: "SDK type RawEngagementProperties. That ringing does not count is a guess",
    mend: `const hs_call_duration = String(isAnswered ? endedAt - answeredAt : 0);
extensions.callCompleted({ externalCallId, engagementId, engagementProperties: { hs_call_duration } });`,
    judge: eachProperties(({ hs_call_duration: said }, { call }) => {
      const length = lengthOf(call);
      const value = Number(plain(said));
      if (!isText(said) && typeof said !== "number") return null;
      if (length === undefined || Number.isNaN(value) || isSeconds(value, length)) return null;
      return Math.abs(value - length) <= second
        ? ""
        : `hs_call_duration is ${value} for a call of ${length} ms.`;
    }),
  },
  {
    id: "status-right",
    title: "hs_call_status says what callEndStatus said",
    level: "should",
    why: "The timeline says that the call ended in another way.",
    source:
      "Documentation, callEndStatus; SDK type RawEngagementProperties. The property has no REJECTED and no MISSED: that CANCELED, BUSY and NO_ANSWER come near is a guess",
    mend: `const nearest = { REJECTED: "CANCELED", MISSED: "NO_ANSWER" };
extensions.callEnded({ externalCallId, engagementId, callEndStatus: status });
extensions.callCompleted({ externalCallId, engagementId,
  engagementProperties: { hs_call_status: nearest[status] ?? status } });`,
    judge: eachProperties(({ hs_call_status: said }, { call }) => {
      const status = textOf(call && firstOf(call, "CALL_ENDED")?.data.callEndStatus);
      if (!isEndStatus(status) || !callStatuses.includes(textOf(said))) return null;
      const near: readonly string[] =
        status === "REJECTED" || status === "MISSED" ? ["CANCELED", "BUSY", "NO_ANSWER"] : [status];
      return near.includes(textOf(said))
        ? ""
        : `hs_call_status is ${shown(said)}, and the call ended as ${status}.`;
    }),
  },
  {
    id: "direction-right",
    title: "hs_call_direction is the way the call went",
    level: "should",
    why: "The timeline shows an incoming call as an outgoing one.",
    source: "SDK type RawEngagementProperties: “from the perspective of the HubSpot user”",
    mend: `extensions.callCompleted({ externalCallId, engagementId,
  engagementProperties: { hs_call_direction: isIncoming ? "INBOUND" : "OUTBOUND" } });`,
    judge: eachProperties(({ hs_call_direction: said }, { call }) => {
      if (!call || (said !== "INBOUND" && said !== "OUTBOUND")) return null;
      return said === (call.isInbound ? "OUTBOUND" : "INBOUND")
        ? `${call.start.message.type} was completed as ${said}.`
        : "";
    }),
  },
  {
    id: "numbers-right",
    title: "hs_call_from_number and hs_call_to_number are the call’s own",
    level: "should",
    why: "The timeline says that somebody else called, or was called.",
    source: "SDK type RawEngagementProperties",
    mend: `extensions.outgoingCall({ externalCallId, fromNumber, toNumber, createEngagement: true });
extensions.callCompleted({ externalCallId, engagementId,
  engagementProperties: { hs_call_from_number: fromNumber, hs_call_to_number: toNumber } });`,
    judge: eachProperties(({ hs_call_from_number: from, hs_call_to_number: to }, { call }) => {
      if (!call) return null;
      const pairs = [
        { name: "hs_call_from_number", said: from, was: textOf(call.start.data.fromNumber) },
        { name: "hs_call_to_number", said: to, was: calledIn(call.start) },
      ].flatMap(({ name, said, was }) => (isText(said) && was ? [{ name, said, was }] : []));
      if (pairs.length === 0) return null;
      const wrong = pairs.find(({ said, was }) => !isSame(was, said) && !isSame(said, was));
      return wrong ? `${wrong.name} is ${wrong.said}, and the call began with ${wrong.was}.` : "";
    }),
  },
] as const satisfies readonly Rule[];
