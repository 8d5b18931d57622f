import type { CollatedPairs } from '@tsarank/data';
import type { CausalLm } from '@tsarank/model';
import { gatherRows, tf } from '@tsarank/tensor';

/** Places of the rows whose mask is 1 in the flattened [B * S]. */
export function rowsWhere(mask: ArrayLike<number>): number[] {
  const rows: number[] = [];
  for (let row = 0; row < mask.length; row += 1) if (mask[row] === 1) rows.push(row);
  return rows;
}

/** A batch's ids and mask as tensors of [B, S]; the caller owns them. */
export function batchTensors({ inputIds, realMask, batch, length }: CollatedPairs): {
  inputIds: tf.Tensor2D;
  mask: tf.Tensor2D;
} {
  return {
    inputIds: tf.tensor2d(inputIds, [batch, length], 'int32'),
    mask: tf.tensor2d(Float32Array.from(realMask), [batch, length]),
  };
}

/**
 * Logits of chosen rows alone, [R, V]: the head, the most expensive product, sees no other.
 *
 * @param rows Places in the flattened [B * S], int32 [R].
 */
export function logitsOfRows(
  model: CausalLm,
  { inputIds, mask }: { inputIds: tf.Tensor2D; mask: tf.Tensor2D },
  rows: tf.Tensor1D,
): tf.Tensor2D {
  return tf.tidy(() => {
    const hidden = model.hiddenStates(inputIds, mask); // [B, S, h]
    const [batch, length, size] = hidden.shape;
    return model.logits(gatherRows(tf.reshape(hidden, [batch * length, size]) as tf.Tensor2D, rows));
  });
}
