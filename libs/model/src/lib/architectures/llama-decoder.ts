import { tf } from '@tsarank/tensor';
import type { NamedWeights } from '../named-weights';
import { attend, splitHeads } from '../parts/attention';
import { embedTokens } from '../parts/embed-tokens';
import { gatedFeedForward } from '../parts/feed-forward';
import { linear, project } from '../parts/linear';
import { rmsNorm } from '../parts/rms-norm';
import { applyRotary, rotaryTableAt } from '../parts/rotary';
import type { RotaryTable } from '../parts/rotary';
import type { DecoderFamily, Places } from './decoder-family';
import type { LlamaConfig } from './llama-config';

/** What the blocks of a LLaMA-type decoder share. */
export interface LlamaContext {
  rotary: RotaryTable;
  /** [B, 1, S, S] */
  mask: tf.Tensor4D;
}

/** x += attention(norm(x)); x += feedForward(norm(x)) in every block; a last norm; the output matrix. */
export const llamaDecoder: DecoderFamily<LlamaConfig, LlamaContext> = {
  embed: (weights, _, inputIds) => embedTokens(weights.get('model.embed_tokens.weight'), inputIds),
  context: ({ headSize, ropeTheta: theta, ropeScaling: scaling }, { positions, batch, mask }: Places) => ({
    rotary: rotaryTableAt(positions, batch, { headSize, theta, scaling }),
    mask,
  }),
  block: (weights, config, layer, x, context) => {
    const prefix = `model.layers.${layer}`;
    const norm = (input: tf.Tensor3D, name: string): tf.Tensor3D =>
      rmsNorm(input, weights.get(`${prefix}.${name}.weight`), config.normEpsilon);
    const middle = tf.add(x, selfAttention(weights, config, `${prefix}.self_attn`, norm(x, 'input_layernorm'), context));
    const fed = gatedFeedForward(norm(middle as tf.Tensor3D, 'post_attention_layernorm'), {
      gate: weights.projection(`${prefix}.mlp.gate_proj`),
      up: weights.projection(`${prefix}.mlp.up_proj`),
      down: weights.projection(`${prefix}.mlp.down_proj`),
    });
    return tf.add(middle, fed) as tf.Tensor3D;
  },
  finalNorm: (weights, { normEpsilon }, x) => rmsNorm(x, weights.get('model.norm.weight'), normEpsilon),
  logits: (weights, { tied }, rows) => linear(rows, weights.get(tied ? 'model.embed_tokens.weight' : 'lm_head.weight')),
};

function selfAttention(
  weights: NamedWeights,
  { heads, keyValueHeads }: LlamaConfig,
  prefix: string,
  x: tf.Tensor3D,
  { rotary, mask }: LlamaContext,
): tf.Tensor3D {
  const part = (name: string, count: number): tf.Tensor4D => splitHeads(project(x, weights.projection(`${prefix}.${name}`)), count);
  const query = applyRotary(part('q_proj', heads), rotary); //       [B, H, S, d]
  const key = applyRotary(part('k_proj', keyValueHeads), rotary); // [B, Hkv, S, d]
  const mixed = attend(query, key, part('v_proj', keyValueHeads), { bias: mask });
  return project(mixed, weights.projection(`${prefix}.o_proj`));
}
