// Small bugs, each put into the sources by a change of their text: the simulation has to find every one of them.
import type { Edit } from "./programs.ts";

const shell = "src/frame/shell.ts";
const call = "src/call/call.ts";
const holder = "src/call/holder.ts";
const session = "src/frame/session.ts";
const channel = "src/frame/channel.ts";

/** The seed is one whose search finds the bug soon; another one finds it after a thousand schedules, maybe. */
export type Bug = Edit & { seed?: number };

const edit = (file: string, from: string, to: string, seed = 1): Bug => ({ file, from, to, seed });

/** Each bug in words, and as what it changes. */
export const bugs: Record<string, Bug> = {
  "messages that are not HubSpot's reach the SDK": edit(shell, "guard();\n", ""),
  "what is decided is not kept": edit(
    shell,
    "shell.isKept = save(shell.room, state, disk);",
    "shell.isKept = true;",
  ),
  "nothing is kept on disk": edit(session, "disk.write(room, text);", ""),
  "what is on disk is not read": edit(session, "read(onDisk)", "undefined", 23),
  "HubSpot is told everything twice": edit(
    shell,
    "commands.forEach(send);",
    "[...commands, ...commands].forEach(send);",
  ),
  "a frame does not ask the one that holds the call": edit(
    holder,
    "notes: holder ? [question(asking, ask)] : []",
    "notes: []",
  ),
  "every frame decides": edit(
    holder,
    "const isHolder = holder === frameId;\n  if (type",
    "const isHolder = holder !== undefined;\n  if (type",
    4,
  ),
  "an edit is not told": edit(holder, "isEdit ? [news(after)] : []", "[]"),
  "an edit is kept by nobody": edit(holder, "isKept: isDecided || isEdit,", "isKept: isDecided,"),
  "a newcomer hears nothing": edit(holder, "...(isNewer(state, told) ? [news(state)] : []),", ""),
  "who asked is never answered": edit(holder, '{ type: "answer", id, outcome: { ignored } },', ""),
  "several frames ask for the engagement": edit(holder, "commands.map(ofAnother)", "[...commands]"),
  "a frame that said too much never corrects it": edit(
    holder,
    "...(note.commands && holder ? [] : corrections(before, state)),",
    "",
    18,
  ),
  "decisions are not counted": edit(holder, "turn: state.turn + 1", "turn: state.turn"),
  "the lock is let go of at once": edit(channel, "return new Promise(() => {});", ""),
  "nobody notices that the calling window has gone": edit(
    shell,
    "shell.frames?.watch();",
    "{}",
    12,
  ),
  "frames of other pages share the call": edit(
    session,
    "[app, hostUrl, portalId",
    "[app, portalId",
    20,
  ),
  "a panel moves into no room that was left": edit(session, "left ?? room", "room"),
  "the end of another call ends this one": edit(
    call,
    "id !== call.externalCallId;",
    "id === '';",
    16,
  ),
  "a dial request that comes twice is two": edit(
    call,
    "[...waiting, ...(isSameClick ? [dial] : [])].some(",
    "[].some(",
    4,
  ),
  "a call is saved for ever, when HubSpot does not answer": edit(
    call,
    "at - call.since >= patience",
    "at - call.since >= 1e9",
    5,
  ),
  "what was written while the call was saved is dropped": edit(
    call,
    "JSON.stringify(call.sent[0]) !== JSON.stringify(written(form))",
    "JSON.stringify(call.sent[0]) === ''",
    5012,
  ),
  "notes that HubSpot did not save are dropped": edit(
    call,
    "? then(state, ...unsaved(call, event.why, call.sent.slice(1)))",
    "? then(state, idle(state, call, at))",
    35,
  ),
  "the dialing context is not given back": edit(
    call,
    "...(asked && { dialingContext: asked.payload })",
    "...[]",
  ),
  "a call to help desk makes no ticket": edit(
    "src/hubspot/calls.ts",
    "ticketed.length > 0 ? ticketed : ",
    "",
  ),
  "an answered call can be answered again": edit(
    call,
    'call.status === "ringing" && { call: { ...call, status: "answered", answeredAt: at } }',
    'isLive(call) && { call: { ...call, status: "answered", answeredAt: at } }',
    16,
  ),
  "an ended call can be ended again": edit(
    call,
    'isLive(call) && { call: { ...call, status: "ended", endedAt: at, endStatus } }',
    'call.status !== "idle" && { call: { ...call, status: "ended", endedAt: at, endStatus } }',
  ),
};
