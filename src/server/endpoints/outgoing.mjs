// Requests to the calling app's own endpoints: only to this machine, limited in time and length, no redirect followed.
import { request as requestHttp } from "node:http";
import { request as requestHttps } from "node:https";
import { isLoopback } from "../../frame/loopback.mjs";

/** Why the app's endpoint was of no use, in words for the user of the local HubSpot. */
export class Problem extends Error {}

/** Runs what may throw a Problem, which is an answer then: other errors are the server's own. @template T @param {() => Promise<T>} run */
export async function orProblem(run) {
  try {
    return await run();
  } catch (error) {
    if (error instanceof Problem) return { problem: error.message };
    throw error;
  }
}

/** Stands in each request, so that this server knows its own: an app's address may be one of the local HubSpot's. */
const via = "1.1 local-hubspot";

/** Whether a local HubSpot asks. @param {import("express").Request} request */
export const isOwn = ({ headers }) => headers.via?.split(/, */).includes(via) ?? false;

/** The longest answer that is read as a whole, in bytes. */
const longest = 100_000;

/** Not all systems know the names below localhost. @type {import("node:net").LookupFunction} */
const lookup = (_, { all }, found) => {
  const addresses = [
    { address: "127.0.0.1", family: 4 },
    { address: "::1", family: 6 },
  ];
  all ? found(null, addresses) : found(null, "127.0.0.1", 4);
};

/**
 * An app's address, if this server may ask it.
 * @param {unknown} text
 * @param {string} what names it
 */
export function addressOf(text, what) {
  if (typeof text !== "string" || !URL.canParse(text))
    throw new Problem(`${what} is not a full address.`);
  const url = new URL(text);
  try {
    // Node.js does, when it asks.
    decodeURIComponent(url.username + url.password);
  } catch {
    throw new Problem(`${what} has a user name or password that cannot be read.`);
  }
  if (url.protocol !== "https:" && url.protocol !== "http:")
    throw new Problem(`${what} is not an https address.`);
  if (!isLoopback(url.hostname))
    throw new Problem(
      `${what} is at ${url.hostname}. The local HubSpot asks only programs on this machine, such as at localhost.`,
    );
  return url;
}

/**
 * Asks the app. The caller has to read the answer, or destroy it.
 * @param {URL} url of `addressOf`
 * @param {object} asked
 * @param {string} [asked.method]
 * @param {Record<string, string>} [asked.headers]
 * @param {string} [asked.body]
 * @param {number} patience ms until the answer begins
 * @returns {Promise<import("node:http").IncomingMessage>}
 * @throws a Problem when there is none
 */
export function ask(url, { method = "GET", headers = {}, body }, patience) {
  const where = `${method} ${url.origin}${url.pathname}`;
  const request = url.protocol === "https:" ? requestHttps : requestHttp;
  return new Promise((resolve, reject) => {
    // The certificate of a program on this machine may be known to nobody.
    const options = {
      method,
      headers: { ...headers, Via: via },
      lookup,
      rejectUnauthorized: false,
      agent: false,
    };
    const sent = request(url, options, (response) => {
      clearTimeout(timer);
      const { statusCode = 0 } = response;
      const isRedirect = statusCode >= 300 && statusCode < 400 && statusCode !== 304;
      if (!isRedirect && statusCode >= 200) return resolve(response);
      response.destroy();
      const what = isRedirect
        ? `a redirect, ${statusCode}, which is not followed`
        : `${statusCode}, which is no code`;
      reject(new Problem(`${where} answers with ${what}.`));
    });
    const timer = setTimeout(
      () => sent.destroy(new Problem(`${where} gave no answer within ${patience / 1000} s.`)),
      patience,
    );
    // Also of an answer that is none, such as one that changes to another protocol: no error is told of that.
    sent.on("close", () => {
      clearTimeout(timer);
      reject(new Problem(`${where} closed the connection without an answer.`));
    });
    sent.on("error", (error) => {
      const why = "code" in error && error.code ? error.code : error.message;
      reject(error instanceof Problem ? error : new Problem(`${where} cannot be reached: ${why}.`));
    });
    sent.end(body);
  });
}

/**
 * The first bytes of an answer, or all if there are fewer.
 * @param {import("node:http").IncomingMessage} response
 * @param {number} most
 * @param {number} patience ms
 */
export async function firstBytes(response, most, patience) {
  /** @type {Buffer[]} */
  const parts = [];
  let length = 0;
  const timer = setTimeout(
    () => response.destroy(new Problem(`Its answer did not end within ${patience / 1000} s.`)),
    patience,
  );
  try {
    for await (const part of response) {
      parts.push(part);
      length += part.length;
      if (length >= most) break;
    }
  } catch (error) {
    throw error instanceof Problem ? error : new Problem("Its answer broke off.");
  } finally {
    clearTimeout(timer);
  }
  return Buffer.concat(parts).subarray(0, most);
}

/**
 * Asks the app for JSON.
 * @param {URL} url
 * @param {Parameters<typeof ask>[1]} asked
 * @param {number} patience ms
 * @returns {Promise<unknown>}
 */
export async function askForJson(url, asked, patience) {
  const response = await ask(url, asked, patience);
  const where = `${asked.method ?? "GET"} ${url.origin}${url.pathname}`;
  const { statusCode } = response;
  if (statusCode !== 200) {
    response.destroy();
    throw new Problem(`${where} answers with ${statusCode}, not with 200.`);
  }
  const body = await firstBytes(response, longest + 1, patience);
  if (body.length > longest) throw new Problem(`${where} answers with more than 100 KB.`);
  try {
    return JSON.parse(body.toString());
  } catch {
    throw new Problem(`${where} does not answer with JSON.`);
  }
}
