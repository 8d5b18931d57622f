import { tf } from '@tsarank/tensor';
import { project } from './linear';
import type { Projection } from './linear';

export interface GatedWeights {
  gate: Projection;
  up: Projection;
  down: Projection;
}

/**
 * Gated feed-forward part: down(silu(gate(x)) · up(x)), silu(z) = z · sigmoid(z).
 *
 * @param x [B, S, h]
 * @returns [B, S, h]
 *
 * Source: Shazeer 2020 (arXiv 2002.05202), SwiGLU; transformers `LlamaMLP`.
 */
export function gatedFeedForward(x: tf.Tensor3D, { gate, up, down }: GatedWeights): tf.Tensor3D {
  return tf.tidy(() => {
    const gates = project(x, gate); // [B, S, f]
    return project(tf.mul(tf.mul(gates, tf.sigmoid(gates)), project(x, up)) as tf.Tensor3D, down);
  });
}

/**
 * Plain feed-forward part: out(activation(in(x))).
 *
 * @param x [B, S, h]
 * @returns [B, S, h]
 */
export function plainFeedForward(x: tf.Tensor3D, into: Projection, out: Projection, activation: (x: tf.Tensor3D) => tf.Tensor3D): tf.Tensor3D {
  return tf.tidy(() => project(activation(project(x, into)), out));
}
