// The panel "Rules": the session of this tab, or one from a file, judged as it goes; copied, kept as a file, and replayed.
import { element, make, payloadOf } from "../frame/dom.ts";
import {
  format,
  markdown,
  readSessions,
  type SessionFile,
  type Subject,
  summary,
  times,
  writeSessions,
} from "../rules/report.ts";
import { type Finding, judge, merge, rules } from "../rules/rules.ts";
import type { Message, Session } from "../rules/session.ts";
import { isDrawn, nameOf, showMessage } from "./chart.ts";
import { Faults } from "./faults.ts";
import { drawRecorded, type Recorded } from "./recorded.ts";

const view = {
  fold: element("rules", HTMLDetailsElement),
  summary: element("rules-summary", HTMLElement),
  loaded: element("rules-loaded", HTMLElement),
  loadedName: element("rules-loaded-name", HTMLElement),
  back: element("rules-back", HTMLButtonElement),
  findings: element("findings", HTMLElement),
  copy: element("copy-report", HTMLButtonElement),
  download: element("download-session", HTMLButtonElement),
  load: element("load-session", HTMLButtonElement),
  file: element("session-file", HTMLInputElement),
  replay: element("replay-session", HTMLButtonElement),
  news: element("rules-news", HTMLElement),
  messages: element("messages", HTMLElement),
};

/** Where there are more messages, the last ones are judged. */
const mostKept = 2000;
/** Bytes */
const largestFile = 20_000_000;
/** How long, in ms, a replay pauses at most between two messages. */
const longestPause = 1000;
/** How long after a message, in ms, the session is judged: messages come in groups. */
const soon = 150;
/** How often, in ms, it is judged between messages: some rules wait. */
const interval = 5000;
/** Holds the session while the page is loaded again: a call outlives that. */
const key = "LocalHubSpot:session";

export class Conformance {
  #app: Subject = { name: "", url: "" };
  #messages: Message[] = [];
  /** A session from a file, which is shown instead. */
  #loaded: Recorded | undefined;
  #findings: Finding[] = [];
  readonly #items = new Map<string, (finding: Finding) => HTMLElement>();
  #timer: number | undefined;
  readonly #faults = new Faults(() => {});
  #replay: AbortController | undefined;
  readonly #send: (type: string, data: unknown) => void;
  readonly #isOpen: () => boolean;

  /**
   * @param send sends the connected app a message, and throws an Error for the user when there is none
   * @param isOpen whether an app is there
   */
  constructor(send: (type: string, data: unknown) => void, isOpen: () => boolean) {
    this.#send = send;
    this.#isOpen = isOpen;
    this.#restore();
    this.#loaded = drawRecorded();
    view.fold.open = this.#loaded !== undefined;
    addEventListener("pagehide", () => this.#keep());
    view.fold.ontoggle = () => {
      this.#draw();
      // What was said last stays in sight.
      view.messages.scrollTop = view.messages.scrollHeight;
    };
    view.back.onclick = () => this.#show(undefined);
    view.load.onclick = () => view.file.click();
    view.file.onchange = () => this.#load();
    addEventListener("paste", (event) => this.#paste(event));
    view.copy.onclick = () => this.#copy();
    view.download.onclick = () => this.#download();
    view.replay.onclick = () => this.#toggleReplay();
    setInterval(() => this.#draw(), interval);
    this.#timer = window.setTimeout(() => this.#draw());
  }

  /** What was said in this tab, also before its page was loaded again. */
  get session(): Session {
    return { messages: this.#messages, ...(this.#isOpen() && { at: Date.now() }) };
  }

  /** The app that was opened: with another, a session begins. */
  opened({ name, url }: Subject): void {
    if (url !== this.#app.url) this.#messages = [];
    this.#app = { name, url };
  }

  heard(message: Message): void {
    // Written into it, not into a copy: the chart knows the message by its identity.
    const faults = this.#faults.on;
    if (faults.length > 0) message.faults = faults;
    this.#messages.push(message);
    if (this.#messages.length > mostKept) this.#messages.shift();
    this.#timer ??= window.setTimeout(() => this.#draw(), soon);
  }

  reset(): void {
    this.#messages = [];
    this.#replay?.abort();
    this.#show(undefined);
  }

  /**
   * Sends HubSpot's messages of a session again to the connected app, in their order and with their pauses, of a second
   * at most. SYNC is left out, since every frame has its own. Answers are said again as they were, with the ids of then.
   * @returns how many were sent
   * @throws an Error for the user when no app is connected
   */
  async replay({ messages }: Session, signal?: AbortSignal): Promise<number> {
    const said = messages.filter(({ from, type }) => from === "hubspot" && type !== "SYNC");
    let last = said[0]?.at ?? 0;
    let sent = 0;
    for (const { at, type, data } of said) {
      const pause = Math.max(0, Math.min(at - last, longestPause));
      await new Promise((resolve) => setTimeout(resolve, pause));
      if (signal?.aborted) return sent;
      this.#send(type, data);
      last = at;
      sent += 1;
    }
    return sent;
  }

  get #shown(): Pick<SessionFile, "app" | "sessions"> {
    return this.#loaded ?? { app: this.#app, sessions: [this.session] };
  }

  #show(loaded: Recorded | undefined): void {
    this.#loaded = loaded;
    this.#say("");
    this.#draw();
  }

  #draw(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const { app, sessions } = this.#shown;
    this.#findings = merge(...sessions.map(judge));
    const [first] = this.#findings;
    view.summary.textContent = summary(this.#findings);
    // Broken ones are listed first, and a "must" before a "should".
    view.fold.classList.toggle("broken", first?.status === "fail" && first.level === "must");
    view.loaded.hidden = !this.#loaded;
    view.loadedName.textContent = `${this.#loaded?.name ?? ""} · ${app.name}`;
    if (view.fold.open) this.#drawFindings();
  }

  #drawFindings(): void {
    const items = this.#findings.map((finding) => {
      const draw = this.#items.get(finding.rule) ?? findingItem(finding);
      this.#items.set(finding.rule, draw);
      return draw(finding);
    });
    // Items that stay where they are keep their focus.
    if (items.some((item, index) => view.findings.children[index] !== item))
      view.findings.replaceChildren(...items);
  }

  #say(news: string): void {
    view.news.textContent = news;
  }

