// The response headers: those of static/_headers, except where this machine needs others.
import { readFile } from "node:fs/promises";
import { pages } from "./places.mjs";

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
export async function headersHere(path) {
  const headers = headersFor(await readFile(`${pages}_headers`, "utf8"), path);
  return headers.filter(([name]) => name !== "Strict-Transport-Security");
}

/** The policy, with which loopback pages may frame the widget, too. @param {string} policy */
export const forLoopback = (policy) =>
  policy.replace(
    "frame-ancestors",
    "frame-ancestors https://localhost:* https://*.localhost:* https://127.0.0.1:*",
  );
