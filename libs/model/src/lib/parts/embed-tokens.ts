import { gatherRows, tf } from '@tsarank/tensor';

/** Rows of an embedding matrix [V, w] for ids [B, S]: [B, S, w]. */
export function embedTokens(matrix: tf.Tensor, inputIds: tf.Tensor2D): tf.Tensor3D {
  const [batch, length] = inputIds.shape;
  const ids = tf.reshape(inputIds, [batch * length]) as tf.Tensor1D;
  return tf.reshape(gatherRows(matrix as tf.Tensor2D, ids), [batch, length, matrix.shape[1]!]);
}

/**
 * Learned position embeddings, [B, S, h].
 *
 * @param matrix [P, h]
 * @param positions [B, S] row by row.
 * @param offset Rows of the matrix before that of position 0.
 * @throws {RangeError} naming a position that the model has no row for.
 */
export function embedPositions(
  matrix: tf.Tensor,
  positions: Int32Array,
  [batch, length]: [number, number],
  offset = 0,
): tf.Tensor3D {
  const rows = positions.map((position) => position + offset);
  const beyond = rows.find((row) => row >= matrix.shape[0]!);
  if (beyond !== undefined) {
    throw new RangeError(
      `the model has positions up to ${matrix.shape[0]! - offset - 1}, a sequence reaches ${beyond - offset}`,
    );
  }
  return embedTokens(matrix, tf.tensor2d(rows, [batch, length], 'int32'));
}
