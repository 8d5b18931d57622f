import { tf } from '@tsarank/tensor';
import { project } from './linear';
import type { Projection } from './linear';
import { activationNamed } from './named-activations';

export interface GatedWeights {
  gate: Projection;
  up: Projection;
  down: Projection;
}

/**
 * Gated feed-forward part: down(activation(gate(x)) · up(x)); with silu(z) = z · sigmoid(z) it is SwiGLU.
 *
 * @param x [B, S, h]
 * @returns [B, S, h]
 *
 * Source: Shazeer 2020 (arXiv 2002.05202); transformers `LlamaMLP`.
 */
export function gatedFeedForward(
  x: tf.Tensor3D,
  { gate, up, down }: GatedWeights,
  activation = activationNamed('silu'),
): tf.Tensor3D {
  return tf.tidy(() => {
    const gates = activation(project(x, gate)); // [B, S, f]
    return project(tf.mul(gates, project(x, up)) as tf.Tensor3D, down);
  });
}

/**
 * Plain feed-forward part: out(activation(in(x))).
 *
 * @param x [B, S, h]
 * @returns [B, S, h]
 */
export function plainFeedForward(
  x: tf.Tensor3D,
  into: Projection,
  out: Projection,
  activation: (x: tf.Tensor3D) => tf.Tensor3D,
): tf.Tensor3D {
  return tf.tidy(() => project(activation(project(x, into)), out));
}
