import { tf } from '@tsarank/tensor';

/**
 * LayerNorm(x) = (x - mean) / sqrt(variance + eps) · g + b over the last axis, with the biased variance.
 *
 * @param x Any shape [..., h].
 * @param gain g, [h]; null for 1.
 * @param bias b, [h]; null for 0.
 *
 * Source: Ba et al. 2016 (arXiv 1607.06450); torch `nn.LayerNorm`.
 */
export function layerNorm<T extends tf.Tensor>(
  x: T,
  gain: tf.Tensor | null,
  bias: tf.Tensor | null,
  epsilon: number,
): T {
  return tf.tidy(() => {
    const centered = tf.sub(x, tf.mean(x, -1, true));
    const scale = tf.rsqrt(tf.add(tf.mean(tf.square(centered), -1, true), epsilon)); // [..., 1]
    const normed = tf.mul(centered, scale);
    const stretched = gain ? tf.mul(normed, gain) : normed;
    return (bias ? tf.add(stretched, bias) : stretched) as T;
  });
}
