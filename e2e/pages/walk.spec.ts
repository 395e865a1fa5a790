// The judge's walk: it ends with a report whatever the app leaves out, and blames nobody for what was not tried.
import type { Browser } from "@playwright/test";
import type { AppSettings } from "../../src/judge/places.mjs";
import type { Steps } from "../../src/judge/walk.mjs";
import { walk } from "../../src/judge/walk.mjs";
import type { Finding } from "../../src/rules/rules.ts";
import { judge, merge } from "../../src/rules/rules.ts";
import type { Session } from "../../src/rules/session.ts";
import { expect, test } from "./fixtures.ts";
import { simpleWidget, type Widget } from "./simple-widget.ts";

/** HubSpot's own address, at which this browser finds the local one. */
const address = "https://app.hubspot.com/";
const url = "https://app.example/";
const limits = { step: 1500 };

/** The simple widget has no buttons: it hangs up when it is told to. */
const endCall: Steps["endCall"] = (widget) =>
  widget.locator("html").evaluate(() => postMessage({ type: "END_CALL", messageId: "click" }, "*"));

type Report = { findings: Finding[]; sessions: Session[]; troubles: string[] };

async function judged(
  browser: Browser,
  widget: Widget | string,
  steps?: Steps,
  settings: AppSettings | undefined = {},
): Promise<Report> {
  const context = async () => {
    const made = await browser.newContext({ ignoreHTTPSErrors: true });
    await made.route("https://app.example/**", (route) =>
      route.fulfill({
        contentType: "text/html",
        body: typeof widget === "string" ? widget : simpleWidget(widget),
      }),
    );
    return made.newPage();
  };
  const { sessions } = await walk(context, { address, url, steps, settings, limits });
  const troubles = sessions.flatMap(({ steps = [] }) =>
    steps.flatMap(({ name, frame, trouble }) => (trouble ? `${name} (${frame}): ${trouble}` : [])),
  );
  return { sessions, troubles, findings: merge(...sessions.map(judge)) };
}

const statusOf = ({ findings }: Report, rule: string) =>
  findings.find((finding) => finding.rule === rule)?.status;
const brokenMusts = ({ findings }: Report) =>
  findings.flatMap(({ rule, level, status }) =>
    level === "must" && status === "fail" ? rule : [],
  );

test("an app that never completes a call is judged by what it did", async ({ browser }) => {
  const report = await judged(
    browser,
    { instead: { CALL_COMPLETED: [] } },
    { endCall, completeCall: () => {} },
  );
  expect(statusOf(report, "completed")).toBe("fail");
  expect(statusOf(report, "ended")).toBe("pass");
  expect(report.troubles).toContainEqual(
    "outbound (widget): The app did not send CALL_COMPLETED within 1.5 s after the step completeCall.",
  );
});

test("an app that nobody asked to complete its call is not blamed for the call", async ({
  browser,
}) => {
  const report = await judged(browser, { instead: { CALL_COMPLETED: [] } }, { endCall });
  expect(statusOf(report, "completed")).not.toBe("fail");
  expect(report.troubles.join()).toContain("the steps export no completeCall");
});

test("an app that starts no call is judged without one", async ({ browser }) => {
  const report = await judged(
    browser,
    { instead: { OUTGOING_CALL_STARTED: [] } },
    { startCall: () => {}, endCall },
  );
  expect(statusOf(report, "handshake")).toBe("pass");
  expect(statusOf(report, "ended")).not.toBe("fail");
  expect(report.troubles).toContainEqual(
    "outbound (widget): The app did not send OUTGOING_CALL_STARTED within 1.5 s after the step startCall.",
  );
  // It is not waited for again.
  expect(report.troubles.filter((trouble) => /^(hang-up|reload-in-call)/.test(trouble))).toEqual([
    expect.stringContaining("OUTGOING_CALL_STARTED"),
    expect.stringContaining("OUTGOING_CALL_STARTED"),
  ]);
});

