// Everything on the phone's page: draws the whole, and tells what the user does. But for the list of messages, nothing else writes to the page.
import { next } from "../call/call.ts";
import { type Button, buttons, press } from "../call/events.ts";
import { inWords } from "../call/messages.ts";
import { askedBy, duration, type Form, isLive, otherNumber, type State } from "../call/state.ts";
import { offerOutcomes } from "../frame/address.ts";
import { clock, element, list, make, write } from "../frame/dom.ts";
import { copyLog } from "../frame/log.ts";
import { calleeOf, minutes, recordWords, renderLink } from "../frame/words.ts";
import type { Account, DeviceKind, Feature } from "../line/line.ts";
import { wordFor } from "../line/quality.ts";
import { wordsFor } from "../line/reasons.ts";
import { isDigit, keyOf, keys } from "./keypad.ts";
import { grouped, readable } from "./readable.ts";
import { endWords, primaryOf, type Screen, screenOf, statusWords, troublesOf } from "./screen.ts";
import { canCallBack, type Leg, type Telephone, type Wish } from "./telephone.ts";

/** All that is drawn. */
export type Shown = {
  state: State;
  telephone: Telephone;
  /** What the line can do; undefined until there is one. */
  can: readonly Feature[] | undefined;
  /** ms since 1970 */
  at: number;
  isKept: boolean;
  /** What the user has dismissed of `troublesOf`. */
  dismissed: readonly string[];
};

/** Who is told what the user does. */
export type Ears = {
  click: (button: Button) => void;
  edit: (field: keyof Form, value: string) => void;
  wish: (wish: Wish) => void;
  /** `isKept`: for this tab. */
  logIn: (account: Account | undefined, isKept: boolean) => void;
  dismiss: (trouble: string) => void;
};

const fields = ["toNumber", "notes", "outcome", "record"] as const;
type Control = HTMLInputElement | HTMLTextAreaElement | HTMLSelectElement;
const control = (id: string): Control => {
  const found = element(id);
  if (found instanceof HTMLInputElement || found instanceof HTMLTextAreaElement) return found;
  return element(id, HTMLSelectElement);
};
const input = (id: string) => element(id, HTMLInputElement);
const select = (id: string) => element(id, HTMLSelectElement);
const button = (id: string) => element(id, HTMLButtonElement);
const popovers = ["keypad", "transfer", "devices"] as const;
const deviceKinds: readonly DeviceKind[] = ["microphone", "speaker", "ringer"];

/** What was drawn last, for what happens on the page in between. */
let shown: Shown | undefined;

offerOutcomes();

const legOf = ({ state: { call }, telephone: { leg } }: Shown): Leg | undefined =>
  call.status !== "idle" && leg?.id === call.externalCallId ? leg : undefined;

