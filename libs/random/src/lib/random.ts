import { createHash } from 'node:crypto';

/** Four 32-bit words; plain JSON, so that a checkpoint can hold it. */
export type RandomState = readonly [number, number, number, number];

/**
 * A seeded generator whose state can be saved and restored: sfc32, seeded by SHA-256 of its seed parts.
 * Independent streams come from different parts: `Random.fromSeed(seed, 'finetune')`.
 *
 * Source: C. Doty-Humphrey, PractRand (sfc32).
 */
export class Random {
  private words: Uint32Array;

  private constructor(state: RandomState) {
    this.words = Uint32Array.from(state);
  }

  static fromSeed(...parts: (string | number)[]): Random {
    const digest = createHash('sha256').update(JSON.stringify(parts)).digest();
    const random = new Random([digest.readUInt32LE(0), digest.readUInt32LE(4), digest.readUInt32LE(8), 1]);
    for (let round = 0; round < 12; round += 1) random.nextUint32();
    return random;
  }

  static fromState(state: RandomState): Random {
    return new Random(state);
  }

  state(): RandomState {
    return [this.words[0]!, this.words[1]!, this.words[2]!, this.words[3]!];
  }

  /** Uniform over the 2^32 unsigned integers. */
  nextUint32(): number {
    const words = this.words;
    const result = (words[0]! + words[1]! + words[3]!) >>> 0;
    words[3] = words[3]! + 1;
    words[0] = words[1]! ^ (words[1]! >>> 9);
    words[1] = words[2]! + (words[2]! << 3);
    words[2] = ((words[2]! << 21) | (words[2]! >>> 11)) + result;
    return result;
  }

  /** Uniform in [0, 1), with 32 random bits. */
  nextFloat(): number {
    return this.nextUint32() / 2 ** 32;
  }

  /**
   * Uniform over 0 … limit - 1, without modulo bias.
   *
   * @throws {RangeError} when the limit is not an integer of 1 … 2^32.
   */
  nextInt(limit: number): number {
    if (!Number.isInteger(limit) || limit < 1 || limit > 2 ** 32) {
      throw new RangeError(`limit must be an integer from 1 to 2^32, got ${limit}`);
    }
    const unbiased = 2 ** 32 - (2 ** 32 % limit);
    for (;;) {
      const value = this.nextUint32();
      if (value < unbiased) return value % limit;
    }
  }

  /** A standard normal draw (Box-Muller, one of the pair). */
  nextNormal(): number {
    const radius = Math.sqrt(-2 * Math.log(1 - this.nextFloat()));
    return radius * Math.cos(2 * Math.PI * this.nextFloat());
  }

  /** A new array in random order (Fisher-Yates); the argument stays as it is. */
  shuffle<T>(items: readonly T[]): T[] {
    const result = [...items];
    for (let last = result.length - 1; last > 0; last -= 1) {
      const other = this.nextInt(last + 1);
      [result[last], result[other]] = [result[other]!, result[last]!];
    }
    return result;
  }

  /**
   * `count` different items in random order.
   *
   * @throws {RangeError} when there are fewer.
   */
  sample<T>(items: readonly T[], count: number): T[] {
    if (count > items.length) throw new RangeError(`can't sample ${count} of ${items.length} items`);
    return this.shuffle(items).slice(0, count);
  }
}
