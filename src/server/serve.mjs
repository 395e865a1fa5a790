// Serves the pages on loopback: the widget at localhost, the local HubSpot and HubSpot's endpoints at every other name.
import { readFile } from "node:fs/promises";
import { extname } from "node:path";
import compression from "compression";
import express from "express";
import { isLoopback } from "../frame/loopback.mjs";
import { sampleSecret } from "./endpoints/help-desk.mjs";
import { endpoints } from "./endpoints/index.mjs";
import { forLoopback, headersHere } from "./headers.mjs";
import { listen } from "./listen.mjs";
import { pages } from "./places.mjs";

/** @typedef {import("express").Response} Response */

/** An Express app that compresses, and matches addresses exactly. */
export const plainApp = () =>
  express()
    .disable("x-powered-by")
    .enable("case sensitive routing")
    .enable("strict routing")
    .use(compression({ threshold: 0 }));

/**
 * Starts serving.
 * @param {object} options
 * @param {number} options.port 0 for one that is free
 * @param {import("../settings/settings.mjs").AppSettings} [options.app] stands under "Call from", as if its settings had been sent
 * @param {string} [options.secret] the app's, with which requests to its webhook are signed
 * @param {number} [options.patience] ms, how long the app may take to answer HubSpot's server
 * @param {(name: string) => Promise<string | Uint8Array>} [options.read] gives a built page; from static/ by default
 * @returns {Promise<import("./listen.mjs").Listening & { reload: () => void }>} once requests are answered; `reload`
 * makes open pages of a development build load again
 * @throws as `listen` does
 */
export async function serve({
  port,
  app: own,
  secret = process.env.HUBSPOT_APP_SECRET || sampleSecret,
  patience = 10_000,
  read = (name) => readFile(pages + name),
}) {
  const app = plainApp();

  /** @type {Set<Response>} */
  const watchers = new Set();
  let build = 0;
  const tell = (/** @type {Response} */ watcher) => {
    watcher.write(`data: ${build}\n\n`);
    watcher.flush();
  };
  app.get("/reload", (_, response) => {
    response.set({ "Content-Type": "text/event-stream", "Cache-Control": "no-transform" });
    watchers.add(response);
    response.on("close", () => watchers.delete(response));
    tell(response);
  });

  const isWidgets = (/** @type {string} */ hostname) => hostname === "localhost";
  const hubspot = endpoints({ app: own, secret, patience });
  app.use((request, response, next) =>
    isWidgets(request.hostname) ? next() : hubspot.router(request, response, next),
  );

  /** @param {string} name @param {Response} response */
  const send = async (name, response) => {
    for (const [header, value] of await headersHere(`/${name}`))
      response.set(header, header === "Content-Security-Policy" ? forLoopback(value) : value);
    // Under another name the page could not ask them for more.
    if (name === "hubspot.html" && isLoopback(response.req.hostname))
      response.set("Server-Timing", hubspot.header);
    response.type(extname(name)).send(await read(name));
  };
  app.get("/", ({ hostname }, response) =>
    send(isWidgets(hostname) ? "index.html" : "hubspot.html", response),
  );
  for (const name of ["index.html", "phone.html"])
    app.get(`/${name}`, (_, response) => send(name, response));
  // Only a phone that was told a telephone server asks for it.
  app.get("/sip.js", (_, response, next) => send("sip.js", response).catch(() => next()));
  // The widget's link to it; another site than its own, as in production.
  app.get("/hubspot.html", ({ hostname, socket }, response) =>
    isWidgets(hostname)
      ? response.redirect(`https://hubspot.localhost:${socket.localPort}/`)
      : send("hubspot.html", response),
  );
  // HubSpot's address of its calling window, with the account's number.
  app.get(/^\/calling-integration-popup-ui\/\d+$/, ({ hostname }, response, next) =>
    isWidgets(hostname) ? next() : send("hubspot.html", response),
  );

  return {
    ...(await listen(app, port)),
    reload: () => {
      build += 1;
      watchers.forEach(tell);
    },
  };
}
