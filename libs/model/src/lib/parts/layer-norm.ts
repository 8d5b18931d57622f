import { tf } from '@tsarank/tensor';

/**
 * LayerNorm(x) = (x - mean) / sqrt(variance + eps) · g + b over the last axis, with the biased variance.
 *
 * @param x Any shape [..., h].
 * @param gain g, [h].
 * @param bias b, [h].
 *
 * Source: Ba et al. 2016 (arXiv 1607.06450); torch `nn.LayerNorm`.
 */
export function layerNorm<T extends tf.Tensor>(x: T, gain: tf.Tensor, bias: tf.Tensor, epsilon: number): T {
  return tf.tidy(() => {
    const centered = tf.sub(x, tf.mean(x, -1, true));
    const scale = tf.rsqrt(tf.add(tf.mean(tf.square(centered), -1, true), epsilon)); // [..., 1]
    return tf.add(tf.mul(tf.mul(centered, scale), gain), bias) as T;
  });
}
