// A team's own folder: their calling app, the tests that they write for it with the package, and their configuration.

/** Of their app: what it is told to do wrong. */
export type Mistake = "" | "never-completes" | "odd-status";

/**
 * A whole calling app on one page: it calls the number that HubSpot asks for, and its button hangs up. A call outlives its
 * page. In the navigation bar it leaves the talking to the calling window, where it is to.
 */
export const widget = (mistake: Mistake) => `<!doctype html><html lang="en"><title>Mine</title>
<button id="end" disabled>Hang up</button><script>
  const mistake = ${JSON.stringify(mistake)};
  const button = document.getElementById("end");
  let number = 0, isReady = false, call;
  const say = (type, data) => parent.postMessage({ type, messageId: "mine_" + number++, data }, "*");
  onmessage = ({ data: message }) => {
    const { type, data, messageId } = message ?? {};
    if (!messageId) return;
    if (type === "SYNC") {
      // HubSpot says it until it hears the answer.
      if (isReady) return;
      isReady = true;
      parent.postMessage({ ...message, type: "SYNC_ACK" }, "*");
      if (message.iframeLocation === "remote" && message.usesCallingWindow) return;
      call = JSON.parse(sessionStorage.getItem("call")) ?? undefined;
      button.disabled = !call;
      say("INITIALIZED", { isLoggedIn: true, isAvailable: true, engagementId: call?.engagementId,
        sizeInfo: { width: 400, height: 600 } });
    }
    if (type === "DIAL_NUMBER" && !call) {
      call = { externalCallId: crypto.randomUUID(), start: Date.now(), to: data.phoneNumber };
      say("OUTGOING_CALL_STARTED", { externalCallId: call.externalCallId, fromNumber: "+1 212 555 0100",
        toNumber: call.to, callStartTime: call.start, createEngagement: true, dialingContext: data });
    }
    if (type === "CREATE_ENGAGEMENT_SUCCEEDED" && call) {
      call.engagementId = data.engagementId;
      call.answered = Date.now();
      say("CALL_ANSWERED", { externalCallId: call.externalCallId });
      sessionStorage.setItem("call", JSON.stringify(call));
      button.disabled = false;
    }
    if (type === "END_CALL" && call) button.click();
  };
  button.onclick = () => {
    const { externalCallId, engagementId, start, answered, to } = call;
    button.disabled = true;
    call = undefined;
    sessionStorage.removeItem("call");
    say("CALL_ENDED", { externalCallId, engagementId, callEndStatus: mistake === "odd-status" ? "HUNG_UP" : "COMPLETED" });
    if (mistake === "never-completes") return;
    say("CALL_COMPLETED", { externalCallId, engagementId, hideWidget: false, engagementProperties: {
      hs_timestamp: String(start), hs_call_title: "A call", hs_call_status: "COMPLETED",
      hs_call_duration: String(Date.now() - answered), hs_call_direction: "OUTBOUND",
      hs_call_from_number: "+1 212 555 0100", hs_call_to_number: to } });
  };
</script>`;

/** Their configuration; the browser is one of this machine's. */
export const config = (
  executablePath: string | undefined,
) => `import { defineConfig } from "@playwright/test";
export default defineConfig({
  reporter: "line",
  use: { launchOptions: ${JSON.stringify({ executablePath })} },
});
`;

/** What their tests begin with. */
export const beginning = (packageName: string, url: string) => `
import { expect, test } from "${packageName}/playwright";

test.use({ app: { url: "${url}", name: "Mine", supportsInboundCalling: true } });
`;

/** Their tests, in TypeScript. */
export const suite = (packageName: string, url: string) => `
import { mergeExpects, mergeTests, test as base, expect as baseExpect } from "@playwright/test";
${beginning(packageName, url)}
test("a call is logged once", async ({ hubspot }) => {
  const { phoneNumber } = await hubspot.dial("+1 212 555 0143");
  expect(phoneNumber).toBe("+1 212 555 0143");
  await hubspot.app.getByRole("button", { name: "Hang up" }).click();
  await expect(hubspot).toHaveHeard("CALL_ENDED", { callEndStatus: "COMPLETED" });
  await expect(hubspot).toKeepTheRules({ except: ["duration-unit"] });
  await expect(hubspot).toBeOnTheTimeline({ hs_call_to_number: "+1 212 555 0143" }, { times: 1 });
  // @ts-expect-error There is no such rule.
  await expect(expect(hubspot).toKeepTheRules({ except: ["no-such-rule"] })).rejects.toThrow("no rule");
});

const mine = base.extend<{ number: string }>({ number: "+44 20 7946 0018" });
const mineExpect = baseExpect.extend({
  toBeBritish: (number: string) => ({ pass: number.startsWith("+44"), message: () => number }),
});
const bothTest = mergeTests(mine, test);
const bothExpect = mergeExpects(mineExpect, expect);

bothTest.describe("with fixtures of their own", () => {
  bothTest.use({ app: { url: "${url}" } });
  bothTest("the panel has the call", async ({ hubspot, number, page }) => {
    await hubspot.openRecord("Ada Lovelace");
    await hubspot.dial(number);
    bothExpect(number).toBeBritish();
    await bothExpect(hubspot).toHaveHeard("CALL_ANSWERED");
    await bothExpect(page.getByRole("heading", { name: "Ada Lovelace" })).toBeVisible();
    // What is still to come is not held against a call that is on.
    await bothExpect(hubspot).toKeepTheRules();
  });
});
`;
