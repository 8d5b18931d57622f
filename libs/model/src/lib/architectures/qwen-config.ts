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
 * A `config.json` of Qwen (the first, `model_type` qwen), with its names or those of the files of its first weeks (August 2023).
 *
 * @throws {InputError} naming file and field.
 */
export function readQwenConfig(raw: Readonly<Record<string, unknown>>, file?: string): QwenConfig {
  const fields = new FieldReader(raw, file);
  const isFirst = fields.has('n_embd') && !fields.has('hidden_size');
  const size = (name: string, first: string): number => fields.count(isFirst ? first : name);
  const hiddenSize = size('hidden_size', 'n_embd');
  const heads = size('num_attention_heads', 'n_head');
  const headSize = fields.count('kv_channels', hiddenSize / heads);
  // The published code splits the fused projection at the hidden size.
  if (headSize * heads !== hiddenSize)
    throw fields.wrong('kv_channels', headSize, `${hiddenSize / heads}, hidden size over heads`);
  const trainedLength = fields.count('seq_length');
  if (trainedLength < 2) throw fields.wrong('seq_length', trainedLength, '2 or more');
  const width = size('intermediate_size', 'ffn_hidden_size');
  if (width < 2) throw fields.wrong('intermediate_size', width, '2 or more, twice the width of the feed-forward part');
  if (fields.flag('use_cache_quantization', false)) throw fields.wrong('use_cache_quantization', true, 'false');
  return {
    modelType: 'qwen',
    // The first files count the tokens too, beside the rows of the matrices.
    vocabularySize: fields.count(fields.has('padded_vocab_size') ? 'padded_vocab_size' : 'vocab_size'),
    hiddenSize,
    layers: size('num_hidden_layers', 'n_layer'),
    heads,
    keyValueHeads: heads,
    headSize,
    // Gate and values are counted together.
    intermediateSize: Math.floor(width / 2),
    maxPositions: fields.count('max_position_embeddings', fields.count('n_positions', trainedLength)),
    normEpsilon: fields.number('layer_norm_epsilon', 1e-6),
    ropeTheta: fields.number('rotary_emb_base', 10_000),
    rotarySize: rotarySize(fields, headSize),
    trainedLength,
    dynamicNtk: fields.flag('use_dynamic_ntk', !isFirst),
    logN: fields.flag('use_logn_attn', !isFirst),
    bias: !fields.flag('no_bias', true),
    tied: fields.flag('tie_word_embeddings', false),
    raw,
  };
}

function rotarySize(fields: FieldReader, headSize: number): number {
  const share = fields.number('rotary_pct', 1);
  const size = Math.floor(headSize * share);
  if (share <= 1 && size >= 2 && size % 2 === 0) return size;
  throw fields.wrong(
    'rotary_pct',
    share,
    `a share of 1 or less that makes an even number of the ${headSize} channels of a head`,
  );
}
