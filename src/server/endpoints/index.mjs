// HubSpot's endpoints, as the local HubSpot's server has them, and what its own pages ask. All that they keep lives as long as the server.
import express from "express";
import { families } from "../../settings/settings.mjs";
import { failed, refuse } from "./answers.mjs";
import { callEndpoints } from "./calls.mjs";
import { Engagements } from "./engagements.mjs";
import { helpDeskEndpoint } from "./help-desk.mjs";
import { inboundCallEndpoint } from "./inbound-call.mjs";
import { isOwn } from "./outgoing.mjs";
import { Pages, pageEndpoints } from "./pages.mjs";
import { recordingEndpoints } from "./recordings.mjs";
import { Records } from "./records.mjs";
import { Settings, settingsEndpoints } from "./settings.mjs";
import { transcriptEndpoints } from "./transcripts.mjs";

/**
 * @param {object} options
 * @param {import("../../settings/settings.mjs").AppSettings | undefined} options.app whose settings are there from the start
 * @param {string} options.secret the app's, with which requests to its webhook are signed
 * @param {number} options.patience ms, for each request to the app
 * @returns `router`, which answers requests, and `header`, which tells a page of the apps when it is loaded: the value
 * of Server-Timing, the one header that a page can read of its own response. While it is open, it hears of them as
 * server-sent events.
 */
export function endpoints({ app, secret, patience }) {
  const pages = new Pages();
  const apps = new Settings(families.app, () => pages.tell("apps", apps.all()));
  const recordings = new Settings(families.recording);
  const channels = new Settings(families.channel);
  const engagements = new Engagements((engagement) => pages.tell("engagement", engagement));
  const records = new Records();
  if (app) apps.store("1", app);

  const router = express.Router();
  router.use((request, response, next) => (isOwn(request) ? refuse(response, "loop") : next()));
  router.use(
    pageEndpoints(pages, () => apps.all(), engagements, records),
    ...[apps, recordings, channels].map(settingsEndpoints),
    callEndpoints(engagements, records),
    inboundCallEndpoint(engagements, records),
    transcriptEndpoints(engagements),
    recordingEndpoints(engagements, recordings, patience),
    helpDeskEndpoint(channels, secret, patience),
    failed,
  );
  return {
    router,
    get header() {
      const text = encodeURIComponent(JSON.stringify(apps.all()));
      // Browsers take no response with headers of any length. What is missing comes as an event.
      return `apps;desc="${text.length < 50_000 ? text : ""}"`;
    },
  };
}
