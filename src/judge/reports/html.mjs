// The report as one page that asks nobody for anything: the local HubSpot's own, with the sessions in it.
import { printableJson } from "../../rules/text.mjs";

/**
 * @param {string} page static/hubspot.html
 * @param {string} sessions as `writeSessions` in rules/report.ts writes them
 * @returns {string}
 */
export function html(page, sessions) {
  // Nothing in it may end the element that it stands in.
  const data = JSON.stringify(printableJson(JSON.parse(sessions))).replaceAll("<", "\\u003c");
  const element = `<script type="application/json" id="recorded">${data}</script>`;
  return (
    page
      // Nothing is framed or fetched.
      .replace(/frame-src [^;"]*/, "frame-src 'none'")
      .replace(/connect-src [^;"]*/, "connect-src 'none'")
      .replace(/(?=<script type="?module)/, () => element)
  );
}
