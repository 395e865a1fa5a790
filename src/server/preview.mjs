// The command `npm run preview`: serves static/ on loopback as a host does that reads its _headers.
import express from "express";
import { fail, isMain, readPort } from "./command.mjs";
import { headersHere } from "./headers.mjs";
import { listen, nothing } from "./listen.mjs";
import { pages } from "./places.mjs";
import { plainApp } from "./serve.mjs";

/**
 * Starts serving.
 * @param {number} port 0 for one that is free
 * @throws as `listen` does
 */
export function preview(port) {
  const app = plainApp();
  app.get("/_headers", nothing);
  app.use(async ({ path }, response, next) => {
    for (const [header, value] of await headersHere(path)) response.set(header, value);
    next();
  });
  app.use(express.static(pages, { extensions: ["html"], cacheControl: false }));
  return listen(app, port);
}

async function main() {
  const { port } = await preview(readPort());
  console.log(`The widget          https://localhost:${port}/`);
  console.log(`The local HubSpot   https://localhost:${port}/hubspot.html`);
  console.log(
    "The headers are those of static/_headers, but for Strict-Transport-Security: it would keep your browser from http at localhost.",
  );
}

if (isMain(import.meta.url)) await main().catch(fail);
