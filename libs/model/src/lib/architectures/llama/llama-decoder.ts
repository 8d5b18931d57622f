import { tf } from '@tsarank/tensor';
import type { NamedWeights } from '../../named-weights';
import { attend, splitHeads } from '../../parts/attention';
import { embedTokens } from '../../parts/embed-tokens';
import { gatedFeedForward } from '../../parts/feed-forward';
import type { LayerCache } from '../../parts/layer-cache';
import { linear, project } from '../../parts/linear';
import { activationNamed } from '../../parts/named-activations';
import { rmsNorm } from '../../parts/rms-norm';
import { applyRotary } from '../../parts/rotary';
import type { RotaryTable } from '../../parts/rotary';
import { slidingWindowMask } from '../../parts/sliding-window';
import type { DecoderFamily, Places } from '../decoder-family';
import type { LlamaConfig } from './llama-config';
import { llamaRotary, llamaRotaryBase } from './llama-rotary';

/** What the blocks of a LLaMA-type decoder share. */
export interface LlamaContext {
  rotary: RotaryTable;
  /** By window (null: none), each [B, 1, S, K]. */
  masks: ReadonlyMap<number | null, tf.Tensor4D>;
}

/** x += attention(norm(x)); x += feedForward(norm(x)) in every block; a last norm; the output matrix. */
export const llamaDecoder: DecoderFamily<LlamaConfig, LlamaContext> = {
  embed: (weights, _, inputIds) => embedTokens(weights.get('model.embed_tokens.weight'), inputIds),
  context: (config, places) => ({ rotary: llamaRotary(config, places), masks: masksOf(config, places) }),
  longestBranched: ({ ropeScaling }) => (ropeScaling?.type === 'dynamic' ? ropeScaling.maxPositions : undefined),
  rotaryBase: llamaRotaryBase,
  block: (weights, config, layer, x, context, cache) => {
    const prefix = `model.layers.${layer}`;
    const norm = (input: tf.Tensor3D, name: string): tf.Tensor3D =>
      rmsNorm(input, weights.get(`${prefix}.${name}.weight`), config.normEpsilon);
    const middle = tf.add(x, selfAttention(weights, config, layer, norm(x, 'input_layernorm'), context, cache));
    const parts = {
      gate: weights.projection(`${prefix}.mlp.gate_proj`),
      up: weights.projection(`${prefix}.mlp.up_proj`),
      down: weights.projection(`${prefix}.mlp.down_proj`),
    };
    const fed = gatedFeedForward(
      norm(middle as tf.Tensor3D, 'post_attention_layernorm'),
      parts,
      activationNamed(config.activation),
    );
    return tf.add(middle, fed) as tf.Tensor3D;
  },
  finalNorm: (weights, { normEpsilon }, x) => rmsNorm(x, weights.get('model.norm.weight'), normEpsilon),
  logits: (weights, { tied }, rows) => linear(rows, weights.get(tied ? 'model.embed_tokens.weight' : 'lm_head.weight')),
};

function masksOf({ windows }: LlamaConfig, { positions, batch, mask, keyPositions }: Places): LlamaContext['masks'] {
  const within = (window: number) => slidingWindowMask(mask, positions, batch, window, keyPositions);
  return new Map([...new Set(windows)].map((window) => [window, window === null ? mask : within(window)]));
}

function selfAttention(
  weights: NamedWeights,
  { heads, keyValueHeads, headNorms, normEpsilon, rotaryLayers, windows }: LlamaConfig,
  layer: number,
  x: tf.Tensor3D,
  { rotary, masks }: LlamaContext,
  cache?: LayerCache,
): tf.Tensor3D {
  const prefix = `model.layers.${layer}.self_attn`;
  const part = (name: string, count: number): tf.Tensor4D =>
    splitHeads(project(x, weights.projection(`${prefix}.${name}`)), count);
  const placed = (name: 'q' | 'k', count: number): tf.Tensor4D => {
    const plain = part(`${name}_proj`, count);
    const normed = headNorms ? rmsNorm(plain, weights.get(`${prefix}.${name}_norm.weight`), normEpsilon) : plain;
    return rotaryLayers[layer] ? applyRotary(normed, rotary) : normed;
  };
  const query = placed('q', heads); //       [B, H, S, d]
  const key = placed('k', keyValueHeads); // [B, Hkv, S, d]
  const mixed = attend(query, key, part('v_proj', keyValueHeads), { bias: masks.get(windows[layer]!)!, cache });
  return project(mixed, weights.projection(`${prefix}.o_proj`));
}
