// How a call starts: its numbers, its time, and what it asks of HubSpot.
import { isFields } from "../call/messages.ts";
import { undialable } from "../call/number.ts";
import { starts } from "./digest.ts";
import { each, type Rule } from "./rule.ts";
import { isNumber, isText, shown, typesWrong } from "./values.ts";

const day = 24 * 60 * 60 * 1000;

/** A number as the call's own direction takes it: a caller may have withheld theirs. */
const numberWrong = (name: string, value: unknown, isCaller: boolean) =>
  isText(value) && !isCaller && undialable(value) ? `${name} is ${shown(value)}.` : "";

export const startRules: readonly Rule[] = [
  {
    id: "numbers",
    title: "A call that starts says both numbers",
    level: "should",
    why: "The call’s log does not say who called whom, and the caller of an inbound call is not found.",
    source: "SDK type OnIncomingCall; documentation, outgoingCall",
    judge: each(starts, ({ data, message }) => {
      const stands = message.type === "OUTGOING_CALL_STARTED" ? data.phoneNumber : undefined;
      const missing = [
        isText(data.fromNumber) ? [] : "fromNumber",
        isText(data.toNumber) || isText(stands) ? [] : "toNumber",
      ].flat();
      return missing.length > 0 ? `No ${missing.join(" and no ")}.` : "";
    }),
  },
  {
    id: "dialable",
    title: "Numbers can be dialled",
    level: "should",
    why: "HubSpot finds no record for such a number, and its user cannot call back.",
    source: "Documentation, fromNumber and toNumber: telephone numbers",
    judge: each([...starts, "CALL_COMPLETED"], ({ data, message, call }) => {
      const isInbound = call?.isInbound ?? message.type === "INCOMING_CALL";
      const said = isFields(data.engagementProperties) ? data.engagementProperties : {};
      return (
        numberWrong("fromNumber", data.fromNumber, isInbound) ||
        numberWrong("toNumber", data.toNumber, false) ||
        numberWrong("phoneNumber", data.phoneNumber, false) ||
        numberWrong("hs_call_from_number", said.hs_call_from_number, isInbound) ||
        numberWrong("hs_call_to_number", said.hs_call_to_number, false)
      );
    }),
  },
  {
    id: "start-time",
    title: "callStartTime is now, in milliseconds",
    level: "should",
    why: "The call stands at the wrong place of the timeline, such as in 1970.",
    source: "SDK types OnOutgoingCall and OnIncomingCall; documentation, callStartTime",
    judge: each(starts, ({ data: { callStartTime }, message }) => {
      if (callStartTime === undefined || callStartTime === null) return "";
      const isNow = isNumber(callStartTime) && Math.abs(callStartTime - message.at) < day;
      return isNow ? "" : `callStartTime is ${shown(callStartTime)}.`;
    }),
  },
  {
    id: "start-fields",
    title: "createEngagement is true or false, and dialingContext what came with DIAL_NUMBER",
    level: "should",
    why: "HubSpot may make no engagement, and then nothing of the call is logged.",
    source: "SDK types OnOutgoingCall and OnIncomingCall",
    judge: each(starts, ({ data }) =>
      typesWrong(data, { createEngagement: "boolean", dialingContext: "object" }),
    ),
  },
];