/** Tells what the user does. */
export function listen({ click, edit, wish, logIn, dismiss }: Ears): void {
  /** About the call that is on. */
  const ofCall = (make: (leg: Leg) => Wish) => {
    const leg = shown && legOf(shown);
    if (leg) wish(make(leg));
  };
  const write = (number: string) => edit("toNumber", grouped(number));
  const erase = () => write(input("toNumber").value.trim().slice(0, -1));
  const digit = (key: string, screen: Screen) => {
    if (screen === "keypad" || screen === "away") write(input("toNumber").value + key);
    else if (screen === "in call" && isDigit(key))
      ofCall(({ id }) => ({ type: "digits", id, digits: key }));
  };

  const actions: Partial<Record<string, () => void>> = {
    login: () => {
      const account = { user: input("user").value, password: input("password").value };
      const isKept = input("thistab").checked;
      logIn(shown?.can?.includes("account") ? account : undefined, isKept);
      input("password").value = "";
    },
    answercall: () => ofCall(({ id }) => ({ type: "answer", id })),
    incomingcall: () => {
      const fromNumber = select("caller").value;
      wish({ type: "ring me", id: crypto.randomUUID(), fromNumber });
    },
    transfercall: () =>
      ofCall(({ id }) => ({ type: "transfer", id, toNumber: input("transferTo").value })),
  };
  // A form is submitted when the browser finds its fields to be in order.
  document.onsubmit = (event) => {
    const id = event.submitter?.id ?? "";
    const known = buttons.find((name) => name === id);
    if (!known) return;
    event.preventDefault();
    (actions[known] ?? (() => click(known)))();
  };

  for (const [place, screen] of [
    ["dialkeys", "keypad"],
    ["callkeys", "in call"],
  ] as const)
    element(place).append(
      ...keys.map(([key, letters]) => {
        const small = make("small", letters);
        small.ariaHidden = "true";
        const made = make("button", key, small);
        made.type = "button";
        // As on any telephone, a long press on 0 is a plus.
        let downAt = Number.POSITIVE_INFINITY;
        made.onpointerdown = ({ timeStamp }) => {
          downAt = timeStamp;
        };
        made.onclick = ({ timeStamp }) => {
          const isLong = key === "0" && screen === "keypad" && timeStamp - downAt > 500;
          digit(isLong ? "+" : key, screen);
        };
        return made;
      }),
    );
  element("erase").onclick = erase;

  const toggles = { mute: "isMuted", hold: "isHeld" } as const;
  for (const type of ["mute", "hold"] as const)
    element(type).onclick = () =>
      ofCall((leg) => ({ type, id: leg.id, isOn: !leg[toggles[type]] }));
  const consent = element("consent", HTMLDialogElement);
  element("torecord").onclick = () => {
    const leg = shown && legOf(shown);
    if (leg?.isRecording) wish({ type: "record", id: leg.id, isOn: false });
    else consent.showModal();
  };
  consent.onclose = () => {
    if (consent.returnValue) ofCall(({ id }) => ({ type: "record", id, isOn: true }));
    consent.returnValue = "";
  };
  const callNext = (toNumber: string | undefined) =>
    toNumber && wish({ type: "call next", toNumber });
  element("callback").onclick = () => {
    const call = shown?.state.call;
    if (call && call.status !== "idle") callNext(otherNumber(call));
  };
  element("savenext").onclick = () => callNext(shown?.state.waiting[0]?.number);
  element("dismiss").onclick = () => shown && dismiss(troubleOf(shown));
  // The clipboard's own interface is closed to frames, unless the page around gives them its permission.
  element("copy").onclick = () => {
    element("notes", HTMLTextAreaElement).select();
    document.execCommand("copy");
  };
  element("export").onclick = copyLog;

  for (const field of fields)
    control(field).oninput = () => {
      const { value } = control(field);
      const isAtEnd = field === "toNumber" && input(field).selectionEnd === value.length;
      edit(field, isAtEnd ? grouped(value) : value);
    };
  select("ownNumber").oninput = () => edit("fromNumber", select("ownNumber").value);
  for (const kind of deviceKinds)
    select(kind).onchange = () => wish({ type: "use", kind, deviceId: select(kind).value });

  document.onkeydown = (event) => {
    const { target, repeat } = event;
    const isButton = target instanceof HTMLElement && target.matches("button, a, summary");
    // The focus moves on with the call: a key held down must not rush through it.
    if (repeat && event.key === "Enter" && isButton) event.preventDefault();
    if (
      !shown ||
      (target instanceof HTMLElement && target.matches("input, select, textarea, audio"))
    )
      return;
    const screen = screenOf(shown.state, shown.telephone);
    const key = keyOf(event);
    if (!key || document.querySelector("dialog[open]")) return;
    switch (key.type) {
      case "digit":
        digit(key.digit, screen);
        return;
      case "erase":
        if (screen === "keypad" || screen === "away") erase();
        return;
      case "go":
        if (!isButton && !repeat)
          element(primaryOf(shown.telephone, shown.state) ?? "main").click();
        return;
      case "leave":
        // What lies over the page closes by itself.
        if (
          (screen === "calling" || screen === "incoming") &&
          !document.querySelector(":popover-open")
        )
          click("endcall");
        return;
      default:
        key satisfies never;
    }
  };
}

/** The one that is shown; empty when there is none. */
const troubleOf = (shown: Shown): string =>
  troublesOf(shown).find((trouble) => !shown.dismissed.includes(trouble)) ?? "";

