// The certificate for the loopback names: what it covers, and how long it is kept.
import { X509Certificate } from "node:crypto";
import { mkdtemp, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "@playwright/test";
import { generate } from "selfsigned";
import { certificate } from "../../src/server/certificate.mjs";

let folder: string;
test.beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "certificate-"));
});
test.afterEach(() => rm(folder, { recursive: true }));

test("the certificate covers the loopback names, and only its owner can read the key", async () => {
  const { key, cert } = await certificate(folder);
  const { subjectAltName } = new X509Certificate(
    cert.slice(cert.indexOf("-----BEGIN CERTIFICATE")),
  );
  for (const name of [
    "DNS:localhost",
    "DNS:*.localhost",
    "IP Address:127.0.0.1",
    "IP Address:0:0:0:0:0:0:0:1",
  ]) {
    expect(subjectAltName).toContain(name);
  }
  expect(key).toContain("PRIVATE KEY");
  if (process.platform !== "win32") {
    expect((await stat(join(folder, "localhost.pem"))).mode & 0o777).toBe(0o600);
  }
});

test("one that cannot be kept is none, and why is said", async () => {
  const file = join(folder, "file");
  await writeFile(file, "");
  await expect(certificate(join(file, "below"))).rejects.toThrow(
    /^The certificate cannot be kept at .* \(E[A-Z]+\)\. XDG_CACHE_HOME can name another folder/,
  );
});

test("it is kept between runs", async () => {
  expect((await certificate(folder)).cert).toBe((await certificate(folder)).cert);
});

test("it is renewed before it expires, and when it is damaged", async () => {
  const file = join(folder, "localhost.pem");
  const soon = new Date(Date.now() + 10 * 24 * 60 * 60 * 1000);
  const old = await generate([{ name: "commonName", value: "localhost" }], {
    notAfterDate: soon,
  });
  for (const pem of [old.private + old.cert, "damaged"]) {
    await writeFile(file, pem);
    const { cert } = await certificate(folder);
    const { validTo } = new X509Certificate(cert.slice(cert.indexOf("-----BEGIN CERTIFICATE")));
    expect(Date.parse(validTo)).toBeGreaterThan(soon.getTime());
  }
});
