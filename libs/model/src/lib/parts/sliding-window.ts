import { tf } from '@tsarank/tensor';
import { HIDDEN } from './causal-mask';

/**
 * A mask in which a token also sees nothing that lies `window` positions or more before it; the mask itself where no
 * token has so many before it.
 *
 * @param mask [B, 1, S, K] (query, key), 0 where a key is seen.
 * @param positions Of each token, `batch` rows of S; one row may stand for all.
 * @param window How many tokens are seen at most, the token itself included.
 * @param keyPositions Of each key, in as many rows.
 * @returns [B, 1, S, K]
 *
 * Source: Beltagy et al. 2020 (arXiv 2004.05150); transformers `sliding_window_overlay`.
 */
export function slidingWindowMask(
  mask: tf.Tensor4D,
  positions: Int32Array,
  batch: number,
  window: number,
  keyPositions = positions,
): tf.Tensor4D {
  if (positions.every((position) => position < window)) return mask;
  const length = positions.length / batch;
  const keys = keyPositions.length / batch;
  const far = new Float32Array(batch * length * keys);
  for (let row = 0; row < positions.length; row += 1) {
    const first = Math.floor(row / length) * keys;
    for (let key = 0; key < keys; key += 1) {
      if (keyPositions[first + key]! <= positions[row]! - window) far[row * keys + key] = HIDDEN;
    }
  }
  // Not the sum: what is hidden twice is hidden no deeper, so that a row that sees nothing keeps equal weights.
  return tf.tidy(() => tf.minimum(mask, tf.tensor4d(far, [batch, 1, length, keys])) as tf.Tensor4D);
}
