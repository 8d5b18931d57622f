import { tf } from '@tsarank/tensor';

/** A projection's matrix [out, in] and, in some families, its bias [out]. */
export interface Projection {
  weight: tf.Tensor;
  bias?: tf.Tensor;
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

/** `linear` of every token, [B, S, in] to [B, S, out]. */
export function project(x: tf.Tensor3D, { weight, bias }: Projection): tf.Tensor3D {
  const [batch, length, into] = x.shape;
  const rows = linear(tf.reshape(x, [batch * length, into]) as tf.Tensor2D, weight, bias);
  return tf.reshape(rows, [batch, length, weight.shape[0]!]);
}
