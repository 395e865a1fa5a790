// The judge's verdict, its command line, and what its reports make of an app's words.
import { writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, test } from "@playwright/test";
import { readArguments } from "../../src/judge/arguments.mjs";
import { NotJudged } from "../../src/judge/limits.mjs";
import { placeFor, readSettings } from "../../src/judge/places.mjs";
import { annotations, summaryPage } from "../../src/judge/reports/github.mjs";
import { html } from "../../src/judge/reports/html.mjs";
import { junit } from "../../src/judge/reports/junit.mjs";
import type { Report } from "../../src/judge/reports/report.mjs";
import { terminal } from "../../src/judge/reports/terminal.mjs";
import { isFailure, readBaseline, sentence, verdictOn } from "../../src/judge/verdict.mjs";
import { markdown, summary } from "../../src/rules/report.ts";
import { type Finding, judge, merge, rules } from "../../src/rules/rules.ts";
import type { Message, Session } from "../../src/rules/session.ts";
import { markdownText, markupText, printable } from "../../src/rules/text.mjs";

const ids = rules.map(({ id }) => id);
const names = { command: "judge", rules: ids };

/** A finding of a rule: broken, unless it says so. */
const finding = (rule: string, more: Partial<Finding> = {}): Finding => {
  const [base] = judge({ messages: [], isOver: true }).filter((one) => one.rule === rule);
  if (!base) throw new Error(`No rule ${rule}`);
  return Object.assign(base, { status: "fail", words: "It is wrong.", broken: 1, seen: 1 }, more);
};
const must = "completed";
const should = "end-call";

const baseline = (text: string) =>
  readBaseline(text, {
    file: "known.txt",
    rules: [...ids, "endCall"],
    steps: ["outbound", "reload"],
  });

test("without a baseline, a broken “must” fails and a broken “should” does not", () => {
  expect(isFailure(verdictOn([finding(must)]))).toBe(true);
  expect(isFailure(verdictOn([finding(should)]))).toBe(false);
  expect(sentence(verdictOn([finding(must)]))).toBe("Failed. broken: completed.");
});

test("with a baseline, what is broken and not in it fails, “should” or “must”", () => {
  const known = baseline("completed  Until our version 3.");
  expect(isFailure(verdictOn([finding(must)], { baseline: known }))).toBe(false);
  expect(isFailure(verdictOn([finding(must), finding(should)], { baseline: known }))).toBe(true);
});

test("a finding that is known in one step fails in another", () => {
  const known = baseline("completed@outbound  Until our version 3.");
  const inSteps = (...steps: string[]) =>
    isFailure(verdictOn([finding(must, { steps })], { baseline: known }));
  expect(inSteps("outbound")).toBe(false);
  expect(inSteps("outbound", "reload")).toBe(true);
  expect(inSteps("reload")).toBe(true);
});

test("what the baseline knows and is no longer so fails, and is to be removed", () => {
  const known = baseline("completed  Known.\nend-call@reload  Known.\n");
  const kept = finding(must, { status: "pass", broken: 0 });
  const verdict = verdictOn([kept, finding(should, { steps: ["outbound", "reload"] })], {
    baseline: known,
  });
  expect(verdict.stale).toMatchObject([{ rule: "completed", line: 1 }]);
  expect(sentence(verdict)).toContain("completed (remove it)");
  // Rules that were not asked for say nothing of the baseline.
  expect(verdictOn([finding(should)], { baseline: baseline("completed Known.") }).stale).toEqual(
    [],
  );
});

test("an untried rule fails only where that is asked for, and the baseline does not know it", () => {
  const untried = finding(must, { status: "untried", broken: 0 });
  expect(isFailure(verdictOn([untried]))).toBe(false);
  expect(sentence(verdictOn([untried], { isStrict: true }))).toBe("Failed. untried: completed.");
  const known = baseline("completed  It cannot be tried.");
  expect(isFailure(verdictOn([untried], { isStrict: true, baseline: known }))).toBe(false);
  // What was not seen this time may be broken all the same.
  expect(verdictOn([untried], { baseline: known }).stale).toEqual([]);
});

