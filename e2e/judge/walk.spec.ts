// The judge's walk: it ends with a report whatever the app leaves out, and blames nobody for what was not tried.
import type { Browser } from "@playwright/test";
import { limits as defaults, type Limits } from "../../src/judge/limits.mjs";
import { oneAfterAnother, outbound, unattended } from "../../src/judge/tour.mjs";
import type { Steps } from "../../src/judge/walk.mjs";
import { walk } from "../../src/judge/walk.mjs";
import type { Finding } from "../../src/rules/rules.ts";
import { judge, merge } from "../../src/rules/rules.ts";
import type { Session } from "../../src/rules/session.ts";
import { expect, test } from "../pages/fixtures.ts";
import { simpleWidget, type Widget } from "../pages/simple-widget.ts";

/** HubSpot's own address, at which this browser finds the local one. */
const address = "https://app.hubspot.com/";
const url = "https://app.example/";
/** Nobody here does anything late, so nothing is taken for the answer to something else. */
const limits = { step: 3000, reaction: 100, call: 0 };

/** The simple widget has no buttons: it hangs up when it is told to. */
const endCall: Steps["endCall"] = (widget) =>
  widget.locator("html").evaluate(() => postMessage({ type: "END_CALL", messageId: "click" }, "*"));

/** It is there, and something else lies over it. */
const clicksBelowACover: Steps["endCall"] = async (widget) => {
  await widget.locator("body").evaluate((body) => {
    body.innerHTML = `<button>Hang up</button><div id="cover" style="position: fixed; inset: 0"></div>`;
  });
  await widget.getByRole("button", { name: "Hang up" }).click();
};

type Options = Parameters<typeof walk>[1];
type Report = { findings: Finding[]; sessions: Session[]; troubles: string[] };

/** Walks the parts of the tour that are asked about. */
async function judged(
  browser: Browser,
  widget: Widget | string,
  steps?: Steps,
  {
    settings = {},
    parts = [outbound],
    ...others
  }: Partial<Limits> & Pick<Options, "settings" | "parts"> = {},
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
  const { sessions } = await walk(context, {
    address,
    url,
    steps,
    settings,
    parts,
    limits: { ...limits, ...others },
  });
  const troubles = sessions.flatMap(({ steps = [] }) =>
    steps.flatMap(({ name, frame, trouble }) => (trouble ? `${name} (${frame}): ${trouble}` : [])),
  );
  return { sessions, troubles, findings: merge(...sessions.map(judge)) };
}

const statusOf = ({ findings }: Report, rule: string) =>
  findings.find((finding) => finding.rule === rule)?.status;
/** The app's own steps that failed. */
const failedIn = ({ sessions }: Report) =>
  sessions.flatMap(({ steps = [] }) => steps.flatMap(({ failed = [] }) => failed));
const brokenMusts = ({ findings }: Report) =>
  findings.flatMap(({ rule, level, status }) =>
    level === "must" && status === "fail" ? rule : [],
  );

/** Each in a browser of its own, side by side: most of a walk is waiting. */
test("whatever an app leaves out, its walk ends with a report of what it did", async ({
  browser,
}) => {
  test.slow();
  const nothing = () => {};
  const others = { parts: [oneAfterAnother] };
  const all = { parts: [outbound, oneAfterAnother] };
  const externalCallId = "the only one";
  const types = ["OUTGOING_CALL_STARTED", "CALL_ANSWERED", "CALL_ENDED", "CALL_COMPLETED"];
  const sameId = Object.fromEntries(types.map((type) => [type, { externalCallId }]));
  const [completesNone, unasked, startsNone, reusesId, goesOn] = await Promise.all([
    judged(browser, { instead: { CALL_COMPLETED: [] } }, { endCall, completeCall: nothing }),
    judged(browser, { instead: { CALL_COMPLETED: [] } }, { endCall }),
    judged(
      browser,
      { instead: { OUTGOING_CALL_STARTED: [] } },
      { startCall: nothing, endCall },
      all,
    ),
    judged(browser, { fields: sameId }, { endCall }, others),
    judged(
      browser,
      { instead: { CALL_ENDED: [], CALL_COMPLETED: [] } },
      { endCall, completeCall: nothing },
      others,
    ),
  ]);

  expect(statusOf(completesNone, "completed")).toBe("fail");
  expect(statusOf(completesNone, "ended")).toBe("pass");
  expect(completesNone.troubles).toContainEqual(
    "outbound (widget): The app did not send CALL_COMPLETED within 3 s after the step completeCall.",
  );

  // Nobody asked it to, or it forgets its call: which of the two, its developer is asked.
  expect(statusOf(unasked, "completed")).not.toBe("fail");
  expect(failedIn(unasked)).toEqual(["completeCall"]);
  expect(unasked.troubles.join()).toContain("the steps export no completeCall");

  expect(statusOf(startsNone, "handshake")).toBe("pass");
  expect(statusOf(startsNone, "ended")).not.toBe("fail");
  const noCall = "The app did not send OUTGOING_CALL_STARTED within 3 s after the step startCall.";
  // It is not waited for again.
  expect(startsNone.troubles).toEqual(
    ["outbound", "hang-up", "reload-in-call"].map((name) => `${name} (widget): ${noCall}`),
  );

  expect(statusOf(reusesId, "call-id-unique")).toBe("fail");
  // It loses its call with its page, so no step is missed there.
  expect(failedIn(reusesId)).toEqual([]);
  expect(reusesId.sessions.flatMap(({ steps = [] }) => steps.map(({ name }) => name))).toContain(
    "reload-in-call",
  );

  expect(goesOn.findings.find(({ rule }) => rule === "end-call")).toMatchObject({
    status: "fail",
    steps: ["hang-up"],
  });
  expect(statusOf(goesOn, "ended")).toBe("fail");
});

