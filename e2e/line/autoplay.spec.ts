// Where the browser plays no sound before the user's gesture: the line says so, and sounds with the gesture.
import { expect } from "@playwright/test";
import { launchOptions } from "../playwright.config.ts";
import { hears, voice } from "./contract.ts";
import { test } from "./page.ts";

test.use({
  launchOptions: {
    ...launchOptions,
    args: [...launchOptions.args, "--autoplay-policy=document-user-activation-required"],
  },
});

test("a phone that may not ring says so, and rings with the next click", async ({ at }) => {
  const refused = at.page.waitForEvent("console", (said) => said.text() === "autoplay refused");
  await at.open(
    "sounding",
    voice,
    { type: "register" },
    { type: "ring me", id: "1", fromNumber: "" },
  );
  await refused;
  await at.page.getByRole("button").click();
  await hears(at, 784, 988);
});

test("a call that may not be heard says so, and is heard with the next key", async ({ at }) => {
  const refused = at.page.waitForEvent("console", (said) => said.text() === "autoplay refused");
  await at.open(
    "bare",
    "NotFoundError",
    { type: "register" },
    { type: "call", id: "1", fromNumber: "", toNumber: "201" },
  );
  await refused;
  expect(await at.told()).toContainEqual({ type: "trouble", id: "1", why: "autoplay refused" });
  await at.page.keyboard.press("a");
  await hears(at, 440);
});
