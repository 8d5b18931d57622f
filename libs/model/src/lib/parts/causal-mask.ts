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

/** The branch of a token that is padding. */
const PADDING_BRANCH = -1;

/**
 * The mask of sequences that share a stem: a token sees the earlier tokens of the stem (branch 0) and of its own branch.
 *
 * @param branches [B, S] row by row: 0 for the stem, 1, 2, … for branches, -1 for padding.
 * @returns [B, 1, S, S] (query, key).
 */
export function branchMask(branches: Int32Array, batch: number): tf.Tensor4D {
  const length = branches.length / batch;
  const mask = new Float32Array(batch * length * length).fill(HIDDEN);
  for (let row = 0; row < branches.length; row += 1) {
    const first = row - (row % length);
    const own = branches[row]!;
    for (let key = first; key <= row; key += 1) {
      const branch = branches[key]!;
      if (branch === 0 || (branch === own && own !== PADDING_BRANCH)) mask[row * length + key - first] = 0;
    }
  }
  return tf.tensor4d(mask, [batch, 1, length, length]);
}
