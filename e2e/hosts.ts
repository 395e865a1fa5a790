// Hosts that are elsewhere in the tests: HubSpot's own, a stranger's, and a deployed widget's. Chromium is told so by a rule, Firefox by a proxy.
import { createServer } from "node:http";
import { connect } from "node:net";
import { pipeline } from "node:stream";
import { port, portOf } from "./ports.ts";

/** The local port that stands in for each. */
const elsewhere: Record<string, number> = {
  // The local HubSpot at HubSpot's own addresses, and at a stranger's.
  "app.hubspot.com:443": port,
  "app-eu1.hubspot.com:443": port,
  "hubspot.com.evil.example:443": port,
  // "Demo App Local", where HubSpot has it.
  "localhost:9025": port,
  // A deployed widget.
  "widget.example:443": portOf("edge"),
};

/** Chromium's argument that says so. */
export const hostRules = `--host-resolver-rules=${Object.entries(elsewhere)
  .map(([host, at]) => `MAP ${host} 127.0.0.1:${at}`)
  .join(", ")}`;

/** Firefox's preferences that say so. It asks for each address where to look for it. */
export const proxyPrefs = {
  "network.proxy.type": 2,
  "network.proxy.autoconfig_url": `data:text/javascript,${encodeURIComponent(
    `function FindProxyForURL(url, host) {
      const [, at] = /^https:\\/\\/([^/]+)/.exec(url) ?? [];
      const name = at?.includes(":") ? at : host + ":443";
      return ${JSON.stringify(Object.keys(elsewhere))}.includes(name) ? "PROXY 127.0.0.1:${portOf("proxy")}" : "DIRECT";
    }`,
  )}`,
  "network.proxy.allow_hijacking_localhost": true,
};

/** Before all tests: starts Firefox's proxy. @returns what ends it */
export default async function startProxy(): Promise<() => Promise<void>> {
  const proxy = createServer().on("connect", ({ url = "" }, socket) => {
    const at = elsewhere[url];
    if (!at) {
      socket.end("HTTP/1.1 403 Forbidden\r\n\r\n");
      return;
    }
    const there = connect(at, "127.0.0.1", () => {
      socket.write("HTTP/1.1 200 OK\r\n\r\n");
      pipeline(socket, there, socket, () => {});
    }).on("error", () => socket.destroy());
  });
  await new Promise<void>((resolve, reject) => {
    proxy.once("error", reject).listen(portOf("proxy"), "127.0.0.1", resolve);
  });
  return () =>
    new Promise((resolve) => {
      proxy.close(() => resolve());
      proxy.closeAllConnections();
    });
}
