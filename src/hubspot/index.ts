// The local HubSpot: plays HubSpot's side of calling, by clicks and by the console's window.hubspot. One page for both, a tab with records and the calling window.
import { callsInWindow, placeOf, ticksKey } from "./apps.ts";
import { callsHash } from "./call-filter.ts";
import { chosenFilter, wantedContact } from "./call-index.ts";
import { clickedChannel } from "./channels.ts";
import { clearChart } from "./chart.ts";
import { hubspot } from "./console.ts";
import { dialPayload, hashOf, recordPrefix } from "./crm.ts";
import * as editing from "./editing.ts";
import { engagementPrefix } from "./engagements.ts";
import { faultsKey } from "./faults.ts";
import { hintKey, makeDismissableHint } from "./first-call.ts";
import { channelsKey } from "./helpdesk.ts";
import { exchangeNews } from "./news.ts";
import { makeRecordForms } from "./record-forms.ts";
import { letThemCall, samples } from "./samples.ts";
import { makeSender } from "./sender.ts";
import * as shell from "./shell.ts";
import {
  focusCall,
  makeDismissable,
  makeMovable,
  page,
  showAlert,
  showPanel,
  tickOf,
} from "./view.ts";

declare global {
  interface Window {
    trustedTypes?: { createPolicy: (name: string, rules: object) => unknown };
  }
}

// The SDK's host half empties the element that its iframe goes into by innerHTML; nothing else may use that.
window.trustedTypes?.createPolicy("default", {
  createHTML: (html: string) => (html === "" ? html : null),
});
window.hubspot = hubspot;

const mayLose = () =>
  !shell.isCallOn() || confirm("You are on a call. This takes the calling app away. Go on?");

/** Whether the app goes away when another record is opened: only a panel of the record's does. */
function diesWithRecord(): boolean {
  const panel = shell.panel();
  return panel.status !== "closed" && panel.place === "widget" && !shell.queue.isOn;
}

page.callForm.onsubmit = (event) => {
  event.preventDefault();
  hubspot.dial();
  if (!callsInWindow(shell.chosenApp())) showPanel();
};
page.app.onchange = () => shell.choose(page.app.value);
page.ticks.onchange = ({ target }) => {
  const ticked = tickOf(target);
  if (ticked && mayLose()) shell.tickSetting(ticked.name, ticked.value);
  else shell.render();
};
page.faults.onchange = ({ target }) => {
  if (!(target instanceof HTMLInputElement)) return;
  if (target.checked) shell.faults.add(target.name);
  else shell.faults.delete(target.name);
};
page.findNumbers.onclick = editing.findNumbers;
page.helpDesk.onclick = ({ target }) => {
  const clicked = clickedChannel(target);
  if (!clicked) return;
  editing.setChannel(clicked);
  // The button is gone.
  page.findNumbers.focus();
};
page.copyInstall.onclick = () => navigator.clipboard.writeText(page.install.value);
page.letThemCall.onclick = () => {
  try {
    const { value } = page.howTheyCall;
    const fromNumber = value === "theirs" ? shell.chosenNumber()?.number : value;
    hubspot.send(letThemCall, { fromNumber: fromNumber ?? "" });
  } catch (error) {
    showAlert(error instanceof Error ? error.message : String(error));
  }
};
page.openWindow.onclick = () => hubspot.openCallingWindow();
page.reset.onclick = () => {
  if (mayLose()) hubspot.reset();
};
page.start.onclick = () => hubspot.queue.start();
page.next.onclick = () => hubspot.queue.next();
page.leave.onclick = () => hubspot.queue.leave();
page.minimize.onclick = () => {
  const panel = shell.panel();
  if (panel.status !== "closed")
    shell.dispatch({ type: "show", isMinimized: !panel.isMinimized, isHidden: false });
};
const hide = (isHidden: boolean) => shell.dispatch({ type: "show", isMinimized: false, isHidden });
page.close.onclick = () => hide(true);
page.reopen.onclick = () => hide(false);
page.toggle.onclick = () => hide(!page.panel.hidden);
page.hangUp.onclick = () => shell.dispatch({ type: "hangUp" });
page.clear.onclick = clearChart;

// HubSpot warns before its user leaves during a call.
document.addEventListener("click", (event) => {
  const link = event.target instanceof Element ? event.target.closest('a[href^="#/"]') : null;
  const isElsewhere = link && link.getAttribute("href") !== location.hash;
  if (isElsewhere && diesWithRecord() && !mayLose()) event.preventDefault();
});
page.callIndex.onclick = ({ target }) => {
  const wanted = wantedContact(target);
  if (wanted !== undefined) editing.createContact(wanted);
};
makeRecordForms(
  (number, name) => {
    const contact = editing.addContact(number, name);
    if (!diesWithRecord() || mayLose()) location.hash = hashOf(contact);
  },
  (property, number) => editing.changeNumber(shell.viewed().objectId, property, number),
);
page.callFilter.onchange = () => {
  history.replaceState(null, "", callsHash(chosenFilter()));
  shell.showRecord();
};
addEventListener("beforeunload", (event) => {
  if (shell.isCallOn() && !shell.isLeaving()) event.preventDefault();
});
addEventListener("hashchange", ({ oldURL, newURL }) => {
  // The first record is also there without a name in the address.
  const isElsewhere = shell.shownAt(oldURL) !== shell.shownAt(newURL);
  if (isElsewhere && diesWithRecord()) shell.dispatch({ type: "close" });
  shell.showRecord();
});
addEventListener("storage", ({ key }) => {
  if (key === null || key === ticksKey) shell.readTicks();
  if (key === null || [faultsKey, channelsKey, hintKey].includes(key)) shell.render();
  if (key === null || key.startsWith(engagementPrefix)) shell.readTimeline();
  if (key?.startsWith(recordPrefix)) shell.readTimeline();
});

makeMovable();
makeDismissable();
makeDismissableHint(focusCall);
makeSender(() => {
  const app = shell.chosenApp();
  const record = shell.viewed();
  const call = shell.engagements.last();
  return samples({
    callee: shell.crm.somebodyOf(record),
    dial: dialPayload(record, shell.chosenNumber(), Date.now()),
    engagementId: call?.engagementId ?? 61200000001,
    externalCallId: call?.externalCallId ?? "the app’s own id of the call",
    hostUrl: location.origin,
    sync: { iframeLocation: placeOf(app), usesCallingWindow: app.usesCallingWindow },
  });
}, hubspot.send);
exchangeNews();
if (shell.isWindow) shell.beWindow();
else shell.beTab();
