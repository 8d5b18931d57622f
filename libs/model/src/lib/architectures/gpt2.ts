import { tf } from '@tsarank/tensor';
import { Decoder } from '../decoder';
import type { NamedWeights } from '../named-weights';
import { attend } from '../parts/attention';
import { conv1d } from '../parts/conv1d';
import { embedPositions, embedTokens } from '../parts/embed-tokens';
import { splitBlocks } from '../parts/fused-heads';
import { layerNorm } from '../parts/layer-norm';
import { linear } from '../parts/linear';
import { activationNamed } from '../parts/named-activations';
import type { Architecture } from './architecture';
import type { DecoderFamily, Places } from './decoder-family';
import { readGpt2Config } from './gpt2-config';
import type { Gpt2Config } from './gpt2-config';
import { gpt2Gguf } from './gpt2-gguf';

/**
 * GPT-2 and kin: learned positions, LayerNorm before each part, matrices stored [in, out], queries, keys and values fused.
 *
 * Source: Radford et al. 2019; transformers `modeling_gpt2.py`.
 */
export const gpt2: Architecture<Gpt2Config> = {
  readConfig: readGpt2Config,
  weightShapes,
  build: (config, weights) => new Decoder(gpt2Decoder, config, weights),
  nameOf: (stored) =>
    stored.startsWith('transformer.') || stored.startsWith('lm_head.') ? stored : `transformer.${stored}`,
  gguf: gpt2Gguf,
  inputFirst: true,
};

/** x += attention(norm(x)); x += feedForward(norm(x)) in every block. What the blocks share is the mask, [B, 1, S, K]. */
const gpt2Decoder: DecoderFamily<Gpt2Config, tf.Tensor4D> = {
  embed: (weights, _, inputIds, positions) => {
    const tokens = embedTokens(weights.get('transformer.wte.weight'), inputIds);
    return tf.add(
      tokens,
      embedPositions(weights.get('transformer.wpe.weight'), positions, inputIds.shape),
    ) as tf.Tensor3D;
  },
  context: (_, { mask }: Places) => mask,
  longestSequence: ({ maxPositions }) => maxPositions,
  block: (weights, config, layer, x, mask, cache) => {
    const prefix = `transformer.h.${layer}`;
    const part = (name: string, input: tf.Tensor3D): tf.Tensor3D =>
      conv1d(input, weights.projection(`${prefix}.${name}`));
    const fused = part('attn.c_attn', normalize(weights, config, `${prefix}.ln_1`, x)); // [B, S, 3h]
    const mixed = attend(...splitBlocks(fused, config.heads), { bias: mask, scale: scaleOf(config, layer), cache });
    const middle = tf.add(x, part('attn.c_proj', mixed)) as tf.Tensor3D;
    const inner = activationNamed(config.activation)(
      part('mlp.c_fc', normalize(weights, config, `${prefix}.ln_2`, middle)),
    );
    return tf.add(middle, part('mlp.c_proj', inner)) as tf.Tensor3D;
  },
  finalNorm: (weights, config, x) => normalize(weights, config, 'transformer.ln_f', x),
  logits: (weights, { tied }, rows) => linear(rows, weights.get(tied ? 'transformer.wte.weight' : 'lm_head.weight')),
};

function normalize(weights: NamedWeights, { normEpsilon }: Gpt2Config, name: string, x: tf.Tensor3D): tf.Tensor3D {
  return layerNorm(x, weights.get(`${name}.weight`), weights.get(`${name}.bias`), normEpsilon);
}

function scaleOf({ headSize, scaled, scaledByLayer }: Gpt2Config, layer: number): number {
  return (scaled ? 1 / Math.sqrt(headSize) : 1) / (scaledByLayer ? layer + 1 : 1);
}

function weightShapes({
  vocabularySize,
  maxPositions,
  hiddenSize,
  layers,
  intermediateSize,
  tied,
}: Gpt2Config): Map<string, number[]> {
  const shapes = new Map<string, number[]>([
    ['transformer.wte.weight', [vocabularySize, hiddenSize]],
    ['transformer.wpe.weight', [maxPositions, hiddenSize]],
  ]);
  const biased = (name: string, shape: number[]) => {
    shapes.set(`${name}.weight`, shape);
    shapes.set(`${name}.bias`, [shape.at(-1)!]);
  };
  for (let layer = 0; layer < layers; layer += 1) {
    const prefix = `transformer.h.${layer}`;
    biased(`${prefix}.ln_1`, [hiddenSize]);
    biased(`${prefix}.attn.c_attn`, [hiddenSize, 3 * hiddenSize]);
    biased(`${prefix}.attn.c_proj`, [hiddenSize, hiddenSize]);
    biased(`${prefix}.ln_2`, [hiddenSize]);
    biased(`${prefix}.mlp.c_fc`, [hiddenSize, intermediateSize]);
    biased(`${prefix}.mlp.c_proj`, [intermediateSize, hiddenSize]);
  }
  biased('transformer.ln_f', [hiddenSize]);
  if (!tied) shapes.set('lm_head.weight', [vocabularySize, hiddenSize]);
  return shapes;
}
