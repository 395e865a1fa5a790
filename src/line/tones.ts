// What telephones sound like, as frequencies and as samples: ringing, busy, keys; and which key was heard. Pure.

/** Frequencies in Hz that sound together, for so many ms; none is a pause. */
export type Note = { hz: readonly number[]; ms: number };

const repeated = (times: number, ...notes: Note[]): Note[] =>
  Array.from({ length: times }, () => notes).flat();

/** What the user hears of a call that nobody talks in yet, or any more, as in North America. The last two end by themselves. */
export const tones = {
  ringback: [
    { hz: [440, 480], ms: 2000 },
    { hz: [], ms: 4000 },
  ],
  ringing: [
    { hz: [784, 988], ms: 400 },
    { hz: [], ms: 200 },
    { hz: [784, 988], ms: 400 },
    { hz: [], ms: 2000 },
  ],
  busy: repeated(4, { hz: [480, 620], ms: 500 }, { hz: [], ms: 500 }),
  failed: repeated(6, { hz: [480, 620], ms: 250 }, { hz: [], ms: 250 }),
} satisfies Record<string, readonly Note[]>;
export type Tone = keyof typeof tones;

/** DTMF (ITU-T Q.23): a key is a row's frequency and a column's. */
const rows = [697, 770, 852, 941];
const columns = [1209, 1336, 1477];
const keys = "123456789*0#";

/** The keys' notes, one after the other; what is no key is left out. */
export const notesOf = (digits: string): Note[] =>
  [...digits].flatMap((digit) => {
    const key = keys.indexOf(digit);
    const hz = [rows[Math.floor(key / 3)] ?? 0, columns[key % 3] ?? 0];
    return key < 0
      ? []
      : [
          { hz, ms: 160 },
          { hz: [], ms: 100 },
        ];
  });

/** How long the notes are, in ms. */
export const lengthOf = (notes: readonly Note[]): number =>
  notes.reduce((sum, { ms }) => sum + ms, 0);

/** A frequency's loudness; two together are well below what a wave can hold. */
const loudness = 0.2;
/** How long a note swells and fades, in ms: it would click without. */
const edge = 5;

/** The notes as a wave from -1 to 1, at `rate` samples a second. */
export function samplesOf(notes: readonly Note[], rate: number): Float32Array<ArrayBuffer> {
  const samples = new Float32Array(Math.ceil((lengthOf(notes) * rate) / 1000));
  let at = 0;
  for (const { hz, ms } of notes) {
    const end = Math.floor((ms * rate) / 1000);
    for (let i = 0; i < end; i++) {
      const swell = Math.min(1, (Math.min(i, end - i) * 1000) / (rate * edge));
      for (const each of hz)
        samples[at + i] =
          (samples[at + i] ?? 0) + loudness * swell * Math.sin((2 * Math.PI * each * i) / rate);
    }
    at += end;
  }
  return samples;
}

/** How loud a frequency is in the samples, as its amplitude (Goertzel's algorithm). */
export function loudnessOf(hz: number, samples: Float32Array, rate: number): number {
  const turn = 2 * Math.cos((2 * Math.PI * hz) / rate);
  let [one, two] = [0, 0];
  for (const sample of samples) [one, two] = [sample + turn * one - two, one];
  return (2 * Math.sqrt(Math.max(0, one * one + two * two - turn * one * two))) / samples.length;
}

/** How long each piece of sound searched for a key is, in ms. Key presses and pauses are longer. */
const piece = 40;
/** How far apart the pieces begin, in ms: of a key of 60 ms one of them has nothing else. Chromium plays 160 ms as 80. */
export const step = piece / 2;

/** The key that is heard in the samples: one row and one column have to stand out. */
export function digitIn(samples: Float32Array, rate: number): string | undefined {
  const loudest = (all: readonly number[]) => {
    const heard = all.map((hz) => loudnessOf(hz, samples, rate));
    const most = Math.max(...heard);
    const others = heard.reduce((sum, each) => sum + each, -most);
    return most > 0.02 && most > 2 * others ? heard.indexOf(most) : Number.NaN;
  };
  return keys[loudest(rows) * 3 + loudest(columns)];
}

/** The key that is heard in each piece of the samples, if one is. A piece begins at the samples' start, and at each step. */
export function keysIn(samples: Float32Array, rate: number): (string | undefined)[] {
  const length = Math.round((piece * rate) / 1000);
  const apart = Math.round((step * rate) / 1000);
  const count = Math.floor((samples.length - length) / apart) + 1;
  return Array.from({ length: Math.max(0, count) }, (_, at) =>
    digitIn(samples.subarray(at * apart, at * apart + length), rate),
  );
}
