// How a call starts: its numbers, its time, and what it asks of HubSpot.
import { isFields } from "../call/messages.ts";
import { undialable } from "../call/number.ts";
import { askedIn, calledIn, isFromApp, starts } from "./digest.ts";
import { isSame } from "./numbers.ts";
import { each, type Rule } from "./rule.ts";
import { isNumber, isSaid, isText, shown, textOf, typesWrong } from "./values.ts";

/** So many ms from now are now: clocks differ, and a call may have rung a while before HubSpot was told. */
export const minutes = 5 * 60 * 1000;

export const startRules = [
  {
    id: "numbers",
    title: "A call that starts says both numbers",
    level: "should",
    why: "The call’s log does not say who called whom, and the caller of an inbound call is not found.",
    source: "SDK type OnIncomingCall; documentation, outgoingCall",
    mend: `extensions.incomingCall({ externalCallId, fromNumber: "+1 212 555 0143", toNumber: "+1 212 555 0100" });`,
    judge: each(starts, (said) => {
      const from = isText(said.data.fromNumber) ? [] : ["fromNumber"];
      const to = calledIn(said) === "" ? ["toNumber"] : [];
      const missing = [...from, ...to];
      return missing.length > 0 ? `No ${missing.join(" and no ")}.` : "";
    }),
  },
  {
    id: "dialable",
    title: "Numbers can be dialled",
    level: "should",
    why: "HubSpot finds no record for such a number, and its user cannot call back.",
    source: "Documentation, fromNumber and toNumber: telephone numbers",
    mend: `extensions.outgoingCall({ externalCallId, fromNumber: "+1 212 555 0100", toNumber: "+44 7700 900142" });
// What a telephone can dial: not a name, not "Extension 12".`,
    judge: each([...starts, "CALL_COMPLETED"], ({ data, message, call }) => {
      const properties = isFields(data.engagementProperties) ? data.engagementProperties : {};
      // A caller may have withheld theirs.
      const isInbound = call?.isInbound ?? message.type === "INCOMING_CALL";
      const said = Object.entries({
        ...(!isInbound && {
          fromNumber: data.fromNumber,
          hs_call_from_number: properties.hs_call_from_number,
        }),
        toNumber: data.toNumber,
        phoneNumber: data.phoneNumber,
        hs_call_to_number: properties.hs_call_to_number,
      }).flatMap(([name, value]) => (isText(value) ? [{ name, value }] : []));
      if (said.length === 0) return null;
      const wrong = said.find(({ value }) => undialable(value) !== undefined);
      return wrong ? `${wrong.name} is ${shown(wrong.value)}.` : "";
    }),
  },
  {
    id: "from-and-to",
    title: "fromNumber is the caller’s, and toNumber is who is called",
    level: "should",
    why: "The call’s log says that somebody called themselves, or that the contact called the user.",
    source: "Documentation, fromNumber and toNumber",
    mend: `extensions.outgoingCall({ externalCallId, fromNumber: user.number, toNumber: contact.number });
extensions.incomingCall({ externalCallId, fromNumber: caller.number, toNumber: user.number });`,
    judge: each(starts, (said) => {
      const from = textOf(said.data.fromNumber);
      const to = calledIn(said);
      if (from === "" || to === "") return null;
      if (isSame(from, to)) return `Both are ${from}.`;
      const dial = said.page.said.findLast(
        (other) =>
          other.index < said.index && other.message.from === "hubspot" && other.data.phoneNumber,
      );
      const isSwapped =
        isFromApp(said, "OUTGOING_CALL_STARTED") &&
        dial !== undefined &&
        isSame(askedIn(dial), from, textOf(dial.data.countryCode));
      return isSwapped ? `fromNumber is ${from}, which HubSpot asked to be called.` : "";
    }),
  },
  {
    id: "start-time",
    title: "callStartTime is now, in milliseconds",
    level: "should",
    why: "The call stands at the wrong place of the timeline, such as in 1970.",
    source: "SDK types OnOutgoingCall and OnIncomingCall; documentation, callStartTime",
    mend: "extensions.outgoingCall({ externalCallId, fromNumber, toNumber, callStartTime: Date.now() });",
    judge: each(starts, ({ data: { callStartTime }, message, call }) => {
      if (!isSaid(callStartTime)) return null;
      // A page that comes back to a call says when that began.
      const first = call?.start.message.at ?? message.at;
      const isNow =
        isNumber(callStartTime) &&
        callStartTime > first - minutes &&
        callStartTime < message.at + minutes;
      return isNow ? "" : `callStartTime is ${shown(callStartTime)}${off(callStartTime, first)}.`;
    }),
  },
  {
    id: "start-fields",
    title: "createEngagement is true or false",
    level: "should",
    why: "HubSpot may make no engagement, and then nothing of the call is logged.",
    source:
      "SDK types OnOutgoingCall and OnIncomingCall. The text “true”, which a demo of HubSpot’s sends, works",
    mend: 'extensions.outgoingCall({ externalCallId, fromNumber, toNumber, createEngagement: true }); // not "true"',
    judge: each(starts, ({ data }) => typesWrong(data, { createEngagement: "boolean" })),
  },
] as const satisfies readonly Rule[];

/** What may have gone wrong with a time, in words that end a sentence. */
export function off(said: unknown, at: number): string {
  if (!isNumber(said)) return "";
  if (Math.abs(said * 1000 - at) < minutes) return ", which is in seconds";
  const minutesOff = Math.round((said - at) / 60_000);
  return Math.abs(minutesOff) < 1e6
    ? `, ${Math.abs(minutesOff)} minutes ${minutesOff < 0 ? "too early" : "too late"}`
    : "";
}
