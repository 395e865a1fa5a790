// What the head of a recording says of it: which of HubSpot's formats it has, and how many channels.

/**
 * @param {Buffer} head the first bytes of the file
 * @returns {{ format?: string, channels?: number }} the format as a media type, where it is WAV, FLAC or MP4; the channels
 * where the head says them
 */
export function soundOf(head) {
  const text = (/** @type {number} */ at) => head.toString("latin1", at, at + 4);
  if (text(0) === "RIFF" && text(8) === "WAVE") {
    const channels = channelsOfWav(head);
    return { format: "audio/wav", ...(channels !== undefined && { channels }) };
  }
  // The number of channels is three bits of the first block, less one.
  if (text(0) === "fLaC")
    return {
      format: "audio/flac",
      ...(head.length > 20 && { channels: ((head.readUInt8(20) >> 1) & 7) + 1 }),
    };
  return text(4) === "ftyp" ? { format: "audio/mp4" } : {};
}

/** The chunk "fmt " may stand behind others: its name, its length, the kind of sound, the channels. @param {Buffer} head */
function channelsOfWav(head) {
  for (let at = 12; at + 12 <= head.length; ) {
    if (head.toString("latin1", at, at + 4) === "fmt ") return head.readUInt16LE(at + 10);
    const length = head.readUInt32LE(at + 4);
    at += 8 + length + (length % 2);
  }
  return undefined;
}
