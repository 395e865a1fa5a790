// How to start a browser in which the local HubSpot acts like HubSpot for its users.

/** HubSpot's own host, so that an app which is framed by nobody else, and hears nobody else, can be tried. */
export const host = "app.hubspot.com";

/**
 * Switched off. Playwright's own list of such features also holds the partitioning of storage, which people's browsers
 * have, and without which storage in HubSpot's frames is blocked: so Playwright's list is replaced by this.
 */
const withoutPartitioning = ["Translate", "MediaRouter", "PaintHolding", "HttpsUpgrades"];

const [disabled, mapped] = ["--disable-features=", "--host-resolver-rules="];

/**
 * Chromium's arguments. Chromium takes the last of an argument that is given twice: so each is given once, with what
 * the user's own says, too.
 * @param {readonly string[]} own the user's arguments
 * @param {number} [port] of the local HubSpot on this machine, to be found under HubSpot's host
 */
export function browserArguments(own, port) {
  const given = (/** @type {string} */ name) =>
    own.findLast((argument) => argument.startsWith(name))?.slice(name.length);
  const joined = (/** @type {string} */ name, /** @type {readonly string[]} */ ours) =>
    name + [given(name), ...ours].filter(Boolean).join(",");
  return [
    ...own.filter((argument) => !argument.startsWith(disabled) && !argument.startsWith(mapped)),
    joined(disabled, withoutPartitioning),
    ...(port === undefined && given(mapped) === undefined
      ? []
      : [joined(mapped, port === undefined ? [] : [`MAP ${host} 127.0.0.1:${port}`])]),
  ];
}