test("a step of the app's own that failed fails the whole, unless the baseline knows it", () => {
  const failedSteps = [
    { name: "endCall", step: "outbound" },
    { name: "endCall", step: "reload" },
  ];
  const verdict = (text?: string) =>
    verdictOn([], { failedSteps, ...(text && { baseline: baseline(text) }) });
  expect(sentence(verdict())).toBe(
    "Failed. your steps that failed or are missing: endCall (outbound), endCall (reload).",
  );
  expect(sentence(verdict("endCall@reload  The button is gone after a reload."))).toBe(
    "Failed. your steps that failed or are missing: endCall (outbound).",
  );
  expect(isFailure(verdict("endCall  To be mended."))).toBe(false);
});

for (const [what, text, words] of [
  [
    "an unknown rule",
    "complete  Known.",
    "line 1: There is no rule “complete”. Did you mean completed",
  ],
  [
    "an unknown step",
    "# ours\n\ncompleted@outbond x",
    "line 3: There is no step “outbond”. Did you mean outbound?",
  ],
  ["no reason", "completed@outbound", "completed@outbound has no reason"],
  ["the same twice", "completed a\ncompleted b", "line 2: completed is already in line 1"],
] as const) {
  test(`a baseline with ${what} says so, and how a line should be`, () => {
    expect(() => baseline(text)).toThrow(words);
    expect(() => baseline(text)).toThrow(
      "A line is a rule, or a rule and a step of the walk, and the reason",
    );
  });
}

const file = (path: string) => fileURLToPath(new URL(path, import.meta.url));
const address = "https://my-widget.example/";
for (const [what, args, words] of [
  ["no address", [], "Give one address of a widget."],
  ["two addresses", [address, address], "Give one address of a widget."],
  ["half an address", ["my-widget.example"], "my-widget.example is not an address"],
  ["http", ["http://my-widget.example/"], "HubSpot frames https://"],
  ["no scheme", ["localhost:8080"], "localhost:8080 cannot be framed: HubSpot frames https://"],
  ["an unknown option", [address, "--step"], "There is no option “--step”. Did you mean --steps"],
  ["a step without its name", [address, "--steps"], "--steps"],
  ["no such steps", [address, "--steps", "none.mjs"], "none.mjs cannot be read"],
  [
    "steps that are none",
    [address, "--steps", file("../../src/judge/browser.mjs")],
    "exports findBrowser. Steps are functions: logIn",
  ],
  ["a rule that is none", [address, "--rule", "complete"], "Did you mean completed"],
  ["no such baseline", [address, "--baseline", "none.txt"], "none.txt cannot be read"],
  ["an address and a session", [address, "--session", "a.json"], "not both"],
  ["a session that is not there", ["--session", "none.json"], "none.json cannot be read"],
  ["no time at all", [address, "--timeout", "0"], "must be a number of seconds"],
  ["settings that are no JSON", [address, "--settings", "usesRemote"], "--settings is not JSON"],
  ["settings that are none", [address, "--settings", "[1]"], "--settings is not a JSON object"],
  [
    "an unknown setting",
    [address, "--settings", '{"useRemote": true}'],
    "Did you mean usesRemote?",
  ],
  ["a wrong setting", [address, "--settings", '{"usesRemote": "no"}'], "must be true or false"],
  ["a wrong size", [address, "--settings", '{"width": 0}'], "must be a number of pixels"],
] as const) {
  test(`a command with ${what} says what is wrong`, async () => {
    const reading = readArguments([...args], names);
    await expect(reading).rejects.toThrow(words);
    await expect(reading).rejects.toBeInstanceOf(NotJudged);
  });
}

test("settings say where an app belongs", () => {
  expect(placeFor(readSettings("{}")).frame).toBe("widget");
  expect(placeFor(readSettings('{"usesCallingWindow": false}')).frame).toBe("widget");
  expect(placeFor(readSettings('{"usesRemote": true}')).frame).toBe("window");
  const inbound = readSettings('{"supportsInboundCalling": true, "usesCallingWindow": false}');
  expect(placeFor(inbound).frame).toBe("remote");
});

