import { tf } from '@tsarank/tensor';

/**
 * RMSNorm(x) = x / sqrt(mean(x²) + eps) · g over the last axis; no mean is subtracted, no bias added.
 *
 * @param x Any shape [..., h].
 * @param gain g, [h].
 *
 * Source: Zhang and Sennrich 2019 (arXiv 1910.07467); transformers `LlamaRMSNorm`.
 *
 * @example
 * rmsNorm(tf.tensor2d([[3, 4]]), tf.tensor1d([1, 1]), 0); // [[0.8485, 1.1314]]
 */
export function rmsNorm<T extends tf.Tensor>(x: T, gain: tf.Tensor, epsilon: number): T {
  return tf.tidy(() => {
    const scale = tf.rsqrt(tf.add(tf.mean(tf.square(x), -1, true), epsilon)); // [..., 1]
    return tf.mul(tf.mul(x, scale), gain) as T;
  });
}
