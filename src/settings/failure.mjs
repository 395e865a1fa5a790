// How the settings command fails: in one sentence, and with an exit code that scripts can tell failures by.

/** What scripts can tell failures by. */
export const exitCodes = {
  /** HubSpot refused, failed, or answered what nobody can read. */
  refused: 1,
  /** The command was not understood, or a field cannot be so: nothing was sent. */
  usage: 2,
  unauthorized: 3,
  noSettings: 4,
  settingsExist: 5,
  tooMany: 6,
  /** No network, or no answer in time. */
  unreachable: 7,
  notConfirmed: 8,
};

/** A failure in one sentence for the user, who may be a script. */
export class Failure extends Error {
  /** @param {keyof typeof exitCodes} kind @param {string} message */
  constructor(kind, message) {
    super(message);
    this.exitCode = exitCodes[kind];
  }
}
