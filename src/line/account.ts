// The account that the user asks to keep for this tab: in sessionStorage until the tab is closed, and nowhere else.
import { isFields, parse } from "../call/messages.ts";
import type { Account } from "./line.ts";

const place = "calling-phone account";

/** Keeps the account for the page's next load, or forgets the one that was kept. Where storage is blocked, none is kept. */
export function keepAccount(account: Account | undefined): void {
  try {
    sessionStorage.removeItem(place);
    if (account) sessionStorage.setItem(place, JSON.stringify(account));
  } catch {
    // The user logs in again.
  }
}

/** The account that was kept, if one was. */
export function keptAccount(): Account | undefined {
  try {
    const kept = parse(sessionStorage.getItem(place));
    if (!isFields(kept)) return undefined;
    const { user, password } = kept;
    return typeof user === "string" && typeof password === "string"
      ? { user, password }
      : undefined;
  } catch {
    return undefined;
  }
}
