import { tf } from '@tsarank/tensor';
import { Decoder } from '../decoder';
import type { NamedWeights } from '../named-weights';
import { attend, splitHeads } from '../parts/attention';
import { embedPositions, embedTokens } from '../parts/embed-tokens';
import { plainFeedForward } from '../parts/feed-forward';
import { layerNorm } from '../parts/layer-norm';
import { linear, project } from '../parts/linear';
import { activationNamed } from '../parts/named-activations';
import { slidingWindowMask } from '../parts/sliding-window';
import type { Architecture } from './architecture';
import type { DecoderFamily } from './decoder-family';
import { readGptNeoConfig } from './gpt-neo-config';
import type { GptNeoConfig } from './gpt-neo-config';

/**
 * GPT-Neo: GPT-2's block with matrices [out, in], scores that are not divided by √d, and blocks that see only a window.
 *
 * Source: Black et al. 2021 (doi 10.5281/zenodo.5297715); transformers `modeling_gpt_neo.py`.
 */
export const gptNeo: Architecture<GptNeoConfig> = {
  readConfig: readGptNeoConfig,
  weightShapes,
  build: (config, weights) => new Decoder(gptNeoDecoder, config, weights),
  nameOf: (stored) =>
    stored.startsWith('transformer.') || stored.startsWith('lm_head.') ? stored : `transformer.${stored}`,
};

/** The masks of the two kinds of blocks, each [B, 1, S, K]. */
interface GptNeoContext {
  everywhere: tf.Tensor4D;
  window: tf.Tensor4D;
}

const gptNeoDecoder: DecoderFamily<GptNeoConfig, GptNeoContext> = {
  embed: (weights, _, inputIds, positions) => {
    const tokens = embedTokens(weights.get('transformer.wte.weight'), inputIds);
    return tf.add(
      tokens,
      embedPositions(weights.get('transformer.wpe.weight'), positions, inputIds.shape),
    ) as tf.Tensor3D;
  },
  context: ({ window }, { mask, positions, batch, keyPositions }) => ({
    everywhere: mask,
    window: slidingWindowMask(mask, positions, batch, window, keyPositions),
  }),
  longestSequence: ({ maxPositions }) => maxPositions,
  block: (weights, config, layer, x, { everywhere, window }, cache) => {
    const prefix = `transformer.h.${layer}`;
    const normed = normalize(weights, config, `${prefix}.ln_1`, x);
    const part = (name: string): tf.Tensor4D =>
      splitHeads(project(normed, weights.projection(`${prefix}.attn.attention.${name}`)), config.heads);
    const bias = config.local[layer] ? window : everywhere;
    const mixed = attend(part('q_proj'), part('k_proj'), part('v_proj'), { bias, scale: 1, cache });
    const middle = tf.add(x, project(mixed, weights.projection(`${prefix}.attn.attention.out_proj`))) as tf.Tensor3D;
    const into = weights.projection(`${prefix}.mlp.c_fc`);
    const out = weights.projection(`${prefix}.mlp.c_proj`);
    const second = normalize(weights, config, `${prefix}.ln_2`, middle);
    return tf.add(middle, plainFeedForward(second, into, out, activationNamed(config.activation))) as tf.Tensor3D;
  },
  finalNorm: (weights, config, x) => normalize(weights, config, 'transformer.ln_f', x),
  logits: (weights, { tied }, rows) => linear(rows, weights.get(tied ? 'transformer.wte.weight' : 'lm_head.weight')),
};

function normalize(weights: NamedWeights, { normEpsilon }: GptNeoConfig, name: string, x: tf.Tensor3D): tf.Tensor3D {
  return layerNorm(x, weights.get(`${name}.weight`), weights.get(`${name}.bias`), normEpsilon);
}

function weightShapes({
  vocabularySize,
  maxPositions,
  hiddenSize,
  layers,
  intermediateSize,
  tied,
}: GptNeoConfig): Map<string, number[]> {
  const shapes = new Map<string, number[]>([
    ['transformer.wte.weight', [vocabularySize, hiddenSize]],
    ['transformer.wpe.weight', [maxPositions, hiddenSize]],
  ]);
  const biased = (name: string, shape: number[]) => {
    shapes.set(`${name}.weight`, shape);
    shapes.set(`${name}.bias`, [shape[0]!]);
  };
  for (let layer = 0; layer < layers; layer += 1) {
    const prefix = `transformer.h.${layer}`;
    biased(`${prefix}.ln_1`, [hiddenSize]);
    for (const part of ['q_proj', 'k_proj', 'v_proj'])
      shapes.set(`${prefix}.attn.attention.${part}.weight`, [hiddenSize, hiddenSize]);
    biased(`${prefix}.attn.attention.out_proj`, [hiddenSize, hiddenSize]);
    biased(`${prefix}.ln_2`, [hiddenSize]);
    biased(`${prefix}.mlp.c_fc`, [intermediateSize, hiddenSize]);
    biased(`${prefix}.mlp.c_proj`, [hiddenSize, intermediateSize]);
  }
  biased('transformer.ln_f', [hiddenSize]);
  if (!tied) shapes.set('lm_head.weight', [vocabularySize, hiddenSize]);
  return shapes;
}
