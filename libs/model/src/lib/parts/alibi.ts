import { tf } from '@tsarank/tensor';

/**
 * Slope of each head's position bias: base^m, m = 1 … H, base = 2^(-8/H), where H is a power of two; otherwise those of
 * the next lower power of two c, then the odd powers of the base for 2c until there are enough.
 *
 * Source: Press et al. 2021 (arXiv 2108.12409); transformers `build_alibi_tensor`, Baichuan's `_get_interleave`.
 *
 * @example
 * alibiSlopes(3); // [1/16, 1/256, 1/4]
 */
export function alibiSlopes(heads: number): Float32Array {
  const lower = 2 ** Math.floor(Math.log2(heads));
  return Float32Array.from({ length: heads }, (_, head) =>
    head < lower ? 2 ** ((-8 / lower) * (head + 1)) : 2 ** ((-4 / lower) * (2 * (head - lower) + 1)),
  );
}

/**
 * The mask with each head's position bias, [B, H, S, K]: slope · position of the key, the same for every query. It
 * differs from the usual -slope · distance by a constant in each row, which the softmax takes away.
 *
 * @param positions Of the keys, row by row; one row stands for all.
 * @param mask [B, 1, S, K]
 */
export function alibiBias(positions: Int32Array, batch: number, heads: number, mask: tf.Tensor4D): tf.Tensor4D {
  return tf.tidy(() => {
    const slopes = tf.tensor4d(alibiSlopes(heads), [1, heads, 1, 1]);
    const keys = tf.tensor4d(Float32Array.from(positions), [batch, 1, 1, positions.length / batch]);
    return tf.add(tf.mul(slopes, keys), mask) as tf.Tensor4D;
  });
}
