// What an app says, as text and nothing else: asked by everything that shows it, in pages, terminals and files.

/** Longer, in characters, no word of an app's is shown. */
const longest = 400;

/** What text can hold that is a command to whoever shows it: control characters, among them those of terminals, bidirectional and invisible ones. */
const commands = /[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Cn}\p{Zl}\p{Zp}]/gu;
/** @param {string} character */
const numberOf = (character) => `\\u{${character.codePointAt(0)?.toString(16)}}`;

/**
 * Text in one line, in which nothing is a command: such characters are written as their numbers, as in \u{202e}.
 * @param {unknown} value
 */
export function printable(value) {
  const text = typeof value === "string" ? value : String(value);
  const short = text.length > longest ? `${text.slice(0, longest)}…` : text;
  return short.replace(commands, numberOf);
}

/**
 * JSON's values with such texts, of any length and in as many lines as they have.
 * @param {unknown} value
 * @returns {unknown}
 */
export function printableJson(value) {
  const text = (/** @type {string} */ some) =>
    some.replace(commands, (one) => (one === "\n" || one === "\t" ? one : numberOf(one)));
  if (typeof value === "string") return text(value);
  if (Array.isArray(value)) return value.map(printableJson);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, each]) => [text(name), printableJson(each)]),
  );
}

/**
 * Printable text for Markdown, in which it is neither markup, link nor mention: as code where it might be.
 * @param {unknown} value
 */
export function markdownText(value) {
  const text = printable(value);
  if (!/[<>&@#`*_~|\\[\]!]|:\/\/|www\.|^[-+=\d]|^\s|\s$/i.test(text)) return text;
  const longestFence = Math.max(0, ...(text.match(/`+/g) ?? []).map(({ length }) => length));
  const fence = "`".repeat(longestFence + 1);
  return longestFence > 0 ? `${fence} ${text} ${fence}` : `${fence}${text}${fence}`;
}

/**
 * Printable text for XML and HTML.
 * @param {unknown} value
 */
export const markupText = (value) =>
  printable(value).replace(/[<>&"']/g, (character) => `&#${character.charCodeAt(0)};`);
