import * as tf from '@tensorflow/tfjs';
import type { Tensor } from '@tensorflow/tfjs';

/**
 * Puts the gradient of `matMul` in order: the package's own fails when a batch dimension is broadcast, because it
 * forgets the sum over it.
 *
 *   c = op(a) op(b):   da = dc op(b)^T,  db = op(a)^T dc   (each transposed again where its operand was),
 *   summed over the batch dimensions that the operand has not, or has with length 1
 *
 * An operand b without a batch gets its gradient from one product over all rows of the batch.
 *
 * @example
 * tf.grads((a, b) => tf.matMul(a, b))([tf.ones([3, 8, 13]), tf.ones([1, 13, 14])]); // shapes [3, 8, 13] and [1, 13, 14]
 */
export function registerMatMulGradient(): void {
  tf.unregisterGradient('BatchMatMul');
  tf.registerGradient({
    kernelName: 'BatchMatMul',
    inputsToSave: ['a', 'b'],
    gradFunc: (dy, saved, attributes) => {
      const dc = dy as Tensor;
      const [a, b] = saved as [Tensor, Tensor];
      const { transposeA: flagA, transposeB: flagB } = attributes as unknown as {
        transposeA: boolean;
        transposeB: boolean;
      };
      return {
        a: () => sumTo(flagA ? tf.matMul(b, dc, flagB, true) : tf.matMul(dc, b, false, !flagB), a.shape),
        b: () => gradientOfB(a, b, dc, flagA, flagB),
      };
    },
  });
}

function gradientOfB(a: Tensor, b: Tensor, dc: Tensor, flagA: boolean, flagB: boolean): Tensor {
  const batchB = b.size / (b.shape.at(-1)! * b.shape.at(-2)!);
  const sameBatch = a.shape.slice(0, -2).join() === dc.shape.slice(0, -2).join();
  if (batchB === 1 && a.rank > 2 && sameBatch && !flagA) {
    const rowsA = tf.reshape(a, [-1, a.shape.at(-1)!]); // [rows, k]
    const rowsC = tf.reshape(dc, [-1, dc.shape.at(-1)!]); // [rows, n]
    const product = flagB ? tf.matMul(rowsC, rowsA, true, false) : tf.matMul(rowsA, rowsC, true, false);
    return tf.reshape(product, b.shape);
  }
  return sumTo(flagB ? tf.matMul(dc, a, true, flagA) : tf.matMul(a, dc, !flagA, false), b.shape);
}

/** Sums over leading dimensions until the shape is the one wanted. */
function sumTo(x: Tensor, shape: number[]): Tensor {
  const missing = x.rank - shape.length;
  const axes = x.shape.flatMap((length, axis) =>
    axis < missing || (shape[axis - missing] === 1 && length !== 1) ? [axis] : [],
  );
  return axes.length === 0 ? x : tf.reshape(tf.sum(x, axes), shape);
}
