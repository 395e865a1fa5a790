// What the page and its server tell each other of calls, records and apps.
import { firstRecords } from "./crm.ts";
import { type News, onServer, tellRecords, tellServer } from "./server.ts";
import { crm, engagements, putOnTicket, setApps } from "./shell.ts";

/** A server that has just begun knows none of the calls, and only the records that are there at first. */
function begin(): void {
  tellServer(...engagements.newest(100));
  if (crm.records !== firstRecords) tellRecords(crm.records);
}

function hear(news: News): void {
  switch (news.type) {
    case "apps":
      setApps(news.apps);
      break;
    case "engagement": {
      const engagement = engagements.hear(news.engagement);
      if (engagement) putOnTicket(engagement);
      break;
    }
    default:
      news satisfies never;
  }
}

/** Goes on as long as the page is seen. */
export const exchangeNews = (): void => onServer(hear, begin);
