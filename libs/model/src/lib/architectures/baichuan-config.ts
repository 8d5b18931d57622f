import { FieldReader } from '../model-config';
import type { ModelConfig } from '../model-config';

/** What a Baichuan model has beside the sizes that all have. */
export interface BaichuanConfig extends ModelConfig {
  /** 7B: rotary. 13B: ALiBi. */
  positions: 'rotary' | 'alibi';
  /** Baichuan2: every row of the output matrix is divided by its length. */
  normalizedHead: boolean;
}

/** Fixed in the published code. */
export const BAICHUAN_THETA = 10_000;
const BAICHUAN2_VOCABULARY = 125_696;

/**
 * A Baichuan or Baichuan2 `config.json`. One `model_type` stands for four models, told apart by what their own code
 * writes into it, see `positionsOf` and `hasNormalizedHead`.
 *
 * @throws {InputError} naming file and field, also for options that the published code doesn't have.
 */
export function readBaichuanConfig(raw: Readonly<Record<string, unknown>>, file?: string): BaichuanConfig {
  const fields = new FieldReader(raw, file);
  const hiddenSize = fields.count('hidden_size');
  const layers = fields.count('num_hidden_layers');
  const heads = fields.count('num_attention_heads');
  if (hiddenSize % heads !== 0)
    throw fields.wrong('num_attention_heads', heads, `a divisor of the hidden size ${hiddenSize}`);
  const positions = positionsOf(raw, fields, hiddenSize, layers);
  const headSize = hiddenSize / heads;
  if (positions === 'rotary' && headSize % 2 !== 0)
    throw fields.wrong('num_attention_heads', heads, 'a number that makes heads of even size');
  refuseOptions(fields, heads, headSize, raw);
  return {
    modelType: 'baichuan',
    vocabularySize: fields.count('vocab_size'),
    hiddenSize,
    layers,
    heads,
    keyValueHeads: heads,
    headSize,
    intermediateSize: fields.count('intermediate_size'),
    maxPositions: fields.count('max_position_embeddings', fields.count('model_max_length', 4096)),
    normEpsilon: fields.number('rms_norm_eps', 1e-6),
    positions,
    normalizedHead: hasNormalizedHead(raw),
    tied: fields.flag('tie_word_embeddings', false),
    raw,
  };
}

/** By the published sizes; otherwise by the name of the longest length, which is `model_max_length` alone in 13B files. */
function positionsOf(
  raw: Readonly<Record<string, unknown>>,
  fields: FieldReader,
  hiddenSize: number,
  layers: number,
): 'rotary' | 'alibi' {
  if (hiddenSize === 5120 && layers === 40) return 'alibi';
  if ((hiddenSize === 4096 && layers === 32) || isGiven(raw, 'max_position_embeddings')) return 'rotary';
  if (isGiven(raw, 'model_max_length')) return 'alibi';
  throw fields.wrong(
    'max_position_embeddings',
    undefined,
    'the longest sequence, or model_max_length for a model with ALiBi',
  );
}

/** Baichuan2 files: its vocabulary, its weight of the z-loss, or both names of the longest length in a file not of the first 7B. */
function hasNormalizedHead(raw: Readonly<Record<string, unknown>>): boolean {
  const isFirst7b = Array.isArray(raw['architectures']) && raw['architectures'].includes('BaiChuanForCausalLM');
  const hasBothLengths = isGiven(raw, 'max_position_embeddings') && isGiven(raw, 'model_max_length');
  return raw['vocab_size'] === BAICHUAN2_VOCABULARY || isGiven(raw, 'z_loss_weight') || (hasBothLengths && !isFirst7b);
}

function refuseOptions(
  fields: FieldReader,
  heads: number,
  headSize: number,
  raw: Readonly<Record<string, unknown>>,
): void {
  const activation = fields.text('hidden_act', 'silu');
  if (activation !== 'silu') throw fields.wrong('hidden_act', activation, 'silu');
  const fixed = {
    num_key_value_heads: heads,
    head_dim: headSize,
    rope_theta: BAICHUAN_THETA,
    attention_bias: false,
    mlp_bias: false,
  };
  for (const [key, value] of Object.entries(fixed)) {
    if (isGiven(raw, key) && raw[key] !== value)
      throw fields.wrong(key, raw[key], `${value}, as in the published code`);
  }
  if (isGiven(raw, 'rope_scaling'))
    throw fields.wrong('rope_scaling', raw['rope_scaling'], 'nothing, as in the published code');
}

function isGiven(raw: Readonly<Record<string, unknown>>, key: string): boolean {
  return (raw[key] ?? null) !== null;
}
