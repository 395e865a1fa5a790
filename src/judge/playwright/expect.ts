// Playwright's expect, with what can be expected of HubSpot. Each waits, as Playwright's own do, until it is so or time is up.
import { expect as base, type ExpectMatcherState } from "@playwright/test";
import { times } from "../../rules/report.ts";
import type { Level } from "../../rules/rule.ts";
import { type Finding, judge, type RuleId, rules } from "../../rules/rules.ts";
import { unknown } from "../verdict.mjs";
import type { Fields, HubSpot, Message, TimelineCall } from "./hubspot.ts";
import { brokenRule, callsOf, messagesOf, valuesOf } from "./words.ts";

export type HeardOptions = {
  /** Exactly so often; without it, once or more. */
  times?: number;
  /** ms; by default what Playwright's configuration gives to `expect` */
  timeout?: number;
};

export type RulesOptions = {
  /** Rules that may be broken. */
  except?: readonly RuleId[];
  /** From which level on rules count: "must", which is the default, or "should" for all. */
  level?: Level;
  /** ms; by default what Playwright's configuration gives to `expect` */
  timeout?: number;
};

type Outcome = Promise<{ pass: boolean; name: string; message: () => string }>;

/** Looks again and again until what is seen is done with, or time is up; gives what was seen last. */
async function lookUntil<T>(
  isDone: (seen: T) => boolean,
  look: () => Promise<T>,
  timeout: number,
): Promise<T> {
  const until = Date.now() + timeout;
  for (;;) {
    const seen = await look();
    if (isDone(seen) || Date.now() >= until) return seen;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

/** Whether the values have those of `fields`, in which Playwright's `expect.any()` and the like can stand. */
function has(values: unknown, fields: Fields): boolean {
  try {
    base(values).toMatchObject(fields);
    return true;
  } catch {
    return false;
  }
}

const isEnough = (count: number, wanted: number | undefined) =>
  wanted === undefined ? count > 0 : count === wanted;

const often = (wanted: number | undefined) => (wanted === undefined ? "" : `, ${times(wanted)}`);

export const expect = base.extend({
  /** The app has sent HubSpot a message of the type, with those fields among its own. */
  async toHaveHeard(
    this: ExpectMatcherState,
    hubspot: HubSpot,
    type: string,
    fields: Fields = {},
    { times: wanted, timeout = this.timeout }: HeardOptions = {},
  ): Outcome {
    const isHeard = (message: Message) => message.type === type && has(message.data ?? {}, fields);
    const passes = (said: readonly Message[]) => isEnough(said.filter(isHeard).length, wanted);
    const said = await lookUntil(
      (said) => passes(said) !== this.isNot,
      async () => (await hubspot.messages()).filter(({ from }) => from === "app"),
      timeout,
    );
    return {
      pass: passes(said),
      name: "toHaveHeard",
      message: () =>
        [
          `HubSpot was ${this.isNot ? "not " : ""}to hear from the app: ${type}${valuesOf(fields)}${often(wanted)}.`,
          `It ${this.isNot ? "heard that" : `heard that ${times(said.filter(isHeard).length)}, within ${timeout} ms`}.`,
          "",
          messagesOf(said, type),
        ].join("\n"),
    };
  },

  /** No rule of HubSpot's is broken. While a call is on, what is still to come is waited for, and not held against the app. */
  async toKeepTheRules(
    this: ExpectMatcherState,
    hubspot: HubSpot,
    { except = [], level = "must", timeout = this.timeout }: RulesOptions = {},
  ): Outcome {
    const ids = rules.map(({ id }) => id);
    const none = except.find((rule) => !ids.includes(rule));
    if (none !== undefined) throw new Error(unknown("rule", none, ids));
    const counts = (finding: Finding) =>
      finding.status === "fail" &&
      (level === "should" || finding.level === "must") &&
      !except.includes(finding.rule);
    const { broken, hasSpoken } = await lookUntil(
      ({ broken, hasSpoken, isFinal }) =>
        hasSpoken && (this.isNot ? broken.length > 0 : broken.length === 0 || isFinal),
      async () => {
        const session = await hubspot.session();
        return {
          broken: judge(session).filter(counts),
          hasSpoken: session.messages.some(({ from }) => from === "app"),
          // What is wrong whatever comes will not be mended by waiting.
          isFinal: judge({ ...session, isOver: false }).some(counts),
        };
      },
      timeout,
    );
    if (!hasSpoken) throw new Error("The app has said nothing yet, so nothing can be judged.");
    return {
      pass: broken.length === 0,
      name: "toKeepTheRules",
      message: () =>
        this.isNot
          ? "The app should break a rule of HubSpot’s, but broke none."
          : [
              `The app breaks ${broken.length === 1 ? "a rule" : `${broken.length} rules`} of HubSpot’s.`,
              ...broken.map((finding) => brokenRule(finding, rules)),
            ].join("\n\n"),
    };
  },

  /** A completed call with those properties is on the timeline. The CRM keeps each as a text: 5000 is “5000” there. */
  async toBeOnTheTimeline(
    this: ExpectMatcherState,
    hubspot: HubSpot,
    properties: Fields = {},
    { times: wanted, timeout = this.timeout }: HeardOptions = {},
  ): Outcome {
    const texts = Object.fromEntries(
      Object.entries(properties).map(([name, value]) => [
        name,
        typeof value === "number" || typeof value === "boolean" ? String(value) : value,
      ]),
    );
    const isThere = (call: TimelineCall) => has(call.properties, texts);
    const passes = (calls: readonly TimelineCall[]) =>
      isEnough(calls.filter(isThere).length, wanted);
    const calls = await lookUntil(
      (calls) => passes(calls) !== this.isNot,
      () => hubspot.timeline(),
      timeout,
    );
    return {
      pass: passes(calls),
      name: "toBeOnTheTimeline",
      message: () =>
        [
          `A call${valuesOf(texts)} was ${this.isNot ? "not " : ""}to be on the timeline${often(wanted)}.`,
          `It is there ${times(calls.filter(isThere).length)}${this.isNot ? "" : ` after ${timeout} ms`}.`,
          "",
          callsOf(calls),
        ].join("\n"),
    };
  },
});
