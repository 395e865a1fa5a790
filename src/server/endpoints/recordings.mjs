// A call's recording: asks the app where it is, as HubSpot's server does, and passes the sound to the page.
import { pipeline } from "node:stream/promises";
import express from "express";
import { isObject } from "../../settings/settings.mjs";
import { fromHere, refuse } from "./answers.mjs";
import { addressOf, ask, askForJson, firstBytes, orProblem, Problem } from "./outgoing.mjs";
import { soundOf } from "./sound.mjs";

/** @typedef {import("./engagements.mjs").Kept} Kept */

/** Enough for a sound's head, in bytes. */
const head = 4096;

/**
 * @param {import("./engagements.mjs").Engagements} engagements
 * @param {import("./settings.mjs").Settings} settings of recordings
 * @param {number} patience ms, for each request to the app
 */
export function recordingEndpoints(engagements, settings, patience) {
  /** Where the app has each call's recording, and as what the page is given it. @type {Map<number, { url: URL, type: string }>} */
  const found = new Map();

  /** Which app has the recording, and what HubSpot misses in the call's properties. @param {Kept} kept */
  const appOf = ({ engagement, isReady }) => {
    const { properties, externalCallId } = engagement;
    const problems = [];
    const names = ["hs_call_external_id", "hs_call_app_id", "hs_call_external_account_id"];
    for (const name of names)
      if (!properties[name])
        problems.push(`The call has no ${name}: HubSpot would not find its recording.`);
    if (properties.hs_call_source !== "INTEGRATIONS_PLATFORM")
      problems.push(
        "The call’s hs_call_source is not INTEGRATIONS_PLATFORM: HubSpot would not look for its recording.",
      );
    if (!isReady)
      problems.push("recordings/ready was not sent for the call: HubSpot would not transcribe it.");
    const all = settings.all();
    const appId = Number(properties.hs_call_app_id) || all[0]?.appId;
    const own = all.find((each) => each.appId === appId);
    if (!own)
      throw new Problem(
        appId === undefined
          ? "No app has recording settings: `settings recording create` makes them."
          : `App ${appId} has no recording settings: \`settings recording create\` makes them.`,
      );
    const callId = properties.hs_call_external_id || externalCallId;
    if (!callId)
      throw new Problem("The call has neither hs_call_external_id nor an externalCallId.");
    // [guess] That the id is escaped, as any part of an address.
    const text = String(own.urlToRetrieveAuthedRecording).replaceAll("%s", () =>
      encodeURIComponent(callId),
    );
    const url = addressOf(text, "urlToRetrieveAuthedRecording");
    url.searchParams.set("appId", String(appId));
    url.searchParams.set("externalAccountId", properties.hs_call_external_account_id ?? "");
    return { url, problems };
  };

  /** Asks as HubSpot does when a user opens the timeline. @param {Kept} kept */
  const find = async (kept) => {
    const { url, problems } = appOf(kept);
    const answer = await askForJson(url, {}, patience);
    if (!isObject(answer) || typeof answer.authenticatedUrl !== "string")
      throw new Problem(
        'The app’s answer has no authenticatedUrl: {"authenticatedUrl": "https://…"}.',
      );
    const sound = addressOf(answer.authenticatedUrl, "authenticatedUrl");
    for (const [name, { protocol }] of Object.entries({
      urlToRetrieveAuthedRecording: url,
      authenticatedUrl: sound,
    }))
      if (protocol !== "https:") problems.push(`${name} is not https: HubSpot would refuse it.`);

    const response = await ask(sound, { headers: { Range: `bytes=0-${head - 1}` } }, patience);
    const { statusCode = 0, headers } = response;
    if (statusCode !== 200 && statusCode !== 206) {
      response.destroy();
      throw new Problem(`The recording is answered with ${statusCode}.`);
    }
    const is206 =
      statusCode === 206 && /^bytes 0-\d+\/(\d+|\*)$/.test(headers["content-range"] ?? "");
    if (!is206)
      problems.push(
        "The answer to a request with Range lacks 206 and Content-Range: users cannot seek in the recording.",
      );
    const type = headers["content-type"] ?? "none";
    if (!/^application\/octet-stream\b/.test(type))
      problems.push(`Its Content-Type is ${type}: HubSpot asks for application/octet-stream.`);
    const { format, channels } = soundOf(await firstBytes(response, head, patience));
    if (!format) problems.push("It is not WAV, FLAC or MP4.");
    if (channels !== undefined && channels < 2)
      problems.push(
        "It has one channel: HubSpot asks for a channel for each speaker, the caller on 1 and the callee on 2.",
      );
    const { engagementId } = kept.engagement;
    // Unless it is a sound, the page is not given it as anything that it could show.
    found.set(engagementId, { url: sound, type: format ?? "application/octet-stream" });
    return { src: `/local-hubspot/recordings/${engagementId}/sound`, problems };
  };

  const router = express.Router();
  router.get("/local-hubspot/recordings/:id", ...fromHere, async (request, response) => {
    const kept = engagements.find(request.params.id);
    response.json(
      await orProblem(async () => {
        if (!kept) throw new Problem("The server does not know the call.");
        return find(kept);
      }),
    );
  });
  router.get("/local-hubspot/recordings/:id/sound", ...fromHere, async (request, response) => {
    const { url, type } = found.get(Number(request.params.id)) ?? {};
    if (!url || !type) return refuse(response, "absent", { message: "Nobody has asked for it." });
    const { range } = request.headers;
    const asked = await orProblem(() =>
      ask(url, { headers: range ? { Range: range } : {} }, patience),
    );
    if ("problem" in asked) return response.status(502).type("text").send(asked.problem);
    response.status(asked.statusCode ?? 502).set({
      "Content-Type": type,
      "X-Content-Type-Options": "nosniff",
      // Parts of what is compressed are parts of nothing.
      "Cache-Control": "no-store, no-transform",
    });
    for (const name of ["content-length", "content-range", "accept-ranges"]) {
      const value = asked.headers[name];
      if (value !== undefined) response.set(name, value);
    }
    // When one end closes, so does the other.
    await pipeline(asked, response).catch(() => {});
  });
  return router;
}
