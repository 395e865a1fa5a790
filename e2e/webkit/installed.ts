// Where WebKitGTK's own small browser is: Debian's webkit2gtk-driver and libwebkit2gtk bring it, and xvfb a screen.
import { existsSync, readdirSync } from "node:fs";
import { delimiter, join } from "node:path";

const libraries = existsSync("/usr/lib")
  ? readdirSync("/usr/lib").filter((name) => name.endsWith("-linux-gnu"))
  : [];
const places = libraries.map((name) => `/usr/lib/${name}/webkit2gtk-4.1/MiniBrowser`);
const isCommand = (name: string) =>
  (process.env.PATH ?? "").split(delimiter).some((folder) => existsSync(join(folder, name)));

/** Its program, where all is there that the specs need. */
export const miniBrowser =
  isCommand("WebKitWebDriver") && isCommand("xvfb-run")
    ? places.find((path) => existsSync(path))
    : undefined;
