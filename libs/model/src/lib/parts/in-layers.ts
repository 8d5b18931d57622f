import { tf } from '@tsarank/tensor';

/**
 * Blocks one after the other, [B, S, h] to [B, S, h]: without a gradient, only a block's result outlives it. `first` stays the
 * caller's.
 *
 * @param layers How many, at least 1.
 * @param block The result of the block of that number, from 0.
 */
export function inLayers(
  first: tf.Tensor3D,
  layers: number,
  block: (x: tf.Tensor3D, layer: number) => tf.Tensor3D,
): tf.Tensor3D {
  let state = first;
  for (let layer = 0; layer < layers; layer += 1) {
    const input = state;
    state = tf.tidy(() => block(input, layer));
    // Harmless while a gradient is recorded: the tape keeps its own references.
    if (layer > 0) input.dispose();
  }
  return state;
}
