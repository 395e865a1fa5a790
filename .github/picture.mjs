// Takes the README's pictures of a call in progress in the local HubSpot: the widget's, .github/call.png, and the phone's, .github/phone.png.
import { fileURLToPath } from "node:url";
import { chromium } from "@playwright/test";
import { findBrowser } from "../src/judge/browser.mjs";
import { serve } from "../src/server/serve.mjs";

const port = 9026;
await serve({ port });
const browser = await chromium.launch({
  executablePath: findBrowser() ?? "",
  args: ["--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream"],
});
const page = await browser.newPage({
  ignoreHTTPSErrors: true,
  viewport: { width: 1280, height: 800 },
});
await page.goto(`https://hubspot.localhost:${port}/`);
const widget = page.frameLocator("#hubspot-calling-extension-iframe");
const call = async (/** @type {string} */ notes) => {
  await page.evaluate("hubspot.dial()");
  await widget.getByRole("button", { name: "Outgoing call started" }).click();
  await widget.getByRole("button", { name: "Call answered" }).click();
  await widget.getByLabel("Notes").fill(notes);
};

await page.evaluate("hubspot.dial()");
await widget.getByRole("button", { name: "Log in" }).click();
await call("Asked for the price of a second engine. Call again on Tuesday.");
await widget.getByRole("timer").getByText("00:02").waitFor();
await widget.getByRole("button", { name: "Call ended" }).click();
await widget.getByLabel("Outcome").selectOption("Connected");
await widget.getByRole("button", { name: "Call completed" }).click();
await page.getByText("Call to +447700900142").waitFor();
await call("Wants it by spring. Sends the drawings today.");
await widget.getByRole("timer").getByText("00:07").waitFor();
const path = fileURLToPath(new URL("./call.png", import.meta.url));
await page.screenshot({ path });
console.log(path);

const other = await browser.newPage({
  ignoreHTTPSErrors: true,
  viewport: { width: 1280, height: 800 },
});
await other.goto(`https://hubspot.localhost:${port}/`);
await other.evaluate("localStorage.setItem('LocalSettings:Calling:installDemoWidget', 'app')");
await other.reload();
const phone = other.frameLocator("#hubspot-calling-extension-iframe");
await other.evaluate("hubspot.dial().catch(() => {})");
await phone.getByRole("button", { name: "Log in" }).click();
await phone.getByRole("button", { name: "Available" }).waitFor();
await other.evaluate("hubspot.dial()");
await phone.getByRole("button", { name: "Call", exact: true }).click();
await phone.getByLabel("Notes").fill("Wants it by spring. Sends the drawings today.");
await phone.getByRole("timer").getByText("00:07").waitFor();
const phonePath = fileURLToPath(new URL("./phone.png", import.meta.url));
await other.screenshot({ path: phonePath });
await browser.close();
console.log(phonePath);
process.exit();
