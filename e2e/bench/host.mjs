// The smallest HubSpot: a page that frames a widget, answers what a call needs, and keeps nothing. For what has to be measured.

/**
 * @param {string} url the widget's
 * @param {object} place what SYNC says besides
 * @returns {string} the page. In it, `mount()` resolves to the ms from the frame's creation to INITIALIZED, of which
 * `shaking` were after SYNC; `send(type, data)` sends the widget a message, `ask(count)` sends so many to be answered, and
 * `heard` counts its messages by type
 */
export const hostPage = (
  url,
  place = { portalId: 1, iframeLocation: "widget" },
) => `<!doctype html><title>Host</title><script>
  const heard = {};
  let frame, isReady, initialized, synced, shaking, calls = 0, answered = () => {};
  const post = (message) =>
    frame.contentWindow.postMessage({ messageId: crypto.randomUUID(), ...message }, "*");
  const send = (type, data) => post({ type, data });

  const mount = () => new Promise((resolve) => {
    frame?.remove();
    isReady = false;
    frame = document.createElement("iframe");
    frame.src = ${JSON.stringify(url)};
    const started = performance.now();
    initialized = () => {
      shaking = performance.now() - synced;
      resolve(performance.now() - started);
    };
    // As HubSpot does: once the frame is loaded, and every 100 ms until it answers.
    frame.onload = function sync() {
      if (isReady) return;
      synced = performance.now();
      post({ type: "SYNC", hostUrl: location.origin, ...${JSON.stringify(place)} });
      setTimeout(sync, 100);
    };
    document.body.append(frame);
  });

  /** Resolves to the ms in which so many messages went to the widget's handlers and were answered: the SDK answers those of no known type. */
  const ask = (count) => new Promise((resolve) => {
    const started = performance.now();
    let answers = 0;
    answered = () => {
      answers += 1;
      if (answers === count) resolve(performance.now() - started);
      else if (answers % 100 === 0) more();
    };
    const more = () => {
      for (let i = 0; i < 100; i += 1) send("NO_SUCH_TYPE", { i });
    };
    more();
  });

  onmessage = ({ data, source }) => {
    if (source !== frame?.contentWindow) return;
    const { type } = data;
    heard[type] = (heard[type] ?? 0) + 1;
    if (type === "ERROR") answered();
    if (type === "SYNC_ACK") isReady = true;
    if (type === "INITIALIZED") initialized();
    if (type === "OUTGOING_CALL_STARTED") {
      calls += 1;
      send("CREATE_ENGAGEMENT_SUCCEEDED", { engagementId: calls });
      send("ENGAGEMENT_CREATED", { engagementId: calls });
    }
    if (type === "CALL_COMPLETED") send("UPDATE_ENGAGEMENT_SUCCEEDED", { engagementId: calls });
  };
  document.documentElement.append(document.createElement("body"));
</script>`;

/**
 * Runs in the widget's frame: makes calls one after the other, as fast as HubSpot answers.
 * @param {number} count
 */
export async function makeCalls(count) {
  // A timer would wait for 4 ms at least.
  const { port1, port2 } = new MessageChannel();
  const turn = () =>
    new Promise((resolve) => {
      port1.onmessage = resolve;
      port2.postMessage(undefined);
    });
  /** @param {string} id @returns {Promise<void>} once the button can be clicked, and was */
  const click = async (id) => {
    const button = document.getElementById(id);
    if (!(button instanceof HTMLButtonElement)) throw new Error(`No #${id}`);
    while (button.disabled) await turn();
    button.click();
  };
  /** @param {string} id @param {string} text */
  const fill = (id, text) => {
    const field = document.getElementById(id);
    if (!(field instanceof HTMLInputElement || field instanceof HTMLTextAreaElement))
      throw new Error(`No #${id}`);
    field.value = text;
    field.dispatchEvent(new Event("input", { bubbles: true }));
  };
  if (document.getElementById("status")?.textContent !== "Ready to call") await click("login");
  for (let call = 1; call <= count; call += 1) {
    fill("toNumber", `+44 20 ${String(call).padStart(8, "0")}`);
    await click("outgoingcall");
    await click("answercall");
    await click("endcall");
    fill("notes", `Notes of call ${call}`);
    await click("completecall");
    while (document.getElementById("card")?.dataset.status !== "idle") await turn();
  }
}

/**
 * What the page holds after a forced collection.
 * @param {import("@playwright/test").Page} page
 * @returns {Promise<{ heap: number, nodes: number }>} bytes, and DOM nodes
 */
export async function held(page) {
  const session = await page.context().newCDPSession(page);
  await session.send("Performance.enable");
  // Twice: what the first frees can let go of more.
  for (let time = 0; time < 2; time += 1) await session.send("HeapProfiler.collectGarbage");
  const { metrics } = await session.send("Performance.getMetrics");
  const metric = (/** @type {string} */ name) =>
    metrics.find((metric) => metric.name === name)?.value ?? Number.NaN;
  return { heap: metric("JSHeapUsedSize"), nodes: metric("Nodes") };
}
