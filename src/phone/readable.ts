// Numbers as people read them.
import { shown } from "../call/number.ts";

/** Country codes of one and two digits; all others have three. */
const countryCode = /^(?:1|7|2[07]|3[0-469]|4[013-9]|5[1-8]|6[0-6]|8[1246]|9[0-58]|\d{3})/;

/**
 * An international number in groups: +12125550143 → +1 212 555 0143. It knows no other country's format:
 * groups have three digits, and the last one two to four. Any other text stays as it is.
 */
export function grouped(number: string): string {
  const [, digits] = /^\+([\d\s]*)$/.exec(number.trim()) ?? [];
  if (digits === undefined) return number;
  const plain = digits.replace(/\s/g, "");
  const [code = plain] = countryCode.exec(plain) ?? [];
  const rest = plain.slice(code.length);
  const groups = rest.match(/\d{3}(?=\d{2})|\d+/g) ?? [];
  return `+${[code, ...groups].join(" ").trim()}`;
}

/** The number at the other end, for people to read. */
export const readable = (number: string): string => grouped(shown(number));
