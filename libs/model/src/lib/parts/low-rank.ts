import { tf } from '@tsarank/tensor';

/** A matrix of low rank: scale · up · down, [out, in]. */
export interface LowRank {
  /** A, [r, in] */
  down: tf.Tensor;
  /** B, [out, r] */
  up: tf.Tensor;
  scale: number;
}

/**
 * y = scale (x Aᵀ) Bᵀ: the product with a matrix of low rank, which itself is never made.
 *
 * @param x [R, in]
 * @returns [R, out]
 *
 * Source: Hu et al. 2021 (arXiv 2106.09685), LoRA; PEFT `lora/layer.py` `Linear.forward`.
 */
export function lowRankProduct(x: tf.Tensor2D, { down, up, scale }: LowRank): tf.Tensor2D {
  const narrow = tf.matMul(x, down as tf.Tensor2D, false, true); // [R, r]
  return tf.mul(tf.matMul(narrow, up as tf.Tensor2D, false, true), scale) as tf.Tensor2D;
}
