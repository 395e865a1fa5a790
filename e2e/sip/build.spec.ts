// What a build that is told a telephone server has more than any other: the SIP line's file, and the phone's way to it.
import { createHash } from "node:crypto";
import { readdir, readFile, rm } from "node:fs/promises";
import { brotliCompressSync } from "node:zlib";
import { expect, test } from "@playwright/test";
import { cleanCheckout, run } from "../programs.ts";

test("the phone alone may ask the server, and loads the line's file by its hash", async () => {
  // It is built four times.
  test.setTimeout(60_000);
  const folder = await cleanCheckout();
  const build = (env: NodeJS.ProcessEnv) => run(["build.mjs"], env, folder).ended;
  const read = (name: string) => readFile(`${folder}/static/${name}`, "utf8");
  const policyOf = async (name: string) =>
    /content="(default-src [^"]*)"/.exec(await read(name))?.[1];
  const pages = ["index.html", "hubspot.html", "phone.html"];
  try {
    const env = { SIP_SERVER: "wss://sip.example/ws", SIP_STUN: "stun:stun.example" };
    expect(await build(env)).toMatchObject({ code: 0, errors: "" });
    const script = await read("sip.js");
    expect(script).toContain(env.SIP_SERVER);
    expect(script).toContain(env.SIP_STUN);
    expect(brotliCompressSync(script).length).toBeLessThanOrEqual(80 * 1024);
    const hash = `sha256-${createHash("sha256").update(script).digest("base64")}`;
    expect(await read("phone.html")).toContain(`src="sip.js" integrity="${hash}"`);
    const policies = await Promise.all(pages.map(policyOf));

    for (const wrong of [{ SIP_SERVER: "ws://sip.example" }, { SIP_STUN: "stun.example; a" }])
      expect(await build({ ...env, ...wrong })).toMatchObject({
        code: 1,
        errors: expect.stringContaining(Object.values(wrong)[0] ?? ""),
      });

    // The next build, which is told none, leaves nothing of it.
    expect((await build({})).code).toBe(0);
    expect(await readdir(`${folder}/static`)).not.toContain("sip.js");
    const [widget, hubspot, phone = ""] = await Promise.all(pages.map(policyOf));
    const withLine = phone
      .replace(" script-src", " connect-src wss://sip.example; script-src")
      .replace(" ;", ` '${hash}';`);
    expect(policies).toEqual([widget, hubspot, withLine]);
  } finally {
    await rm(folder, { recursive: true });
  }
});
