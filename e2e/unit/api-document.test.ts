// The document of HubSpot's API: each of its lines is run, in its order, and answers what the document says.
import { spawnSync } from "node:child_process";
import { blocksOf, runLine } from "../programs.ts";
import { expect, test } from "./api.ts";

const lines = blocksOf("src/documents/api.md", "sh").flatMap((block) =>
  block.trimEnd().split("\n"),
);

/** What some of the lines answer, by a part of the line. */
const answers: Record<string, Record<string, unknown>> = {
  "hs_call_title,hs_call_body": {
    properties: { hs_call_title: "Support call", hs_call_body: "<p>Resolved, and called back</p>" },
    associations: { contacts: { results: [{ id: "37621684101" }] } },
  },
  "limit=10": { results: [{ properties: { hs_call_title: "Support call" } }] },
  inbound: JSON.parse(blocksOf("src/documents/api.md", "json")[0] ?? ""),
  "GET --url 'https://hubspot.localhost:9025/crm/v3/extensions/calling/12345/settings/recording": {
    urlToRetrieveAuthedRecording: "https://localhost:8443/calls/%s/recording",
  },
  "transcripts/{transcript}": { transcriptUtterances: [{ speaker: { id: "1" } }, {}] },
  "GET --url 'https://hubspot.localhost:9025/crm/v3/extensions/calling/12345/settings/channel": {
    url: "https://localhost:8443/numbers",
    isReady: true,
  },
};

test("each line does what the document says", async ({ api }) => {
  test.skip(
    !process.env.CI && ["sh", "curl"].some((name) => spawnSync(name, ["--help"]).error),
    "there is no sh or curl on this machine",
  );
  expect(lines.length).toBeGreaterThan(12);
  let [id, transcript] = ["", ""];
  const met = new Set<string>();
  for (const line of lines) {
    expect(line).toMatch(/^curl -sk --request (GET|POST|PATCH|DELETE) --url '/);
    const own = line
      .replaceAll(":9025", `:${api.port}`)
      .replaceAll("{id}", id)
      .replaceAll("{transcript}", transcript);
    const { code, out } = await runLine(`${own} --write-out '\\n%{http_code}'`);
    const [, text = "", status] = /^(.*)\n(\d+)$/s.exec(out) ?? [];
    expect({ code, status }, `${line}: ${out}`).toEqual({
      code: 0,
      status: expect.stringMatching(/^20[014]$/),
    });
    const body = text ? JSON.parse(text) : {};
    if (line.includes("POST") && line.includes("/objects/calls")) ({ id } = body);
    if (line.includes("transcriptCreateUtterances")) transcript = body.id;
    for (const [part, answer] of Object.entries(answers)) {
      if (!line.includes(part)) continue;
      expect(body, line).toMatchObject(answer);
      met.add(part);
    }
  }
  expect([...met].sort()).toEqual(Object.keys(answers).sort());
});
