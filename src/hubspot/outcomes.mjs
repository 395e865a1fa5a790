// The outcomes of a call that the local HubSpot's account has: the API lists them, and the timeline names them.

/** By what `hs_call_disposition` takes: HubSpot's own, which calling apps know, and one that the account has added. @type {Readonly<Record<string, string>>} */
export const outcomes = {
  "f240bbac-87c9-4f6e-bf70-924b57d47db7": "Connected",
  "a4c4c377-d246-4b32-a13b-75a56a4cd0ff": "Left live message",
  "b2cf5968-551e-4856-9783-52b3da59a7d0": "Left voicemail",
  "73a0d17f-1163-4015-bdd5-ec830791da20": "No answer",
  "9d9162e7-6cf3-4944-bf63-4dff82258764": "Busy",
  "17b47fee-58de-441e-a44c-c6300d46f273": "Wrong number",
  "2f3f7e0b-6f3c-4a53-9d0c-6b1f6f0d5c11": "Meeting booked",
};
