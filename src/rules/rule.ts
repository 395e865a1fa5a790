// What a rule is, and what rules are made of.
import { type Fields, isFields } from "../call/messages.ts";
import { type Digest, isOf, type Said } from "./digest.ts";
import type { Message } from "./session.ts";
import { isGiven } from "./values.ts";

/**
 * "must": HubSpot's documents, its SDK or its demos say so, and HubSpot's user loses something.
 * "should": HubSpot lets it pass, or does not say what it does.
 */
export type Level = "must" | "should";

export type Rule = {
  id: string;
  title: string;
  level: Level;
  /** What a user sees go wrong when it is broken. */
  why: string;
  /** Where HubSpot says so, or that it is a guess; "SDK issue 87" is of the repository HubSpot/calling-extensions-sdk. */
  source: string;
  /** How to fix it: a few lines of JavaScript, in which `extensions` is the app's CallingExtensions. */
  mend: string;
  judge: (session: Digest) => Occasion[];
};

/** One time that a rule applied to something: it was kept or broken, or it cannot be told yet. */
export type Occasion = { message?: Message | undefined } & (
  | { kept: true }
  | { wrong: string }
  | { pending: string }
);

/** Up to so many ms after HubSpot's message, an app's own action counts as an answer to it. */
export const reaction = 500;

/**
 * Judges each message of the app's of those types: "" for kept, what is wrong in words, or null where the rule does not
 * apply, as it does not to a value that is missing.
 */
export const each =
  (
    types: readonly string[],
    check: (said: Said, session: Digest) => string | null,
  ): Rule["judge"] =>
  (session) =>
    session.said
      .filter((said) => isOf(said, "app", types))
      .flatMap((said) => occasion(said.message, check(said, session)));

/** Judges the properties of each call that is completed with some; as `each` does. */
export const eachProperties = (
  check: (properties: Fields, said: Said, session: Digest) => string | null,
) =>
  each(["CALL_COMPLETED"], (said, session) =>
    isFields(said.data.engagementProperties)
      ? check(said.data.engagementProperties, said, session)
      : null,
  );

/** Judges one property, where it is given. */
export const property = (name: string, wrong: (value: unknown) => string | false) =>
  eachProperties(({ [name]: value }) => (isGiven(value) ? wrong(value) || "" : null));

export function occasion(message: Message | undefined, wrong: string | null): Occasion[] {
  if (wrong === null) return [];
  return [wrong ? { message, wrong } : { message, kept: true }];
}
