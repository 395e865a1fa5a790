// A calling app's server on this machine, which HubSpot's server asks: for a recording, or for its numbers.
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { createServer as createTls } from "node:https";
import type { AddressInfo } from "node:net";
import { certificate } from "../../src/server/certificate.mjs";

export type Asked = {
  method: string;
  url: string;
  headers: IncomingMessage["headers"];
  body: string;
};

/** Answers every request so, over https unless it is told otherwise, and keeps what it was asked. */
export async function appServer(
  answer: (asked: Asked, response: ServerResponse) => void,
  { isSecure = true } = {},
) {
  const asked: Asked[] = [];
  const hear = async (request: IncomingMessage, response: ServerResponse) => {
    let body = "";
    for await (const data of request) body += data;
    const { method = "", url = "", headers } = request;
    const now = { method, url, headers, body };
    asked.push(now);
    answer(now, response);
  };
  const server = isSecure ? createTls(await certificate(), hear) : createServer(hear);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    asked,
    origin: `${isSecure ? "https" : "http"}://localhost:${port}`,
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