/** Draws all; may be called at any time. */
export function render(now: Shown): void {
  shown = now;
  const { state, telephone, can = [], at } = now;
  const { call, form, notice, host, isLoggedIn, isAvailable } = state;
  const leg = legOf(now);
  const screen = screenOf(state, telephone);
  const isTalking = leg?.stage === "talking" && screen === "in call";
  document.body.dataset.screen = screen;
  // Before anything is hidden, and loses it.
  const focused = document.activeElement;

  const hide = (id: string, isHidden: boolean) => {
    element(id).hidden = isHidden;
  };
  hide("presence", !isLoggedIn || ["outside", "connecting", "no window"].includes(screen));
  hide("outside", !["outside", "connecting", "no window"].includes(screen));
  hide("loggedout", screen !== "log in");
  hide("before", screen !== "keypad" && screen !== "away");
  hide("during", call.status === "idle" || screen === "no window" || host.status !== "ready");
  hide("leads", screen !== "outside");
  write("host", hostWords(screen));
  renderLink(state);

  const trouble = troubleOf(now);
  hide("banner", trouble === "");
  write("notice", trouble.replace(/ \d{13}$/, ""));
  const isWell =
    (trouble === notice?.words && notice.kind === "done") ||
    trouble.startsWith(wordsFor("registration back"));
  element("banner").dataset.kind = isWell ? "done" : "trouble";

  // Log in. A password goes to no other frame, so it is asked for where the line is.
  const needsAccount = can.includes("account");
  const isElsewhere = needsAccount && state.holder !== state.frameId;
  hide("account", !needsAccount || isElsewhere);
  // What is hidden must not be asked for.
  element("account", HTMLFieldSetElement).disabled = !needsAccount || isElsewhere;
  hide("login", isElsewhere);
  write("welcome", welcomeWords(state, isElsewhere));
  const isRegistering = telephone.line === "registering";
  write("login", isRegistering ? "Connecting…" : "Log in");

  // Keypad.
  write("asked", askedWords(state, screen));
  for (const field of fields) {
    const found = control(field);
    const value = field === "toNumber" ? grouped(form[field]) : form[field];
    if (found.value !== value) found.value = value;
  }
  input("toNumber").ariaInvalid = `${notice?.field === "toNumber"}`;
  const own = select("ownNumber");
  if (![...own.options].some(({ value }) => value === form.fromNumber))
    own.append(new Option(form.fromNumber));
  own.value = form.fromNumber;
  list(
    "waiting",
    state.waiting.map(
      (asked) => `Asked for: ${grouped(asked.number) || "no number"} · ${recordWords(asked)}`,
    ),
  );
  list(
    "missed",
    state.missed.map(
      (missed) =>
        `Missed call: ${readable(otherNumber(missed))} · ${clock(missed.startedAt).slice(0, 5)}`,
    ),
  );
  hide("ring", !can.includes("ring me"));

  // The call.
  write("status", statusWords(state, telephone, at));
  write("callee", grouped(calleeOf(call)));
  write("about", aboutWords(state));
  write(
    "timer",
    call.status === "idle" || call.status === "ringing" ? "" : minutes(duration(call, at)),
  );
  write("quality", isTalking && leg.quality ? `${wordFor(leg.quality)} line` : "");
  element("who").dataset.status = screen;
  hide("lost", screen !== "lost");
  const isForGood = !canCallBack(telephone, call);
  const way = isForGood ? "Complete the call." : "Call back, or complete the call.";
  write("lost", `The call’s sound is gone: its page was closed or loaded again. ${way}`);
  const callers = (call.status !== "idle" && isLive(call) && call.callers) || [];
  hide("navigation", !callers.length);
  list(
    "record",
    callers.map(({ name }) => name),
    (name, index) => new Option(name, `${index}`),
  );
  hide("record", callers.length < 2);
  hide("tools", screen !== "in call");
  const tools = {
    hold: "hold",
    totransfer: "transfer",
    todevices: "devices",
    torecord: "recording",
  } as const;
  for (const [id, feature] of Object.entries(tools)) hide(id, !can.includes(feature));
  element("tools", HTMLFieldSetElement).disabled = !isTalking;
  const pressed = { mute: leg?.isMuted, hold: leg?.isHeld, torecord: leg?.isRecording };
  for (const [id, isOn] of Object.entries(pressed)) element(id).ariaPressed = `${isOn === true}`;
  write("sent", leg?.digits ?? "");
  for (const id of popovers)
    if (!isTalking && element(id).matches(":popover-open")) element(id).hidePopover();
  if (!isTalking) element("consent", HTMLDialogElement).close();
  for (const kind of deviceKinds) {
    const those = telephone.devices.filter((device) => device.kind === kind);
    list(
      kind,
      those.map(({ label }, index) => label || `${inWords(kind)} ${index + 1}`),
      (label, index) => new Option(label, those[index]?.deviceId),
    );
    const used = those.find(({ isUsed }) => isUsed);
    if (used) select(kind).value = used.deviceId;
  }
  drawRecordings(leg?.recordings ?? []);
  hide("outcomes", screen === "incoming");
  element("outcomes", HTMLFieldSetElement).disabled = call.status === "completed";
  hide("outcomebox", screen !== "ended");
  hide("completecall", screen !== "ended");
  const [asked] = state.waiting;
  hide("savenext", call.status !== "ended" || !asked?.number);
  write("savenext", `Save and call ${grouped(asked?.number ?? "")}`);
  hide("unsaved", call.status !== "unsaved");
  hide("callback", screen !== "lost" || isForGood);
  hide("answercall", screen !== "incoming");
  hide("endcall", screen === "ended");
  write("endword", endWords(call, screen));
  const isMain = primaryOf(telephone, state) === "endcall";
  element("endcall").classList.toggle("primary", isMain);
  element("endcall").classList.toggle("stop", isMain);

  element("useravailable").ariaPressed = `${isAvailable}`;
  element("userunavailable").ariaPressed = `${!isAvailable}`;
  for (const id of buttons) {
    const found = document.getElementById(id);
    if (!(found instanceof HTMLButtonElement)) continue;
    const { ignored, state: after } = next(state, { ...press(state, id, ""), at });
    // A click that is refused says why.
    found.disabled = !!ignored && after.notice === notice;
  }
  button("login").disabled = !now.can || isRegistering || isElsewhere;
  button("answercall").disabled = leg?.stage !== "incoming";
  button("incomingcall").disabled = telephone.line !== "on";
  button("transfercall").disabled = !isTalking;
  // What is disabled or hidden loses the focus, and with it a keyboard user's place.
  if (focused?.matches(":disabled, [hidden], [hidden] *")) {
    const next = element(primaryOf(telephone, state) ?? "main");
    (next.matches(":disabled") ? element("notes") : next).focus();
  }
}

