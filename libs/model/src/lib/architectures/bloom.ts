import { tf } from '@tsarank/tensor';
import { Decoder } from '../decoder';
import type { NamedWeights } from '../named-weights';
import { geluTanh } from '../parts/activations';
import { alibiBias } from '../parts/alibi';
import { attend } from '../parts/attention';
import { embedTokens } from '../parts/embed-tokens';
import { plainFeedForward } from '../parts/feed-forward';
import { splitInterleaved } from '../parts/fused-heads';
import { layerNorm } from '../parts/layer-norm';
import { linear, project } from '../parts/linear';
import type { Architecture } from './architecture';
import { readBloomConfig } from './bloom-config';
import type { BloomConfig } from './bloom-config';
import { bloomGguf } from './bloom-gguf';
import type { DecoderFamily } from './decoder-family';

/**
 * BLOOM: a norm of the embeddings, ALiBi, query, key and value of each head side by side in one matrix.
 *
 * Source: Scao et al. 2022 (arXiv 2211.05100); transformers `modeling_bloom.py`.
 */
export const bloom: Architecture<BloomConfig> = {
  readConfig: readBloomConfig,
  weightShapes,
  build: (config, weights) => new Decoder(bloomDecoder, config, weights),
  nameOf: (stored) => (/^(transformer|lm_head)\./.test(stored) ? stored : `transformer.${stored}`),
  gguf: bloomGguf,
};

/** What the blocks share: mask and position biases, [B, H, S, K]. */
interface BloomContext {
  bias: tf.Tensor4D;
}

const bloomDecoder: DecoderFamily<BloomConfig, BloomContext> = {
  embed: (weights, config, inputIds) => {
    const words = embedTokens(weights.get('transformer.word_embeddings.weight'), inputIds);
    return norm(weights, config, 'transformer.word_embeddings_layernorm', words);
  },
  context: ({ heads }, { positions, batch, mask, keyPositions = positions }) => ({
    bias: alibiBias(keyPositions, batch, heads, mask),
  }),
  block: (weights, config, layer, x, { bias }, cache) => {
    const prefix = `transformer.h.${layer}`;
    const input = norm(weights, config, `${prefix}.input_layernorm`, x);
    const fused = project(input, weights.projection(`${prefix}.self_attention.query_key_value`));
    const mixed = attend(...splitInterleaved(fused, config.heads), { bias, cache });
    const attention = project(mixed, weights.projection(`${prefix}.self_attention.dense`));
    const middle = tf.add(config.residualAfterNorm ? input : x, attention) as tf.Tensor3D;
    const between = norm(weights, config, `${prefix}.post_attention_layernorm`, middle);
    const fed = plainFeedForward(
      between,
      weights.projection(`${prefix}.mlp.dense_h_to_4h`),
      weights.projection(`${prefix}.mlp.dense_4h_to_h`),
      geluTanh,
    );
    return tf.add(config.residualAfterNorm ? between : middle, fed) as tf.Tensor3D;
  },
  finalNorm: (weights, config, x) => norm(weights, config, 'transformer.ln_f', x),
  logits: (weights, { tied }, rows) =>
    linear(rows, weights.get(tied ? 'transformer.word_embeddings.weight' : 'lm_head.weight')),
};

function norm(weights: NamedWeights, { normEpsilon }: BloomConfig, name: string, x: tf.Tensor3D): tf.Tensor3D {
  return layerNorm(x, weights.get(`${name}.weight`), weights.get(`${name}.bias`), normEpsilon);
}

function weightShapes({
  vocabularySize,
  hiddenSize,
  layers,
  intermediateSize,
  tied,
}: BloomConfig): Map<string, number[]> {
  const shapes = new Map<string, number[]>([['transformer.word_embeddings.weight', [vocabularySize, hiddenSize]]]);
  const part = (name: string, ...shape: [number] | [number, number]) => {
    shapes.set(`transformer.${name}.weight`, shape);
    shapes.set(`transformer.${name}.bias`, [shape[0]]);
  };
  part('word_embeddings_layernorm', hiddenSize);
  for (let layer = 0; layer < layers; layer += 1) {
    part(`h.${layer}.input_layernorm`, hiddenSize);
    part(`h.${layer}.self_attention.query_key_value`, 3 * hiddenSize, hiddenSize);
    part(`h.${layer}.self_attention.dense`, hiddenSize, hiddenSize);
    part(`h.${layer}.post_attention_layernorm`, hiddenSize);
    part(`h.${layer}.mlp.dense_h_to_4h`, intermediateSize, hiddenSize);
    part(`h.${layer}.mlp.dense_4h_to_h`, hiddenSize, intermediateSize);
  }
  part('ln_f', hiddenSize);
  if (!tied) shapes.set('lm_head.weight', [vocabularySize, hiddenSize]);
  return shapes;
}
