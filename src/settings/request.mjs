// One request to HubSpot's settings endpoints: limited in time and length, and sent again when HubSpot asks to wait.
import { readFile } from "node:fs/promises";
import { request as requestHttp } from "node:http";
import { request as requestHttps } from "node:https";
import { setTimeout as wait } from "node:timers/promises";
import { rootCertificates } from "node:tls";
import { isLoopback } from "../frame/loopback.mjs";
import { certificateFile } from "../server/certificate.mjs";
import { Failure } from "./failure.mjs";

/** Not every system trusts the local HubSpot's certificate, or knows the names below localhost. @param {URL} url */
async function forLocalHubSpot({ hostname }) {
  const own = await readFile(certificateFile(), "utf8").catch(() => "");
  /** @type {import("node:net").LookupFunction} */
  const lookup = (_, { all }, found) => {
    const address = "127.0.0.1";
    all ? found(null, [{ address, family: 4 }]) : found(null, address, 4);
  };
  return {
    ca: [...rootCertificates, own],
    allowPartialTrustChain: true,
    ...(hostname.endsWith(".localhost") && { lookup }),
  };
}

/** @typedef {{ status: number, headers: import("node:http").IncomingHttpHeaders, text: string }} Answer */

/**
 * Sends one request. Redirects are not followed, since the key would go with them. (Not fetch, which cannot be told to trust the
 * local HubSpot's certificate.)
 * @param {URL} url @param {import("node:https").RequestOptions} options @param {string | undefined} body
 * @returns {Promise<Answer>}
 */
async function send(url, options, body) {
  if (isLoopback(url.hostname)) options = { ...options, ...(await forLocalHubSpot(url)) };
  const request = url.protocol === "https:" ? requestHttps : requestHttp;
  return new Promise((resolve, reject) => {
    const sent = request(url, options, (response) => {
      let text = "";
      response.setEncoding("utf8").on("data", (data) => {
        text += data;
        if (text.length > 1e6) sent.destroy(new Error("its answer is too long"));
      });
      response.on("error", reject);
      response.on("end", () =>
        resolve({ status: response.statusCode ?? 0, headers: response.headers, text }),
      );
    });
    sent.on("error", reject);
    sent.end(body);
  });
}

/** How long to wait before trying again, in s, as HubSpot says: in seconds, or until a date. @param {Answer} answer @param {number} tries */
function patienceOf({ headers }, tries) {
  const told = headers["retry-after"] ?? "";
  if (/^\d+$/.test(told)) return Number(told);
  const until = Date.parse(told);
  return Number.isNaN(until) ? 2 ** tries : Math.max(0, Math.ceil((until - Date.now()) / 1000));
}

const mostTries = 4;
/** Rather fail than make a script wait longer, s. */
const mostPatience = 120;

/**
 * Sends the request, again when HubSpot asks to wait.
 * @param {URL} url
 * @param {object} asked
 * @param {string} asked.method
 * @param {object} [asked.settings]
 * @param {string | undefined} asked.token
 * @param {number} asked.timeout s
 * @param {(words: string) => void} say
 */
export async function ask(url, { method, settings, token, timeout }, say) {
  const body = settings && JSON.stringify(settings);
  for (let tries = 0; ; tries += 1) {
    const options = {
      method,
      signal: AbortSignal.timeout(timeout * 1000),
      headers: {
        Accept: "application/json",
        ...(body && {
          "Content-Type": "application/json",
          "Content-Length": Buffer.byteLength(body),
        }),
        ...(token && { Authorization: `Bearer ${token}` }),
      },
    };
    const answer = await send(url, options, body).catch((error) => {
      const isLate = options.signal.aborted;
      const why = isLate ? `no answer within ${timeout} s` : (error.code ?? error.message);
      const hint = method === "GET" ? "" : "; `get` shows whether anything changed";
      throw new Failure("unreachable", `HubSpot cannot be reached at ${url.host}: ${why}${hint}.`);
    });
    if (answer.status !== 429) return answer;
    const patience = patienceOf(answer, tries);
    if (tries + 1 === mostTries || patience > mostPatience)
      throw new Failure(
        "tooMany",
        `HubSpot has had too many requests, and asks to wait ${patience} s.`,
      );
    say(`HubSpot asks to wait ${patience} s.`);
    await wait(patience * 1000);
  }
}
