// HubSpot's faults, through a whole call: the user is told, the call is finished, and nothing is said twice. (Those that the user does not see are the simulation's.)
import type { FrameLocator } from "@playwright/test";
import { type Fault, faults } from "../../src/hubspot/faults.ts";
import { expect, type HubSpot, test, widgetUrl } from "./fixtures.ts";

type Direction = "outbound" | "inbound";

/** A call with a fault: what its user sees and does besides, at each of its moments. It goes out, unless the fault is of calls that come in. */
type Story = {
  [M in "loading" | "dialled" | "ringing" | "answered" | "ended" | "completed"]?: (
    scene: Scene,
  ) => Promise<void>;
} & { isRefused?: true; isInbound?: true };
type Scene = { hubspot: HubSpot; widget: FrameLocator; direction: Direction };

const notice =
  (words: string) =>
  async ({ widget }: Scene) => {
    await expect(widget.getByRole("alert")).toContainText(words);
  };
const status =
  (words: string) =>
  async ({ widget }: Scene) => {
    await expect(widget.locator("#status")).toHaveText(words);
  };
const host =
  (words: string | RegExp) =>
  async ({ widget }: Scene) => {
    await expect(widget.locator("#host")).toHaveText(words);
  };
const switchOff = (hubspot: HubSpot, fault: Fault) =>
  hubspot.page.evaluate((name) => window.hubspot.faults.delete(name), fault);
async function loadedAgain(scene: Scene): Promise<void> {
  const said = await scene.hubspot.conversation();
  const start = Math.max(
    ...["OUTGOING_CALL_STARTED", "INCOMING_CALL"].map((type) => said.lastIndexOf(`app: ${type}`)),
  );
  const since = async () => (await scene.hubspot.conversation()).slice(start);
  await expect.poll(since).toContain("app: INITIALIZED");
  await status("In call")(scene);
}
/** HubSpot takes the widget away after a call, unless it has no engagement: the user brings it back. */
async function bringBack({ hubspot, widget }: Omit<Scene, "direction">): Promise<void> {
  if (await widget.locator("#host").isHidden())
    await hubspot.page.getByRole("button", { name: "The widget" }).click();
}
/** HubSpot could not save the call: the user sends it again once HubSpot can. */
const sentAgain = (fault: Fault, why: string) => async (scene: Scene) => {
  const { hubspot, widget } = scene;
  await expect(hubspot.alerts()).toContainText(`HubSpot has not saved the call: ${why}`);
  await bringBack(scene);
  await notice(`HubSpot has not saved the call: ${why}`)(scene);
  await status("Not saved")(scene);
  await expect(widget.getByLabel("Notes")).toHaveValue(`Notes of an ${scene.direction} call`);
  await switchOff(hubspot, fault);
  await widget.getByRole("button", { name: "Call completed" }).click();
};
const later =
  (ms: number) =>
  async ({ hubspot }: Scene) => {
    await hubspot.page.clock.fastForward(ms);
  };

const stories: Partial<Record<Fault, Story>> = {
  createEngagementFails: {
    ringing: notice("HubSpot created no engagement: a fault is switched on"),
    completed: async (scene) => {
      await notice("HubSpot has not saved the call: the call has no engagement")(scene);
      await scene.widget.getByRole("button", { name: "Discard" }).click();
    },
    isRefused: true,
  },
  createEngagementSilent: {
    ended: async (scene) => {
      await status("Waiting for the engagement…")(scene);
      await later(11_000)(scene);
    },
  },
  updateEngagementFails: {
    completed: sentAgain("updateEngagementFails", "a fault is switched on"),
  },
  updateEngagementSilent: {
    completed: async (scene) => {
      await status("Saving to HubSpot…")(scene);
      await later(11_000)(scene);
      await sentAgain("updateEngagementSilent", "it has not answered")(scene);
    },
  },
  callerIdMatchFails: {
    isInbound: true,
    ringing: notice("HubSpot: Caller id match failed, a fault is switched on"),
  },
  navigationFails: {
    isInbound: true,
    ringing: async (scene) => {
      await scene.widget.getByRole("button", { name: "Navigate to record" }).click();
      await notice("HubSpot: Navigate to record failed")(scene);
    },
  },
  widgetUrlRefused: {
    ringing: async (scene) => {
      const { widget } = scene;
      await widget.getByText("More", { exact: true }).click();
      await widget.getByLabel("Widget URL").fill("https://elsewhere.example/");
      await widget.getByRole("button", { name: "Set widget URL" }).click();
      await widget.getByText("More", { exact: true }).click();
      await notice("HubSpot: Set widget url failed, a fault is switched on")(scene);
    },
  },
  dialWithoutObject: {},
  dialWithoutNumber: {
    dialled: async ({ widget }) => {
      await expect(widget.getByText("HubSpot sent no number.")).toBeVisible();
      await widget.getByLabel("To", { exact: true }).fill("+44 7700 900142");
    },
  },
  syncLate: {
    loading: async (scene) => {
      await host("Connecting to HubSpot…")(scene);
      await later(11_000)(scene);
    },
  },
  syncLost: {
    loading: async (scene) => {
      const { hubspot } = scene;
      await host("Connecting to HubSpot…")(scene);
      await later(31_000)(scene);
      await host(/^No answer from HubSpot/)(scene);
      await expect(hubspot.page.locator("#panel-status")).toContainText("did not answer SYNC");
      await switchOff(hubspot, "syncLost");
      await hubspot.page.reload();
    },
  },
  frameReloaded: { answered: loadedAgain },
  frameNavigated: { answered: loadedAgain },
  panelHidden: {
    answered: async (scene) => {
      const toggle = scene.hubspot.page.getByRole("button", { name: "The widget" });
      await expect(scene.widget.locator("#host")).toBeHidden();
      await toggle.click();
      await host("Connected to HubSpot")(scene);
    },
  },
};

