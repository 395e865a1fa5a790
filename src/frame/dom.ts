// What both pages use to write to their DOM: elements looked up and made with care, and payloads as text.
import { toJson } from "../call/messages.ts";

/** The element of that id, of the kind, if one is named; throws when the page has none. */
export function element(id: string): HTMLElement;
export function element<E extends HTMLElement>(id: string, kind: new () => E): E;
export function element(id: string, kind = HTMLElement): HTMLElement {
  const found = document.getElementById(id);
  if (found instanceof kind) return found;
  throw new Error(`No #${id}`);
}

/** The elements of those ids; throws when the page lacks one. */
export const elements = <Id extends string>(...ids: Id[]) =>
  Object.fromEntries(ids.map((id) => [id, element(id, HTMLElement)])) as Record<Id, HTMLElement>;

/** A new element with its text and children; text is never read as markup. */
export function make<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  ...children: (Node | string)[]
): HTMLElementTagNameMap[K] {
  const made = document.createElement(tag);
  made.append(...children);
  return made;
}

/** A payload in a `<details>`, written out when it is first opened: it can be large. At most 20,000 characters are shown. */
export function payloadOf(data: unknown, ...summary: (Node | string)[]): HTMLDetailsElement {
  const details = make("details", make("summary", ...summary));
  const show = () => details.append(make("pre", toJson(data).slice(0, 20_000) || "no payload"));
  details.addEventListener("toggle", show, { once: true });
  return details;
}

/** The time of day here, to the millisecond. */
export const clock = (at: number): string =>
  `${new Date(at).toTimeString().slice(0, 8)}.${String(at % 1000).padStart(3, "0")}`;

/** Only when it differs, so that a screen reader hears no news twice. */
export function write(id: string, words: string): void {
  const into = element(id);
  if (into.textContent !== words) into.textContent = words;
}

/** Draws a list, when it is not the one that is drawn. */
export function list(
  id: string,
  texts: string[],
  draw: (text: string, index: number) => Node = (text) => make("li", text),
): void {
  const into = element(id);
  if (into.textContent !== texts.join("")) into.replaceChildren(...texts.map(draw));
}

/**
 * Puts a text on the clipboard, and leaves the focus where it is. The clipboard's own interface is closed to frames, unless
 * the page around gives them its permission, and whether a frame may download is up to that page's policy.
 */
export function copy(text: string): void {
  const pre = document.body.appendChild(make("pre", text));
  getSelection()?.selectAllChildren(pre);
  document.execCommand("copy");
  pre.remove();
}
