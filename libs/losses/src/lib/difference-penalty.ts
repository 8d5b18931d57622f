import { assertRank, ShapeError, tf } from '@tsarank/tensor';

/**
 * Difference penalty: how far the current model's next-token distribution q has moved from the reference's p.
 *
 *   L_dp = KL(p || q) = (1/R) sum_r sum_v p_rv (log p_rv - log q_rv)
 *   dL_dp / dlogits_r = (q_r - p_r) / R
 *
 * No gradient reaches the reference. With z the current and y the reference's logits, a row is
 * sum_v p_v (y_v - z_v) + lse(z) - lse(y), so that neither log-softmax is ever held; lse(x) = max x - log max softmax(x),
 * because the softmax kernel is fast on every engine and `exp` is not.
 *
 * @param logits Current model, [R, V].
 * @param referenceLogits Reference model (frozen, after stage one), [R, V].
 * @returns Mean over the R rows (not over the vocabulary), in nats.
 * @throws {ShapeError} when a rank is not 2 or the shapes differ.
 *
 * Source: Zhang et al. 2024 (ACL Findings 706), L_dp; the published `sft.py` uses `F.kl_div(log q, p, 'batchmean')`.
 *
 * @example
 * const current = tf.tensor2d([[0, 0]]);
 * const reference = tf.tensor2d([[Math.log(3), 0]]); // p = 3/4, 1/4
 * differencePenalty(current, reference).dataSync()[0]; // 0.75 ln 1.5 + 0.25 ln 0.5 = 0.1308
 */
export function differencePenalty(logits: tf.Tensor2D, referenceLogits: tf.Tensor2D): tf.Scalar {
  assertRank(logits, 2, 'logits');
  assertRank(referenceLogits, 2, 'referenceLogits');
  if (logits.shape[0] !== referenceLogits.shape[0] || logits.shape[1] !== referenceLogits.shape[1]) {
    throw new ShapeError(
      `referenceLogits must have the shape of logits, [${logits.shape}], got [${referenceLogits.shape}]`,
    );
  }
  const rows = logits.shape[0];
  const penalty = tf.customGrad((current, save) => {
    const z = current as tf.Tensor2D;
    const q = tf.softmax(z); //               [R, V]
    const p = tf.softmax(referenceLogits); // [R, V]
    const drift = tf.sum(tf.mul(p, tf.sub(referenceLogits, z)), -1); //                      [R]
    const divergence = tf.add(drift, tf.sub(logSumExp(z, q), logSumExp(referenceLogits, p))); // [R]
    (save as tf.GradSaveFunc)([tf.sub(q, p)]);
    return {
      value: tf.mean(divergence),
      gradFunc: (dy: tf.Tensor, saved: tf.Tensor[]) => tf.mul(saved[0]!, tf.div(dy, rows)),
    };
  });
  return tf.tidy(() => penalty(logits) as tf.Scalar);
}

/** log sum_v exp(x_v) of each row, [R], given the row's softmax: at the maximum, log softmax(x) = max x - lse(x). */
function logSumExp(x: tf.Tensor2D, softmax: tf.Tensor): tf.Tensor {
  return tf.sub(tf.max(x, -1), tf.log(tf.max(softmax, -1)));
}
