import { setImmediate as nextTurn } from 'node:timers/promises';
import type { WeakPair } from '@tsarank/data';
import { InputError } from '@tsarank/io';
import type { InputProblem } from '@tsarank/io';

/** Pairs encoded between two turns of the event loop. */
const ENCODED_AT_ONCE = 256;

/**
 * What a model is given for each pair, with a turn of the event loop now and then.
 *
 * @param placeOf What an error says of where a pair is from.
 * @throws {InputError} as `encode`, naming the pair.
 */
export async function encodeEach<T>(
  pairs: readonly WeakPair[],
  encode: (pair: WeakPair) => T,
  placeOf?: (index: number) => InputProblem,
): Promise<T[]> {
  const encoded: T[] = [];
  for (const pair of pairs) {
    try {
      encoded.push(encode(pair));
    } catch (error) {
      if (!(error instanceof InputError)) throw error;
      throw new InputError({ ...placeOf?.(encoded.length), ...error.problem });
    }
    if (encoded.length % ENCODED_AT_ONCE === 0) await nextTurn();
  }
  return encoded;
}
