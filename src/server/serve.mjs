// Serves the built pages over HTTPS, on loopback only: the widget at localhost, the local HubSpot at every other name; or the folder as a host does.
import { realpathSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { createServer } from "node:https";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import compression from "compression";
import express from "express";
import { isLoopback } from "../frame/loopback.mjs";
import { certificate } from "./certificate.mjs";
import { settingsEndpoints } from "./settings-endpoints.mjs";

const root = fileURLToPath(new URL("../..", import.meta.url));

/**
 * The headers that static/_headers gives to a path.
 * @param {string} text in the format of Cloudflare Pages and Netlify: a path, then indented headers
 * @param {string} path
 * @returns {[name: string, value: string][]}
 */
export function headersFor(text, path) {
  let applies = false;
  /** @type {[string, string][]} */
  const headers = [];
  for (const line of text.split(/\r?\n/)) {
    if (line.trim() === "" || line.startsWith("#")) continue;
    const [, name, value] = /^\s+([^:]+):\s*(.*)$/.exec(line) ?? [];
    if (name === undefined) {
      applies = line.endsWith("*") ? path.startsWith(line.slice(0, -1)) : path === line.trim();
    } else if (applies) headers.push([name, value ?? ""]);
  }
  return headers;
}

/** The headers of static/_headers for a path, on this machine: no browser is told to use HTTPS for the developer's other servers at localhost. @param {string} path */
async function headersHere(path) {
  const headers = headersFor(await readFile(`${root}static/_headers`, "utf8"), path);
  return headers.filter(([name]) => name !== "Strict-Transport-Security");
}

/** Loopback pages may frame the widget, too. @param {string} policy */
const forLoopback = (policy) =>
  policy.replace(
    "frame-ancestors",
    "frame-ancestors https://localhost:* https://*.localhost:* https://127.0.0.1:*",
  );

/**
 * Starts serving.
 * @param {object} options
 * @param {number} options.port
 * @param {(name: string) => Promise<Uint8Array>} [options.read] gives a built page; from static/ by default
 * @returns {Promise<{ reload: () => void }>} once requests are answered; `reload` makes open pages of a development build load again
 * @throws an Error with a message for the user when the port is in use
 */
export async function serve({ port, read = (name) => readFile(`${root}static/${name}`) }) {
  const app = express().disable("x-powered-by");
  app.use(compression({ threshold: 0 }));

  /** @type {Set<import("express").Response>} */
  const watchers = new Set();
  let build = 0;
  const tell = (/** @type {import("express").Response} */ watcher) => {
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
  const settings = settingsEndpoints();
  app.use((request, response, next) =>
    isWidgets(request.hostname) ? next() : settings.router(request, response, next),
  );

  /** @param {string} name @param {import("express").Response} response */
  const send = async (name, response) => {
    for (const [header, value] of await headersHere(`/${name}`))
      response.set(header, header === "Content-Security-Policy" ? forLoopback(value) : value);
    // Under another name the page could not ask them for more.
    if (name === "hubspot.html" && isLoopback(response.req.hostname))
      response.set("Server-Timing", settings.header);
    response.type("html").send(await read(name));
  };
  // The widget's link to it; another site than its own, as in production.
  app.get("/hubspot.html", ({ hostname }, response, next) =>
    isWidgets(hostname) ? response.redirect(`https://hubspot.localhost:${port}/`) : next(),
  );
  app.get(["/", "/index.html", "/hubspot.html"], ({ hostname, path }, response) =>
    send(path.slice(1) || (isWidgets(hostname) ? "index.html" : "hubspot.html"), response),
  );
  // HubSpot's address of its calling window, with the account's number.
  app.get(/^\/calling-integration-popup-ui\/\d+$/, ({ hostname }, response, next) =>
    isWidgets(hostname) ? next() : send("hubspot.html", response),
  );

  app.use(nothing);
  await listen(app, port);
  return {
    reload: () => {
      build += 1;
      watchers.forEach(tell);
    },
  };
}

/**
 * Serves static/ as a host does that reads its _headers.
 * @param {number} port
 * @throws as `serve` does
 */
export async function preview(port) {
  const app = express().disable("x-powered-by");
  app.use(compression({ threshold: 0 }));
  app.use(async ({ path }, response, next) => {
    if (path === "/_headers") return nothing(response.req, response);
    for (const [header, value] of await headersHere(path)) response.set(header, value);
    next();
  });
  app.use(express.static(`${root}static`, { extensions: ["html"], cacheControl: false }));
  app.use(nothing);
  await listen(app, port);
}

/** @param {import("express").Request} request @param {import("express").Response} response */
function nothing({ path }, response) {
  response.status(404).type("text").send(`There is nothing at ${path}\n`);
}

/** @param {import("express").Express} app @param {number} port */
async function listen(app, port) {
  const { key, cert } = await certificate(`${root}.cert`);
  const listenAt = (/** @type {string} */ host) =>
    new Promise((resolve, reject) => {
      createServer({ key, cert }, app)
        .on("error", reject)
        .listen({ port, host }, () => resolve(host));
    });
  try {
    await listenAt("127.0.0.1");
    // Browsers ask for localhost at ::1 first, where the machine has it.
    await listenAt("::1").catch((error) => {
      if (error.code === "EADDRINUSE") throw error;
    });
  } catch (error) {
    if (!(error instanceof Error && "code" in error && error.code === "EADDRINUSE")) throw error;
    throw new Error(
      `Port ${port} is in use by another program. Stop that one, or choose another port: PORT=${port + 1} npm start`,
    );
  }
}

/**
 * The port to serve on: 9025, where HubSpot looks for "Demo App Local", unless PORT says otherwise.
 * @throws an Error with a message for the user when PORT is no port
 */
export function portFromEnvironment() {
  const { PORT = "9025" } = process.env;
  const port = Number(PORT);
  if (Number.isInteger(port) && port > 0 && port < 65536) return port;
  throw new Error(`PORT is "${PORT}", which is not a port number (1 to 65535).`);
}

/** Ends the process with the error's message, without a stack: for errors that the user can mend. */
export function fail(/** @type {unknown} */ error) {
  console.error(error instanceof Error ? error.message : error);
  process.exit(1);
}

async function main() {
  const { values } = parseArgs({ options: { preview: { type: "boolean" } } });
  const port = portFromEnvironment();
  if (!values.preview) return serve({ port });
  await preview(port);
  console.log(`The widget          https://localhost:${port}/`);
  console.log(`The local HubSpot   https://localhost:${port}/hubspot.html`);
  console.log(
    "The headers are those of static/_headers, but for Strict-Transport-Security: it would keep your browser from http at localhost.",
  );
}

if (realpathSync(process.argv[1] ?? ".") === fileURLToPath(import.meta.url)) {
  await main().catch(fail);
}
