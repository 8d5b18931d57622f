import { FieldReader } from '../model-config';
import type { ModelConfig } from '../model-config';

/** What a Qwen (the first) has beside the sizes that all have. */
export interface QwenConfig extends ModelConfig {
  ropeTheta: number;
  /** Channels of a head that are turned. */
  rotarySize: number;
  /** Up to which length neither dynamic NTK nor log-n changes anything. */
  trainedLength: number;
  dynamicNtk: boolean;
  logN: boolean;
  /** Of all projections but the fused one, which always has it. */
  bias: boolean;
}

/**
 * A `config.json` of Qwen (the first, `model_type` qwen).
 *
 * @throws {InputError} naming file and field.
 */
export function readQwenConfig(raw: Readonly<Record<string, unknown>>, file?: string): QwenConfig {
  const fields = new FieldReader(raw, file);
  const hiddenSize = fields.count('hidden_size');
  const heads = fields.count('num_attention_heads');
  const headSize = fields.count('kv_channels', hiddenSize / heads);
  // The published code splits the fused projection at the hidden size.
  if (headSize * heads !== hiddenSize) throw fields.wrong('kv_channels', headSize, `${hiddenSize / heads}, hidden size over heads`);
  const trainedLength = fields.count('seq_length');
  if (trainedLength < 2) throw fields.wrong('seq_length', trainedLength, '2 or more');
  const width = fields.count('intermediate_size');
  if (width < 2) throw fields.wrong('intermediate_size', width, '2 or more, twice the width of the feed-forward part');
  if (fields.flag('use_cache_quantization', false)) throw fields.wrong('use_cache_quantization', true, 'false');
  return {
    modelType: 'qwen',
    vocabularySize: fields.count('vocab_size'),
    hiddenSize,
    layers: fields.count('num_hidden_layers'),
    heads,
    keyValueHeads: heads,
    headSize,
    // Gate and values are counted together.
    intermediateSize: Math.floor(width / 2),
    maxPositions: fields.count('max_position_embeddings', trainedLength),
    normEpsilon: fields.number('layer_norm_epsilon', 1e-6),
    ropeTheta: fields.number('rotary_emb_base', 10_000),
    rotarySize: rotarySize(fields, headSize),
    trainedLength,
    dynamicNtk: fields.flag('use_dynamic_ntk', true),
    logN: fields.flag('use_logn_attn', true),
    bias: !fields.flag('no_bias', true),
    tied: fields.flag('tie_word_embeddings', false),
    raw,
  };
}

function rotarySize(fields: FieldReader, headSize: number): number {
  const share = fields.number('rotary_pct', 1);
  const size = Math.floor(headSize * share);
  if (share <= 1 && size >= 2 && size % 2 === 0) return size;
  throw fields.wrong('rotary_pct', share, `a share of 1 or less that makes an even number of the ${headSize} channels of a head`);
}
