// Help desk: which of an app's numbers can be connected to it, which HubSpot's server asks the app's webhook.
import { createHmac } from "node:crypto";
import express from "express";
import { account } from "../../hubspot/records.mjs";
import { isObject, textOf } from "../../settings/settings.mjs";
import { fromHere } from "./answers.mjs";
import { addressOf, askForJson, orProblem, Problem } from "./outgoing.mjs";

/** HubSpot and the app know its secret; the local HubSpot has this one unless it is told another. */
export const sampleSecret = "local-secret";

/**
 * HubSpot's signature of a request to an app: with the app's secret, over what is asked.
 * @param {string} secret
 * @param {{ method: string, url: string, body: string, timestamp: string }} asked `timestamp` in ms since 1970
 */
export const signatureOf = (secret, { method, url, body, timestamp }) =>
  createHmac("sha256", secret)
    .update(method + url + body + timestamp)
    .digest("base64");

/** @param {unknown} number @param {number} index */
function readNumber(number, index) {
  const { e164PhoneNumber, extension, friendlyName } = isObject(number) ? number : {};
  const which = `Number ${index + 1} of the app’s answer`;
  if (!/^\+[1-9]\d{1,14}$/.test(textOf(e164PhoneNumber)))
    throw new Problem(`${which} has no e164PhoneNumber, such as +442079460018.`);
  if (typeof friendlyName !== "string" || friendlyName.trim() === "")
    throw new Problem(`${which} has no friendlyName.`);
  if (!["string", "number", "undefined"].includes(typeof extension) && extension !== null)
    throw new Problem(`${which} has an extension that is no text.`);
  return {
    e164PhoneNumber: textOf(e164PhoneNumber),
    friendlyName,
    ...(extension !== undefined &&
      extension !== null &&
      extension !== "" && { extension: String(extension) }),
  };
}

/**
 * @param {import("./settings.mjs").Settings} settings of channel connections
 * @param {string} secret the app's
 * @param {number} patience ms, for each request to the app
 */
export function helpDeskEndpoint(settings, secret, patience) {
  /** @param {string} appId */
  const numbersOf = async (appId) => {
    const own = settings.find(appId);
    if (!own)
      throw new Problem(
        `App ${appId} has no channel connection: \`settings channel create\` makes it.`,
      );
    if (own.isReady === false)
      throw new Problem(
        `The channel connection of app ${appId} is not ready: its isReady is false.`,
      );
    const url = addressOf(own.url, "The channel connection’s url");
    const { portalId, userId } = account;
    const body = JSON.stringify({ appId: Number(appId), portalId, userId });
    const timestamp = String(Date.now());
    const method = "POST";
    const headers = {
      "Content-Type": "application/json",
      "Content-Length": String(Buffer.byteLength(body)),
      "X-HubSpot-Request-Timestamp": timestamp,
      "X-HubSpot-Signature-v3": signatureOf(secret, {
        method,
        url: url.href,
        body,
        timestamp,
      }),
    };
    const answer = await askForJson(url, { method, headers, body }, patience);
    if (!Array.isArray(answer))
      throw new Problem(
        "The app’s answer is not a list: [{e164PhoneNumber, extension, friendlyName}].",
      );
    return { numbers: answer.slice(0, 1000).map(readNumber) };
  };

  const router = express.Router();
  router.post(
    "/local-hubspot/channel-numbers/:appId",
    ...fromHere,
    async ({ params }, response) => {
      response.json(await orProblem(() => numbersOf(String(params.appId))));
    },
  );
  return router;
}
