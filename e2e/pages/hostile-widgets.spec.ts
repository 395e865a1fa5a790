// Widgets that would keep the judge for ever, or hurt whoever reads its report: each walk ends in time, with a sentence.
import type { Browser } from "@playwright/test";
import { launch } from "../../src/judge/hubspot.mjs";
import { NotJudged } from "../../src/judge/limits.mjs";
import { walk } from "../../src/judge/walk.mjs";
import { test as base, expect, port } from "./fixtures.ts";
import { simpleWidget } from "./simple-widget.ts";

const url = "https://app.example/";
const limits = { handshake: 4000, step: 1000, page: 3000, whole: 30_000 };

/** The browser that the command line starts, which is less trusting than Playwright's own. */
const test = base.extend<object, { judges: Browser }>({
  judges: [
    // biome-ignore lint/correctness/noEmptyPattern: Playwright wants a pattern.
    async ({}, use) => {
      const browser = await launch(port, false);
      await use(browser);
      await browser.close();
    },
    { scope: "worker" },
  ],
});

/** Walks a page, and gives why that ended. */
async function endOf(browser: Browser, body: string | "never", headers = {}): Promise<string> {
  const newPage = async () => {
    const context = await browser.newContext({ ignoreHTTPSErrors: true, acceptDownloads: false });
    await context.route(/^https:\/\/(other-)?app\.example\//, (route) => {
      // Nobody answers.
      if (body === "never") return;
      if (route.request().url().endsWith("/file"))
        return route.fulfill({ headers: { "Content-Disposition": "attachment" }, body: "file" });
      return route.fulfill({ headers: { "Content-Type": "text/html", ...headers }, body });
    });
    return context.newPage();
  };
  const walked = await walk(newPage, {
    address: "https://app.hubspot.com/",
    url,
    settings: {},
    limits,
  }).catch((error) => {
    if (error instanceof NotJudged) return { stopped: error.message };
    throw error;
  });
  return walked.stopped ?? "It did not end early.";
}

const page = (script: string) =>
  `<!doctype html><title>Hostile</title><p>Hello</p><script>${script}</script>`;
/** A widget that does all that it should, and this besides. */
const widget = (script: string) => `${simpleWidget({})}<script>${script}</script>`;

for (const [what, body, words] of [
  ["never finishes loading", "never", "did not finish loading for 4 s"],
  [
    "waits for a picture for ever",
    `<!doctype html><img src="https://app.example/x.png">`,
    "did not answer SYNC",
  ],
  [
    "does not use the SDK",
    page(""),
    "loads, but did not answer SYNC for 4 s: does its page create the SDK",
  ],
  [
    "throws where it would create the SDK",
    page("new CallingExtensions({})"),
    "The first error in it: CallingExtensions is not defined",
  ],
  ["is in a loop from the start", page("for (;;);"), "a script in it does not end"],
  [
    "gets into a loop when it is to dial",
    widget(
      `addEventListener("message", ({ data }) => { if (data?.type === "DIAL_NUMBER") for (;;); });`,
    ),
    "a script in it does not end",
  ],
  ["loads itself again and again", page("location.reload()"), "loads itself again and again"],
  [
    "loads itself again and again once it is known",
    widget("setTimeout(() => location.reload(), 50)"),
    "loads itself again and again",
  ],
  [
    "redirects to another origin",
    page(`if (location.host === "app.example") location.href = "https://other-app.example/"`),
    "redirects to https://other-app.example/, another origin",
  ],
  [
    "floods HubSpot",
    widget(`setInterval(() => { for (let i = 0; i < 100; i++) post("CALL_DATA", {}); }, 1)`),
    "HubSpot",
  ],
  [
    "floods HubSpot with much at once",
    widget(
      `setInterval(() => { for (let i = 0; i < 100; i++) post("CALL_DATA", "x".repeat(1e6)); }, 1)`,
    ),
    "HubSpot",
  ],
  [
    "downloads file after file",
    page(
      `setInterval(() => { const a = document.createElement("a"); a.href = "/file"; a.download = "file"; a.click(); }, 50)`,
    ),
    "downloads one file after another",
  ],
] as const) {
  test(`a widget that ${what} is left in time, and why is said`, async ({ judges }) => {
    expect(await endOf(judges, body)).toContain(words);
  });
}

for (const [what, script] of [
  [
    "asks and asks",
    `setInterval(() => { alert("Hello"); confirm("Hello"); prompt("Hello"); }, 10)`,
  ],
  ["prints", "print(); setInterval(print, 10)"],
  ["opens windows", `setInterval(() => open("/"), 50)`],
  [
    "would take HubSpot's place",
    `setInterval(() => { try { top.location = "https://other-app.example/"; } catch {} }, 50)`,
  ],
  ["asks before it is left", `onbeforeunload = (event) => event.preventDefault()`],
] as const) {
  test(`a widget that ${what} is judged all the same, or left`, async ({ judges }) => {
    expect(await endOf(judges, widget(script))).toMatch(
      /^It did not end early|opens one (window|dialog) after another|takes the place of HubSpot/,
    );
  });
}
