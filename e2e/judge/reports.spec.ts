// The judge's report as one page, opened as a file, and a recorded session judged without a browser.
import { execFile } from "node:child_process";
import { readFile, writeFile } from "node:fs/promises";
import { fileURLToPath, pathToFileURL } from "node:url";
import { html } from "../../src/judge/reports/html.mjs";
import { format, writeSessions } from "../../src/rules/report.ts";
import type { Message, Session } from "../../src/rules/session.ts";
import { expect, test } from "../pages/fixtures.ts";

const at = 1_750_000_000_000;
const says = (from: Message["from"], seconds: number, type: string, data?: unknown): Message => ({
  at: at + seconds * 1000,
  frame: "widget",
  load: "1",
  from,
  type,
  data,
});
const call = { externalCallId: "a", engagementId: 7 };
const session: Session = {
  messages: [
    says("hubspot", 0, "SYNC", {}),
    says("app", 0.1, "SYNC_ACK", {}),
    says("app", 0.2, "INITIALIZED", { isLoggedIn: true }),
    says("hubspot", 1, "DIAL_NUMBER", { phoneNumber: "+44 20 7946 0018" }),
    says("app", 1.1, "OUTGOING_CALL_STARTED", {
      externalCallId: "a",
      fromNumber: "+1 212 555 0100",
      toNumber: "+44 20 7946 0018",
      createEngagement: true,
    }),
    says("hubspot", 1.2, "CREATE_ENGAGEMENT_SUCCEEDED", { engagementId: 7 }),
    says("app", 4.1, "CALL_ANSWERED", { externalCallId: "a" }),
    says("app", 9.1, "CALL_ENDED", { ...call, callEndStatus: "</script><img src=x>\u202e" }),
    says("app", 9.2, "\u202eEVIL\u001b[2J", { "\u202e": "\u2066\u0085\u200b" }),
    says("app", 10.1, "CALL_COMPLETED", call),
  ],
  isOver: true,
  steps: [
    { name: "outbound", frame: "widget", at },
    { name: "others", frame: "widget", at: at + 20_000, trouble: "The step others failed." },
  ],
};
const app = { name: "My <b>app</b>", url: "https://my-widget.example/" };
const written = writeSessions({ format, app, sessions: [session], findings: [] });

test("the report is one file that asks nobody for anything, and shows what was found, said and how long calls took", async ({
  page,
}) => {
  const hubspot = await readFile(new URL("../../static/hubspot.html", import.meta.url), "utf8");
  const file = test.info().outputPath("conformance.html");
  await writeFile(file, html(hubspot, written));
  const requests: string[] = [];
  page.on("request", (request) => requests.push(request.url()));
  await page.goto(pathToFileURL(file).href);

  await expect(page.getByRole("heading", { name: "Report of My <b>app</b>" })).toBeVisible();
  const calls = page.getByRole("main");
  await expect(calls.getByRole("heading", { name: "Outbound call to +44 20 7946" })).toBeVisible();
  await expect(calls).toContainText("Ringing 3.0 s");
  await expect(calls).toContainText("In call 5.0 s");
  await expect(calls).toContainText("Wrap-up 1.0 s");
  await expect(page.getByText("Not reached: The step others failed.")).toBeVisible();

  const finding = page.locator("#findings li", { hasText: "callEndStatus is one of HubSpot’s" });
  await expect(finding).toHaveAttribute("data-status", "fail");
  await finding.getByRole("button", { name: "in the chart" }).click();
  await expect(page.locator("#messages")).toContainText("</script><img src=x>\\\\u{202e}");
  await page.locator("#messages summary", { hasText: "EVIL" }).click();
  await expect(page.locator("#messages")).toContainText("u{2066}\\\\u{85}\\\\u{200b}");
  const text = await page.evaluate(() => document.body.textContent.replaceAll("\n", ""));
  expect(text).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u);
  await calls.getByRole("button", { name: "CALL_ANSWERED" }).click();
  await expect(page.locator("#messages details[open]")).toHaveCount(3);

  await expect(page.getByRole("button", { name: /Start|Load|Replay|Send|Clear/ })).toHaveCount(0);
  expect(requests).toEqual([pathToFileURL(file).href]);
});

test("a recorded session is judged without a browser, also by one rule, and by what is known of it", async () => {
  await writeFile(test.info().outputPath("session.json"), written);
  await writeFile(test.info().outputPath("known.txt"), "end-status  Until our version 3.\n");
  const summary = test.info().outputPath("summary.md");
  const run = (args: string[], env = {}) =>
    new Promise<{ code: number; said: string; troubles: string }>((resolve) => {
      const command = fileURLToPath(new URL("../../src/package/source.mjs", import.meta.url));
      execFile(
        process.execPath,
        [command, "judge", "--session", "session.json", ...args],
        { cwd: test.info().outputPath(), env: { PATH: process.env.PATH, ...env } },
        (error, said, troubles) => resolve({ code: Number(error?.code ?? 0), said, troubles }),
      );
    });
  const [plain, one, known, inActions] = await Promise.all([
    run([]),
    run(["--rule", "handshake"]),
    run(["--rule", "end-status", "--baseline", "known.txt"]),
    run([], { GITHUB_STEP_SUMMARY: summary }),
  ]);
  expect(plain).toMatchObject({ code: 1, said: expect.stringContaining("end-status") });
  expect(one).toMatchObject({ code: 0, said: expect.stringContaining("Passed.") });
  expect(known).toMatchObject({ code: 0, said: expect.stringContaining("(known)") });
  expect(inActions.said).toMatch(/^::error title=end-status::.*<\/script><img src=x>/m);
  expect(await readFile(summary, "utf8")).toContain("`callEndStatus is “</script><img src=x>");
});
