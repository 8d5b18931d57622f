import { tf } from '@tsarank/tensor';
import type { NamedWeights } from '../named-weights';
import { attend, splitHeads } from '../parts/attention';
import type { AttendOptions } from '../parts/attention';
import { embedPositions, embedTokens } from '../parts/embed-tokens';
import { plainFeedForward } from '../parts/feed-forward';
import { layerNorm } from '../parts/layer-norm';
import { linear, project } from '../parts/linear';
import { activationNamed } from '../parts/named-activations';
import type { DecoderFamily } from './decoder-family';
import type { OptConfig } from './opt-config';

/** Rows of the position matrix before that of position 0: a relic of the padding row of its training code. */
export const POSITION_OFFSET = 2;

/**
 * Norms first: x += attention(norm(x)); x += feedForward(norm(x)); else x = norm(x + attention(x)) and so on. What the
 * blocks share is the mask, [B, 1, S, K].
 */
export const optDecoder: DecoderFamily<OptConfig, tf.Tensor4D> = {
  embed: (weights, { embeddingSize, hiddenSize }, inputIds, positions) => {
    const tokens = embedTokens(weights.get('model.decoder.embed_tokens.weight'), inputIds);
    const wide =
      embeddingSize === hiddenSize ? tokens : project(tokens, weights.projection('model.decoder.project_in'));
    const matrix = weights.get('model.decoder.embed_positions.weight');
    return tf.add(wide, embedPositions(matrix, positions, inputIds.shape, POSITION_OFFSET)) as tf.Tensor3D;
  },
  context: (_, { mask }) => mask,
  longestSequence: ({ maxPositions }) => maxPositions,
  block: (weights, config, layer, x, mask, cache) => {
    const prefix = `model.decoder.layers.${layer}`;
    const residual = (
      input: tf.Tensor3D,
      normName: string,
      compute: (each: tf.Tensor3D) => tf.Tensor3D,
    ): tf.Tensor3D => {
      const normed = (each: tf.Tensor3D) => normalize(weights, config, `${prefix}.${normName}`, each);
      if (config.normFirst) return tf.add(input, compute(normed(input))) as tf.Tensor3D;
      return normed(tf.add(input, compute(input)) as tf.Tensor3D);
    };
    const middle = residual(x, 'self_attn_layer_norm', (each) =>
      selfAttention(weights, config, `${prefix}.self_attn`, each, { bias: mask, cache }),
    );
    const into = weights.projection(`${prefix}.fc1`);
    const out = weights.projection(`${prefix}.fc2`);
    return residual(middle, 'final_layer_norm', (each) =>
      plainFeedForward(each, into, out, activationNamed(config.activation)),
    );
  },
  finalNorm: (weights, config, x) =>
    config.lastNorm ? normalize(weights, config, 'model.decoder.final_layer_norm', x) : (tf.clone(x) as tf.Tensor3D),
  logits: (weights, { tied, embeddingSize, hiddenSize }, rows) => {
    const narrow = embeddingSize === hiddenSize ? rows : linear(rows, weights.get('model.decoder.project_out.weight'));
    return linear(narrow, weights.get(tied ? 'model.decoder.embed_tokens.weight' : 'lm_head.weight'));
  },
};

function selfAttention(
  weights: NamedWeights,
  { heads }: OptConfig,
  prefix: string,
  x: tf.Tensor3D,
  options: AttendOptions,
): tf.Tensor3D {
  const part = (name: string): tf.Tensor4D => splitHeads(project(x, weights.projection(`${prefix}.${name}`)), heads);
  const mixed = attend(part('q_proj'), part('k_proj'), part('v_proj'), options);
  return project(mixed, weights.projection(`${prefix}.out_proj`));
}

function normalize(
  weights: NamedWeights,
  { normWeights, normEpsilon }: OptConfig,
  name: string,
  x: tf.Tensor3D,
): tf.Tensor3D {
  if (!normWeights) return layerNorm(x, null, null, normEpsilon);
  return layerNorm(x, weights.get(`${name}.weight`), weights.get(`${name}.bias`), normEpsilon);
}
