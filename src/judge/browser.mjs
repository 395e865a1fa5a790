// Finds a Chromium-family browser for the tests, or gets one. Run by itself, it does so and says which.
import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, readFileSync, realpathSync } from "node:fs";
import { createRequire } from "node:module";
import { delimiter, join } from "node:path";
import { fileURLToPath } from "node:url";
import { chromium } from "@playwright/test";

/** Chromium without a window to draw: the tests take half the time in it. */
const headlessShell = "chromium-headless-shell";

const commands = [
  headlessShell,
  "google-chrome",
  "google-chrome-stable",
  "chromium",
  "chromium-browser",
  "microsoft-edge",
  "microsoft-edge-stable",
];

const places = {
  darwin: ["Google Chrome", "Chromium", "Microsoft Edge"].map(
    (name) => `/Applications/${name}.app/Contents/MacOS/${name}`,
  ),
  win32: ["ProgramFiles", "ProgramFiles(x86)", "LocalAppData"].flatMap((folder) =>
    ["Google\\Chrome\\Application\\chrome.exe", "Microsoft\\Edge\\Application\\msedge.exe"].map(
      (path) => join(process.env[folder] ?? "", path),
    ),
  ),
};

/**
 * An installed browser: the one CHROME_PATH names, or Chrome, Chromium or Edge, or Playwright's own.
 * @returns {string | undefined} the path of its program
 */
export function findBrowser() {
  const { CHROME_PATH, PATH = "" } = process.env;
  const inPath = PATH.split(delimiter).flatMap((folder) =>
    commands.map((command) => join(folder, command)),
  );
  const elsewhere =
    process.platform === "darwin" || process.platform === "win32" ? places[process.platform] : [];
  const candidates = [CHROME_PATH ?? "", ...inPath, ...elsewhere, chromium.executablePath()];
  return candidates.find((path) => path !== "" && existsSync(path) && runs(path));
}

/** Ubuntu's chromium-browser, for one, is a stub that only says how to get the real one. */
function runs(/** @type {string} */ path) {
  if (process.platform === "win32") return true;
  const { status } = spawnSync(path, ["--version"], { timeout: 20_000, stdio: "ignore" });
  return status === 0;
}

/** Debian's package, where that is a browser and may be installed: as root, or where sudo asks nothing. */
function installDebianPackage() {
  const system = existsSync("/etc/os-release") ? readFileSync("/etc/os-release", "utf8") : "";
  if (!/^ID=debian$/m.test(system)) return;
  const asRoot = process.getuid?.() === 0 ? [] : ["sudo", "-n"];
  if (asRoot.length > 0 && !attempt(["sudo", "-n", "true"], 10)) return;
  console.log(`Installing Debian's ${headlessShell}.`);
  const apt = [...asRoot, "env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "-q"];
  attempt([...apt, "update"], 120);
  attempt(
    [...apt, "install", "-y", "--no-install-recommends", headlessShell, "fonts-liberation"],
    420,
  );
}

/** Where only package registries can be reached this fails, at the latest after two minutes. */
function downloadPlaywrights() {
  console.log("No browser found: downloading Playwright's Chromium.");
  const cli = createRequire(import.meta.url).resolve("@playwright/test/cli");
  attempt([process.execPath, cli, "install", "--no-shell", "chromium"], 120);
}

/** Whether the command ended well within so many seconds; what it says is shown only when it did not. */
function attempt(/** @type {string[]} */ [command = "", ...args], /** @type {number} */ seconds) {
  try {
    execFileSync(command, args, { timeout: seconds * 1000, stdio: "pipe", killSignal: "SIGKILL" });
    return true;
  } catch (error) {
    const said = error instanceof Error && "stderr" in error ? String(error.stderr).trim() : error;
    console.log(`${[command, ...args].join(" ")} failed: ${String(said).split("\n").at(-1)}`);
    return false;
  }
}

if (realpathSync(process.argv[1] ?? ".") === fileURLToPath(import.meta.url)) {
  const { CHROME_PATH } = process.env;
  if (CHROME_PATH && !runs(CHROME_PATH)) console.log(`CHROME_PATH is no browser: ${CHROME_PATH}`);
  const isSlow = () => process.env.CI && !CHROME_PATH && !findBrowser()?.endsWith(headlessShell);
  if (!findBrowser() || isSlow()) installDebianPackage();
  if (!findBrowser()) downloadPlaywrights();
  const found = findBrowser();
  if (!found) {
    console.error(
      "The tests need a browser, and none could be found or installed: install Chrome, Chromium or Edge, or name one in CHROME_PATH.",
    );
    process.exit(1);
  }
  console.log(`Browser: ${found}`);
}
