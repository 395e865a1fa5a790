// The ports of the tests. Tests run side by side: each server that one of them starts has a port of its own.

/** Where the pages are that nearly all tests look at. Not 9025, so that the tests never meet a development server. */
export const port = Number(process.env.TEST_PORT ?? 9026);

/** What has one of the ports after it, in this order. */
const others = [
  // Hosts that are elsewhere: a deployed widget's server, what lies before it, and Firefox's proxy.
  "edge",
  "origin",
  "proxy",
  // WebKit's pages and its driver.
  "webkit",
  "driver",
  "kamailio",
  // The pages' server, as its commands start it.
  "serve",
  "shown",
  "start",
  "preview",
  "watch",
  // The package's app, its own server, and where nobody is.
  "app",
  "package",
  "nobody",
  // HubSpot's endpoints, which keep what a test has sent there.
  "api",
  "settings",
  "helpDesk",
  // A fork of the phone.
  "fork",
] as const;
/** How many a run of tests takes. */
export const portsTaken = 1 + others.length;

/** The port of that server. */
export const portOf = (name: (typeof others)[number]): number => port + 1 + others.indexOf(name);
