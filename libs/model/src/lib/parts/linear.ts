import { tf } from '@tsarank/tensor';
import { lowRankProduct } from './low-rank';
import type { LowRank } from './low-rank';

/** A projection's matrix [out, in] and, in some families, its bias [out]. */
export interface Projection {
  weight: tf.Tensor;
  bias?: tf.Tensor;
  /** What is added to the matrix, where it is adapted. */
  adapter?: LowRank;
}

/**
 * y = x Wᵀ + b over the last axis.
 *
 * @param x [R, in]
 * @param weight [out, in], as Hugging Face stores it.
 * @param bias [out], or none.
 * @returns [R, out]
 */
export function linear(x: tf.Tensor2D, weight: tf.Tensor, bias?: tf.Tensor): tf.Tensor2D {
  const product = tf.matMul(x, weight as tf.Tensor2D, false, true);
  return bias ? (tf.add(product, bias) as tf.Tensor2D) : (product as tf.Tensor2D);
}

/** `linear` of every token, [B, S, in] to [B, S, out], and what its adapter adds. */
export function project(x: tf.Tensor3D, { weight, bias, adapter }: Projection): tf.Tensor3D {
  const [batch, length, into] = x.shape;
  const flat = tf.reshape(x, [batch * length, into]) as tf.Tensor2D;
  const plain = linear(flat, weight, bias);
  const rows = adapter ? tf.add(plain, lowRankProduct(flat, adapter)) : plain;
  return tf.reshape(rows, [batch, length, weight.shape[0]!]);
}
