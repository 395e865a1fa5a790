// What the local HubSpot's pages and their server tell each other, at /local-hubspot/: the apps, and the CRM's engagements.
import express from "express";
import { isEngagement } from "../../hubspot/engagement.mjs";
import { isRecord } from "../../hubspot/records.mjs";
import { fromHere, refuse } from "./answers.mjs";

/** @typedef {import("express").Request} Request */
/** @typedef {import("express").Response} Response */

/** The pages that are open and seen: they hear of what happens here as server-sent events. */
export class Pages {
  /** @type {Set<Response>} */
  #listeners = new Set();

  /** @param {string} event @param {unknown} data @param {Iterable<Response>} [to] all of them when it is not given */
  tell(event, data, to = this.#listeners) {
    for (const page of to) {
      page.write(`event: ${event}\ndata: ${JSON.stringify(data)}\n\n`);
      page.flush();
    }
  }

  /** @param {Response} response */
  add(response) {
    response.set({ "Content-Type": "text/event-stream", "Cache-Control": "no-transform" });
    this.#listeners.add(response);
    response.on("close", () => this.#listeners.delete(response));
  }
}

/**
 * @param {Pages} pages
 * @param {() => unknown} apps those under "Call from"
 * @param {import("./engagements.mjs").Engagements} engagements
 * @param {import("./records.mjs").Records} records
 */
export function pageEndpoints(pages, apps, engagements, records) {
  const router = express.Router();
  router.get("/local-hubspot/events", ...fromHere, (_, response) => {
    pages.add(response);
    pages.tell("apps", apps(), [response]);
    for (const { engagement } of engagements.ofApi())
      pages.tell("engagement", engagement, [response]);
  });
  router
    .route("/local-hubspot/engagements")
    .all(...fromHere)
    .put((request, response) => {
      const said = listOf(request, response, isEngagement);
      if (!said) return;
      for (const engagement of said) engagements.hear(engagement);
      response.status(204).end();
    })
    .delete((_, response) => {
      engagements.forget();
      response.status(204).end();
    });
  router.put("/local-hubspot/records", ...fromHere, (request, response) => {
    const said = listOf(request, response, isRecord);
    if (!said) return;
    records.all = said;
    response.status(204).end();
  });
  return router;
}

/**
 * The body, if it is a list of these; else it is refused.
 * @template T
 * @param {Request} request
 * @param {Response} response
 * @param {(value: unknown) => value is T} is
 */
function listOf(request, response, is) {
  if (!request.is("json")) return refuse(response, "notJson");
  /** @type {unknown} */
  const body = request.body;
  return Array.isArray(body) && body.every(is) ? body : refuse(response, "invalid");
}
