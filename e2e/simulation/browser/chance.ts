// Chance that a seed decides. Each purpose has numbers of its own, so that a step left out changes little of what else happens.

export class Chance {
  readonly #seed: number;
  readonly #drawn = new Map<string, number>();

  constructor(seed: number) {
    this.#seed = seed;
  }

  /** The next number for the purpose: from 0 up to 1. */
  next(purpose: string): number {
    const count = this.#drawn.get(purpose) ?? 0;
    this.#drawn.set(purpose, count + 1);
    let hash = Math.imul(this.#seed ^ 0x9e3779b9, 0x85ebca6b) ^ Math.imul(count + 1, 0xc2b2ae35);
    for (let index = 0; index < purpose.length; index++)
      hash = Math.imul(hash ^ purpose.charCodeAt(index), 0x01000193);
    hash = Math.imul(hash ^ (hash >>> 16), 0x21f0aaad);
    hash = Math.imul(hash ^ (hash >>> 15), 0x735a2d97);
    return ((hash ^ (hash >>> 15)) >>> 0) / 2 ** 32;
  }

  /** A name as crypto.randomUUID makes them. */
  uuid(): string {
    const digits = (length: number) =>
      Math.floor(this.next("uuid") * 16 ** length)
        .toString(16)
        .padStart(length, "0");
    return `${digits(8)}-${digits(4)}-4${digits(3)}-a${digits(3)}-${digits(8)}${digits(4)}`;
  }
}
