// Widgets that would keep the judge for ever, or hurt whoever reads its report: each walk ends in time, with a sentence.
import type { Browser } from "@playwright/test";
import { launch } from "../../src/judge/hubspot.mjs";
import { limits as defaults, type Limits, NotJudged } from "../../src/judge/limits.mjs";
import { walk } from "../../src/judge/walk.mjs";
import { expect, port, test } from "../pages/fixtures.ts";
import { simpleWidget } from "../pages/simple-widget.ts";

const url = "https://app.example/";
const limits = { handshake: 4000, step: 1000, page: 3000, whole: 30_000 };

/** The browser that the command line starts, which is less trusting than Playwright's own. */
let judges: Browser;
test.beforeAll(async () => {
  judges = await launch(port, false);
});
test.afterAll(() => judges.close());

/** Walks a page, and gives why that ended. */
async function endOf(
  browser: Browser,
  body: string,
  within: Partial<Limits> = limits,
): Promise<string> {
  const newPage = async () => {
    const context = await browser.newContext({ ignoreHTTPSErrors: true, acceptDownloads: false });
    await context.route(/^https:\/\/(other-)?app\.example\//, (route) => {
      // Nobody answers.
      if (body === "never" || route.request().url().endsWith("/picture")) return;
      if (route.request().url().endsWith("/file"))
        return route.fulfill({ headers: { "Content-Disposition": "attachment" }, body: "file" });
      return route.fulfill({ headers: { "Content-Type": "text/html" }, body });
    });
    return context.newPage();
  };
  const walked = await walk(newPage, {
    address: "https://app.hubspot.com/",
    url,
    settings: {},
    limits: within,
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

type Case = readonly [what: string, body: string, words: string | RegExp];

/** Walks them side by side, since most only make the judge wait. */
async function endAll(browser: Browser, cases: readonly Case[], within: Partial<Limits> = limits) {
  const ends = await Promise.all(cases.map(([, body]) => endOf(browser, body, within)));
  for (const [index, [what, , words]] of cases.entries())
    expect.soft(ends[index], `a widget that ${what}`).toMatch(words);
}

test("a widget that stays silent is left in time, and why is said", async () => {
  await endAll(
    judges,
    [
      ["never finishes loading", "never", "did not finish loading for 3 s"],
      [
        "waits for a picture for ever",
        `<!doctype html><img src="https://app.example/picture">`,
        "did not finish loading for 3 s",
      ],
      [
        "does not use the SDK",
        page(""),
        "loads, but did not answer SYNC for 3 s: does its page create the SDK",
      ],
      [
        "throws where it would create the SDK",
        page("new CallingExtensions({})"),
        "The first error in it: CallingExtensions is not defined",
      ],
      [
        "redirects to another origin",
        page(`if (location.host === "app.example") location.href = "https://other-app.example/"`),
        "redirects to https://other-app.example/, another origin",
      ],
    ],
    { ...limits, handshake: 3000 },
  );
});

test("a widget that does something again and again is left in time, and what is said", async () => {
  await endAll(
    judges,
    [
      ["loads itself from the start", page("location.reload()"), "loads itself again and again"],
      [
        "loads itself once it is known",
        widget("setTimeout(() => location.reload(), 50)"),
        "loads itself again and again",
      ],
      [
        "downloads",
        page(
          `setInterval(() => { const a = document.createElement("a"); a.href = "/file"; a.download = "file"; a.click(); }, 50)`,
        ),
        "downloads one file after another",
      ],
      ["prints", widget("print(); setInterval(print, 10)"), "prints one page after another"],
    ],
    { ...limits, handshake: defaults.handshake },
  );
});

test("a widget that keeps the browser busy is left in time, and why is said", async () => {
  const end = /a script in it does not end|floods HubSpot/;
  const cases: Case[] = [
    ["is in a loop from the start", page("for (;;);"), end],
    [
      "gets into a loop when it is to dial",
      widget(
        `addEventListener("message", ({ data }) => { if (data?.type === "DIAL_NUMBER") for (;;); });`,
      ),
      end,
    ],
    [
      "floods HubSpot",
      widget(`setInterval(() => { for (let i = 0; i < 100; i++) post("CALL_DATA", {}); }, 1)`),
      end,
    ],
  ];
  await endAll(judges, cases, { ...limits, page: 1500 });
});

test("a walk takes no longer than it may", async () => {
  expect(await endOf(judges, widget(""), { ...limits, whole: 1500 })).toContain(
    "could not be walked within 1.5 s",
  );
});

test("a widget that only annoys is judged all the same, or left", async () => {
  const end =
    /^It did not end early|opens one (window|dialog) after another|takes the place of HubSpot/;
  await endAll(
    judges,
    [
      [
        "asks and asks",
        widget(`setInterval(() => { alert("Hello"); confirm("Hello"); prompt("Hello"); }, 10)`),
        end,
      ],
      ["opens windows", widget(`setInterval(() => open("/"), 50)`), end],
      [
        "would take HubSpot's place",
        widget(
          `setInterval(() => { try { top.location = "https://other-app.example/"; } catch {} }, 50)`,
        ),
        end,
      ],
      ["asks before it is left", widget("onbeforeunload = (event) => event.preventDefault()"), end],
    ],
    { ...limits, reaction: 100 },
  );
});
