// The queue of call tasks: one record after the other, in one frame of the app.
import { BareApp, expect, test } from "./fixtures.ts";

const complete = async (app: BareApp, externalCallId: string) => {
  await app.say(
    "OUTGOING_CALL_STARTED",
    JSON.stringify({ externalCallId, toNumber: "112", createEngagement: true }),
  );
  await app.say("CALL_ENDED", JSON.stringify({ externalCallId }));
  await app.say(
    "CALL_COMPLETED",
    JSON.stringify({ externalCallId, hideWidget: true, engagementProperties: {} }),
  );
};

test("the queue opens each task's record and dials, while the app stays", async ({
  hubspot,
  page,
}) => {
  const app = await BareApp.install(hubspot);
  await hubspot.open("Jean Bartik");
  await page.getByRole("button", { name: "Start queue" }).click();
  await app.initialize();
  await expect(page.getByRole("heading", { name: "Ada Lovelace" })).toBeVisible();
  await expect(page.getByText("Task 1 of 3 · Call Ada Lovelace")).toBeVisible();
  expect(await app.heard("DIAL_NUMBER", 1)).toMatchObject({
    phoneNumber: "+447700900142",
    objectId: 37621684101,
    calleeInfo: { calleeId: 37621684101, calleeObjectTypeId: "0-1" },
  });
  await complete(app, "call-1");
  await app.heard("UPDATE_ENGAGEMENT_SUCCEEDED", 1);
  const list = page.getByRole("region", { name: "Call tasks" }).getByRole("listitem");
  await expect(list).toHaveText([/Ada Lovelace.*Done/, /Grace Hopper.*contract/, /delivery/]);
  // hideWidget is ignored in a queue.
  await expect(page.locator("iframe")).toBeVisible();
  expect(await app.all("VISIBILITY_CHANGED")).toEqual([]);

  const next = page.getByRole("button", { name: "Next task" });
  await next.click();
  await expect(page.getByText("Task 2 of 3 · Call Grace Hopper")).toBeVisible();
  await expect(page.getByRole("heading", { name: "Grace Hopper" })).toBeVisible();
  expect(await app.heard("DIAL_NUMBER", 2)).toMatchObject({
    phoneNumber: "(212) 555-0143",
    objectId: 37621684102,
  });
  // Not completed: it is not done.
  await next.click();
  expect(await app.heard("DIAL_NUMBER", 3)).toMatchObject({ objectType: "COMPANY" });
  await complete(app, "call-3");
  await app.heard("UPDATE_ENGAGEMENT_SUCCEEDED", 2);
  await next.click();
  await expect(page.getByText("The queue is done: 2 of 3 calls completed.")).toBeVisible();
  await expect(next).toBeHidden();
  await page.getByRole("button", { name: "Leave queue" }).click();
  await expect(page.getByText("The queue is done")).toBeHidden();
  await expect(list).toHaveText([/Done/, /contract/, /Done/]);
  // Outside the queue the app is the record's again.
  await hubspot.open("Jean Bartik");
  await expect(page.locator("iframe")).toHaveCount(0);
});

test("a logged-out user is told so, and the task can be dialled again", async ({
  hubspot,
  page,
}) => {
  const app = await BareApp.install(hubspot);
  await page.getByRole("button", { name: "Start queue" }).click();
  await app.initialize("{ isLoggedIn: false }");
  await expect(hubspot.alerts()).toContainText("You are logged out of Bare app");
  await app.say("LOGGED_IN");
  await expect(hubspot.alerts()).toBeEmpty();
  await hubspot.call();
  expect(await app.heard("DIAL_NUMBER", 1)).toMatchObject({ phoneNumber: "+447700900142" });
  await complete(app, "call-1");
  await expect(page.getByRole("region", { name: "Call tasks" })).toContainText("Done");
});

test("the queue outlives a reload, and “Start afresh” forgets it", async ({ hubspot, page }) => {
  const app = await BareApp.install(hubspot);
  await page.evaluate(() => {
    window.hubspot.queue.start();
  });
  await app.initialize();
  await complete(app, "call-1");
  await page.evaluate(() => {
    window.hubspot.queue.next();
  });
  await page.reload();
  await expect(page.getByText("Task 2 of 3 · Call Grace Hopper")).toBeVisible();
  await expect(page.getByRole("region", { name: "Call tasks" })).toContainText("Done");
  await page.getByRole("button", { name: "Start afresh" }).click();
  await expect(page.getByText("Task 2 of 3")).toBeHidden();
  await expect(page.getByRole("region", { name: "Call tasks" })).not.toContainText("Done");
  await page.reload();
  await expect(page.getByRole("button", { name: "Start queue" })).toBeVisible();
});
