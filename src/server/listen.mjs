// Lets an Express app answer over HTTPS, only at this machine's loopback addresses.
import { createServer } from "node:https";
import { certificate } from "./certificate.mjs";

/**
 * @typedef {object} Listening
 * @property {number} port
 * @property {() => Promise<void>} close ends it, and every connection to it
 */

/** How long, in ms, an idle connection stays open: a request that is sent just as it is closed is lost. */
const keepAliveTimeout = 65_000;

/** @type {import("express").RequestHandler} */
export const nothing = ({ path }, response) => {
  response.status(404).type("text").send(`There is nothing at ${path}\n`);
};

/** Neither what the server knows of this machine nor the error's words are told. @type {import("express").ErrorRequestHandler} */
const failed = (error, request, response, next) => {
  if (response.headersSent) return next(error);
  // An address that cannot be read, or leads out of the folder.
  if (error.status >= 400 && error.status < 500) return nothing(request, response, next);
  console.error(error);
  response.status(500).type("text").send("The page could not be made. The terminal says why.\n");
};

/**
 * Starts to answer.
 * @param {import("express").Express} app has nothing of its own for what it does not know
 * @param {number} port 0 for one that is free
 * @returns {Promise<Listening>}
 * @throws an Error with a message for the user when the port is in use, or the certificate cannot be kept
 */
export async function listen(app, port) {
  app.use(nothing, failed);
  return listenWith(await certificate(), app, port);
}

/**
 * @param {{ key: string, cert: string }} pem
 * @param {import("express").Express} app
 * @param {number} port
 * @returns {Promise<Listening>}
 */
async function listenWith(pem, app, port) {
  /** @type {import("node:https").Server[]} */
  const servers = [];
  const listenAt = (/** @type {string} */ host, /** @type {number} */ port) =>
    new Promise((/** @type {(port: number) => void} */ resolve, reject) => {
      const server = createServer({ ...pem, keepAliveTimeout }, app);
      server.on("error", reject).listen({ port, host }, () => {
        servers.push(server);
        const address = server.address();
        resolve(typeof address === "object" && address ? address.port : port);
      });
    });
  const close = async () => {
    const closed = servers.map((server) => new Promise((resolve) => server.close(resolve)));
    for (const server of servers) server.closeAllConnections();
    await Promise.all(closed);
  };
  try {
    const taken = await listenAt("127.0.0.1", port);
    // Browsers ask for localhost at ::1 first, where the machine has it.
    await listenAt("::1", taken).catch((error) => {
      if (error.code === "EADDRINUSE") throw error;
    });
    return { port: taken, close };
  } catch (error) {
    await close();
    if (!(error instanceof Error && "code" in error && error.code === "EADDRINUSE")) throw error;
    // What was free at the first address was not at the second.
    if (port === 0) return listenWith(pem, app, port);
    throw new Error(
      `Port ${port} is in use by another program. Stop that one, or choose another port: --port ${port + 1}, or PORT=${port + 1}.`,
    );
  }
}
