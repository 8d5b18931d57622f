import type { EncodedPair } from './encode-pair';

/** Pairs of one forward pass, padded at the end to a common length; every array is row-major [batch, length]. */
export interface CollatedPairs {
  inputIds: Int32Array;
  /** The token that follows each input token; the pad id on padding. */
  nextTokens: Int32Array;
  /** 1 where the input is a token of the pair. */
  realMask: Uint8Array;
  /** 1 where the next token is one of the query. */
  queryMask: Uint8Array;
  /** B, number of pairs. */
  batch: number;
  /** S, tokens of the longest pair less one. */
  length: number;
}

/**
 * A batch of encoded pairs: the last token is predicted and never an input, so a pair of n ids fills n - 1 places.
 * The query's rows start at the last token of the prompt, which predicts the first of the query.
 *
 * @param padId What stands in padding; any id, since masks leave it out.
 * @throws {RangeError} when there is no pair, or one has fewer than two ids or no prompt.
 *
 * @example
 * collate([{ ids: [5, 6, 7], promptLength: 2 }], 0);
 * // inputIds 5 6, nextTokens 6 7, realMask 1 1, queryMask 0 1
 */
export function collate(pairs: readonly EncodedPair[], padId: number): CollatedPairs {
  if (pairs.length === 0) throw new RangeError('collate needs at least one pair');
  for (const { ids, promptLength } of pairs) {
    if (ids.length < 2 || promptLength < 1) {
      throw new RangeError(`a pair needs two ids and a prompt, got ${ids.length} ids, prompt of ${promptLength}`);
    }
  }
  const batch = pairs.length;
  const length = pairs.reduce((longest, { ids }) => Math.max(longest, ids.length), 0) - 1;
  const inputIds = new Int32Array(batch * length).fill(padId);
  const nextTokens = new Int32Array(batch * length).fill(padId);
  const realMask = new Uint8Array(batch * length);
  const queryMask = new Uint8Array(batch * length);
  pairs.forEach(({ ids, promptLength }, row) => {
    const start = row * length;
    const end = start + ids.length - 1;
    inputIds.set(ids.slice(0, -1), start);
    nextTokens.set(ids.slice(1), start);
    realMask.fill(1, start, end);
    queryMask.fill(1, start + promptLength - 1, end);
  });
  return { inputIds, nextTokens, realMask, queryMask, batch, length };
}