/** Draws each recording, once. */
function drawRecordings(recordings: readonly Blob[]): void {
  const drawn = element("recordings");
  drawn.hidden = recordings.length === 0;
  if (recordings.length < drawn.childElementCount) {
    for (const { src } of drawn.querySelectorAll("audio")) URL.revokeObjectURL(src);
    drawn.replaceChildren();
  }
  for (const recording of recordings.slice(drawn.childElementCount)) {
    const player = make("audio");
    player.controls = true;
    player.ariaLabel = "Recording";
    player.src = URL.createObjectURL(recording);
    drawn.append(make("li", player, waysToSave(recording, player.src)));
  }
}

/**
 * A link that downloads the recording, where frames may download. Chromium lets them; Firefox and Safari ask the policy of
 * HubSpot's page. Where that refuses, Firefox does nothing, and in Safari the frame loses its connection to HubSpot.
 */
function waysToSave({ type }: Blob, address: string): Node {
  if (!("userAgentData" in navigator)) return make("small", "To save it, right-click the player.");
  const save = make("a", "Save the recording");
  save.href = address;
  // "audio/mp4;codecs=opus": browsers record in different formats.
  const [, format = "webm"] = type.split(/[/;]/);
  save.download = `recording.${format}`;
  return save;
}

function welcomeWords({ host }: State, isElsewhere: boolean): string {
  if (!isElsewhere) return "Log in to call, and to be called.";
  const isInWindow = host.status === "ready" && host.usesCallingWindow;
  return `Your calls are in ${isInWindow ? "the calling window" : "the tab that was opened first"}: log in there.`;
}

function hostWords(screen: Screen): string {
  if (screen === "outside") return "The phone works inside HubSpot.";
  if (screen === "connecting") return "Connecting to HubSpot…";
  return "The calling window has your calls. Open it to call, and to be called.";
}

function askedWords({ call, notice }: State, screen: Screen): string {
  const dial = call.status === "idle" ? call.dial : undefined;
  if (dial)
    return dial.number ? `${recordWords(dial)} · asked for by HubSpot` : "HubSpot sent no number.";
  if (screen === "away") return "You are away: calls to you are listed as missed.";
  return notice ? "" : "Click Call in HubSpot, or enter a number.";
}

function aboutWords({ call }: State): string {
  if (call.status === "idle") return "";
  const { direction, callers, fromNumber, toNumber } = call;
  const dial = askedBy(call);
  const isInbound = direction === "INBOUND";
  const who = callers?.length
    ? `${readable(otherNumber(call))} · `
    : callers
      ? "No record has this number · "
      : dial
        ? `${recordWords(dial)} · `
        : "";
  return `${who}${isInbound ? `to ${grouped(toNumber)}` : `from ${grouped(fromNumber)}`}`;
}