/** What would clear a terminal, turn text round, end a tag, be a link, a mention, a command to a CI. */
const evil =
  "\u001b[2J\u001b]0;title\u0007\u202egnp.exe\u2066\u200b\r\n::error::x\n</script><img src=x onerror=alert(1)> [a](https://evil.example) @someone `code` ##[error]x \ud800\u0085\u2028";

test("an app's words are text in one line, and commands to nobody", () => {
  const text = printable(evil);
  expect(text).toMatch(/^[^\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]*$/u);
  expect(text).toContain("\\u{1b}[2J");
  expect(text).toContain("\\u{202e}gnp.exe");
  expect(printable("x".repeat(10_000)).length).toBeLessThan(500);
  expect(printable("+44 20 7946 0018 – Zürich 📞 日本")).toBe("+44 20 7946 0018 – Zürich 📞 日本");
  expect(markupText("<&\"'>")).toBe("&#60;&#38;&#34;&#39;&#62;");
  expect(markdownText("plain words.")).toBe("plain words.");
  expect(markdownText("a `b` ``c``")).toBe("``` a `b` ``c`` ```");
  expect(markdownText("@someone")).toBe("`@someone`");
});

/** A report of a widget that puts such words wherever it can. */
function evilReport(): Report {
  const messages: Message[] = [
    ["SYNC", { usesCallingWindow: true }],
    ["SYNC_ACK", {}],
    ["INITIALIZED", { isLoggedIn: evil }],
    [evil, { [evil]: evil }],
    ["SET_WIDGET_URL", { iFrameUrl: evil }],
    ["NAVIGATE_TO_RECORD", { openIn: evil }],
  ].map(([type, data], index) => ({
    at: 1_750_000_000_000 + index,
    frame: "widget",
    load: "1",
    from: index === 0 ? "hubspot" : "app",
    type: String(type),
    data,
  }));
  const step = { name: "outbound", frame: "widget", at: 0, trouble: evil } as const;
  const sessions: Session[] = [{ messages, isOver: true, errors: [evil], steps: [step] }];
  const findings = merge(...sessions.map(judge));
  const app = { name: evil, url: evil };
  const verdict = verdictOn(findings);
  return { app, sessions, findings, summary: summary(findings), verdict, stopped: evil };
}

test("no report lets an app's words be more than text", () => {
  const report = evilReport();
  expect(report.verdict.failed.map(({ rule }) => rule)).toContain("widget-url");
  const page = summaryPage(report, markdown(report.app, report.findings));
  const all = { terminal: terminal(report), junit: junit(report), page };
  for (const [name, text] of Object.entries(all)) {
    expect(text.replaceAll("\n", ""), name).not.toMatch(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u);
    expect(text, name).not.toMatch(/^\s*::/m);
  }
  expect(all.junit).not.toContain("<img");
  // Outside of code, nothing that is markup, a link or a mention.
  expect(page.replace(/(?<!`)(`+)(?!`).*?(?<!`)\1(?!`)/g, "")).not.toMatch(
    /<img|@someone|evil\.example/,
  );
  for (const line of annotations(report)) {
    expect(line).toMatch(/^::(error|warning) title=[^:,\n]*::[^\n]*$/);
    expect(line).not.toMatch(/[\p{Cc}\p{Cf}]/u);
  }
});

test("sessions in the page of the report cannot end the element that they are in", () => {
  const page = `<meta content="frame-src 'self' https:; connect-src 'self'"><script type="module">1</script>`;
  const written = html(page, JSON.stringify({ evil: "</script><!--<script>" }));
  expect(written.match(/<\/?script/g)).toHaveLength(4);
  expect(written).toContain("frame-src 'none'; connect-src 'none'");
  const [, json = ""] = /id="recorded">(.*?)<\/script>/.exec(written) ?? [];
  expect(JSON.parse(json)).toEqual({ evil: "</script><!--<script>" });
});

test("a file of steps without any is refused", async () => {
  const empty = test.info().outputPath("steps.mjs");
  writeFileSync(empty, "// const endCall = 1;\n");
  await expect(readArguments([address, "--steps", empty], names)).rejects.toThrow(
    "steps.mjs exports no step: logIn",
  );
});