async function makeCall(scene: Scene, story: Story): Promise<void> {
  const { hubspot, widget, direction } = scene;
  const click = (button: string) => widget.getByRole("button", { name: button }).click();
  const before = (await hubspot.messages()).length;
  if (direction === "outbound") {
    await hubspot.dial();
    await expect(widget.locator("#about")).not.toContainText("enter a number");
    await story.dialled?.(scene);
    await expect(widget.getByLabel("To", { exact: true })).not.toHaveValue("");
    await click("Outgoing call started");
  } else {
    await widget.getByLabel("From").fill("+1 212 555 0143");
    await widget.getByLabel("To", { exact: true }).fill("+1 212 555 0100");
    await click("Incoming call");
  }
  await story.ringing?.(scene);
  await click("Call answered");
  await story.answered?.(scene);
  await click("Call ended");
  await widget.getByLabel("Notes").fill(`Notes of an ${direction} call`);
  await story.ended?.(scene);
  await click("Call completed");
  await story.completed?.(scene);
  await expect(widget.locator("#status")).toHaveText("Available");
  await expect(hubspot.page.getByText("Hang up")).toBeHidden();

  const said = (await hubspot.messages()).slice(before).filter(({ from }) => from === "app");
  const ofCall = said.filter(({ type }) => type.includes("CALL"));
  const ids = new Set(ofCall.map(({ data }) => Object(data).externalCallId));
  expect([...ids]).toEqual([expect.any(String)]);
  const [started, answered, ended, completed, again, ...more] = ofCall.map(({ type }) => type);
  expect([started, answered, ended, completed, ...more]).toEqual([
    direction === "outbound" ? "OUTGOING_CALL_STARTED" : "INCOMING_CALL",
    "CALL_ANSWERED",
    "CALL_ENDED",
    "CALL_COMPLETED",
  ]);
  expect(again).toBe(story.completed && !story.isRefused ? "CALL_COMPLETED" : undefined);
  if (story.isRefused) {
    expect(await hubspot.timeline()).toEqual([]);
    return;
  }
  const [call, ...others] = await hubspot.timeline();
  expect(call?.properties).toMatchObject({
    hs_call_body: `Notes of an ${direction} call`,
    hs_call_direction: direction.toUpperCase(),
    hs_call_status: "COMPLETED",
  });
  expect(others).toEqual([]);
  const { engagementId = call?.engagementId } = Object(ofCall.at(-1)?.data);
  expect(engagementId).toBe(call?.engagementId);
}

for (const [about, isAbout] of [
  ["engagements", /Engagement/],
  ["DIAL_NUMBER", /^dial/],
  ["SYNC", /^sync/],
  ["frames and messages", /^frame|^panel|^messages/],
  ["answers", /^callerId|^navigation|^widgetUrl/],
] as const) {
  test(`a call succeeds under each fault of ${about}`, async ({ hubspot, page, widget }) => {
    test.setTimeout(60_000);
    await page.clock.install();
    const settings = { supportsInboundCalling: true, usesCallingWindow: false };
    await hubspot.install("The widget", widgetUrl, settings);
    await widget.getByRole("button", { name: "Log in" }).click();
    await widget.getByRole("button", { name: "Available", exact: true }).click();
    await hubspot.heard("USER_AVAILABLE");
    const switchOn = (name: Fault) => page.evaluate((f) => window.hubspot.faults.add(f), name);
    for (const name of (Object.keys(faults) as Fault[]).filter((fault) => isAbout.test(fault))) {
      const story = stories[name];
      if (!story) continue;
      await test.step(`${name}: ${faults[name]}`, async () => {
        const direction = story.isInbound ? "inbound" : "outbound";
        const scene = { hubspot, widget, direction } as const;
        await switchOn(name);
        // The app's frame begins anew.
        await page.evaluate(() => window.hubspot.reset());
        await story.loading?.(scene);
        await expect(widget.locator("#status")).toHaveText("Available");
        await bringBack(scene);
        await makeCall(scene, story);
        await switchOff(hubspot, name);
      });
    }
  });
}

test("faults are switched on by a click or in the console, for all tabs, until they are switched off", async ({
  hubspot,
  page,
}) => {
  const other = await hubspot.newTab();
  await page.getByText("Faults").click();
  await page.getByLabel("Caller-id match fails").check();
  await expect
    .poll(() => other.page.evaluate(() => window.hubspot.faults.has("callerIdMatchFails")))
    .toBe(true);
  await expect(other.page.locator("#faults-on")).toHaveText("1 on");
  expect(await other.page.evaluate(() => window.hubspot.faults.on)).toEqual(["callerIdMatchFails"]);
  expect(await page.evaluate(() => window.hubspot.faults.names)).toEqual(Object.keys(faults));
  await other.page.evaluate(() => window.hubspot.faults.delete("callerIdMatchFails"));
  await expect(page.getByLabel("Caller-id match fails")).not.toBeChecked();
  const unknown = page.evaluate(() => window.hubspot.faults.add("rain"));
  await expect(unknown).rejects.toThrow(
    "No fault is called rain. There are createEngagementFails,",
  );
});
