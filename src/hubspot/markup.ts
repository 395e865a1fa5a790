// The markup of a call's notes: which of it is shown, and how it is read from text that may be anything. Pure.

/**
 * [guess] Which markup HubSpot shows: it is documented only that hs_call_body may have some. These are what editors
 * make of paragraphs, line breaks, lists, emphasis and links. `div` and `span` have no looks of their own.
 */
const tags = [
  "p",
  "div",
  "br",
  "ul",
  "ol",
  "li",
  "b",
  "strong",
  "i",
  "em",
  "u",
  "s",
  "span",
  "a",
] as const;
type Tag = (typeof tags)[number];

type Element = { tag: Tag; href?: string; children: Markup[] };
/** A text, or an element with what is in it. */
export type Markup = string | Element;

const isTag = (name: string): name is Tag => tags.some((tag) => tag === name);
const isList = (element: Element | undefined) => element?.tag === "ul" || element?.tag === "ol";
const isBlock = (tag: Tag) => ["p", "div", "ul", "ol", "li"].includes(tag);

/** How deep elements can nest. Deeper ones are shown without their markup. */
const deepest = 32;

/**
 * Reads the markup of a text, in time linear in its length. What is none of the markup that is shown stays text, as it
 * was written. What is not closed ends with the text, and an end without a beginning is left out. A link to anywhere
 * but http, https or mailto is no link.
 */
export function readMarkup(text: string): Markup[] {
  const root: Element = { tag: "div", children: [] };
  const open: Element[] = [];
  const innermost = () => open.at(-1) ?? root;
  const lastOpen = (...wanted: Tag[]) => open.findLastIndex(({ tag }) => wanted.includes(tag));
  /** Ends that element, and those in it. */
  const endAt = (index: number) => {
    if (index >= 0) open.length = index;
  };
  const put = (node: Markup) => {
    const isItem = typeof node !== "string" && node.tag === "li";
    if (isList(innermost()) && !isItem) {
      // What stands in a list is an item of it.
      if (typeof node === "string" && node.trim() === "") return;
      begin({ tag: "li", children: [] });
    }
    if (node !== "") innermost().children.push(node);
  };
  const begin = (element: Element) => {
    put(element);
    open.push(element);
  };

  let read = 0;
  // A tag ends before the next one begins, so that no part of the text is looked at twice.
  for (const found of text.matchAll(/<(\/?)([a-z][a-z0-9]*)(\s[^<>]*|\/)?>/gi)) {
    const [whole, slash, name = "", attributes = ""] = found;
    put(withoutEntities(text.slice(read, found.index)));
    read = found.index + whole.length;
    const tag = name.toLowerCase();
    if (!isTag(tag)) put(whole);
    else if (tag === "br") put({ tag, children: [] });
    else if (slash) endAt(lastOpen(tag));
    else {
      if (isBlock(tag)) endAt(lastOpen("p"));
      if (tag === "a") endAt(lastOpen("a"));
      const list = lastOpen("ul", "ol");
      if (tag === "li" && lastOpen("li") > list) endAt(lastOpen("li"));
      if (open.length >= deepest) continue;
      const href = tag === "a" ? linkOf(attributes) : undefined;
      if (href !== undefined) begin({ tag, href, children: [] });
      else if (tag === "a") begin({ tag: "span", children: [] });
      else begin({ tag: tag === "li" && list < 0 ? "p" : tag, children: [] });
    }
  }
  put(withoutEntities(text.slice(read)));
  return root.children;
}

/** Where a link leads, from its attributes; undefined when that is nowhere to go. */
function linkOf(attributes: string): string | undefined {
  const each = /([^\s"'=]+)(?:\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"']+)))?/g;
  for (const [, name = "", ...values] of attributes.matchAll(each)) {
    if (name.toLowerCase() !== "href") continue;
    const address = withoutEntities(values.find((value) => value !== undefined) ?? "").trim();
    const isTaken =
      URL.canParse(address) && ["http:", "https:", "mailto:"].includes(new URL(address).protocol);
    return isTaken ? new URL(address).href : undefined;
  }
  return undefined;
}

const named: Record<string, string> = {
  amp: "&",
  lt: "<",
  gt: ">",
  quot: '"',
  apos: "'",
  nbsp: "\u00a0",
};

const withoutEntities = (text: string): string =>
  text.replace(
    /&(?:#(\d{1,7})|#x([\da-f]{1,6})|([a-z]{2,4}));/gi,
    (entity, decimal?: string, hex?: string, name?: string) =>
      name === undefined
        ? character(decimal === undefined ? Number.parseInt(hex ?? "", 16) : Number(decimal))
        : (named[name] ?? entity),
  );

/** Not every number is a character's. */
const character = (code: number): string =>
  code === 0 || code > 0x10ffff || (code >= 0xd800 && code <= 0xdfff)
    ? "\ufffd"
    : String.fromCodePoint(code);
