// What is tried with an app, step by step, in the order of a call.
import { NotReached } from "./limits.mjs";

/** @import { Visit } from "./visit.mjs" */
/** @import { StepName } from "./walk.mjs" */

/**
 * Steps that follow one another in one visit.
 * @typedef {object} Part
 * @property {boolean} isAttended whether calls that begin in it are ended in it, too
 * @property {TourStep[]} steps
 */

/**
 * @typedef {object} TourStep
 * @property {string} name what reports and baselines call it
 * @property {boolean} [calls] it needs a call that the app starts when HubSpot asks for one
 * @property {StepName} [needs] a step of the app's, without which it is left out
 * @property {(visit: Visit) => Promise<void>} run throws NotReached when it cannot be walked to its end
 */

/** The app started no call. */
export class NoCall extends NotReached {}

const failure = { error: { message: "A failure, to try it" } };
const shown = { isMinimized: false, isHidden: false };

const loggedOut = "Its user is logged out, so HubSpot dials nothing.";

/** Needs no clicks except the login. A call that an app begins by itself stays as it is: nobody is there to end it. @type {Part} */
export const unattended = {
  isAttended: false,
  steps: [
    {
      name: "handshake",
      run: async (visit) => {
        if (await visit.dial()) return;
        if (!visit.options.steps.logIn)
          throw new NotReached(`${loggedOut} Steps with logIn go further.`);
        await logIn(visit);
        await visit.dial();
      },
    },
    {
      name: "dial-twice",
      run: async (visit) => {
        if (!(await visit.dial(visit.dialled))) throw new NotReached(loggedOut);
      },
    },
    {
      // Such as HubSpot has been seen to send, or may send one day.
      name: "odd-payloads",
      run: async (visit) => {
        await visit.dial({
          objectId: 0,
          objectType: undefined,
          ownerId: undefined,
          countryCode: undefined,
        });
        await visit.send("CALLER_ID_MATCH_SUCCEEDED", { callerIdMatches: [] });
        for (const type of ["SET_CALL_STATE", "INITIATE_CALL_ID_SUCCEEDED", "NEWER_THAN_THE_APP"])
          await visit.send(type, {});
      },
    },
    {
      name: "visibility",
      run: async (visit) => {
        await visit.send("VISIBILITY_CHANGED", { isMinimized: false, isHidden: true });
        await visit.settle();
        await visit.send("VISIBILITY_CHANGED", shown);
      },
    },
    {
      name: "failures",
      run: async (visit) => {
        await visit.send("CREATE_ENGAGEMENT_FAILED", failure);
        await visit.send("UPDATE_ENGAGEMENT_FAILED", failure);
        await visit.settle();
      },
    },
    { name: "malformed", run: (visit) => visit.malformed() },
    { name: "reload", run: (visit) => visit.reload() },
  ],
};

/** A whole call that HubSpot asks for, and all that HubSpot may say during it. @type {Part} */
export const outbound = {
  isAttended: true,
  steps: [
    {
      name: "outbound",
      calls: true,
      run: async (visit) => {
        const mark = await call(visit);
        const answeredAt = await answer(visit, mark);
        // HubSpot has been seen to ask twice for one click.
        await visit.dial(visit.dialled);
        await visit.dial({ phoneNumber: "+44 20 7946 0018", phone_number: "+44 20 7946 0018" });
        await visit.send("VISIBILITY_CHANGED", { isMinimized: true, isHidden: false });
        await visit.settle();
        await visit.send("VISIBILITY_CHANGED", { isMinimized: false, isHidden: true });
        await visit.settle();
        await visit.send("VISIBILITY_CHANGED", shown);
        for (const type of ["CREATE_ENGAGEMENT_FAILED", "CALLER_ID_MATCH_FAILED"]) {
          await visit.send(type, failure);
          await visit.settle();
        }
        await visit.send("NEWER_THAN_THE_APP");
        await visit.settle();
        await visit.hold(visit.limits.call, answeredAt);
        await finish(visit, mark, { finalizes: true });
      },
    },
  ],
};

/** Calls one after another: HubSpot ends one, and the app is loaded again during the other. @type {Part} */
export const oneAfterAnother = {
  isAttended: true,
  steps: [
    {
      name: "hang-up",
      calls: true,
      run: async (visit) => {
        const mark = await call(visit);
        await visit.send("END_CALL");
        // The rules say so when it goes on.
        await orTrouble(visit, visit.heard(ends, mark));
        await finish(visit, mark);
      },
    },
    {
      name: "others",
      needs: "others",
      run: async (visit) => {
        await visit.opened();
        await visit.step("others");
        await visit.settle();
        await visit.opened();
      },
    },
    {
      name: "reload-in-call",
      calls: true,
      run: async (visit) => {
        const mark = await call(visit);
        await answer(visit, mark);
        const { endCall, completeCall } = visit.options.steps;
        await visit.comeBack();
        // An app may lose its call with its page, and the rules say so.
        await orTrouble(visit, finish(visit, mark, { isSure: false }));
        if (endCall && (completeCall || !(await visit.hasSaid(ends, mark))))
          visit.hasOpenCall = false;
      },
    },
  ],
};

/** A whole call that comes in. @type {Part} */
export const inbound = {
  isAttended: true,
  steps: [
    {
      name: "inbound",
      run: async (visit) => {
        const mark = await ring(visit);
        if (visit.options.steps.openRecord) await visit.openRecord();
        await answer(visit, mark);
        await finish(visit, mark);
      },
    },
  ],
};

