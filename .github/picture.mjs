// Takes the documents' pictures of calls in the local HubSpot: a moving one of the widget's, call.svg, one of the phone's, phone.png, and three of its screens.
import { writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { chromium } from "@playwright/test";
import { findBrowser } from "../src/judge/browser.mjs";
import { serve } from "../src/server/serve.mjs";

const port = 9026;
const size = { width: 1280, height: 800 };
/** How long each frame is seen, in s. */
const pause = 2;

await serve({ port });
const browser = await chromium.launch({
  executablePath: findBrowser() ?? "",
  args: ["--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream"],
});
const pathOf = (/** @type {string} */ name) => fileURLToPath(new URL(name, import.meta.url));

async function open() {
  const page = await browser.newPage({ ignoreHTTPSErrors: true, viewport: size });
  await page.goto(`https://hubspot.localhost:${port}/`);
  return page;
}

/**
 * A picture of frames in an endless loop; users who prefer reduced motion see the last one.
 * @param {string[]} frames WebP, in base64
 */
function film(frames) {
  const whole = frames.length * pause;
  const images = frames.map(
    (data, index) =>
      `<image width="${size.width}" height="${size.height}" style="animation-delay:${(index - frames.length) * pause}s" href="data:image/webp;base64,${data}"/>`,
  );
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${size.width} ${size.height}"><title>A call in the local HubSpot</title><style>
image { visibility: hidden; animation: frame ${whole}s step-end infinite }
image:last-of-type { visibility: visible }
@keyframes frame { 0% { visibility: visible } ${100 / frames.length}% { visibility: hidden } }
@media (prefers-reduced-motion) { image { animation: none } }
</style>${images.join("\n")}</svg>
`;
}

const page = await open();
const camera = await page.context().newCDPSession(page);
/** @type {string[]} */
const frames = [];
const shoot = async () => {
  const picture = { format: /** @type {const} */ ("webp"), quality: 60 };
  frames.push((await camera.send("Page.captureScreenshot", picture)).data);
};
const widget = page.frameLocator("#hubspot-calling-extension-iframe");
const click = (/** @type {string} */ name) => widget.getByRole("button", { name }).click();

await shoot();
await page.locator("#callmenu > summary").click();
await shoot();
await page.getByRole("button", { name: "Call with" }).click();
await click("Log in");
await widget.getByText("Ready to call").waitFor();
await page.evaluate("hubspot.dial()");
await widget.getByText("+447700900142").waitFor();
await shoot();
await click("Outgoing call started");
await widget.getByText("Ringing").waitFor();
await shoot();
await click("Call answered");
await widget
  .getByLabel("Notes")
  .fill("Asked for the price of a second engine. Call again on Tuesday.");
await widget.getByRole("timer").getByText("00:02").waitFor();
await shoot();
await click("Call ended");
await widget.getByLabel("Outcome").selectOption("Connected");
await shoot();
await click("Call completed");
await page.getByText("Call to +447700900142").first().waitFor();
await shoot();
await writeFile(pathOf("call.svg"), film(frames));
console.log(pathOf("call.svg"));

const other = await open();
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
await other.screenshot({ path: pathOf("phone.png") });
console.log(pathOf("phone.png"));

// The phone's screens by themselves, in HubSpot's navigation bar, where calls come in.
const third = await open();
const app = {
  isReady: true,
  name: "Phone",
  url: `https://localhost:${port}/phone.html`,
  supportsInboundCalling: true,
  usesCallingWindow: false,
};
await third.evaluate(
  (text) => localStorage.setItem("LocalSettings:Calling:CallingExtensions", text),
  JSON.stringify(app),
);
await third.reload();
const screens = third.frameLocator("#hubspot-calling-extension-iframe");
await screens.getByRole("button", { name: "Log in" }).click();
await screens.getByRole("button", { name: "Available" }).click();
const shootScreen = async (/** @type {string} */ name) => {
  await screens.locator(`body[data-screen="${name}"]`).waitFor();
  const path = pathOf(`phone-${name.replace(" ", "-")}.png`);
  await third.locator("#hubspot-calling-extension-iframe").screenshot({ path });
  console.log(path);
};
await screens.getByLabel("Number", { exact: true }).fill("+44 20 7946 0018");
await shootScreen("keypad");
await third.emulateMedia({ colorScheme: "dark" });
await screens.getByRole("button", { name: "Ring me" }).click();
await shootScreen("incoming");
await screens.getByRole("button", { name: "Answer" }).click();
await screens.getByRole("timer").getByText("00:03").waitFor();
await third.emulateMedia({ colorScheme: "light" });
await screens.getByRole("button", { name: "Hang up" }).click();
await screens.getByLabel("Notes").fill("The engine runs. Asks for a second one.");
await screens.getByLabel("Outcome").selectOption("Connected");
await shootScreen("ended");
await browser.close();
process.exit();
