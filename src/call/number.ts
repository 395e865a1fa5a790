// Telephone numbers as people write them: which can be dialled, and which are the same.

// E.164 allows 15 digits; emergency and internal numbers have as few as two.
const written = /^(\+|00)?[\d\s().\-/]+$/;
const extension = /\s*(,|;|x|ext\.?)\s*\d{1,7}$/i;

/** Why a number cannot be dialled, in words for the person who wrote it; undefined when it can. */
export function undialable(number: string): string | undefined {
  const text = number.trim();
  if (text === "") return "Enter a number.";
  const main = text.length > 40 ? "" : text.replace(extension, "");
  const digits = main.replace(/\D/g, "");
  return written.test(main) && digits.length >= 2 && digits.length <= 15
    ? undefined
    : "This cannot be dialled. Write +44 20 7946 0018.";
}

/** Whether two ways of writing mean one number: spaces, brackets and dashes do not count, and a leading 00 is a +. */
export function isSameNumber(a: string, b: string): boolean {
  return plain(a) === plain(b);
}

const plain = (number: string) => number.replace(/[^\d+]/g, "").replace(/^00/, "+");
