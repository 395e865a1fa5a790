// What GitHub reads of this repository: workflows, issue forms, the bot's configuration, and the page for contributors.
import { spawnSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { rm } from "node:fs/promises";
import { expect, test } from "@playwright/test";
import { parse } from "yaml";
import { cleanCheckout, root, runLine } from "../programs.ts";

type Step = { name?: string; uses?: string; run?: string; with?: Record<string, unknown> };
type Job = {
  uses?: string;
  needs?: string | string[];
  environment?: unknown;
  permissions?: object;
  strategy?: { matrix: Record<string, unknown> };
  steps?: Step[];
};
type Workflow = { on: object; permissions: object; jobs: Record<string, Job> };
type Form = { name: string; body: { id: string; validations?: { required?: boolean } }[] };

const read = (path: string) => readFileSync(root + path, "utf8");
const { version } = JSON.parse(read("package.json"));
const files = readdirSync(`${root}.github`, { recursive: true })
  .map((path) => `.github/${path}`.replaceAll("\\", "/"))
  .filter((path) => /\.ya?ml$/.test(path));
const workflow = (name: string): Workflow => parse(read(`.github/workflows/${name}.yml`));
const stepsOf = ({ jobs }: Workflow) => Object.values(jobs).flatMap(({ steps = [] }) => steps);
const [tests, release] = [workflow("test"), workflow("release")];

/** The project's own paths that a text names; those with a part to fill in are none. */
const pathsIn = (text: string) =>
  [
    ...text.matchAll(
      /(?<![\w/.-])(?:\.\/|\/)?((?:src|e2e|\.github|\.ci)\/[\w./-]*\w\/?)(?![\w*]|\.\*)/g,
    ),
  ]
    .map(([, path = ""]) => path)
    .filter((path) => !path.includes("NAME"));

test("every file that GitHub reads can be read, and names files that exist", () => {
  expect(files).toContain(".github/dependabot.yml");
  for (const file of files) {
    expect(parse(read(file)), file).toBeTruthy();
    for (const path of pathsIn(read(file)))
      expect(existsSync(root + path), `${path} in ${file}`).toBe(true);
  }
});

test("the page for contributors is short, and names files that exist", () => {
  const page = read(".github/CONTRIBUTING.md");
  expect(page.trimEnd().split("\n").length).toBeLessThanOrEqual(48);
  const paths = pathsIn(page);
  expect(paths.length).toBeGreaterThan(20);
  for (const path of paths) expect(existsSync(root + path), path).toBe(true);
});

test("the front page is short, and its moving picture light", () => {
  expect(read("README.md").trimEnd().split("\n").length).toBeLessThanOrEqual(100);
  expect(statSync(`${root}.github/call.svg`).size).toBeLessThanOrEqual(600_000);
});

test("call imports no other room; frame, line and rules only call", () => {
  const sources = readdirSync(`${root}src`, { recursive: true }).map(
    (path) => `src/${String(path).replaceAll("\\", "/")}`,
  );
  for (const file of sources) {
    const [, room] = /^src\/(call|frame|line|rules)\/.*(?<!\.d)\.(ts|mjs)$/.exec(file) ?? [];
    if (!room) continue;
    const imports = [...read(file).matchAll(/from "\.\.\/(\w+)\//g)].map(([, other]) => other);
    expect(new Set([...imports, "call"]), file).toEqual(new Set(["call"]));
    if (room === "call") expect(imports, file).toEqual([]);
  }
});

test("an issue is asked for its session, and how to mask it is said", () => {
  const forms = files.filter((file) => /ISSUE_TEMPLATE\/(?!config)/.test(file));
  expect(forms.length).toBeGreaterThan(0);
  for (const file of forms) {
    const form: Form = parse(read(file));
    expect(
      form.body.map(({ id }) => id),
      file,
    ).toContain("session");
    expect(read(file)).toContain("--mask --out report");
  }
});

test("updates come for npm and for each folder that uses actions", () => {
  type Update = { "package-ecosystem": string; directory?: string; directories?: string[] };
  const { updates }: { updates: Update[] } = parse(read(".github/dependabot.yml"));
  const folders = Object.fromEntries(
    updates.map((update) => [
      update["package-ecosystem"],
      update.directories ?? [update.directory ?? ""],
    ]),
  );
  const actions = files
    .filter((file) => file.endsWith("/action.yml"))
    .map((file) => `/${file.replace("/action.yml", "")}`);
  expect(folders).toEqual({ npm: ["/"], "github-actions": ["/", ...actions] });
});

test("every push is tested and audited, and every action is the one that was looked at", () => {
  expect(Object.keys(tests.on)).toEqual(["push", "pull_request", "workflow_call"]);
  expect(tests.jobs.test?.steps?.at(-1)?.run).toBe(".ci/run");
  expect(read(".ci/run")).toMatch(/^npm ci\nnpm test$/m);
  expect(tests.jobs.judge?.steps?.map(({ uses }) => uses)).toContain("./.github/actions/judge");
  expect(tests.jobs.systems?.strategy?.matrix.system).toEqual(["windows-latest", "macos-latest"]);
  expect(tests.jobs.audit?.steps?.map(({ run }) => run)).toContain("npm audit --omit=dev");
  for (const { uses } of [...stepsOf(tests), ...stepsOf(release)])
    if (uses && uses !== "./.github/actions/judge")
      expect(uses).toMatch(/^actions\/[\w-]+@v\d+\.\d+\.\d+$/);
  // What somebody else names is in no script.
  for (const { run = "" } of [...stepsOf(tests), ...stepsOf(release)])
    expect(run).not.toContain("${{");
});

test("a release is what a tag's tests let pass, and each of its jobs may do its own work alone", () => {
  expect(release.on).toEqual({ push: { tags: ["v[0-9]+.[0-9]+.[0-9]+"] } });
  expect(release.permissions).toEqual({ contents: "read" });
  expect(tests.permissions).toEqual({ contents: "read" });
  const jobs = Object.entries(release.jobs).map(([name, { needs, permissions }]) => [
    name,
    needs,
    permissions,
  ]);
  expect(jobs).toEqual([
    ["test", undefined, undefined],
    ["package", "test", { contents: "read", "id-token": "write" }],
    ["build", "test", undefined],
    ["pages", "build", { pages: "write", "id-token": "write" }],
    ["action", ["package", "pages"], { contents: "write" }],
  ]);
  expect(release.jobs.test?.uses).toBe("./.github/workflows/test.yml");
  const uploads = stepsOf(release).filter(({ uses }) => uses?.includes("upload"));
  expect(uploads.map((step) => step.with?.path)).toEqual(["static", "static"]);
});

test("the changelog's newest version is the package's", () => {
  const versions = [...read("src/package/CHANGELOG.md").matchAll(/^## \[(\d.*?)\]/gm)];
  expect(versions[0]?.[1]).toBe(version);
});

/** The scripts of a job, as one. */
const scriptOf = (job: Job | undefined) =>
  ["set -e", ...(job?.steps ?? []).flatMap(({ run }) => run ?? [])].join("\n");

test("the package's job publishes the version that the tag names, with its provenance, and no other", async () => {
  test.slow();
  const checkout = await cleanCheckout();
  // As far as it goes here: nothing is sent, and nothing is asked.
  const script = scriptOf(release.jobs.package)
    .replace("npm ci\n", "")
    .replace(/^npm publish.*/m, "$& --dry-run --ignore-scripts");
  const env = {
    GITHUB_SERVER_URL: "https://github.com",
    GITHUB_REPOSITORY: "somebody/calls",
    npm_config_registry: "http://127.0.0.1:9/",
    npm_config_fetch_retries: "0",
  };
  try {
    const wrong = await runLine(script, { ...env, GITHUB_REF_NAME: "v99.0.0" }, checkout);
    expect(wrong).toMatchObject({ code: 1, said: "" });
    const right = await runLine(script, { ...env, GITHUB_REF_NAME: `v${version}` }, checkout);
    expect(right.code, right.said).toBe(0);
    expect(right.out).toContain(`+ hubspot-calling-testing@${version}`);
    expect(script).toContain("npm publish --provenance");
    expect(JSON.parse(readFileSync(`${checkout}/package.json`, "utf8")).repository).toEqual({
      type: "git",
      url: "git+https://github.com/somebody/calls.git",
    });
  } finally {
    await rm(checkout, { recursive: true });
  }
});

test("the action's job moves the major version's tag to each release", async () => {
  test.skip(!!spawnSync("git", ["--version"]).error, "there is no git on this machine");
  const script = scriptOf(release.jobs.action);
  const git = "git -c user.name=Somebody -c user.email=somebody@mail.example";
  const said = await runLine(
    `set -e
    git init -q --bare origin.git && git clone -q origin.git work 2> clone.log && cd work
    for version in v1.9.0 v1.10.0; do
      ${git} commit -q --allow-empty -m $version
      git tag $version && git push -q origin $version
      (export GITHUB_REF_NAME=$version
      ${script}) > ../$version.log 2>&1
      git -C ../origin.git rev-parse v1 $version
    done`,
    {},
    test.info().outputPath(),
  );
  expect(said).toMatchObject({ code: 0, errors: "" });
  const [first, firstRelease, second, secondRelease] = said.out.trim().split("\n");
  expect(first).toBe(firstRelease);
  expect(second).toBe(secondRelease);
  expect(second).not.toBe(first);
});
