// Masks a session, so that it can be shared: telephone numbers, names, e-mail addresses and notes.
import type { Session } from "./session.ts";

/** The fields that hold a telephone number, whole. */
const isNumberField = (name: string) =>
  /number$|^(from|to|phone|caller|callee|e164\w*)$/i.test(name);
const nameFields = ["firstName", "lastName", "name", "fullName", "ownerName"];
/** What people write, in which anything may stand. */
const textFields = ["hs_call_title", "hs_call_body", "notes", "title", "body"];
/** An e-mail address, or a SIP address, which looks the same. */
const email = /[\p{L}\p{N}._%+-]+@[\p{L}\p{N}.-]*[\p{L}\p{N}]/gu;
/** Digits and what stands between them: a telephone's number, or something else. */
const digits = /\(?\+?\d(?:[\s().\-/]*\d){6,14}/g;

const digitsOf = (text: string) => text.replace(/\D/g, "");
/** So many last digits of a number are masked: those before them say its country and region, and how it was written. */
const masked = 7;

/**
 * Masks telephone numbers, names, e-mail addresses, and what people wrote, in sessions that belong together. What was the
 * same stays the same: a number in two ways of writing has one mask, so that the rules find what they found. Country
 * codes, ids and times stay. Give sessions with people's secrets away only after a look at the result.
 */
export function mask(sessions: readonly Session[]): Session[] {
  const masks = new Masks();
  for (const { messages } of sessions) for (const { data } of messages) masks.learn(data);
  return sessions.map(({ messages, errors, steps, ...session }) => ({
    ...session,
    messages: messages.map(({ data, note, ...message }) => ({
      ...message,
      data: masks.of(data),
      ...(note !== undefined && { note: masks.inText(note) }),
    })),
    ...(steps && {
      steps: steps.map(({ trouble, ...step }) => ({
        ...step,
        ...(trouble !== undefined && { trouble: masks.inText(trouble) }),
      })),
    }),
    ...(errors && { errors: errors.map((error) => masks.inText(error)) }),
  }));
}

/** Each thing that was masked, with the mask that it has wherever it stands. */
class Masks {
  readonly #numbers = new Map<string, string>();
  readonly #names = new Map<string, string>();
  readonly #emails = new Map<string, string>();
  readonly #texts = new Map<string, string>();

  /** Takes note of the numbers and names that stand in fields of their own: they may stand in texts, too. */
  learn(data: unknown): void {
    this.#walk(data, "", (name, value) => {
      if (isNumberField(name)) this.#number(value);
      if (nameFields.includes(name) && value.length > 1) this.#name(value);
      return value;
    });
  }

  of(data: unknown): unknown {
    return this.#walk(data, "", (name, value) => this.#field(name, value));
  }

  /** A free text, such as an error: masks what is known in it, not the whole. */
  inText(text: string): string {
    return this.#known(text, () => true);
  }

  #field(name: string, value: string): string {
    if (isNumberField(name)) return this.#number(value);
    if (nameFields.includes(name)) return value === "" ? "" : this.#name(value);
    if (textFields.includes(name))
      return value === "" ? "" : once(this.#texts, value, (n) => `Text ${n}`);
    if (/message$/i.test(name)) return this.inText(value);
    if (/url$/i.test(name)) return this.#url(value);
    return this.#known(value);
  }

  /**
   * What is known to be somebody's, wherever it stands.
   * @param isNumber of digits: ids and times are made of them as well, and stay
   */
  #known(
    text: string,
    isNumber = (number: string) =>
      /^(\+|00)/.test(number) || this.#numbers.has(digitsOf(number).slice(-masked)),
  ): string {
    let all = this.#address(text).replace(digits, (number) =>
      isNumber(number) ? this.#number(number) : number,
    );
    // HubSpot's own words, such as COMPLETED, are not names.
    if (/^[A-Z_]+$/.test(text)) return text;
    for (const [name, other] of this.#names) {
      const word = name.replace(/[.*+?^${}()|[\]\\/]/g, "\\$&");
      all = all.replace(new RegExp(`(?<!\\p{L})${word}(?!\\p{L})`, "giu"), other);
    }
    return all;
  }

  /** The last digits are others; all else stays as it was written. */
  #number(number: string): string {
    const last = digitsOf(number).slice(-masked);
    // A SIP address, or a word for a caller who withholds the number.
    if (last === "" || number.includes("@")) return this.#address(number);
    const fresh = once(this.#numbers, last, (n) => {
      const digits = String(5_550_100 + n);
      return digits.slice(-last.length);
    });
    let at = last.length - digitsOf(number).length;
    return number.replace(/\d/g, (digit) => fresh[at++] ?? digit);
  }

  #address(text: string): string {
    return text.replace(email, (address) =>
      once(this.#emails, address.toLowerCase(), (n) => `person${n}@example.com`),
    );
  }

  #name(name: string): string {
    return once(this.#names, name, (n) => `Name ${n}`);
  }

  /** An address's path and query may name anybody. */
  #url(text: string): string {
    if (!URL.canParse(text)) return this.#known(text);
    const url = new URL(text);
    if (url.pathname === "/" && url.search === "" && url.hash === "") return text;
    return `${url.origin}/${once(this.#texts, text, (n) => `address-${n}`)}`;
  }

  /** The same value with other texts. What contains itself, as no JSON does, is left out. */
  #walk(
    value: unknown,
    name: string,
    of: (name: string, value: string) => string,
    around: readonly unknown[] = [],
  ): unknown {
    if (typeof value === "string") return of(name, value);
    // A telephone number that is said as a number. Times and ids are numbers, too, under other names.
    if (typeof value === "number" && isNumberField(name) && value > 0)
      return Number(of(name, String(value)));
    if (typeof value !== "object" || value === null || value instanceof Date) return value;
    if (around.includes(value)) return undefined;
    const inside = (name: string, each: unknown) => this.#walk(each, name, of, [...around, value]);
    return Array.isArray(value)
      ? value.map((each) => inside(name, each))
      : Object.fromEntries(
          Object.entries(value).map(([field, each]) => [field, inside(field, each)]),
        );
  }
}

/** The mask of a thing: made when it is first met. */
function once(masks: Map<string, string>, thing: string, make: (n: number) => string): string {
  const mask = masks.get(thing) ?? make(masks.size + 1);
  masks.set(thing, mask);
  return mask;
}
