import { tf } from '@tsarank/tensor';
import { HIDDEN } from './causal-mask';

/**
 * What is added to attention scores where every real token is seen from everywhere: 0, and `HIDDEN` at padding.
 *
 * @param mask [B, S], 1 for a real token.
 * @returns [B, 1, 1, S] (query, key).
 */
export function paddingMask(mask: tf.Tensor2D): tf.Tensor4D {
  return tf.tidy(() => {
    const [batch, length] = mask.shape;
    const real = tf.reshape(tf.cast(mask, 'float32'), [batch, 1, 1, length]);
    return tf.mul(tf.sub(1, real), HIDDEN) as tf.Tensor4D;
  });
}
