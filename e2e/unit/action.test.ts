// The GitHub Action: its inputs are the judge's flags, and whatever they hold, no shell and no other option is made of it.
import { spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { expect, test } from "@playwright/test";
import { parse } from "yaml";
import { argumentsOf } from "../../.github/actions/judge/judge.mjs";
import { options } from "../../src/judge/arguments.mjs";
import { root } from "../programs.ts";

type Step = {
  uses?: string;
  run?: string;
  shell?: string;
  env?: Record<string, string>;
  with?: Record<string, string>;
};
type Action = {
  inputs: Record<string, { description: string; default?: string; required?: boolean }>;
  runs: { using: string; steps: Step[] };
};
const folder = `${root}.github/actions/judge/`;
const action: Action = parse(readFileSync(`${folder}action.yml`, "utf8"));
const { steps } = action.runs;
const judging = steps.find(({ run }) => run?.includes("judge.mjs"));

/** For a person at a screen. */
const notInCi = ["headed", "help"];
const flags = Object.keys(options).filter((name) => !notInCi.includes(name));

test("each input is a flag of the command, and each flag an input", () => {
  expect(Object.keys(action.inputs).sort()).toEqual(["artifact", "url", ...flags].sort());
  const given = Object.fromEntries(["url", ...flags].map((name) => [inputOf(name), "true"]));
  const args = argumentsOf(given);
  expect(args.map((arg) => arg.replace(/=.*/, "")).sort()).toEqual(
    ["--", "true", ...flags.map((name) => `--${name}`)].sort(),
  );
  for (const { description, required } of Object.values(action.inputs)) {
    expect(description).toMatch(/\w/);
    expect(required).toBeUndefined();
  }
});

const inputOf = (name: string) => `INPUT_${name.toUpperCase()}`;

test("inputs go through the environment, each under its name, and never into a script", () => {
  const passed = Object.entries(judging?.env ?? {});
  expect(passed).toEqual(
    expect.arrayContaining(
      ["url", ...flags].map((name) => [inputOf(name), `\${{ inputs.${name} }}`]),
    ),
  );
  expect(passed).toHaveLength(flags.length + 1);
  for (const { run, shell } of steps) {
    expect(run ?? "").not.toContain("${{");
    if (run) expect(shell).toBe("bash");
    // Every variable stands in quotes.
    for (const line of run?.split("\n") ?? [])
      expect(line.replace(/"[^"]*"/g, ""), line).not.toContain("$");
  }
});

test("each action that it uses is pinned to a version that was looked at", () => {
  const used = steps.flatMap(({ uses }) => uses ?? []);
  expect(used.length).toBeGreaterThan(0);
  for (const uses of used) expect(uses).toMatch(/^actions\/[\w-]+@v\d+\.\d+\.\d+$/);
});

test("what is empty is not given, and a switch is on or off", () => {
  expect(
    argumentsOf({ INPUT_URL: "https://a.example/", INPUT_STEPS: "", INPUT_STRICT: "false" }),
  ).toEqual(["--", "https://a.example/"]);
  expect(argumentsOf({ INPUT_RULE: "completed\n  end-call \n\n", INPUT_STRICT: "true" })).toEqual([
    "--rule=completed",
    "--rule=end-call",
    "--strict",
  ]);
  expect(() => argumentsOf({ INPUT_STRICT: "yes" })).toThrow(
    'strict is "yes", and must be true or false.',
  );
});

/** Runs the step's script as a runner does, in a folder of its own. */
function judge(inputs: Record<string, string>) {
  const cwd = test.info().outputPath();
  const summary = test.info().outputPath("summary.md");
  const env = {
    ...process.env,
    GITHUB_ACTION_PATH: folder,
    GITHUB_WORKSPACE: cwd,
    GITHUB_STEP_SUMMARY: summary,
    ...Object.fromEntries(Object.entries(inputs).map(([name, value]) => [inputOf(name), value])),
  };
  const script = ["--noprofile", "--norc", "-eo", "pipefail", "-c", judging?.run ?? ""];
  const { status, stdout, stderr } = spawnSync("bash", script, { cwd, env, encoding: "utf8" });
  const read = () => readFileSync(summary, "utf8");
  return {
    code: status,
    said: stdout,
    troubles: stderr,
    summary: existsSync(summary) ? read() : "",
  };
}

test("its step judges a session, writes to the summary, and leaves the report where it is uploaded from", () => {
  const session = `${root}e2e/sessions/first-demo.json`;
  const { code, said, summary } = judge({ session, out: "conformance" });
  expect(code, said).toBe(0);
  expect(summary).toContain("first demo");
  expect(summary).toContain("Passed.");
  for (const file of ["json", "xml", "md", "html"])
    expect(existsSync(test.info().outputPath(`conformance/conformance.${file}`)), file).toBe(true);
  expect(judge({ session, rule: "call-id", strict: "true", out: "" }).code).toBe(0);
  expect(judge({ session, rule: "recording-url", strict: "true", out: "" }).code).toBe(1);
});

test("an input that would be a command, or another option, is an address that is none", () => {
  for (const url of [
    '"; touch hacked; " $(touch hacked) `touch hacked`\ntouch hacked\n',
    "--session=none.json",
  ]) {
    const { code, said, troubles } = judge({ url });
    expect(code, url).toBe(2);
    expect(troubles).toContain(`is not an address: write it in full`);
    expect(said).toBe("");
  }
  expect(existsSync(test.info().outputPath("hacked"))).toBe(false);
  expect(judge({ session: "none.json --help" }).troubles).toContain(
    "none.json --help cannot be read",
  );
});
