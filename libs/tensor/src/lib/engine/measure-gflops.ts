import * as tf from '@tensorflow/tfjs';
import type { Tensor2D } from '@tensorflow/tfjs';

/** Side of the square matrices: large enough to be about arithmetic; plain JavaScript would take minutes for it. */
const sideOn = (engine: string): number => (engine === 'cpu' ? 128 : 1024);

/**
 * Rate of the active engine's matrix product in float32: the best of several measurements.
 *
 * @param durationMs how long to measure, about.
 * @returns billions of floating-point operations a second (a multiply-add counts two).
 */
export async function measureGflops(durationMs = 500): Promise<number> {
  const side = sideOn(tf.getBackend());
  const a = tf.randomUniform([side, side], -1, 1, 'float32', 1) as Tensor2D;
  const b = tf.randomUniform([side, side], -1, 1, 'float32', 2) as Tensor2D;
  try {
    await multiplyTimes(a, b, 1); // packs and warms up
    let best = 0;
    let products = 1;
    const start = performance.now();
    do {
      const ms = await multiplyTimes(a, b, products);
      best = Math.max(best, (products * 2 * side ** 3) / (ms * 1e6));
      if (ms < 20) products *= 2;
    } while (performance.now() - start < durationMs);
    return best;
  } finally {
    tf.dispose([a, b]);
  }
}

async function multiplyTimes(a: Tensor2D, b: Tensor2D, products: number): Promise<number> {
  const start = performance.now();
  for (let index = 1; index < products; index++) tf.dispose(tf.matMul(a, b));
  const last = tf.matMul(a, b);
  await last.data();
  const ms = performance.now() - start;
  tf.dispose(last);
  return ms;
}
