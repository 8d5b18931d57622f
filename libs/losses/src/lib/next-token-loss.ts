import { assertRank, tf } from '@tsarank/tensor';

/**
 * Next-token loss: mean negative log-probability of the tokens that follow.
 *
 *   L_ntp = -(1/R) sum_r log p(y_r | x_<=r)
 *
 * @param logProbs Log-probability of each row's true next token, [R], in nats (`tokenLogProbs` of the logits).
 * @returns Mean over the R rows, in nats.
 * @throws {ShapeError} when `logProbs` is not rank 1.
 * @throws {RangeError} when there is no row.
 *
 * Source: Zhang et al. 2024 (ACL Findings 706): all of stage one, over the query's tokens; L_ntp of stage two, over
 * every token of the positive.
 *
 * @example
 * nextTokenLoss(tf.tensor1d([-1, -3])).dataSync()[0]; // 2
 */
export function nextTokenLoss(logProbs: tf.Tensor1D): tf.Scalar {
  assertRank(logProbs, 1, 'logProbs');
  if (logProbs.size === 0) throw new RangeError('logProbs must have at least one row, got none');
  return tf.tidy(() => tf.neg(tf.mean(logProbs)) as tf.Scalar);
}
