import { tf } from '@tsarank/tensor';
import { Decoder } from '../decoder';
import { attend } from '../parts/attention';
import { embedTokens } from '../parts/embed-tokens';
import { gatedFeedForward } from '../parts/feed-forward';
import { splitBlocks } from '../parts/fused-heads';
import { linear, project } from '../parts/linear';
import { applyPartialRotary } from '../parts/partial-rotary';
import { rmsNorm } from '../parts/rms-norm';
import type { RotaryTable } from '../parts/rotary';
import type { Architecture } from './architecture';
import type { DecoderFamily } from './decoder-family';
import { readQwenConfig } from './qwen-config';
import type { QwenConfig } from './qwen-config';
import { qwenGguf } from './qwen-gguf';
import { queryGrowth, qwenRotary, stretchedTheta } from './qwen-positions';

/**
 * Qwen, the first: LLaMA's blocks with query, key and value in one matrix, and two ways to go beyond the trained length.
 * Those apply in training too, so that what trains is what scores; the published code leaves them out there.
 *
 * Source: Bai et al. 2023 (arXiv 2309.16609); `modeling_qwen.py` of the published models.
 */
export const qwen: Architecture<QwenConfig> = {
  readConfig: readQwenConfig,
  weightShapes,
  build: (config, weights) => new Decoder(qwenDecoder, config, weights),
  nameOf: (stored) => (/^(transformer|lm_head)\./.test(stored) ? stored : `transformer.${stored}`),
  gguf: qwenGguf,
};

/** What the blocks share. */
interface QwenContext {
  mask: tf.Tensor4D;
  rotary: RotaryTable;
  growth: tf.Tensor4D | null;
}

const qwenDecoder: DecoderFamily<QwenConfig, QwenContext> = {
  embed: (weights, _, inputIds) => embedTokens(weights.get('transformer.wte.weight'), inputIds),
  context: (config, places) => ({
    mask: places.mask,
    rotary: qwenRotary(config, places),
    growth: queryGrowth(config, places),
  }),
  longestBranched: ({ dynamicNtk, trainedLength }) => (dynamicNtk ? trainedLength : undefined),
  rotaryBase: stretchedTheta,
  block: (weights, { heads, normEpsilon }, layer, x, { mask, rotary, growth }, cache) => {
    const prefix = `transformer.h.${layer}`;
    const norm = (input: tf.Tensor3D, name: string) =>
      rmsNorm(input, weights.get(`${prefix}.${name}.weight`), normEpsilon);
    const fused = project(norm(x, 'ln_1'), weights.projection(`${prefix}.attn.c_attn`));
    const [unturned, key, value] = splitBlocks(fused, heads);
    const turned = applyPartialRotary(unturned, rotary);
    const query = growth ? (tf.mul(turned, growth) as tf.Tensor4D) : turned;
    const mixed = attend(query, applyPartialRotary(key, rotary), value, { bias: mask, cache });
    const middle = tf.add(x, project(mixed, weights.projection(`${prefix}.attn.c_proj`))) as tf.Tensor3D;
    const fed = gatedFeedForward(norm(middle, 'ln_2'), {
      // The second matrix gates the first, against the usual naming.
      gate: weights.projection(`${prefix}.mlp.w2`),
      up: weights.projection(`${prefix}.mlp.w1`),
      down: weights.projection(`${prefix}.mlp.c_proj`),
    });
    return tf.add(middle, fed) as tf.Tensor3D;
  },
  finalNorm: (weights, { normEpsilon }, x) => rmsNorm(x, weights.get('transformer.ln_f.weight'), normEpsilon),
  logits: (weights, { tied }, rows) => linear(rows, weights.get(tied ? 'transformer.wte.weight' : 'lm_head.weight')),
};

function weightShapes({
  vocabularySize,
  hiddenSize,
  layers,
  intermediateSize,
  bias,
  tied,
}: QwenConfig): Map<string, number[]> {
  const shapes = new Map<string, number[]>([['transformer.wte.weight', [vocabularySize, hiddenSize]]]);
  const projection = (name: string, out: number, into: number, hasBias: boolean) => {
    shapes.set(`${name}.weight`, [out, into]);
    if (hasBias) shapes.set(`${name}.bias`, [out]);
  };
  for (let layer = 0; layer < layers; layer += 1) {
    const prefix = `transformer.h.${layer}`;
    shapes.set(`${prefix}.ln_1.weight`, [hiddenSize]);
    projection(`${prefix}.attn.c_attn`, 3 * hiddenSize, hiddenSize, true);
    projection(`${prefix}.attn.c_proj`, hiddenSize, hiddenSize, bias);
    shapes.set(`${prefix}.ln_2.weight`, [hiddenSize]);
    projection(`${prefix}.mlp.w1`, intermediateSize, hiddenSize, bias);
    projection(`${prefix}.mlp.w2`, intermediateSize, hiddenSize, bias);
    projection(`${prefix}.mlp.c_proj`, hiddenSize, intermediateSize, bias);
  }
  shapes.set('transformer.ln_f.weight', [hiddenSize]);
  if (!tied) shapes.set('lm_head.weight', [vocabularySize, hiddenSize]);
  return shapes;
}
