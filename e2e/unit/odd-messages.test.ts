// HubSpot's messages with payloads that nobody should send, by the thousand: a call that is on keeps its id, its notes and its state.
import { expect, test } from "@playwright/test";
import fc from "fast-check";
import { next } from "../../src/call/call.ts";
import { type Event, press } from "../../src/call/events.ts";
import { read } from "../../src/call/messages.ts";
import { type State, start } from "../../src/call/state.ts";

/** In the test's name; HOSTILE_SEED=... repeats it. */
const seed = Number(process.env.HOSTILE_SEED);

const answer: readonly { type: string; data?: unknown }[] = [
  { type: "READY", data: {} },
  { type: "DIAL_NUMBER", data: { phoneNumber: "+44 20 7946 0018", startTimestamp: 1 } },
  { type: "CREATE_ENGAGEMENT_SUCCEEDED", data: { engagementId: 101 } },
];

/** All of HubSpot's but what ends a call or begins anew, and what it does not have. */
const types = [
  "DIAL_NUMBER",
  "CREATE_ENGAGEMENT_SUCCEEDED",
  "CREATE_ENGAGEMENT_FAILED",
  "ENGAGEMENT_CREATED",
  "UPDATE_ENGAGEMENT_SUCCEEDED",
  "UPDATE_ENGAGEMENT_FAILED",
  "CALLER_ID_MATCH_SUCCEEDED",
  "CALLER_ID_MATCH_FAILED",
  "NAVIGATE_TO_RECORD_FAILED",
  "PUBLISH_TO_CHANNEL_SUCCEEDED",
  "PUBLISH_TO_CHANNEL_FAILED",
  "FINALIZE_ENGAGEMENT_SUCCEEDED",
  "FINALIZE_ENGAGEMENT_FAILED",
  "VISIBILITY_CHANGED",
  "SET_WIDGET_URL_FAILED",
  "SET_CALL_STATE",
  "INITIATE_CALL_ID_SUCCEEDED",
  "INITIATE_CALL_ID_FAILED",
  "NO_SUCH_TYPE",
  "toString",
  "__proto__",
];

const odd = fc.oneof(
  {
    weight: 9,
    arbitrary: fc.anything({ withBigInt: true, withDate: true, maxDepth: 1, maxKeys: 2 }),
  },
  // No number can be made of it: that throws.
  fc.constantFrom({ toString: 1 }, { valueOf: null, toString: null }),
);
/** A payload with some fields of HubSpot's, each of them sound or not. */
const payload = fc.record(
  {
    phoneNumber: fc.oneof(fc.constant("+44 7700 900142"), odd),
    calleeInfo: fc.oneof(fc.constant({ calleeId: 7, calleeObjectTypeId: "0-1" }), odd),
    startTimestamp: odd,
    engagementId: fc.oneof(fc.constant(424242), odd),
    externalCallId: fc.oneof(fc.constant("not a call"), odd),
    error: fc.oneof(fc.constant({ message: "<b>no</b>" }), odd),
    callerIdMatches: fc.oneof(fc.array(odd), odd),
    objectCoordinates: odd,
    isMinimized: odd,
    isHidden: odd,
  },
  { requiredKeys: [] },
);
const messages = fc.array(
  fc.record({ type: fc.constantFrom(...types), data: fc.oneof(odd, payload) }),
  { minLength: 10, maxLength: 20 },
);

test(`5,000 odd messages leave a call as it is (seed ${seed})`, () => {
  let count = 0;
  fc.assert(
    fc.property(messages, (heard) => {
      let state: State = start({ status: "connecting", since: 0 }, "this frame");
      let now = 0;
      const sent: string[] = [];
      const happens = (event: object) => {
        now += 1000;
        const step = next(state, { ...event, at: now } as Event);
        state = step.state;
        sent.push(...step.commands.map(({ method }) => method));
      };
      const [ready, dial, engaged] = answer.map((message) => read(message));
      happens(ready ?? {});
      happens({ type: "hold" });
      happens(press(state, "login", ""));
      happens(dial ?? {});
      happens(press(state, "outgoingcall", "the call"));
      happens(engaged ?? {});
      happens(press(state, "answercall", ""));
      happens({ type: "edit", field: "notes", value: "Keep me" });
      const before = sent.length;

      for (const message of heard) happens(read(message));
      count += heard.length;
      expect(state.call).toMatchObject({ status: "answered", externalCallId: "the call" });
      expect(state.form.notes).toBe("Keep me");
      expect(sent.slice(before)).toEqual([]);
      happens(press(state, "endcall", ""));
      happens(press(state, "completecall", ""));
      expect(sent.slice(before)).toEqual(["callEnded", "callCompleted"]);
    }),
    { seed, numRuns: 400 },
  );
  expect(count).toBeGreaterThan(5000);
});
