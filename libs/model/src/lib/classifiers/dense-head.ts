import type { tf } from '@tsarank/tensor';
import type { NamedWeights } from '../named-weights';
import { linear } from '../parts/linear';
import type { Activation } from '../parts/named-activations';

/** Names of the two layers of a head. */
export interface DenseHead {
  dense: string;
  out: string;
}

/** A head of two layers: out(activation(dense(x))), [B, h] to [B, labels]. */
export function denseHead(
  weights: NamedWeights,
  { dense, out }: DenseHead,
  activation: Activation,
  x: tf.Tensor2D,
): tf.Tensor2D {
  const [first, last] = [weights.projection(dense), weights.projection(out)];
  return linear(activation(linear(x, first.weight, first.bias)), last.weight, last.bias);
}

/** Name and shape of its weights. */
export function denseHeadShapes(
  { dense, out }: DenseHead,
  { hiddenSize, labels }: { hiddenSize: number; labels: number },
): [string, number[]][] {
  return [
    [`${dense}.weight`, [hiddenSize, hiddenSize]],
    [`${dense}.bias`, [hiddenSize]],
    [`${out}.weight`, [labels, hiddenSize]],
    [`${out}.bias`, [labels]],
  ];
}
