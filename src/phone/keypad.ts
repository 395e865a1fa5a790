// What keys do: on the keypad they write the number, in a call they send digits. Pure.

/** The keypad's keys, with the letters on them. */
export const keys = [
  ["1", ""],
  ["2", "ABC"],
  ["3", "DEF"],
  ["4", "GHI"],
  ["5", "JKL"],
  ["6", "MNO"],
  ["7", "PQRS"],
  ["8", "TUV"],
  ["9", "WXYZ"],
  ["*", ""],
  ["0", "+"],
  ["#", ""],
] as const;

/** What a key of the keyboard means to the phone, when no field has the focus. */
export type Key = { type: "digit"; digit: string } | { type: "erase" | "go" | "leave" };

/** Undefined for keys that are the browser's, and for those that are held down with Control, Alt or Command. */
export function keyOf(
  event: Pick<KeyboardEvent, "key" | "ctrlKey" | "altKey" | "metaKey">,
): Key | undefined {
  const { key } = event;
  if (event.ctrlKey || event.altKey || event.metaKey) return undefined;
  if (/^[\d*#+]$/.test(key)) return { type: "digit", digit: key };
  if (key === "Backspace") return { type: "erase" };
  if (key === "Enter") return { type: "go" };
  return key === "Escape" ? { type: "leave" } : undefined;
}

/** What can be sent as DTMF. */
export const isDigit = (key: string): boolean => /^[\d*#]$/.test(key);
