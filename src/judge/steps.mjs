// The clicks that `npm run conformance -- --steps` needs of an app, for our own widget: the example for others. Each function is optional.

/** @import { FrameLocator } from "@playwright/test" */

async function more(/** @type {FrameLocator} */ widget) {
  const isOpen = await widget.locator("main > details[open]").count();
  if (!isOpen) await widget.getByText("More", { exact: true }).click();
}

/** Logs the user in, while HubSpot takes them for logged out. */
export const logIn = (/** @type {FrameLocator} */ widget) => widget.locator("#login").click();

/** Makes the user available for calls. */
export const goAvailable = (/** @type {FrameLocator} */ widget) =>
  widget.locator("#useravailable").click();

/** Calls the number that HubSpot asked for. An app that does so by itself leaves this out. */
export const startCall = (/** @type {FrameLocator} */ widget) =>
  widget.locator("#outgoingcall").click();

/**
 * Lets a call come in.
 * @param {FrameLocator} widget
 * @param {{ from: string, to: string }} numbers the caller's, who is a contact of HubSpot's, and the one called
 */
export async function receiveCall(widget, { from, to }) {
  await widget.locator("#fromNumber").fill(from);
  await widget.locator("#toNumber").fill(to);
  await widget.locator("#incomingcall").click();
}

/** Opens the caller's record: NAVIGATE_TO_RECORD. */
export const openRecord = (/** @type {FrameLocator} */ widget) =>
  widget.locator("#navigatetorecord").click();

/** Answers a call that came in, or says that the one called has answered. */
export const answerCall = (/** @type {FrameLocator} */ widget) =>
  widget.locator("#answercall").click();

/** Hangs up, or rejects a call that rings. */
export const endCall = (/** @type {FrameLocator} */ widget) => widget.locator("#endcall").click();

/** Transfers a call that was answered. */
export async function transferCall(/** @type {FrameLocator} */ widget) {
  await more(widget);
  await widget.locator("#transfercall").click();
}

/** Says what came of a call that has ended, and completes it. */
export async function completeCall(/** @type {FrameLocator} */ widget) {
  await widget.locator("#notes").fill("As agreed.");
  await widget.locator("#outcome").selectOption("Connected");
  await widget.locator("#completecall").click();
}

/** What else the app has: here finalizing an engagement, after a call has ended. */
export async function finalizeCall(/** @type {FrameLocator} */ widget) {
  await more(widget);
  await widget.locator("#finalizeengagement").click();
}

/** What else the app has, without a call. */
export async function others(/** @type {FrameLocator} */ widget) {
  await more(widget);
  await widget.locator("#resizewidget").click();
  await widget.locator("#errorMessage").fill("No line to the exchange.");
  await widget.locator("#senderror").click();
  const address = await widget.locator("html").evaluate(() => location.href);
  await widget.locator("#widgetUrl").fill(address);
  await widget.locator("#setwidgeturl").click();
}
