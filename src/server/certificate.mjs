// The certificate for the loopback names: made once, kept in the user's cache folder, renewed before it expires.
import { execFile } from "node:child_process";
import { createHash, createPrivateKey, X509Certificate } from "node:crypto";
import { mkdir, mkdtemp, readFile, rename, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { cacheFolder } from "./places.mjs";

const run = promisify(execFile);
const day = 24 * 60 * 60 * 1000;

// Browsers take no wildcard directly below a top-level name, so the local HubSpot's own name is listed, too.
const names = ["localhost", "hubspot.localhost", "*.localhost"];
const addresses = ["127.0.0.1", "::1"];

/** Where it is kept, in one file with its key, which need not exist. @param {string} [folder] */
export const certificateFile = (folder = cacheFolder()) => join(folder, "localhost.pem");

/**
 * @param {string} [folder] where the certificate is kept
 * @returns {Promise<{ key: string, cert: string }>} both as PEM
 * @throws an Error with a message for the user when it cannot be kept there
 */
export async function certificate(folder) {
  const file = certificateFile(folder);
  const hasMkcert = await run("mkcert", ["-CAROOT"]).then(
    () => true,
    () => false,
  );
  const kept = await readFile(file, "utf8").catch(() => "");
  if (!isGood(kept, hasMkcert))
    await replace(file, hasMkcert ? await byMkcert() : await selfSigned());
  const pem = await readFile(file, "utf8");
  return { key: pem, cert: pem };
}

/**
 * Chromium's argument to trust this certificate's key, and no other.
 * @returns {Promise<string>}
 */
export async function trustArgument() {
  const { cert } = await certificate();
  const { publicKey } = new X509Certificate(cert.slice(cert.indexOf("-----BEGIN CERTIFICATE")));
  const hash = createHash("sha256").update(publicKey.export({ type: "spki", format: "der" }));
  return `--ignore-certificate-errors-spki-list=${hash.digest("base64")}`;
}

/**
 * Whether a kept certificate serves for another 30 days, covers the names, and is mkcert's where mkcert can make one.
 * @param {string} pem
 * @param {boolean} hasMkcert
 */
function isGood(pem, hasMkcert) {
  try {
    const x509 = new X509Certificate(pem.slice(pem.indexOf("-----BEGIN CERTIFICATE")));
    return (
      Date.parse(x509.validTo) > Date.now() + 30 * day &&
      x509.checkPrivateKey(createPrivateKey(pem)) &&
      names.every((name) => x509.checkHost(name)) &&
      addresses.every((address) => x509.checkIP(address)) &&
      (!hasMkcert || x509.issuer.includes("mkcert"))
    );
  } catch {
    return false;
  }
}

/** A certificate that the browser trusts, if `mkcert -install` was run. */
async function byMkcert() {
  const folder = await mkdtemp(join(tmpdir(), "mkcert-"));
  try {
    const [key, cert] = [join(folder, "key.pem"), join(folder, "cert.pem")];
    await run("mkcert", ["-key-file", key, "-cert-file", cert, ...names, ...addresses]);
    return (await readFile(key, "utf8")) + (await readFile(cert, "utf8"));
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** A certificate that the browser warns of once. */
async function selfSigned() {
  const { generate } = await import("selfsigned");
  const pems = await generate([{ name: "commonName", value: "localhost" }], {
    keyType: "ec",
    algorithm: "sha256",
    notAfterDate: new Date(Date.now() + 365 * day),
    extensions: [
      { name: "basicConstraints", cA: false, critical: true },
      { name: "keyUsage", digitalSignature: true, critical: true },
      { name: "extKeyUsage", serverAuth: true },
      {
        name: "subjectAltName",
        altNames: [
          ...names.map((value) => ({ type: /** @type {const} */ (2), value })),
          ...addresses.map((ip) => ({ type: /** @type {const} */ (7), ip })),
        ],
      },
    ],
  });
  return `${pems.private.trim()}\n${pems.cert.trim()}\n`;
}

/**
 * Key and certificate change together, and only the owner can read them.
 * @param {string} file
 * @param {string} pem
 */
async function replace(file, pem) {
  const fresh = `${file}.${process.pid}`;
  try {
    await mkdir(dirname(file), { recursive: true, mode: 0o700 });
    await writeFile(fresh, pem, { mode: 0o600 });
    await rename(fresh, file);
  } catch (error) {
    const why = error instanceof Error && "code" in error ? error.code : error;
    throw new Error(
      `The certificate cannot be kept at ${file} (${why}). XDG_CACHE_HOME can name another folder for it.`,
    );
  }
}
