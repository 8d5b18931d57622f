import { assertRank, tf } from '@tsarank/tensor';

/** What is done to a mean log-probability before the temperature divides it; `exp` is the published choice. */
export type ScoreTransform = 'exp' | 'identity';

export interface RankLossOptions {
  /** tau > 0, in units of the transformed score. */
  temperature?: number;
  transform?: ScoreTransform;
}

/**
 * Contrastive rank loss: the positive against the rest of its group.
 *
 *   L_rank = -(1/B) sum_b log( exp(f(s_b0) / tau) / sum_g exp(f(s_bg) / tau) ),   f = exp or identity
 *
 * @param scores Mean log-probabilities of the query tokens, [B, G], in nats; column 0 is the positive.
 * @param options.temperature tau > 0. Default 0.001, as published for f = exp.
 * @param options.transform f. Default `exp`: the inverse perplexity, in (0, 1].
 * @returns Mean over the B groups, in nats.
 * @throws {ShapeError} when `scores` is not rank 2.
 * @throws {RangeError} when the temperature is not positive.
 *
 * Source: Zhang et al. 2024 (ACL Findings 706), fine-tuning objective, L_rank; transform and temperature as in the
 * published `sft.py` (`exp` of the mean log-probability over 0.001).
 *
 * @example
 * rankLoss(tf.tensor2d([[2, 1, 3]]), { temperature: 1, transform: 'identity' }).dataSync()[0]; // 1.4076
 */
export function rankLoss(
  scores: tf.Tensor2D,
  { temperature = 0.001, transform = 'exp' }: RankLossOptions = {},
): tf.Scalar {
  assertRank(scores, 2, 'scores');
  if (!(temperature > 0)) throw new RangeError(`temperature must be > 0, got ${temperature}`);
  return tf.tidy(() => {
    const values = transform === 'exp' ? tf.exp(scores) : scores;
    const logProbs = tf.logSoftmax(tf.mul(values, 1 / temperature)); // [B, G]
    const positive = tf.slice(logProbs, [0, 0], [-1, 1]); //            [B, 1]
    return tf.neg(tf.mean(positive)) as tf.Scalar;
  });
}
