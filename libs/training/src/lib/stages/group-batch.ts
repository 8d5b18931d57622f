import { collate } from '@tsarank/data';
import type { CollatedPairs, EncodedPair } from '@tsarank/data';
import type { ObjectiveWeights } from '@tsarank/losses';
import { rowsWhere } from './batch-forward';

/** Rows over which the difference penalty is averaged: padding included (as published), real rows, query rows. */
export type KlRows = 'all' | 'real' | 'query';

/**
 * Groups of one micro-batch, padded to its longest member, and the rows that the objective needs. Rows are places in
 * the flattened [B * S]; the other lists hold places among `rows`.
 */
export interface GroupBatch {
  pairs: CollatedPairs;
  /** Rows that go through the head, ascending. */
  rows: number[];
  /** Next token of each row. */
  labels: number[];
  /** For each row the sequence whose query it belongs to, or -1. */
  scoredSequence: number[];
  /** Rows of the positives, for the next-token loss. */
  positiveRows: number[];
  /** Rows of the difference penalty. */
  penaltyRows: number[];
  /** Members of each group, in order; the first is the positive. */
  groupSizes: number[];
}

/**
 * Lays out groups for one forward pass. A row is among `rows` only if a term of non-zero weight needs it.
 *
 * @param groups Encoded members of each group, the positive first.
 * @param options.length Rows of each sequence, where that is more than the longest has: other micro-batches of the step have it.
 * @throws {RangeError} when there is no group, or an empty one.
 */
export function groupBatch(
  groups: readonly (readonly EncodedPair[])[],
  options: { padId: number; weights: ObjectiveWeights; klRows: KlRows; length?: number },
): GroupBatch {
  const { padId, weights, klRows } = options;
  if (groups.length === 0 || groups.some((group) => group.length === 0)) {
    throw new RangeError('a batch needs at least one group, and a group at least one member');
  }
  const pairs = padTo(options.length ?? 0, collate(groups.flat(), padId), padId);
  const { realMask, queryMask, length, batch } = pairs;
  const groupSizes = groups.map((group) => group.length);
  const positives = startsOf(groupSizes);
  const isPositive = (row: number): boolean => positives.has(Math.floor(row / length));
  const everyRow = Array.from({ length: batch * length }, (_, row) => row);

  const ranked = weights.rank === 0 ? [] : rowsWhere(queryMask);
  const predicted = weights.nextToken === 0 ? [] : rowsWhere(realMask).filter(isPositive);
  const penalised =
    weights.differencePenalty === 0
      ? []
      : klRows === 'all'
        ? everyRow
        : rowsWhere(klRows === 'real' ? realMask : queryMask);

  const rows = [...new Set([...ranked, ...predicted, ...penalised])].sort((a, b) => a - b);
  const place = new Map(rows.map((row, index) => [row, index]));
  return {
    pairs,
    rows,
    labels: rows.map((row) => pairs.nextTokens[row]!),
    scoredSequence: rows.map((row) => (queryMask[row] === 1 ? Math.floor(row / length) : -1)),
    positiveRows: predicted.map((row) => place.get(row)!),
    penaltyRows: penalised.map((row) => place.get(row)!),
    groupSizes,
  };
}

/** Pairs with rows of padding behind, up to so many each; none are taken away. */
function padTo(length: number, pairs: CollatedPairs, padId: number): CollatedPairs {
  if (pairs.length >= length) return pairs;
  const padded = <T extends Int32Array | Uint8Array>(from: T, to: T): T => {
    for (let row = 0; row < pairs.batch; row += 1) {
      to.set(from.subarray(row * pairs.length, (row + 1) * pairs.length), row * length);
    }
    return to;
  };
  const size = pairs.batch * length;
  return {
    inputIds: padded(pairs.inputIds, new Int32Array(size).fill(padId)),
    nextTokens: padded(pairs.nextTokens, new Int32Array(size).fill(padId)),
    realMask: padded(pairs.realMask, new Uint8Array(size)),
    queryMask: padded(pairs.queryMask, new Uint8Array(size)),
    batch: pairs.batch,
    length,
  };
}

/** The sequence at which each group starts. */
function startsOf(groupSizes: readonly number[]): Set<number> {
  const starts = new Set<number>();
  let next = 0;
  for (const size of groupSizes) {
    starts.add(next);
    next += size;
  }
  return starts;
}
