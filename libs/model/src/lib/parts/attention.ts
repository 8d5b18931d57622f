import { tf } from '@tsarank/tensor';
import { linear } from './linear';
import { applyRotary } from './rotary';
import type { RotaryTable } from './rotary';

/** A projection's matrix [out, in] and, in some families, its bias [out]. */
export interface Projection {
  weight: tf.Tensor;
  bias?: tf.Tensor;
}

export interface AttentionWeights {
  query: Projection;
  key: Projection;
  value: Projection;
  output: Projection;
}

export interface AttentionShape {
  heads: number;
  keyValueHeads: number;
  headSize: number;
}

/**
 * Causal self-attention with grouped queries: softmax(q kᵀ / √d + mask) v, then the output projection.
 *
 * Query head m reads key and value head floor(m / (H / Hkv)). The heads of a group lie side by side, so their queries
 * are laid end to end, [B, Hkv, (H/Hkv)·S, d], and no key or value is repeated.
 *
 * @param x [B, S, h]
 * @param mask Added to the scores, [B, 1, S, S].
 * @returns [B, S, h]
 *
 * Source: Ainslie et al. 2023 (arXiv 2305.13245); transformers `eager_attention_forward`.
 */
export function attention(
  x: tf.Tensor3D,
  weights: AttentionWeights,
  { heads, keyValueHeads, headSize }: AttentionShape,
  rotary: RotaryTable,
  mask: tf.Tensor4D,
): tf.Tensor3D {
  return tf.tidy(() => {
    const [batch, length, hidden] = x.shape;
    const rows = tf.reshape(x, [batch * length, hidden]) as tf.Tensor2D;
    const split = ({ weight, bias }: Projection, count: number) =>
      tf.transpose(tf.reshape(linear(rows, weight, bias), [batch, length, count, headSize]), [0, 2, 1, 3]);
    const query = applyRotary(split(weights.query, heads) as tf.Tensor4D, rotary); //       [B, H, S, d]
    const key = applyRotary(split(weights.key, keyValueHeads) as tf.Tensor4D, rotary); //   [B, Hkv, S, d]
    const value = split(weights.value, keyValueHeads); //                                   [B, Hkv, S, d]
    const grouped = [batch, keyValueHeads, (heads / keyValueHeads) * length];
    const scaled = tf.mul(query, 1 / Math.sqrt(headSize));
    const products = tf.matMul(tf.reshape(scaled, [...grouped, headSize]), key, false, true);
    const scores = tf.add(tf.reshape(products, [batch, heads, length, length]), mask);
    const shares = tf.softmax(scores); //                                                   [B, H, S, S]
    const mixed = tf.matMul(tf.reshape(shares, [...grouped, length]), value);
    const joined = tf.transpose(tf.reshape(mixed, [batch, heads, length, headSize]), [0, 2, 1, 3]);
    const flat = tf.reshape(joined, [batch * length, heads * headSize]) as tf.Tensor2D;
    return tf.reshape(linear(flat, weights.output.weight, weights.output.bias), [batch, length, hidden]);
  });
}
