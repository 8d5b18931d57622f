import { FieldReader } from '../../model-config';
import type { ModelConfig, RopeScaling } from '../../model-config';
import { readActivation } from '../../parts/named-activations';
import type { ActivationName } from '../../parts/named-activations';
import { readRopeScaling } from './llama-rope-scaling';

/** What a LLaMA-type decoder has beside the sizes that all have. */
export interface LlamaConfig extends ModelConfig {
  /** Of the feed-forward part's gate. */
  activation: ActivationName;
  ropeTheta: number;
  ropeScaling: RopeScaling | null;
  /** Of the query, key and value projections. */
  queryKeyValueBias: boolean;
  /** Of the projection behind attention. */
  outputBias: boolean;
  feedForwardBias: boolean;
  /** Whether each head's query and key pass an RMSNorm of their own before they are turned. */
  headNorms: boolean;
  /** Whether queries and keys are turned, block by block. */
  rotaryLayers: readonly boolean[];
  /** How many tokens, its own included, a token sees at most, block by block; null for all. */
  windows: readonly (number | null)[];
}

/** Where a family departs from LLaMA. */
export type LlamaTraits = Partial<
  Pick<LlamaConfig, 'queryKeyValueBias' | 'outputBias' | 'feedForwardBias' | 'headNorms' | 'rotaryLayers' | 'windows'>
>;

/**
 * A LLaMA-family `config.json`. Absent fields mean what they mean to transformers: as many key heads as heads, heads
 * of size h/H, theta 10,000, epsilon 1e-6, no bias, an output matrix of its own.
 *
 * @throws {InputError} naming file and field, also for activations and rotary scalings that are not built.
 */
export function readLlamaConfig(raw: Readonly<Record<string, unknown>>, file?: string): LlamaConfig {
  const fields = new FieldReader(raw, file);
  const bias = fields.flag('attention_bias', false);
  return llamaConfig('llama', fields, raw, {
    queryKeyValueBias: bias,
    outputBias: bias,
    feedForwardBias: fields.flag('mlp_bias', false),
  });
}

/**
 * The part of a config that the whole kin reads alike.
 *
 * @param fields Of `raw`, laid over the family's own defaults.
 */
export function llamaConfig(
  modelType: string,
  fields: FieldReader,
  raw: Readonly<Record<string, unknown>>,
  traits: LlamaTraits,
): LlamaConfig {
  const hiddenSize = fields.count('hidden_size');
  const heads = fields.count('num_attention_heads');
  const keyValueHeads = fields.count('num_key_value_heads', heads);
  if (heads % keyValueHeads !== 0) {
    throw fields.wrong('num_key_value_heads', keyValueHeads, `a divisor of the ${heads} attention heads`);
  }
  // Rounded down, as transformers does.
  const headSize = fields.count('head_dim', Math.floor(hiddenSize / heads));
  if (headSize % 2 !== 0) throw fields.wrong('head_dim', headSize, 'an even number');
  // Files of transformers 5 hold both settings in `rope_parameters`.
  const rope = fields.inside('rope_parameters');
  for (const each of [fields, rope]) {
    const rotated = each?.number('partial_rotary_factor', 1) ?? 1;
    if (rotated !== 1) throw (each ?? fields).wrong('partial_rotary_factor', rotated, '1');
  }
  const layers = fields.count('num_hidden_layers');
  const maxPositions = fields.count('max_position_embeddings', 2048);
  const theta = fields.number('rope_theta', 10_000);
  return {
    modelType,
    vocabularySize: fields.count('vocab_size'),
    hiddenSize,
    layers,
    heads,
    keyValueHeads,
    headSize,
    intermediateSize: fields.count('intermediate_size'),
    maxPositions,
    normEpsilon: fields.number('rms_norm_eps', 1e-6),
    activation: readActivation(fields, 'hidden_act', 'silu'),
    ropeTheta: rope?.number('rope_theta', theta) ?? theta,
    ropeScaling: readRopeScaling(rope ?? fields.inside('rope_scaling'), maxPositions),
    queryKeyValueBias: false,
    outputBias: false,
    feedForwardBias: false,
    headNorms: false,
    rotaryLayers: new Array<boolean>(layers).fill(true),
    windows: new Array<null>(layers).fill(null),
    tied: fields.flag('tie_word_embeddings', false),
    raw,
    ...traits,
  };
}
