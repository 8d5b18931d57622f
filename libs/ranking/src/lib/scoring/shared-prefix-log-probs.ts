import { setImmediate as nextTurn } from 'node:timers/promises';
import type { EncodedPair } from '@tsarank/data';
import type { CausalLm } from '@tsarank/model';
import { gatherRows, tf } from '@tsarank/tensor';
import { lengthBatches } from './length-batches';
import { checkSequences, rowLogProbs, rowsOfLogits, sequenceLogProbs, sumOfTokens } from './sequence-log-probs';
import type { SequenceLogProb, SequenceLogProbsOptions } from './sequence-log-probs';
import { stemGroups } from './prefix-groups';
import type { StemGroup } from './prefix-groups';

const BATCH_TOKENS = 2048;

/**
 * What `sequenceLogProbs` gives, with less work: sequences that begin with the same prompt (one document, many
 * queries) share its forward pass. Under causal attention the prompt's states don't depend on what follows, so each
 * query is a branch behind the one prompt, and sees the prompt and itself alone. Equal up to rounding. Where a model's
 * states do depend on it (`longestBranched`), each sequence goes through alone.
 *
 * @returns In the order given.
 * @throws As sequenceLogProbs, which is its oracle.
 */
export async function sharedStemLogProbs(
  model: CausalLm,
  sequences: readonly EncodedPair[],
  { batchTokens = BATCH_TOKENS, logitBytes, onBatch }: SequenceLogProbsOptions = {},
): Promise<SequenceLogProb[]> {
  const { longestBranched = Infinity } = model;
  if (sequences.some(({ ids }) => ids.length - 1 > longestBranched)) {
    return sequenceLogProbs(model, sequences, { batchTokens, logitBytes, onBatch });
  }
  checkSequences(model, sequences);
  const groups = stemGroups(sequences);
  const results = new Array<SequenceLogProb>(sequences.length);
  const rowsPerBlock = rowsOfLogits(model, logitBytes);
  for (const batch of lengthBatches(
    groups.map(({ length }) => length),
    batchTokens,
  )) {
    const rows = branchedRows(
      batch.map((index) => groups[index]!),
      sequences,
    );
    const logProbs = rowLogProbs(model, hiddenRows(model, rows), Int32Array.from(rows.labels), rowsPerBlock);
    let start = 0;
    for (const index of rows.members) {
      const end = start + sequences[index]!.ids.length - sequences[index]!.promptLength;
      results[index] = sumOfTokens(logProbs.subarray(start, end), index);
      start = end;
    }
    onBatch?.(rows.members);
    await nextTurn();
  }
  return results;
}

interface BranchedRows {
  batch: number;
  /** [B, S] row by row, as are positions and branches. */
  ids: Int32Array;
  positions: Int32Array;
  branches: Int32Array;
  /** The sequences in the order of their scored rows. */
  members: number[];
  /** Flat rows that predict a scored token, and that token; the last row of a stem serves each of its branches. */
  scored: number[];
  labels: number[];
}

function branchedRows(groups: readonly StemGroup[], sequences: readonly EncodedPair[]): BranchedRows {
  const batch = groups.length;
  const length = Math.max(...groups.map((group) => group.length));
  const rows: BranchedRows = {
    batch,
    ids: new Int32Array(batch * length),
    positions: new Int32Array(batch * length),
    branches: new Int32Array(batch * length).fill(-1),
    members: [],
    scored: [],
    labels: [],
  };
  groups.forEach(({ stemLength, members }, line) => {
    let next = line * length;
    const put = (id: number, position: number, branch: number): number => {
      rows.ids[next] = id;
      rows.positions[next] = position;
      rows.branches[next] = branch;
      return next++;
    };
    const stem = sequences[members[0]!]!.ids.slice(0, stemLength);
    stem.forEach((id, position) => put(id, position, 0));
    const lastOfStem = next - 1;
    members.forEach((index, member) => {
      const { ids } = sequences[index]!;
      rows.members.push(index);
      for (let position = stemLength; position < ids.length; position += 1) {
        const row = position === stemLength ? lastOfStem : put(ids[position - 1]!, position - 1, member + 1);
        rows.scored.push(row);
        rows.labels.push(ids[position]!);
      }
    });
  });
  return rows;
}

function hiddenRows(model: CausalLm, { batch, ids, positions, branches, scored }: BranchedRows): tf.Tensor2D {
  return tf.tidy(() => {
    const length = ids.length / batch;
    const states = model.branchedHiddenStates(tf.tensor2d(ids, [batch, length], 'int32'), { positions, branches });
    return gatherRows(states.reshape([batch * length, -1]), tf.tensor1d(scored, 'int32')); // [R, h]
  });
}
