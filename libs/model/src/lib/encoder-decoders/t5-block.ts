import { tf } from '@tsarank/tensor';
import type { NamedWeights } from '../named-weights';
import { attend, splitHeads } from '../parts/attention';
import { gatedFeedForward, plainFeedForward } from '../parts/feed-forward';
import { project } from '../parts/linear';
import { activationNamed } from '../parts/named-activations';
import { rmsNorm } from '../parts/rms-norm';
import type { T5Config } from './t5-config';
import { BLOCK_PARTS } from './t5-weights';

/** What a block gets beside its input. */
export interface T5Context {
  /** Mask and position biases of the self-attention, [B, H, S, S] or [1, H, S, S]. */
  bias: tf.Tensor4D;
  /** In a decoder: states of the text that was read, [B, S, h], and the mask of its padding, [B, 1, 1, S]. */
  cross?: { encoded: tf.Tensor3D; bias: tf.Tensor4D };
}

/**
 * x += attention(norm(x)); in a decoder x += attention(norm(x), encoded); x += feedForward(norm(x)).
 *
 * @param prefix `encoder.block.0` and so on.
 */
export function t5Block(
  weights: NamedWeights,
  config: T5Config,
  prefix: string,
  x: tf.Tensor3D,
  { bias, cross }: T5Context,
): tf.Tensor3D {
  const parts = BLOCK_PARTS[cross ? 'decoder' : 'encoder'];
  const normed = (state: tf.Tensor3D, part: string): tf.Tensor3D =>
    rmsNorm(state, weights.get(`${prefix}.${part}.layer_norm.weight`), config.normEpsilon);
  const added = (state: tf.Tensor3D, change: tf.Tensor3D) => tf.add(state, change) as tf.Tensor3D;
  const own = normed(x, parts.self);
  let state = added(x, attention(weights, config, `${prefix}.${parts.self}.SelfAttention`, own, own, bias));
  if (cross && 'cross' in parts) {
    const query = normed(state, parts.cross);
    state = added(
      state,
      attention(weights, config, `${prefix}.${parts.cross}.EncDecAttention`, query, cross.encoded, cross.bias),
    );
  }
  return added(
    state,
    feedForward(weights, config, `${prefix}.${parts.feedForward}.DenseReluDense`, normed(state, parts.feedForward)),
  );
}

/** Attention of the tokens of `x`, [B, T, h], to those of `read`, [B, S, h]; the scores aren't divided by √d. */
function attention(
  weights: NamedWeights,
  { heads }: T5Config,
  prefix: string,
  x: tf.Tensor3D,
  read: tf.Tensor3D,
  bias: tf.Tensor4D,
): tf.Tensor3D {
  const part = (name: string, of: tf.Tensor3D): tf.Tensor4D =>
    splitHeads(project(of, weights.projection(`${prefix}.${name}`)), heads);
  return project(
    attend(part('q', x), part('k', read), part('v', read), { bias, scale: 1 }),
    weights.projection(`${prefix}.o`),
  );
}

/** wo(activation(wi(x))), or wo(activation(wi_0(x)) · wi_1(x)). */
function feedForward(
  weights: NamedWeights,
  { gated, activation }: T5Config,
  prefix: string,
  x: tf.Tensor3D,
): tf.Tensor3D {
  const part = (name: string) => weights.projection(`${prefix}.${name}`);
  const activate = activationNamed(activation);
  if (gated) return gatedFeedForward(x, { gate: part('wi_0'), up: part('wi_1'), down: part('wo') }, activate);
  return plainFeedForward(x, part('wi'), part('wo'), activate);
}
