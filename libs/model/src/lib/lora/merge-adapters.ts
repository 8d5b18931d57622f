import { tf } from '@tsarank/tensor';
import { storesInputFirst } from '../architectures';
import type { CausalLm } from '../causal-lm';
import type { LowRank } from '../parts/low-rank';
import { removeAdapters } from './adapter';

/** Adds a model's adapters to its weights, W + scale · B A, and takes them away: it computes what it did with them. */
export function mergeAdapters(model: CausalLm): void {
  for (const [module, adapter] of model.adapters) {
    const weight = model.weights.get(`${module}.weight`)!;
    tf.tidy(() => weight.assign(tf.add(weight, productOf(adapter, storesInputFirst(model.architecture)))));
  }
  removeAdapters(model);
}

/** scale · B A, [out, in], or [in, out] where it is to be added to a matrix of that layout. */
function productOf({ down, up, scale }: LowRank, inputFirst: boolean): tf.Tensor2D {
  return tf.tidy(() => {
    const product = inputFirst
      ? tf.matMul(tf.transpose(down as tf.Tensor2D), tf.transpose(up as tf.Tensor2D))
      : tf.matMul(up as tf.Tensor2D, down as tf.Tensor2D);
    return tf.mul(product, scale) as tf.Tensor2D;
  });
}
