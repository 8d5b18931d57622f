import { tf } from '@tsarank/tensor';

/**
 * Far below any attention score, far above the float32 limit: added to a score it replaces it, and a row that sees
 * no key at all gets equal weights instead of NaN.
 */
export const HIDDEN = -1e30;

/**
 * What is added to attention scores: 0 where a key is seen, `HIDDEN` where it lies ahead or is padding.
 *
 * @param mask [B, S], 1 for a real token.
 * @returns [B, 1, S, S] (query, key).
 */
export function causalMask(mask: tf.Tensor2D): tf.Tensor4D {
  return tf.tidy(() => {
    const [batch, length] = mask.shape;
    const order = new Float32Array(length * length);
    for (let query = 0; query < length; query += 1) order.fill(1, query * length, query * length + query + 1);
    const earlier = tf.tensor4d(order, [1, 1, length, length]);
    const real = tf.reshape(tf.cast(mask, 'float32'), [batch, 1, 1, length]);
    return tf.mul(tf.sub(1, tf.mul(earlier, real)), HIDDEN) as tf.Tensor4D;
  });
}
