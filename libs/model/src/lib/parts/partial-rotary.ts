import { tf } from '@tsarank/tensor';
import { applyRotary } from './rotary';
import type { RotaryTable } from './rotary';

/**
 * Rotary positions in the first channels of every head, as many as the table has; the others stay as they are.
 *
 * @param x Queries or keys, [B, heads, S, d].
 */
export function applyPartialRotary(x: tf.Tensor4D, table: RotaryTable): tf.Tensor4D {
  const turned = table.cosine.shape[3];
  const size = x.shape[3];
  if (turned === size) return applyRotary(x, table);
  return tf.tidy(() => {
    const [first, rest] = tf.split(x, [turned, size - turned], 3) as [tf.Tensor4D, tf.Tensor4D];
    return tf.concat([applyRotary(first, table), rest], 3) as tf.Tensor4D;
  });
}
