import { tf } from '@tsarank/tensor';
import { Decoder } from '../decoder';
import type { NamedWeights } from '../named-weights';
import { attend } from '../parts/attention';
import { embedTokens } from '../parts/embed-tokens';
import { plainFeedForward } from '../parts/feed-forward';
import { splitInterleaved } from '../parts/fused-heads';
import { layerNorm } from '../parts/layer-norm';
import type { LayerCache } from '../parts/layer-cache';
import { linear, project } from '../parts/linear';
import { activationNamed } from '../parts/named-activations';
import { applyPartialRotary } from '../parts/partial-rotary';
import type { RotaryTable } from '../parts/rotary';
import type { Architecture } from './architecture';
import type { DecoderFamily } from './decoder-family';
import { readGptNeoxConfig } from './gpt-neox-config';
import type { GptNeoxConfig } from './gpt-neox-config';
import { gptNeoxGguf } from './gpt-neox-gguf';
import { llamaRotary, llamaRotaryBase } from './llama/llama-rotary';

/**
 * GPT-NeoX and Pythia: rotary positions on a share of each head's channels, queries, keys and values fused head by head, the
 * two parts of a block side by side.
 *
 * Source: Black et al. 2022 (arXiv 2204.06745); transformers `modeling_gpt_neox.py`.
 */
export const gptNeox: Architecture<GptNeoxConfig> = {
  readConfig: readGptNeoxConfig,
  weightShapes,
  build: (config, weights) => new Decoder(gptNeoxDecoder, config, weights),
  nameOf: (stored) =>
    stored.startsWith('gpt_neox.') || stored.startsWith('embed_out.') ? stored : `gpt_neox.${stored}`,
  gguf: gptNeoxGguf,
};

interface GptNeoxContext {
  rotary: RotaryTable;
  /** [B, 1, S, K] */
  mask: tf.Tensor4D;
}

/** x += attention(norm(x)) + feedForward(norm'(x)), or one after the other. */
const gptNeoxDecoder: DecoderFamily<GptNeoxConfig, GptNeoxContext> = {
  embed: (weights, _, inputIds) => embedTokens(weights.get('gpt_neox.embed_in.weight'), inputIds),
  longestBranched: ({ ropeScaling }) => (ropeScaling?.type === 'dynamic' ? ropeScaling.maxPositions : undefined),
  context: ({ rotarySize, ropeTheta, ropeScaling }, places) => ({
    rotary: llamaRotary({ headSize: rotarySize, ropeTheta, ropeScaling }, places),
    mask: places.mask,
  }),
  rotaryBase: ({ rotarySize, ropeTheta, ropeScaling }, length) =>
    llamaRotaryBase({ headSize: rotarySize, ropeTheta, ropeScaling }, length),
  block: (weights, config, layer, x, context, cache) => {
    const prefix = `gpt_neox.layers.${layer}`;
    const first = normalize(weights, config, `${prefix}.input_layernorm`, x);
    const middle = tf.add(
      x,
      selfAttention(weights, config, `${prefix}.attention`, first, context, cache),
    ) as tf.Tensor3D;
    const second = normalize(weights, config, `${prefix}.post_attention_layernorm`, config.parallel ? x : middle);
    const into = weights.projection(`${prefix}.mlp.dense_h_to_4h`);
    const out = weights.projection(`${prefix}.mlp.dense_4h_to_h`);
    return tf.add(middle, plainFeedForward(second, into, out, activationNamed(config.activation))) as tf.Tensor3D;
  },
  finalNorm: (weights, config, x) => normalize(weights, config, 'gpt_neox.final_layer_norm', x),
  logits: (weights, { tied }, rows) =>
    linear(rows, weights.get(tied ? 'gpt_neox.embed_in.weight' : 'embed_out.weight')),
};

function selfAttention(
  weights: NamedWeights,
  { heads }: GptNeoxConfig,
  prefix: string,
  x: tf.Tensor3D,
  { rotary, mask }: GptNeoxContext,
  cache?: LayerCache,
): tf.Tensor3D {
  const [query, key, value] = splitInterleaved(project(x, weights.projection(`${prefix}.query_key_value`)), heads);
  const mixed = attend(applyPartialRotary(query, rotary), applyPartialRotary(key, rotary), value, {
    bias: mask,
    cache,
  });
  return project(mixed, weights.projection(`${prefix}.dense`));
}

function normalize(weights: NamedWeights, { normEpsilon }: GptNeoxConfig, name: string, x: tf.Tensor3D): tf.Tensor3D {
  return layerNorm(x, weights.get(`${name}.weight`), weights.get(`${name}.bias`), normEpsilon);
}

function weightShapes(config: GptNeoxConfig): Map<string, number[]> {
  const { vocabularySize, hiddenSize, layers, intermediateSize, attentionBias } = config;
  const shapes = new Map<string, number[]>([['gpt_neox.embed_in.weight', [vocabularySize, hiddenSize]]]);
  const biased = (name: string, shape: number[], bias = true) => {
    shapes.set(`${name}.weight`, shape);
    if (bias) shapes.set(`${name}.bias`, [shape[0]!]);
  };
  for (let layer = 0; layer < layers; layer += 1) {
    const prefix = `gpt_neox.layers.${layer}`;
    biased(`${prefix}.input_layernorm`, [hiddenSize]);
    biased(`${prefix}.post_attention_layernorm`, [hiddenSize]);
    biased(`${prefix}.attention.query_key_value`, [3 * hiddenSize, hiddenSize], attentionBias);
    biased(`${prefix}.attention.dense`, [hiddenSize, hiddenSize], attentionBias);
    biased(`${prefix}.mlp.dense_h_to_4h`, [intermediateSize, hiddenSize]);
    biased(`${prefix}.mlp.dense_4h_to_h`, [hiddenSize, intermediateSize]);
  }
  biased('gpt_neox.final_layer_norm', [hiddenSize]);
  if (!config.tied) shapes.set('embed_out.weight', [vocabularySize, hiddenSize]);
  return shapes;
}
