import { FieldReader } from '../model-config';
import type { ModelConfig, RopeScaling } from '../model-config';

/** What a LLaMA-type decoder has beside the sizes that all have. */
export interface LlamaConfig extends ModelConfig {
  ropeTheta: number;
  ropeScaling: RopeScaling | null;
  attentionBias: boolean;
  feedForwardBias: boolean;
}

/**
 * A LLaMA-family `config.json`. Absent fields mean what they mean to transformers: as many key heads as heads, heads
 * of size h/H, theta 10,000, epsilon 1e-6, no bias, an output matrix of its own.
 *
 * @throws {InputError} naming file and field, also for activations and rotary scalings that are not built.
 */
export function readLlamaConfig(raw: Readonly<Record<string, unknown>>, file?: string): LlamaConfig {
  const fields = new FieldReader(raw, file);
  const hiddenSize = fields.count('hidden_size');
  const heads = fields.count('num_attention_heads');
  const keyValueHeads = fields.count('num_key_value_heads', heads);
  if (heads % keyValueHeads !== 0) {
    throw fields.wrong('num_key_value_heads', keyValueHeads, `a divisor of the ${heads} attention heads`);
  }
  const headSize = fields.count('head_dim', hiddenSize / heads);
  if (headSize % 2 !== 0) throw fields.wrong('head_dim', headSize, 'an even number');
  const activation = fields.text('hidden_act', 'silu');
  if (activation !== 'silu') throw fields.wrong('hidden_act', activation, 'silu');
  // Files of transformers 5 hold both settings in `rope_parameters`.
  const rope = fields.inside('rope_parameters');
  return {
    modelType: 'llama',
    vocabularySize: fields.count('vocab_size'),
    hiddenSize,
    layers: fields.count('num_hidden_layers'),
    heads,
    keyValueHeads,
    headSize,
    intermediateSize: fields.count('intermediate_size'),
    maxPositions: fields.count('max_position_embeddings', 2048),
    normEpsilon: fields.number('rms_norm_eps', 1e-6),
    ropeTheta: rope?.number('rope_theta', 10_000) ?? fields.number('rope_theta', 10_000),
    ropeScaling: readScaling(rope ?? fields.inside('rope_scaling')),
    attentionBias: fields.flag('attention_bias', false),
    feedForwardBias: fields.flag('mlp_bias', false),
    tied: fields.flag('tie_word_embeddings', false),
    raw,
  };
}

function readScaling(fields: FieldReader | null): RopeScaling | null {
  if (!fields) return null;
  const type = fields.text('rope_type', fields.text('type', 'default'));
  if (type === 'default') return null;
  if (type === 'linear') return { type, factor: fields.number('factor') };
  if (type !== 'llama3') throw fields.wrong('rope_type', type, 'default, linear or llama3');
  return {
    type,
    factor: fields.number('factor'),
    lowFrequencyFactor: fields.number('low_freq_factor'),
    highFrequencyFactor: fields.number('high_freq_factor'),
    originalMaxPositions: fields.count('original_max_position_embeddings'),
  };
}
