import { tf } from '@tsarank/tensor';
import type { Projection } from './attention';
import { linear } from './linear';

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
    const [batch, length, hidden] = x.shape;
    const rows = tf.reshape(x, [batch * length, hidden]) as tf.Tensor2D;
    const gates = linear(rows, gate.weight, gate.bias); // [B·S, f]
    const inner = tf.mul(tf.mul(gates, tf.sigmoid(gates)), linear(rows, up.weight, up.bias));
    return tf.reshape(linear(inner as tf.Tensor2D, down.weight, down.bias), [batch, length, hidden]);
  });
}
