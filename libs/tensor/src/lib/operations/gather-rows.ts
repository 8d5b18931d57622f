import * as tf from '@tensorflow/tfjs';
import type { Tensor1D, Tensor2D } from '@tensorflow/tfjs';
import { assertRank } from './shape';

/**
 * Rows of a matrix by their indices, with a gradient on every engine.
 *
 *   y[r] = x[indices[r]],   dx[n] = sum of dy[r] over the r with indices[r] = n
 *
 * Serves for picking positions out of hidden states and for embedding tables; an index may come more than once.
 *
 * @param x [N, h].
 * @param indices [R] int32, each in [0, N).
 * @returns [R, h].
 * @throws {ShapeError} when x is not rank 2 or indices not rank 1.
 *
 * @example
 * gatherRows(tf.tensor2d([[1, 2], [3, 4]]), tf.tensor1d([1, 1], 'int32')); // [[3, 4], [3, 4]]
 */
export function gatherRows(x: Tensor2D, indices: Tensor1D): Tensor2D {
  assertRank(x, 2, 'x');
  assertRank(indices, 1, 'indices');
  const rows = x.shape[0];
  const pick = tf.customGrad((...inputs) => {
    const [table, save] = inputs as unknown as [Tensor2D, tf.GradSaveFunc];
    save([indices]);
    return {
      value: tf.gather(table, indices),
      gradFunc: (dy, saved) => tf.unsortedSegmentSum(dy as Tensor2D, saved[0] as Tensor1D, rows),
    };
  });
  return pick(x) as Tensor2D;
}
