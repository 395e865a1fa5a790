// The notes of a call, as apps send them: with markup, without, broken, and hostile.
import { expect, test } from "@playwright/test";
import fc from "fast-check";
import { type Markup, readMarkup } from "../../src/hubspot/markup.ts";

/** The markup written out again, in the shortest form. */
const write = (nodes: readonly Markup[]): string =>
  nodes
    .map((node) => {
      if (typeof node === "string") return node;
      const { tag, href, children } = node;
      return `<${tag}${href === undefined ? "" : ` ${href}`}>${write(children)}</${tag}>`;
    })
    .join("");
const shown = (text: string) => write(readMarkup(text));

const depth = (nodes: readonly Markup[]): number =>
  Math.max(0, ...nodes.map((node) => (typeof node === "string" ? 0 : 1 + depth(node.children))));

const links = (nodes: readonly Markup[]): string[] =>
  nodes.flatMap((node) =>
    typeof node === "string" ? [] : [...(node.href ?? "").split("\n", 1), ...links(node.children)],
  );

test("notes without markup stay as they are", () => {
  for (const text of [
    "",
    "Called back.\n\n  Twice.",
    "a < b, c > d & AT&T; 3<4",
    "<3",
    "< b>",
    "<",
  ])
    expect(readMarkup(text).join("")).toBe(text);
});

test("paragraphs, lists, emphasis and links are read", () => {
  expect(shown("<p>One<br>two<br/></p><P class='x'>three</P>")).toBe(
    "<p>One<br></br>two<br></br></p><p>three</p>",
  );
  expect(shown("<ul>\n <li>a</li>\n <li><b>b</b> <em>c</em></li>\n</ul>")).toBe(
    "<ul><li>a</li><li><b>b</b> <em>c</em></li></ul>",
  );
  expect(shown(`<a class="x" HREF='https://a.example/?b=1&amp;c' target=_top>there</a>`)).toBe(
    "<a https://a.example/?b=1&c>there</a>",
  );
  expect(shown("<a href=mailto:ada@engines.example>mail</a>")).toBe(
    "<a mailto:ada@engines.example>mail</a>",
  );
  expect(shown("&lt;b&gt; &quot;&#39;&#x1F4DE;&nbsp;&unknown; &#0; &#xD800; &#9999999;")).toBe(
    "<b> \"'📞\u00a0&unknown; \ufffd \ufffd \ufffd",
  );
});

test("what is not closed ends where it must, and lists have items alone", () => {
  expect(shown("<p>a<p>b<ul><li>c<li>d")).toBe("<p>a</p><p>b</p><ul><li>c</li><li>d</li></ul>");
  expect(shown("<b>a<i>b</b>c</i>")).toBe("<b>a<i>b</i></b>c");
  expect(shown("<ol><li>a<ul><li>b</ul><li>c</ol>d")).toBe(
    "<ol><li>a<ul><li>b</li></ul></li><li>c</li></ol>d",
  );
  expect(shown("<ul>text<li>a</ul></p></li>")).toBe("<ul><li>text</li><li>a</li></ul>");
  expect(shown("<li>alone</li>")).toBe("<p>alone</p>");
  expect(shown("<a href=http://a.example>a<a href=http://b.example>b")).toBe(
    "<a http://a.example/>a</a><a http://b.example/>b</a>",
  );
});

test("whatever could run or load something stays text", () => {
  for (const text of [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "<svg/onload=alert(1)>",
    "<!-- <!doctype html> -->",
    "<iframe srcdoc='x'></iframe>",
    "<style>*{display:none}</style>",
    "<b onclick='<'",
  ])
    expect(readMarkup(text).join("")).toBe(text);
  for (const href of [
    "javascript:alert(1)",
    " java&#10;script:alert(1)",
    "&#106;avascript:alert(1)",
    "data:text/html,x",
    "//a.example",
    "/x",
    "https://",
    "",
  ])
    expect(shown(`<a href="${href}" onclick=x>there</a>`)).toBe("<span>there</span>");
  expect(shown(`<a title="href=" data-href="https://a.example">x</a>`)).toBe("<span>x</span>");
});

test("65,536 characters of anything are read at once, and never too deep", () => {
  const most = 65_536;
  for (const part of [
    "<b>",
    "<",
    "<a ",
    "<b '",
    "</b>",
    "<ul><li>",
    "&#",
    "<a href=\"' ",
    "<ul>x",
  ]) {
    const text = part.repeat(most / part.length);
    for (const hostile of [text, `${text}>`, `<a ${text.replaceAll("<", "")}>`]) {
      const before = performance.now();
      expect(depth(readMarkup(hostile))).toBeLessThan(40);
      // On a busy machine, too.
      expect(performance.now() - before, part).toBeLessThan(2000);
    }
  }
});

test("no text makes a link that leads elsewhere", () => {
  const part = fc.constantFrom(
    "<a href=",
    "<a\thref='",
    "javascript:",
    "https://a.example",
    "mailto:a@b",
    "<p>",
    "</p>",
    "<ul>",
    "<li>",
    "<B>",
    '"',
    "'",
    ">",
    "&#58;",
    "/>",
    " ",
    "\n",
    "\0",
  );
  fc.assert(
    fc.property(fc.array(fc.oneof(part, fc.string()), { maxLength: 30 }), (parts) => {
      for (const link of links(readMarkup(parts.join(""))))
        expect(link).toMatch(/^$|^(https?:\/\/|mailto:)/);
    }),
  );
});
