import { tf } from '@tsarank/tensor';

/** Shortest length that a row is divided by, squared. */
const LEAST = 1e-24;

/**
 * Every row of a matrix [R, w] divided by its length, or by 1e-12 if it is shorter.
 *
 * Source: torch `nn.functional.normalize`, as in Baichuan2's `NormHead`.
 */
export function normalizedRows(matrix: tf.Tensor): tf.Tensor2D {
  return tf.tidy(() => tf.mul(matrix, tf.rsqrt(tf.maximum(tf.sum(tf.square(matrix), -1, true), LEAST))) as tf.Tensor2D);
}
