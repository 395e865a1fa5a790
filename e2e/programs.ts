// Runs the project's programs, and the documents' commands, as a person would from a terminal.
import { type ChildProcess, spawn } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { cp, mkdtemp, symlink } from "node:fs/promises";
import { get } from "node:https";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { fileURLToPath } from "node:url";

export const root = fileURLToPath(new URL("..", import.meta.url));

type Ended = { code: number | null; said: string; out: string; errors: string };

/** Runs a program of the project's; gives what it said and its exit code once it has ended. */
export function run(args: string[], env: NodeJS.ProcessEnv = {}, cwd = root) {
  const child = start(process.execPath, args, env, cwd);
  return { child, ended: ending(child) };
}

/** Waits until the program has said something. @throws an Error with what it said when it ends instead */
export async function spoken({ child, ended }: ReturnType<typeof run>): Promise<void> {
  const end = ended.then(({ said }) => {
    throw new Error(said || "It ended without a word.");
  });
  await Promise.race([new Promise((resolve) => child.stdout.once("data", resolve)), end]);
}

/** Runs a line as a shell does. */
export const runLine = (line: string, env: NodeJS.ProcessEnv = {}, cwd = root): Promise<Ended> =>
  ending(start("sh", ["-c", line], env, cwd));

const start = (command: string, args: string[], env: NodeJS.ProcessEnv, cwd: string) =>
  spawn(command, args, {
    cwd,
    env: { ...process.env, ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });

function ending(child: ChildProcess): Promise<Ended> {
  let [said, out, errors] = ["", "", ""];
  child.stdout?.on("data", (data) => {
    said += data;
    out += data;
  });
  child.stderr?.on("data", (data) => {
    said += data;
    errors += data;
  });
  return new Promise((resolve) => {
    child.on("error", ({ message }) =>
      resolve({ code: null, said: message, out, errors: message }),
    );
    child.on("close", (code) => resolve({ code, said, out, errors }));
  });
}

/** A folder of the project as a clone has it, with the packages of this one; its end is the caller's. */
export async function cleanCheckout(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "checkout-"));
  const isKept = (path: string) =>
    !/^(\.git|node_modules|dist|e2e\/results|static\/\w+\.html)$/.test(relative(root, path));
  await cp(root, folder, { recursive: true, filter: isKept });
  await symlink(join(root, "node_modules"), join(folder, "node_modules"), "junction");
  return folder;
}

/** Starts a server of the project's and waits until it answers. Its end is the caller's. */
export async function startServer(
  port: number,
  args = ["src/package/cli.mjs", "serve", "--no-open"],
): Promise<ChildProcess> {
  const { child, ended } = run(args, { PORT: String(port) });
  let isOver = false;
  ended.then(() => {
    isOver = true;
  });
  const answers = () =>
    new Promise<boolean>((resolve) =>
      get({ port, rejectUnauthorized: false }, (response) => {
        response.resume();
        resolve(true);
      }).on("error", () => resolve(false)),
    );
  while (!(await answers())) {
    if (isOver) throw new Error((await ended).said);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  return child;
}

/** The documents that people read, by their paths. */
export const documents = [
  "README.md",
  ".github/CONTRIBUTING.md",
  "src/line/README.md",
  ...readdirSync(`${root}src/documents`).map((name) => `src/documents/${name}`),
];

/** A document's blocks of code in that language, in their order. */
export function blocksOf(document: string, language: string): string[] {
  const text = readFileSync(root + document, "utf8");
  return [...text.matchAll(/^```(\w*)\n(.*?)^```$/gms)].flatMap(([, of, block = ""]) =>
    of === language ? [block] : [],
  );
}
