// Calls that HubSpot asks for: the number that it wants is the one called, once.
import { isFields } from "../call/messages.ts";
import {
  askedIn,
  asksEngagement,
  calledIn,
  callsOn,
  type Digest,
  isAskedFor,
  isFromApp,
  isFromHubSpot,
  type Said,
} from "./digest.ts";
import { isAlike } from "./numbers.ts";
import { each, type Occasion, occasion, type Rule, reaction } from "./rule.ts";
import type { Message } from "./session.ts";
import { isSaid, isText, shown } from "./values.ts";

const outgoing = ["OUTGOING_CALL_STARTED"];

/** Two values of JSON, whatever the order of their fields. What JSON cannot say is never the same. */
function isEqual(a: unknown, b: unknown): boolean {
  if (Array.isArray(a) && Array.isArray(b))
    return a.length === b.length && a.every((value, index) => isEqual(value, b[index]));
  if (!isFields(a) || !isFields(b)) return Object.is(a, b);
  const names = Object.keys(a);
  return names.length === Object.keys(b).length && names.every((name) => isEqual(a[name], b[name]));
}

/** What HubSpot has said that the call is not put on. */
const lostBy = ({ note }: Message) => (note ? ` ${note}` : "");

/** Whether the page has another call to the number, from the same click in HubSpot. */
const isDouble = (start: Said, session: Digest) =>
  callsOn(session, start).some(
    (call) =>
      !call.isInbound &&
      // The same call, started again, is another rule's affair, unless HubSpot asked again.
      (call !== start.call || (call.start !== start && start.dial)) &&
      isText(calledIn(start)) &&
      ((start.dial && isAskedFor(call.start, start.dial)) ||
        (call.start.dial && isAskedFor(start, call.start.dial))),
  );

export const dialRules = [
  {
    id: "dialled-number",
    title: "The number that HubSpot asks for is the one called",
    level: "should",
    why: "Somebody else is called, and the call is logged for somebody else.",
    source: "Documentation, onDialNumber",
    mend: `const eventHandlers = {
  onDialNumber: ({ phoneNumber }) => { // text, as it is: with its + and its zeros
    extensions.outgoingCall({ externalCallId, fromNumber, toNumber: phoneNumber, createEngagement: true });
  },
};`,
    judge: each(outgoing, (said) => {
      const { asked, dial, data, message } = said;
      if (dial) return "";
      const called = calledIn(said);
      if (!asked || called === "" || askedIn(asked) === "") return null;
      // A user may call another number than the one that HubSpot asked for; not at once, and not nearly the same.
      const isChosen =
        message.at - asked.message.at > reaction &&
        !isAlike(askedIn(asked), called) &&
        !isEqual(data.dialingContext, asked.data);
      return isChosen ? null : `HubSpot asked for ${askedIn(asked)}, and ${called} was called.`;
    }),
  },
  {
    id: "dialing-context",
    title: "dialingContext is all that came with the DIAL_NUMBER of this call",
    level: "should",
    why: "The call is put on another record, or on none.",
    source: "Documentation, outgoingCall. What HubSpot does with it is a guess",
    mend: `const eventHandlers = {
  onDialNumber: (data) =>
    extensions.outgoingCall({ ...call, toNumber: data.phoneNumber, dialingContext: data }),
};`,
    judge: each(outgoing, ({ data: { dialingContext: context }, message, dial, asked }) => {
      const last = dial ?? asked;
      if (!isSaid(context) || !last) return null;
      if (!isFields(context)) return `dialingContext is ${shown(context)}.`;
      const [name] =
        Object.entries(last.data).find(([name, value]) => !isEqual(context[name], value)) ?? [];
      if (name === undefined) return "";
      return name in context
        ? `${name} is ${shown(context[name])} in dialingContext, and was ${shown(last.data[name])} in DIAL_NUMBER.${lostBy(message)}`
        : `dialingContext has no ${name}.${lostBy(message)}`;
    }),
  },
  {
    id: "dialing-context-given",
    title: "A call that HubSpot asked for has its dialingContext",
    level: "should",
    why: "HubSpot knows only the number. The call is not on the timeline of the ticket, the deal or the custom object that it was made from, and where several records have the number, it may be on the wrong one.",
    source: "Documentation, outgoingCall: optional. What HubSpot does with it is a guess",
    mend: `const eventHandlers = {
  onDialNumber: (data) =>
    extensions.outgoingCall({ ...call, toNumber: data.phoneNumber, dialingContext: data }),
};`,
    judge: each(outgoing, ({ data, dial, message }) => {
      // An app that makes the engagement itself says there whom it is with.
      if (!dial || !asksEngagement(data)) return null;
      return isSaid(data.dialingContext) ? "" : (message.note ?? "There is no dialingContext.");
    }),
  },
  {
    id: "one-call-a-dial",
    title: "When HubSpot asks twice, one call is made",
    level: "should",
    why: "HubSpot has been seen to send DIAL_NUMBER twice for one click: the number is called and logged twice.",
    source: "SDK issue 210",
    mend: `const eventHandlers = {
  onDialNumber: ({ phoneNumber }) => {
    if (call) return; // one is on: offer the number when that is over
    call = { externalCallId: crypto.randomUUID() };
    extensions.outgoingCall({ ...call, fromNumber, toNumber: phoneNumber, createEngagement: true });
  },
};`,
    judge: (session) =>
      session.said.flatMap((said): Occasion[] => {
        if (isFromApp(said, ...outgoing) && isDouble(said, session))
          return occasion(said.message, `A call to ${calledIn(said)} was on already.`);
        if (!isFromHubSpot(said, "DIAL_NUMBER")) return [];
        const { message, index, page } = said;
        const isOn = callsOn(session, said).some(
          (call) => !call.isInbound && isAskedFor(call.start, said),
        );
        const isRepeated = page.said.some(
          (other) =>
            other.index < index &&
            message.at - other.message.at < 2 * reaction &&
            isFromHubSpot(other, "DIAL_NUMBER") &&
            isText(askedIn(said)) &&
            askedIn(other) === askedIn(said),
        );
        if (!isOn && !isRepeated) return [];
        const until = message.at + 2 * reaction;
        const next = page.said.filter((other) => other.index > index && other.message.at < until);
        if (next.some((other) => isFromApp(other, ...outgoing) && isDouble(other, session)))
          return [];
        return session.at < until ? [] : [{ message, kept: true }];
      }),
  },
] as const satisfies readonly Rule[];
