// Telephone numbers, compared: the same one in two ways of writing, or one that lost a part on the way.
import { isSameNumber } from "../call/number.ts";

/** The calling codes of the countries that DIAL_NUMBER's `countryCode` names most. */
const codes: Record<string, string> = Object.fromEntries(
  (
    "AE971 AR54 AT43 AU61 BE32 BG359 BR55 CA1 CH41 CL56 CN86 CO57 CZ420 DE49 DK45 EE372 ES34 FI358 FR33 GB44 " +
    "GR30 HK852 HR385 HU36 ID62 IE353 IL972 IN91 IT39 JP81 KR82 LT370 LU352 LV371 MX52 MY60 NL31 NO47 NZ64 " +
    "PE51 PH63 PL48 PT351 RO40 RS381 SA966 SE46 SG65 SI386 SK421 TH66 TR90 TW886 UA380 US1 VN84 ZA27"
  )
    .split(" ")
    .map((country) => [country.slice(0, 2), country.slice(2)]),
);

/** Its digits, without the 00 that stands for +. */
const digits = (number: string) => number.replace(/\D/g, "").replace(/^00/, "");

/**
 * Whether both mean one number. The + of an international number may be missing, and one that is written as in its
 * country may have that country's code before it.
 * @param countryCode of the first, as DIAL_NUMBER has it: "GB". Without it, and for a country that is not listed, any code will do.
 */
export function isSame(asked: string, called: string, countryCode = ""): boolean {
  if (isSameNumber(asked, called)) return true;
  const [a, b] = [digits(asked), digits(called)];
  if (a === "" || a === b) return a === b && a !== "";
  if (/^\s*(\+|00)/.test(asked)) return false;
  const national = a.replace(/^0/, "");
  const code = codes[countryCode];
  return code ? b === code + national : b.endsWith(national) && b.length - national.length <= 3;
}

/** The country whose code an international number has, as "GB"; undefined for any other number. Of +1 it is the US. */
export const countryOf = (number: string): string | undefined =>
  /^\s*(\+|00)/.test(number)
    ? Object.entries(codes).findLast(([, code]) => digits(number).startsWith(code))?.[0]
    : undefined;

/** Whether the one can be the other with something lost, added or mistyped: of 6 digits on, the same end or the same beginning. */
export function isAlike(one: string, other: string): boolean {
  const [a, b] = [digits(one), digits(other)];
  const length = 6;
  if (Math.min(a.length, b.length) < length) return false;
  return a.slice(-length) === b.slice(-length) || a.slice(0, length) === b.slice(0, length);
}
