// The phone's small parts: numbers and times as people read them, and what the keyboard's keys mean.
import { expect, test } from "@playwright/test";
import fc from "fast-check";
import { isSameNumber } from "../../src/call/number.ts";
import { minutes } from "../../src/frame/words.ts";
import { isDigit, keyOf } from "../../src/phone/keypad.ts";
import { grouped, readable } from "../../src/phone/readable.ts";

for (const [number, words] of [
  ["+12125550143", "+1 212 555 0143"],
  ["+1 212 5550143", "+1 212 555 0143"],
  ["+442079460018", "+44 207 946 0018"],
  ["+33123456789", "+33 123 456 789"],
  ["+35312345678", "+353 123 456 78"],
  ["+", "+"],
  ["+1", "+1"],
  ["+12", "+1 2"],
  ["+1212", "+1 212"],
  ["201", "201"],
  ["020 7946 0018", "020 7946 0018"],
  ["(212) 555-0143", "(212) 555-0143"],
  ["sip:ada@example.org", "sip:ada@example.org"],
  ["", ""],
] as const)
  test(`“${number}” is read as “${words}”`, () => {
    expect(grouped(number)).toBe(words);
  });

test("any number stays the same number, and is grouped once and for all", () => {
  fc.assert(
    fc.property(fc.stringMatching(/^\+?[\d ]{0,17}$/), (number) => {
      expect(isSameNumber(grouped(number), number)).toBe(true);
      expect(grouped(grouped(number))).toBe(grouped(number));
    }),
  );
});

test("a withheld number is called so", () => {
  expect(readable("anonymous")).toBe("Withheld number");
  expect(readable("+12125550143")).toBe("+1 212 555 0143");
});

test("hours are told once there are some", () => {
  expect([0, 61_000, 3_600_000].map(minutes)).toEqual(["00:00", "01:01", "01:00:00"]);
});

const key = (name: string, held = {}) =>
  keyOf({ key: name, ctrlKey: false, altKey: false, metaKey: false, ...held });

test("digits, Backspace, Enter and Escape mean something to the phone; all else is the browser's", () => {
  for (const digit of "0123456789*#+") expect(key(digit)).toEqual({ type: "digit", digit });
  expect(["Backspace", "Enter", "Escape"].map((name) => key(name)?.type)).toEqual([
    "erase",
    "go",
    "leave",
  ]);
  for (const name of ["a", "F5", "Tab", " ", "ArrowUp"]) expect(key(name)).toBeUndefined();
  for (const held of ["ctrlKey", "altKey", "metaKey"])
    expect(key("1", { [held]: true })).toBeUndefined();
  expect([..."09*#+"].map(isDigit)).toEqual([true, true, true, true, false]);
});
