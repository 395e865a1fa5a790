// Telephone numbers as people write them: which can be dialled, which are withheld, and which are the same.

/**
 * A SIP address, or: what asks the exchange for something (`*67` and `#31#` withhold one's own number), the number, and
 * an extension. E.164 allows 15 digits; emergency and internal numbers have as few as two. Apps can write anything: no
 * part of it may be read in two ways, or a long one would take minutes.
 */
const dialable =
  /^(?:(?:sips?:|[^\s@]+@)\S+|(?:[*#]\d+#|\*\d\d)?((?:\s*(?:\+|00))?(?:[\s().\-/]*\d){2,15}[\s().\-/]*)(?:(?:[,;x]|ext\.?)\s*(\d{1,7}))?)$/i;

/** Why a number cannot be dialled, in words for the person who wrote it; undefined when it can. */
export function undialable(number: string): string | undefined {
  const text = number.trim();
  if (text === "") return "Enter a number.";
  return dialable.test(text) ? undefined : "This cannot be dialled. Write +1 212 555 0100.";
}

/**
 * What HubSpot hears as the `fromNumber` of a caller who withholds it: SIP's word.
 * [guess] HubSpot documents none.
 */
export const withheld = "anonymous";

/** Whether this is how a telephone system names a caller who withholds the number. */
export const isWithheld = (number: string): boolean =>
  /^(anonymous|unknown|unavailable|restricted|)$/i.test(number.trim());

/** A number for people to read. */
export const shown = (number: string): string => (isWithheld(number) ? "Withheld number" : number);

/** Whether two ways of writing mean one number: spaces, brackets, dashes and service codes do not count, and a leading 00 is a +. */
export const isSameNumber = (a: string, b: string): boolean => plain(a) === plain(b);

function plain(number: string): string {
  const text = number.trim();
  const [, main = text.toLowerCase().replace(/^sips?:/, ""), inside] = dialable.exec(text) ?? [];
  return `${main.replace(/[\s().\-/]/g, "").replace(/^00/, "+")} ${inside}`;
}