/** Calls that come in and are for somebody else, one after another. @type {Part} */
export const turnedAway = {
  isAttended: true,
  steps: [
    { name: "reject", run: async (visit) => finish(visit, await ring(visit)) },
    {
      name: "transfer",
      needs: "transferCall",
      run: async (visit) => {
        const mark = await ring(visit);
        await answer(visit, mark);
        await visit.step("transferCall", ["CALL_TRANSFERRED"]);
        await finish(visit, mark);
      },
    },
  ],
};

/** @type {readonly Part[]} */
export const tour = [unattended, outbound, oneAfterAnother, inbound, turnedAway];

/** What reports and baselines call the steps. */
export const tourNames = tour.flatMap(({ steps }) => steps.map(({ name }) => name));

const ends = ["CALL_ENDED", "CALL_TRANSFERRED", "CALL_COMPLETED"];

/** @param {Visit} visit */
async function logIn(visit) {
  await visit.step("logIn", ["LOGGED_IN", "INITIALIZED"]);
  await visit.opened();
  if (await visit.isLoggedOut())
    throw new NotReached("After the step logIn the app still says that its user is logged out.");
}

/**
 * Has a call started: HubSpot asks for it, and the app does it by itself or by its step.
 * @param {Visit} visit
 * @returns what had been said before
 * @throws NoCall when there is none
 */
async function call(visit) {
  const { logIn: hasLogIn, startCall } = visit.options.steps;
  let mark = await visit.mark();
  try {
    if (!(await visit.dial())) {
      if (!hasLogIn) throw new NoCall(`${loggedOut} The steps export no logIn.`);
      await logIn(visit);
      mark = await visit.mark();
      await visit.dial();
    }
    if (startCall && !(await visit.hasSaid(["OUTGOING_CALL_STARTED"], mark)))
      await visit.step("startCall", ["OUTGOING_CALL_STARTED"]);
    else await visit.heard(["OUTGOING_CALL_STARTED"], mark);
  } catch (error) {
    throw error instanceof NotReached && visit.wasOpened ? new NoCall(error.message) : error;
  }
  visit.hasOpenCall = true;
  await visit.settle();
  return mark;
}

/** Has a call come in. @param {Visit} visit @returns what had been said before */
async function ring(visit) {
  const { goAvailable, logIn: hasLogIn } = visit.options.steps;
  await visit.opened();
  if (hasLogIn && (await visit.isLoggedOut())) await logIn(visit);
  if (goAvailable && !(await visit.isAvailable()))
    await orTrouble(visit, visit.step("goAvailable", ["USER_AVAILABLE"]));
  const mark = await visit.mark();
  await visit.step("receiveCall", ["INCOMING_CALL"]);
  visit.hasOpenCall = true;
  await visit.settle();
  return mark;
}

/** Has the call answered, unless that has happened already. @param {Visit} visit @param {number} mark @returns when, ms since 1970 */
async function answer(visit, mark) {
  const isAnswered = await visit.hasSaid(["CALL_ANSWERED"], mark);
  if (!isAnswered && visit.options.steps.answerCall)
    await orTrouble(visit, visit.step("answerCall", ["CALL_ANSWERED"]));
  const now = Date.now();
  await visit.settle();
  return now;
}

/**
 * Has the call ended and completed, as far as that has not happened already. What the app then has not said, it was asked for.
 * @param {Visit} visit
 * @param {number} mark
 * @param {{ finalizes?: boolean, isSure?: boolean }} [how] `isSure`: the app still has the call
 * @throws NotReached when a step for it is missing, or cannot be clicked
 */
async function finish(visit, mark, { finalizes = false, isSure = true } = {}) {
  await clicked(visit, "endCall", ends, mark, isSure);
  if (finalizes && visit.options.steps.finalizeCall)
    await orTrouble(visit, visit.step("finalizeCall"));
  await visit.settle();
  await clicked(visit, "completeCall", ["CALL_COMPLETED"], mark, isSure);
  await visit.settle();
  visit.hasOpenCall = false;
}

/**
 * Waits for the app to say one of those by itself where there is no step for it: then a step is missing, or the app forgets
 * its call, and which of the two nobody can tell. A step that does its click counts, even when nothing comes of it.
 * @param {Visit} visit
 * @param {StepName} name
 * @param {string[]} types
 * @param {number} mark
 * @param {boolean} isSure the app still has the call
 */
async function clicked(visit, name, types, mark, isSure) {
  if (await visit.hasSaid(types, mark)) return;
  if (!visit.options.steps[name]) {
    try {
      await visit.heard(types, mark, `by itself, and the steps export no ${name}`);
    } catch (error) {
      if (isSure && error instanceof NotReached) visit.failed(name);
      throw error;
    }
    return;
  }
  await visit.step(name);
  await orTrouble(visit, visit.heard(types, mark, `after the step ${name}`));
  // What it has not finished would stand in the way of another call.
  visit.isSpent ||= !(await visit.hasSaid(types, mark));
}

/** Goes on when something is not reached, and says so. @param {Visit} visit @param {Promise<void>} doing */
async function orTrouble(visit, doing) {
  try {
    await doing;
  } catch (error) {
    if (!(error instanceof NotReached)) throw error;
    visit.trouble(error.message);
  }
}
