// The phone's page: creates the SDK and the line, carries out what follows from either, and tells the other frames.
import CallingExtensions from "@hubspot/calling-extensions-sdk";
import type { Button } from "../call/events.ts";
import { isFields } from "../call/messages.ts";
import { dispatch, edit, enter, options, shell } from "../frame/shell.ts";
import { keepAccount, keptAccount } from "../line/account.ts";
import { createLateSip, hasSip } from "../line/late.ts";
import type { Account, Line } from "../line/line.ts";
import { createLoopback } from "../line/loopback.ts";
import { withSounds } from "../line/sounds.ts";
import { troublesOf } from "./screen.ts";
import { type Happening, next, pressed, start, type Telephone, type Wish } from "./telephone.ts";
import { listen, render } from "./view.ts";

/** What the phone's frames tell each other. `of`: the frame that has the line. */
type Told =
  | { type: "hello" }
  | { type: "wish"; wish: Wish }
  | { type: "news"; of: string; telephone: Telephone };

/** All that changes here. */
const phone = {
  line: undefined as Line | undefined,
  /** What this frame's line has, if this frame holds the call. */
  telephone: start,
  /** What the frame that holds the call has told of its own. */
  told: { of: "", telephone: start },
  /** Only in memory, or in the tab's own storage where the user asked for it. */
  account: keptAccount() as Account | undefined,
  /** The others, once this frame has joined them. */
  channel: undefined as BroadcastChannel | undefined,
  /** As the call was when it was looked at last. */
  before: shell.state,
  at: Date.now(),
  isKept: true,
  dismissed: [] as string[],
  /** What has happened and was not looked at yet: one thing leads to another. */
  queue: [] as Happening[],
  isBusy: false,
};

const isHolder = () => shell.state.holder === shell.state.frameId;

/** The one way in: something has happened to the line, the call or the user. */
function happen(happening: Happening): void {
  const { queue } = phone;
  queue.push(happening);
  if (phone.isBusy) return;
  phone.isBusy = true;
  for (let first = queue.shift(); first; first = queue.shift()) carryOut(first);
  phone.isBusy = false;
  draw();
}

function carryOut(happening: Happening): void {
  const { line } = phone;
  // Before there is a line, nothing follows; once there is one, what happened since is looked at.
  if (!line || !isHolder()) return;
  const { telephone, commands, actions } = next(phone.telephone, happening, {
    state: shell.state,
    can: line.can,
    account: phone.account,
    at: Date.now(),
    newId: crypto.randomUUID(),
  });
  const isNews = telephone !== phone.telephone;
  phone.telephone = telephone;
  if (isNews) tell();
  commands.forEach(line.tell);
  for (const action of actions)
    dispatch(action, ({ ignored }) => {
      if (ignored && action.type === "incomingcall") happen({ by: "refusal", id: action.id });
    });
}

/** Tells the other frames what this one's line has. */
const tell = () => post({ type: "news", of: shell.state.frameId, telephone: phone.telephone });

const post = (told: Told) => phone.channel?.postMessage(told);

function join(room: string): void {
  try {
    phone.channel = new BroadcastChannel(`${room} phone`);
  } catch {
    // Each frame is for itself.
    return;
  }
  phone.channel.onmessage = ({ data }: MessageEvent<Told>) => {
    switch (data.type) {
      case "hello":
        if (isHolder()) tell();
        return;
      case "wish":
        if (isHolder()) wish(data.wish);
        return;
      case "news":
        phone.told = data;
        draw();
        return;
      default:
        data satisfies never;
    }
  };
  post({ type: "hello" });
}

/** The user wishes something of the line, which the frame that holds the call has. An account is told to no other frame. */
function wish(wished: Wish): void {
  if (!isHolder()) {
    post({ type: "wish", wish: wished.type === "register" ? { type: "register" } : wished });
    return;
  }
  if (wished.type === "register") phone.account = wished.account;
  happen({ by: "user", wish: wished });
}

/** The line of the frame that holds the call, as far as it is known here. */
function known(): Telephone {
  if (isHolder()) return phone.telephone;
  const { of, telephone } = phone.told;
  return of === shell.state.holder ? telephone : start;
}

function draw(): void {
  const { line, at, isKept } = phone;
  const now = { state: shell.state, telephone: known(), can: line?.can, at, isKept };
  // What is over may come again, and is shown then.
  const troubles = troublesOf(now);
  phone.dismissed = phone.dismissed.filter((trouble) => troubles.includes(trouble));
  render({ ...now, dismissed: phone.dismissed });
}

const click = (button: Button) =>
  dispatch(pressed(shell.state, known(), button, crypto.randomUUID()));

listen({
  click,
  edit,
  wish,
  logIn: (account, isKept) => {
    keepAccount(isKept ? account : undefined);
    wish({ type: "register", account });
  },
  dismiss: (trouble) => {
    phone.dismissed.push(trouble);
    draw();
  },
});
// The local HubSpot's "Let them call": a message of its own, which the SDK does not know, nor any other app.
addEventListener(
  "message",
  (event: MessageEvent<unknown>) => {
    const { type, data } = isFields(event.data) ? event.data : {};
    if (type !== "LET_THEM_CALL" || !isFields(data) || !phone.line?.can.includes("ring me")) return;
    event.stopImmediatePropagation();
    const { fromNumber } = data;
    const from = typeof fromNumber === "string" ? fromNumber : "";
    wish({ type: "ring me", id: crypto.randomUUID(), fromNumber: from });
  },
  true,
);
enter(new CallingExtensions(options), (state, at, isKept) => {
  const { before } = phone;
  Object.assign(phone, { before: state, at, isKept });
  // Who logs out leaves nothing behind, in whichever frame.
  if (before.isLoggedIn && !state.isLoggedIn) {
    phone.account = undefined;
    keepAccount(undefined);
  }
  if (shell.room && !phone.channel) join(shell.room);
  happen({ by: "call", before });
});
phone.line = withSounds(hasSip() ? createLateSip : createLoopback)((event) =>
  happen({ by: "line", event }),
);
draw();