  async #copy(): Promise<void> {
    try {
      await navigator.clipboard.writeText(markdown(this.#shown.app, this.#findings));
      this.#say("The report is on the clipboard, as Markdown.");
    } catch (error) {
      this.#say(`The browser did not let the report be copied: ${wordsOf(error)}`);
    }
  }

  #download(): void {
    const text = writeSessions({ format, ...this.#shown, findings: this.#findings });
    const link = make("a");
    link.href = URL.createObjectURL(new Blob([text], { type: "application/json" }));
    link.download = `calling-session-${new Date().toISOString().slice(0, 19).replaceAll(":", "-")}.json`;
    link.click();
    URL.revokeObjectURL(link.href);
  }

  async #load(): Promise<void> {
    const [file] = view.file.files ?? [];
    if (!file) return;
    const read =
      file.size > largestFile
        ? "This file is larger than 20 MB."
        : await file.text().then(readSessions, wordsOf);
    // The same file can be chosen again.
    view.file.value = "";
    this.#read(file.name, read);
  }

  /** Many an app cannot save a file from its frame, but copies its session. */
  #paste({ target, clipboardData }: ClipboardEvent): void {
    const isIntoField = target instanceof Element && target.matches("input, textarea");
    if (!view.fold.open || isIntoField) return;
    this.#read("Pasted", readSessions(clipboardData?.getData("text") ?? ""));
  }

  #read(name: string, read: ReturnType<typeof readSessions>): void {
    if (typeof read === "string") this.#say(`${name}: ${read}`);
    else this.#show({ ...read, name });
  }

  async #toggleReplay(): Promise<void> {
    if (this.#replay) {
      this.#replay.abort();
      return;
    }
    this.#replay = new AbortController();
    const { signal } = this.#replay;
    view.replay.textContent = "Stop replay";
    this.#say("Replaying HubSpot’s messages…");
    try {
      let sent = 0;
      for (const session of this.#shown.sessions) sent += await this.replay(session, signal);
      this.#say(`${signal.aborted ? "Stopped after" : "Replayed"} ${sent} of HubSpot’s messages.`);
    } catch (error) {
      this.#say(wordsOf(error));
    }
    this.#replay = undefined;
    view.replay.textContent = "Replay";
  }

  #keep(): void {
    try {
      const file = { format, app: this.#app, sessions: [this.session], findings: [] } as const;
      sessionStorage.setItem(key, writeSessions(file));
    } catch {
      // Then the session begins with the page.
    }
  }

  #restore(): void {
    try {
      const kept = readSessions(sessionStorage.getItem(key) ?? "");
      sessionStorage.removeItem(key);
      if (typeof kept === "string") return;
      this.#app = kept.app;
      this.#messages = kept.sessions.flatMap(({ messages }) => messages);
    } catch {
      // Storage is blocked.
    }
  }
}

const wordsOf = (error: unknown) => (error instanceof Error ? error.message : String(error));

const marks = { fail: "✗", pass: "✓", untried: "–" };
const spoken = { fail: "Broken: ", pass: "Kept: ", untried: "Untried: " };

/** An item of the list, made once for each rule: gives it as a finding has it. */
function findingItem({ title, level, why, source, rule }: Finding) {
  const mark = make("span");
  mark.className = "mark";
  mark.ariaHidden = "true";
  const status = make("span");
  status.className = "spoken";
  const words = make("span");
  words.className = "words";
  const seen = make("small");
  const where = make("p");
  const heading = make("span", status, title);
  const fold = make(
    "details",
    make("summary", mark, heading, seen, words),
    make("p", why),
    make("pre", rules.find(({ id }) => id === rule)?.mend ?? ""),
    make("p", make("small", `${source} · ${rule}`)),
  );
  const item = make("li", fold, where);
  let drawn: Message | undefined;
  return (finding: Finding): HTMLElement => {
    item.dataset.status = finding.status;
    item.dataset.level = level;
    mark.textContent = marks[finding.status];
    status.textContent = spoken[finding.status];
    seen.textContent = finding.seen > 0 ? `${level} · seen ${times(finding.seen)}` : level;
    const more = finding.broken > 1 ? ` And ${finding.broken - 1} more.` : "";
    words.textContent = (finding.words ?? "") + more;
    words.hidden = !finding.words;
    where.hidden = !finding.message;
    if (finding.message && (finding.message !== drawn || !isDrawn(finding.message)))
      where.replaceChildren(linkTo(finding.message));
    drawn = finding.message;
    return item;
  };
}

/** To the message in the chart; where that has it no longer, or never had it, the message itself. */
function linkTo(message: Message): HTMLElement {
  const { type, data } = message;
  if (!isDrawn(message)) return payloadOf(data, nameOf(type));
  const link = make("button", nameOf(type), " in the chart");
  link.type = "button";
  link.onclick = () => showMessage(message);
  return link;
}