test("an app that answers by itself needs no step for it", async ({ browser }) => {
  const clicked: string[] = [];
  const answerCall = () => clicked.push("answer");
  const report = await judged(browser, {}, { answerCall, endCall });
  expect(clicked).toEqual([]);
  expect(statusOf(report, "completed")).toBe("pass");
  expect(brokenMusts(report)).toEqual([]);
});

test("an app that reuses an externalCallId is walked to the end", async ({ browser }) => {
  const externalCallId = "the only one";
  const types = ["OUTGOING_CALL_STARTED", "CALL_ANSWERED", "CALL_ENDED", "CALL_COMPLETED"];
  const fields = Object.fromEntries(types.map((type) => [type, { externalCallId }]));
  const report = await judged(browser, { fields }, { endCall });
  expect(statusOf(report, "call-id-unique")).toBe("fail");
  expect(report.sessions.flatMap(({ steps = [] }) => steps.map(({ name }) => name))).toContain(
    "reload-in-call",
  );
});

test("an app that does nothing about END_CALL is told so", async ({ browser }) => {
  const report = await judged(
    browser,
    { instead: { CALL_ENDED: [], CALL_COMPLETED: [] } },
    { endCall, completeCall: () => {} },
  );
  expect(statusOf(report, "end-call")).toBe("fail");
  expect(statusOf(report, "ended")).toBe("fail");
});

test("a step that fails is said, and what it would have shown stays untried", async ({
  browser,
}) => {
  const logIn = () => {
    throw new Error("there is no button");
  };
  const report = await judged(
    browser,
    { fields: { INITIALIZED: { isLoggedIn: false } } },
    { logIn },
  );
  expect(report.troubles).toContainEqual(
    "outbound (widget): The step logIn failed: there is no button.",
  );
  expect(report.troubles.join()).not.toContain("Steps with logIn go further");
  expect(statusOf(report, "completed")).toBe("untried");
});

test("an app whose user is logged out is told that a step could log in", async ({ browser }) => {
  const report = await judged(browser, { fields: { INITIALIZED: { isLoggedIn: false } } });
  expect(report.troubles.join()).toContain("Steps with logIn go further");
  expect(statusOf(report, "handshake")).toBe("pass");
});

/** Says nothing in the places where it does not belong. */
const only = (frame: string) =>
  simpleWidget({}).replace(
    'if (type === "SYNC" &&',
    `if (type === "SYNC" && message.iframeLocation === "${frame}" &&`,
  );

test("an app that keeps to one place is not blamed for the others", async ({ browser }) => {
  test.slow();
  const context = async () => {
    const made = await browser.newContext({ ignoreHTTPSErrors: true });
    await made.route("https://app.example/**", (route) =>
      route.fulfill({ contentType: "text/html", body: only("widget") }),
    );
    return made.newPage();
  };
  const { sessions } = await walk(context, {
    address,
    url,
    limits: { ...limits, handshake: 2000 },
  });
  const findings = merge(...sessions.map(judge));
  expect(findings.filter(({ level, status }) => level === "must" && status === "fail")).toEqual([]);
  const troubles = sessions.flatMap(({ steps = [] }) =>
    steps.flatMap(({ trouble }) => trouble ?? []),
  );
  expect(troubles).toEqual([
    expect.stringContaining("not blamed: --settings says where it belongs"),
    expect.stringContaining("not blamed: --settings says where it belongs"),
  ]);
});

test("an app is walked in the calling window alone where its settings put it there", async ({
  browser,
}) => {
  const report = await judged(browser, only("window"), { endCall }, { usesRemote: true });
  expect(new Set(report.sessions.flatMap(({ steps = [] }) => steps.map((s) => s.frame)))).toEqual(
    new Set(["window"]),
  );
  expect(statusOf(report, "completed")).toBe("pass");
  expect(brokenMusts(report)).toEqual([]);
});