test("steps are for what an app does not do by itself, and one that fails is said", async ({
  browser,
}) => {
  const clicked: string[] = [];
  const isLoggedOut = { fields: { INITIALIZED: { isLoggedIn: false } } };
  const [answersItself, cannotLogIn, cannotHangUp, isCovered, loggedOut] = await Promise.all([
    // What the judge gives any app.
    judged(
      browser,
      {},
      { answerCall: () => clicked.push("answer"), endCall },
      { reaction: defaults.reaction, call: defaults.call },
    ),
    judged(browser, isLoggedOut, {
      logIn: () => {
        throw new Error("there is no button");
      },
    }),
    judged(
      browser,
      {},
      { endCall: (widget) => widget.getByRole("button", { name: "Hang up" }).click() },
    ),
    judged(browser, {}, { endCall: clicksBelowACover }),
    judged(browser, isLoggedOut, undefined, { parts: [unattended] }),
  ]);

  expect(clicked).toEqual([]);
  expect(statusOf(answersItself, "completed")).toBe("pass");
  expect(brokenMusts(answersItself)).toEqual([]);
  // One call is held for so long that seconds mistaken for milliseconds show.
  const held = answersItself.sessions.flatMap(({ messages }) => {
    const [answered, ended] = ["CALL_ANSWERED", "CALL_ENDED"].map((wanted) =>
      messages.find(({ type }) => type === wanted),
    );
    return answered && ended ? ended.at - answered.at : [];
  });
  expect(held[0]).toBeGreaterThan(2000);

  expect(cannotLogIn.troubles).toContainEqual(
    "outbound (widget): The step logIn failed: there is no button.",
  );
  expect(failedIn(cannotLogIn)).toContain("logIn");
  expect(cannotHangUp.troubles.join()).toContain(
    "The step endCall failed: locator.click: Timeout 3000ms exceeded. It was waiting for",
  );
  expect(failedIn(cannotHangUp)).toContain("endCall");
  // As text: what a terminal would take for a colour is left out.
  for (const { troubles } of [cannotHangUp, isCovered])
    expect(troubles.join("")).toMatch(/^\P{Cc}*$/u);
  expect(isCovered.troubles.join()).toMatch(
    /It was waiting for .*, and found: <div id="cover">.* intercepts pointer events\.$/,
  );
  expect(failedIn(answersItself)).toEqual([]);
  expect(cannotLogIn.troubles.join()).not.toContain("Steps with logIn go further");
  expect(statusOf(cannotLogIn, "completed")).toBe("untried");

  expect(loggedOut.troubles.join()).toContain("Steps with logIn go further");
  expect(statusOf(loggedOut, "handshake")).toBe("pass");
});

/** Says nothing in the places where it does not belong. */
const only = (frame: string) =>
  simpleWidget({}).replace(
    'if (type === "SYNC" &&',
    `if (type === "SYNC" && message.iframeLocation === "${frame}" &&`,
  );

test("an app that keeps to one place is not blamed for the others", async ({ browser }) => {
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
    expect.stringContaining("no failure: --settings says where the app belongs"),
    expect.stringContaining("no failure: --settings says where the app belongs"),
  ]);
});

test("an app is walked in the calling window alone where its settings put it there", async ({
  browser,
}) => {
  const report = await judged(
    browser,
    only("window"),
    { endCall },
    { settings: { usesRemote: true } },
  );
  expect(new Set(report.sessions.flatMap(({ steps = [] }) => steps.map((s) => s.frame)))).toEqual(
    new Set(["window"]),
  );
  expect(statusOf(report, "completed")).toBe("pass");
  expect(brokenMusts(report)).toEqual([]);
});
