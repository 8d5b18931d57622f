import * as tf from '@tensorflow/tfjs';
import type { Tensor1D, Tensor2D } from '@tensorflow/tfjs';
import { ShapeError, assertRank } from './shape';

/**
 * Log-softmax of every row, keeping one softmax for the gradient.
 *
 *   y_rv = x_rv - lse_r,   lse_r = max_v x_rv - log max_v softmax(x_r)_v,   dx = dy - softmax(x) * sum_v dy_rv
 *
 * (The largest softmax value is exp(max - lse), so the softmax kernel gives lse without a slow `exp` of its own.)
 *
 * @param logits [R, V].
 * @returns [R, V], in nats.
 * @throws {ShapeError} when `logits` is not rank 2.
 */
export function logSoftmaxRows(logits: Tensor2D): Tensor2D {
  assertRank(logits, 2, 'logits');
  const rowsOf = tf.customGrad((...inputs) => {
    const [x, save] = inputs as unknown as [Tensor2D, tf.GradSaveFunc];
    const probabilities = tf.softmax(x); // [R, V]
    save([probabilities]);
    return {
      value: tf.sub(x, logSumExp(x, probabilities)),
      gradFunc: (dy, saved) => tf.sub(dy, tf.mul(saved[0]!, tf.sum(dy, 1, true))),
    };
  });
  return rowsOf(logits) as Tensor2D;
}

/**
 * Log-probability of one label in every row, keeping one softmax for the gradient.
 *
 *   y_r = x_r,label(r) - lse_r,   dx_rv = dy_r ([v = label(r)] - softmax(x_r)_v)
 *
 * @param logits [R, V].
 * @param labels [R] int32, each in [0, V).
 * @returns [R], in nats.
 * @throws {ShapeError} when the ranks are others, or the numbers of rows differ.
 *
 * @example
 * tokenLogProbs(tf.tensor2d([[0, Math.log(3)]]), tf.tensor1d([1], 'int32')).dataSync()[0]; // log(3/4) = -0.28768
 */
export function tokenLogProbs(logits: Tensor2D, labels: Tensor1D): Tensor1D {
  assertRank(logits, 2, 'logits');
  assertRank(labels, 1, 'labels');
  const [rows, vocabularySize] = logits.shape;
  if (labels.shape[0] !== rows)
    throw new ShapeError(`labels must have one entry a row of logits: ${labels.shape[0]} labels, ${rows} rows`);

  const pickFrom = tf.customGrad((...inputs) => {
    const [x, save] = inputs as unknown as [Tensor2D, tf.GradSaveFunc];
    const probabilities = tf.softmax(x); // [R, V]
    const positions = tf.add(tf.mul(tf.range(0, rows, 1, 'int32'), tf.scalar(vocabularySize, 'int32')), labels);
    const chosen = tf.gather(tf.reshape(x, [-1]), positions as Tensor1D); // [R]
    save([probabilities, positions]);
    return {
      value: tf.sub(chosen, tf.reshape(logSumExp(x, probabilities), [rows])),
      gradFunc: (dy, saved) => {
        const [softmax, at] = saved as [Tensor2D, Tensor1D];
        const spread = tf.mul(softmax, tf.reshape(tf.neg(dy), [rows, 1])); // [R, V]
        const atLabels = tf.unsortedSegmentSum(dy as Tensor1D, at, rows * vocabularySize);
        return tf.add(spread, tf.reshape(atLabels, [rows, vocabularySize]));
      },
    };
  });
  return pickFrom(logits) as Tensor1D;
}

/** [R, 1] from the logits and their softmax, both [R, V]. */
function logSumExp(x: Tensor2D, probabilities: Tensor2D): Tensor2D {
  return tf.sub(tf.max(x, 1, true), tf.log(tf.max(probabilities, 1, true))) as Tensor2D;
}
