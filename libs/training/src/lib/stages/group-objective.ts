import {
  differencePenalty,
  nextTokenLoss,
  objective,
  OBJECTIVE_TERMS,
  rankLoss,
  sequenceScores,
} from '@tsarank/losses';
import type { ObjectiveWeights, ScoreTransform } from '@tsarank/losses';
import type { CausalLm } from '@tsarank/model';
import { gatherRows, tf, tokenLogProbs } from '@tsarank/tensor';
import { batchForward } from './batch-forward';
import type { GroupBatch } from './group-batch';
import type { MicroBatch, PerTerm } from '../loop/step-gradients';

export interface GroupObjectiveOptions {
  model: CausalLm;
  reference?: CausalLm;
  /** Blocks that train, from the top; 0 trains every weight. */
  topLayers: number;
  weights: ObjectiveWeights;
  temperature?: number;
  scoreTransform?: ScoreTransform;
}

/**
 * The objective of stage two on a batch of groups, in the plain form: full logits of every needed row, automatic
 * differentiation through them. It is the oracle of any faster form.
 *
 * The reference's logits are computed here, before and outside the gradient, and not at all where the penalty has no
 * weight.
 */
export function groupObjective(batch: GroupBatch, options: GroupObjectiveOptions): MicroBatch {
  const { model, topLayers } = options;
  const rows = tf.tensor1d(batch.rows, 'int32');
  const labels = tf.tensor1d(batch.labels, 'int32');
  const referenceLogits = penaltyReference(batch, options);
  const forward = batchForward(model, batch.pairs, topLayers);
  return {
    loss: (shares) => termsOf(batch, forward.logits(rows), labels, referenceLogits, options, shares),
    dispose: () => {
      forward.dispose();
      tf.dispose([rows, labels, ...(referenceLogits ? [referenceLogits] : [])]);
    },
  };
}

/** The reference's logits of the penalty's rows. */
function penaltyReference(
  { pairs, rows, penaltyRows }: GroupBatch,
  { reference, weights }: GroupObjectiveOptions,
): tf.Tensor2D | undefined {
  if (weights.differencePenalty === 0 || reference === undefined) return undefined;
  const forward = batchForward(reference, pairs, 0);
  const places = penaltyRows.map((place) => rows[place]!);
  const logits = tf.tidy(() => forward.logits(tf.tensor1d(places, 'int32')));
  forward.dispose();
  return logits;
}

/** Sum of the terms by weight and share, and the terms, given logits [R, V] of the batch's rows. */
function termsOf(
  batch: GroupBatch,
  logits: tf.Tensor2D,
  labels: tf.Tensor1D,
  referenceLogits: tf.Tensor2D | undefined,
  { weights: given, temperature, scoreTransform }: GroupObjectiveOptions,
  shares: PerTerm = {},
): ReturnType<MicroBatch['loss']> {
  const entries = OBJECTIVE_TERMS.map((term) => [term, given[term] * (shares[term] ?? 1)]);
  const weights = Object.fromEntries(entries) as ObjectiveWeights;
  const tokensCount = weights.rank !== 0 || weights.nextToken !== 0;
  const logProbs = tokensCount ? tokenLogProbs(logits, labels) : undefined; // [R]
  return objective(
    {
      rank: () => {
        const scores = sequenceScores(logProbs!, batch.scoredSequence, batch.pairs.batch); // [B]
        return meanRankLoss(scores, batch.groupSizes, { temperature, transform: scoreTransform });
      },
      nextToken: () => {
        const column = tf.reshape(logProbs!, [batch.rows.length, 1]) as tf.Tensor2D;
        const positive = gatherRows(column, tf.tensor1d(batch.positiveRows, 'int32'));
        return nextTokenLoss(tf.reshape(positive, [batch.positiveRows.length]) as tf.Tensor1D);
      },
      differencePenalty: () => {
        const everyRow = batch.penaltyRows.length === batch.rows.length;
        const current = everyRow ? logits : gatherRows(logits, tf.tensor1d(batch.penaltyRows, 'int32'));
        return differencePenalty(current, referenceLogits!);
      },
    },
    weights,
  );
}

/** Rank loss of groups that may differ in size, averaged over them. */
function meanRankLoss(
  scores: tf.Tensor1D,
  groupSizes: readonly number[],
  options: { temperature?: number; transform?: ScoreTransform },
): tf.Scalar {
  let start = 0;
  const losses = groupSizes.map((size) => {
    const group = tf.reshape(tf.slice(scores, [start], [size]), [1, size]) as tf.Tensor2D;
    start += size;
    return rankLoss(group, options);
  });
  return losses.length === 1 ? losses[0]! : (tf.mean(tf.stack(losses)) as tf.Scalar);
}
