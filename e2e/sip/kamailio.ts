// A real SIP server, Kamailio from Debian, on loopback: started, killed and started again by the tests.
import { type ChildProcess, execFile, spawn } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { connect } from "node:tls";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { certificate, certificateFile } from "../../src/server/certificate.mjs";

const env = { ...process.env, PATH: `${process.env.PATH}:/usr/sbin` };
const config = fileURLToPath(new URL("kamailio.cfg", import.meta.url));
const certificateOf = (file: string) => ["-A", `CERTIFICATE="${file}"`];

/** Whether Kamailio is here, with the modules that its configuration names. */
export const hasKamailio = (): Promise<boolean> =>
  promisify(execFile)("kamailio", ["-c", "-f", config, ...certificateOf("none.pem")], { env }).then(
    () => true,
    () => false,
  );

export class Kamailio {
  readonly address: string;
  #child: ChildProcess | undefined;
  #folder: string | undefined;
  #said = "";

  constructor(readonly port: number) {
    this.address = `wss://localhost:${port}`;
  }

  /** Starts it, and waits until it answers. */
  async start(): Promise<void> {
    await certificate();
    this.#folder ??= await mkdtemp(join(tmpdir(), "kamailio-"));
    const here = ["-DD", "-E", "-l", `tls:127.0.0.1:${this.port}`, "-Y", this.#folder];
    const args = ["-f", config, ...here, ...certificateOf(certificateFile())];
    // In a group of its own: it has several processes.
    const child = spawn("kamailio", args, {
      env,
      detached: true,
      stdio: ["ignore", "pipe", "pipe"],
    });
    this.#child = child;

    this.#said = "";
    for (const out of [child.stdout, child.stderr])
      out.on("data", (data) => {
        this.#said += data;
      });
    while (!(await this.#answers())) {
      this.#assertRunning(child);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }

  /** Kills it, as a power cut would. Throws when it had ended by itself. */
  async kill(): Promise<void> {
    const child = this.#child;
    this.#child = undefined;
    if (!child?.pid) return;
    this.#assertRunning(child);
    const ended = new Promise((resolve) => child.once("close", resolve));
    process.kill(-child.pid, "SIGKILL");
    await ended;
  }

  async end(): Promise<void> {
    try {
      await this.kill();
    } finally {
      if (this.#folder) await rm(this.#folder, { recursive: true });
    }
  }

  #assertRunning({ exitCode, signalCode }: ChildProcess): void {
    if (exitCode !== null || signalCode !== null)
      throw new Error(`Kamailio has ended (${signalCode ?? exitCode}):\n${this.#said}`);
  }

  #answers(): Promise<boolean> {
    return new Promise((resolve) => {
      const socket = connect({ port: this.port, host: "127.0.0.1", rejectUnauthorized: false });
      const answer = (isThere: boolean) => {
        socket.destroy();
        resolve(isThere);
      };
      socket.on("secureConnect", () => answer(true));
      socket.on("error", () => answer(false));
    });
  }
}
