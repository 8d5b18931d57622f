import { tf } from '@tsarank/tensor';
import { Decoder } from '../decoder';
import { alibiBias } from '../parts/alibi';
import { attend } from '../parts/attention';
import { embedTokens } from '../parts/embed-tokens';
import { gatedFeedForward } from '../parts/feed-forward';
import { splitBlocks } from '../parts/fused-heads';
import { linear, project } from '../parts/linear';
import { normalizedRows } from '../parts/normalized-rows';
import { rmsNorm } from '../parts/rms-norm';
import { applyRotary, rotaryTableAt } from '../parts/rotary';
import type { RotaryTable } from '../parts/rotary';
import type { Architecture } from './architecture';
import { BAICHUAN_THETA, readBaichuanConfig } from './baichuan-config';
import type { BaichuanConfig } from './baichuan-config';
import { baichuanGguf } from './baichuan-gguf';
import type { DecoderFamily } from './decoder-family';

/**
 * Baichuan and Baichuan2: LLaMA's blocks with query, key and value in one matrix; the 13B models have ALiBi instead of
 * rotary positions, Baichuan2 an output matrix of rows of length one.
 *
 * Source: Yang et al. 2023 (arXiv 2309.10305); `modeling_baichuan.py` of the published models.
 */
export const baichuan: Architecture<BaichuanConfig> = {
  readConfig: readBaichuanConfig,
  weightShapes,
  build: (config, weights) => new Decoder(baichuanDecoder, config, weights),
  nameOf: (stored) => (/^(model|lm_head)\./.test(stored) ? stored : `model.${stored}`),
  gguf: baichuanGguf,
};

/** What the blocks share. */
interface BaichuanContext {
  /** [B, 1, S, K], or [B, H, S, K] with position biases. */
  bias: tf.Tensor4D;
  rotary: RotaryTable | null;
}

const baichuanDecoder: DecoderFamily<BaichuanConfig, BaichuanContext> = {
  embed: (weights, _, inputIds) => embedTokens(weights.get('model.embed_tokens.weight'), inputIds),
  context: ({ positions: kind, heads, headSize }, { positions, batch, mask, keyPositions = positions }) =>
    kind === 'alibi'
      ? { bias: alibiBias(keyPositions, batch, heads, mask), rotary: null }
      : { bias: mask, rotary: rotaryTableAt(positions, batch, { headSize, theta: BAICHUAN_THETA, scaling: null }) },
  block: (weights, { heads, normEpsilon }, layer, x, { bias, rotary }, cache) => {
    const prefix = `model.layers.${layer}`;
    const norm = (input: tf.Tensor3D, name: string) =>
      rmsNorm(input, weights.get(`${prefix}.${name}.weight`), normEpsilon);
    const fused = project(norm(x, 'input_layernorm'), weights.projection(`${prefix}.self_attn.W_pack`));
    const [query, key, value] = splitBlocks(fused, heads);
    const turned = (each: tf.Tensor4D) => (rotary ? applyRotary(each, rotary) : each);
    const mixed = attend(turned(query), turned(key), value, { bias, cache });
    const middle = tf.add(x, project(mixed, weights.projection(`${prefix}.self_attn.o_proj`))) as tf.Tensor3D;
    const fed = gatedFeedForward(norm(middle, 'post_attention_layernorm'), {
      gate: weights.projection(`${prefix}.mlp.gate_proj`),
      up: weights.projection(`${prefix}.mlp.up_proj`),
      down: weights.projection(`${prefix}.mlp.down_proj`),
    });
    return tf.add(middle, fed) as tf.Tensor3D;
  },
  finalNorm: (weights, { normEpsilon }, x) => rmsNorm(x, weights.get('model.norm.weight'), normEpsilon),
  logits: (weights, { tied, normalizedHead }, rows) => {
    const head = weights.get(tied ? 'model.embed_tokens.weight' : 'lm_head.weight');
    return linear(rows, normalizedHead ? normalizedRows(head) : head);
  },
};

function weightShapes({
  vocabularySize,
  hiddenSize,
  layers,
  intermediateSize,
  tied,
}: BaichuanConfig): Map<string, number[]> {
  const shapes = new Map<string, number[]>([['model.embed_tokens.weight', [vocabularySize, hiddenSize]]]);
  for (let layer = 0; layer < layers; layer += 1) {
    const prefix = `model.layers.${layer}`;
    shapes.set(`${prefix}.input_layernorm.weight`, [hiddenSize]);
    shapes.set(`${prefix}.self_attn.W_pack.weight`, [3 * hiddenSize, hiddenSize]);
    shapes.set(`${prefix}.self_attn.o_proj.weight`, [hiddenSize, hiddenSize]);
    shapes.set(`${prefix}.post_attention_layernorm.weight`, [hiddenSize]);
    shapes.set(`${prefix}.mlp.gate_proj.weight`, [intermediateSize, hiddenSize]);
    shapes.set(`${prefix}.mlp.up_proj.weight`, [intermediateSize, hiddenSize]);
    shapes.set(`${prefix}.mlp.down_proj.weight`, [hiddenSize, intermediateSize]);
  }
  shapes.set('model.norm.weight', [hiddenSize]);
  if (!tied) shapes.set('lm_head.weight', [vocabularySize, hiddenSize]);
  return shapes;
}
