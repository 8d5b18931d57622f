import { tf } from '@tsarank/tensor';
import type { LayerCache } from './layer-cache';

/** Channels of every token as heads: [B, S, heads · d] to [B, heads, S, d]. */
export function splitHeads(x: tf.Tensor3D, heads: number): tf.Tensor4D {
  const [batch, length, width] = x.shape;
  return tf.transpose(tf.reshape(x, [batch, length, heads, width / heads]), [0, 2, 1, 3]) as tf.Tensor4D;
}

export interface AttendOptions {
  /** Added to the scores, [B, 1, S, K] or [B, H, S, K] (query, key): mask, and biases by position. */
  bias: tf.Tensor;
  /** Multiplies the queries; default 1 / √d. */
  scale?: number;
  /** Holds keys and values of earlier tokens: the given ones are put behind them, and the queries meet all. */
  cache?: LayerCache;
}

/**
 * Attention with grouped queries: softmax(scale q kᵀ + bias) v.
 *
 * Query head m reads key and value head floor(m / (H / Hkv)). The heads of a group lie side by side, so their queries
 * are laid end to end, [B, Hkv, (H/Hkv)·S, d], and no key or value is repeated.
 *
 * @param query [B, H, S, d]
 * @param ownKey [B, Hkv, K, d]; K = S where a sequence attends to itself.
 * @param ownValue [B, Hkv, K, d]
 * @returns [B, S, H · d]
 *
 * Source: Ainslie et al. 2023 (arXiv 2305.13245); transformers `eager_attention_forward`.
 */
export function attend(
  query: tf.Tensor4D,
  ownKey: tf.Tensor4D,
  ownValue: tf.Tensor4D,
  { bias, scale, cache }: AttendOptions,
): tf.Tensor3D {
  return tf.tidy(() => {
    const { key, value } = cache?.extend(ownKey, ownValue) ?? { key: ownKey, value: ownValue };
    const [batch, heads, length, size] = query.shape;
    const [, keyHeads, keys] = key.shape;
    const grouped = [batch, keyHeads, (heads / keyHeads) * length];
    const scaled = tf.mul(query, scale ?? 1 / Math.sqrt(size));
    const products = tf.matMul(tf.reshape(scaled, [...grouped, size]), key, false, true);
    const scores = tf.add(tf.reshape(products, [batch, heads, length, keys]), bias);
    const shares = tf.softmax(scores); //                                     [B, H, S, K]
    const mixed = tf.matMul(tf.reshape(shares, [...grouped, keys]), value);
    const joined = tf.transpose(tf.reshape(mixed, [batch, heads, length, size]), [0, 2, 1, 3]);
    return tf.reshape(joined, [batch, length, heads * size]) as tf.Tensor3D;
  });
}
