import { tf } from '@tsarank/tensor';

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
