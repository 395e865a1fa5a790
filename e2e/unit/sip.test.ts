// What the SIP line makes of JsSIP's words, and of a call that is to be taken up again.
import { expect, test } from "@playwright/test";
import { C } from "jssip";
import { numberIn } from "../../src/line/sip.ts";
import { dialogOf, replaces } from "../../src/line/sip-dialogs.ts";
import { type Ended, endingOf, whyNot } from "../../src/line/sip-endings.ts";

test("who calls is shown as it came where it cannot be read", () => {
  expect(numberIn("<sip:%2B442079460018@sip.example>")).toBe("+442079460018");
  expect(numberIn("<sip:%zz@sip.example>")).toBe("%zz");
  expect(numberIn("sip:sip.example")).toBe("");
});

const { causes } = C;
const outgoing = { isOutgoing: true, isAnswered: false, isGivenUp: false, originator: "remote" };
const incoming = { ...outgoing, isOutgoing: false };
const answered = { ...outgoing, isAnswered: true };
const elsewhere = 'SIP;cause=200;text="Call completed elsewhere"';

const endings: [story: string, ended: Ended, endStatus: string, why?: string][] = [
  ["the far end hangs up", { ...answered, cause: causes.BYE }, "COMPLETED"],
  [
    "we hang up",
    { ...answered, isGivenUp: true, cause: causes.BYE, originator: "local" },
    "COMPLETED",
  ],
  [
    "the voices stop coming",
    { ...answered, cause: causes.RTP_TIMEOUT, originator: "local" },
    "FAILED",
    "network gone",
  ],
  ["it is busy", { ...outgoing, cause: causes.BUSY }, "BUSY", "busy"],
  ["it is declined", { ...outgoing, cause: causes.REJECTED }, "REJECTED", "rejected"],
  ["nobody answers", { ...outgoing, cause: causes.UNAVAILABLE }, "NO_ANSWER", "no answer"],
  ["nobody has the number", { ...outgoing, cause: causes.NOT_FOUND }, "FAILED", "wrong number"],
  [
    "we give it up",
    { ...outgoing, isGivenUp: true, cause: causes.CANCELED, originator: "local" },
    "CANCELED",
  ],
  [
    "the server is not there",
    { ...outgoing, cause: causes.CANCELED, originator: "local" },
    "FAILED",
    "network gone",
  ],
  [
    "something else fails",
    { ...outgoing, cause: causes.INTERNAL_ERROR },
    "FAILED",
    "far end failed",
  ],
  ["the caller gives it up", { ...incoming, cause: causes.CANCELED }, "MISSED"],
  [
    "it is answered elsewhere",
    { ...incoming, cause: causes.CANCELED, reason: elsewhere },
    "CANCELED",
    "answered elsewhere",
  ],
  [
    "we decline",
    { ...incoming, isGivenUp: true, cause: causes.REJECTED, originator: "local" },
    "REJECTED",
  ],
  [
    "we do not answer",
    { ...incoming, cause: causes.NO_ANSWER, originator: "local" },
    "NO_ANSWER",
    "no answer",
  ],
];

for (const [story, ended, endStatus, why] of endings)
  test(`a call ends when ${story}: ${endStatus}`, () => {
    expect(endingOf(ended)).toEqual(why ? { endStatus, why } : { endStatus });
  });

test("a transfer fails as a call does", () => {
  expect([404, 486, 603, 480, 500].map(whyNot)).toEqual([
    "wrong number",
    "busy",
    "rejected",
    "no answer",
    "far end failed",
  ]);
});

test("a dialog is named as the far end sees it, whoever began the call", () => {
  const response = { call_id: "c", from_tag: "a", to_tag: "b" };
  const ours = dialogOf(response, true, "sip:bob@example.com", true);
  expect(ours && replaces(ours)).toBe("Replaces: c;to-tag=b;from-tag=a");
  const theirs = dialogOf(response, false, "sip:bob@example.com", false);
  expect(theirs && replaces(theirs)).toBe("Replaces: c;to-tag=a;from-tag=b");
  expect(dialogOf(undefined, true, "sip:bob@example.com", true)).toBe(undefined);
});
