import { FieldReader } from '../model-config';
import type { ModelConfig } from '../model-config';
import { readActivation } from '../parts/named-activations';
import type { ActivationName } from '../parts/named-activations';
import type { StoredNames } from './encoder-decoder-family';

/** The output matrix, where it is no copy of the embedding. */
export const HEAD = 'lm_head.weight';

/** What T5 has beside the sizes that all have; `layers` are the encoder's. */
export interface T5Config extends ModelConfig {
  decoderLayers: number;
  /** Rows of the tables of position biases. */
  buckets: number;
  /** In tokens: from here on all distances have one bias. */
  maxDistance: number;
  /** Whether every block has a table of its own (umT5), or the first one's serves its whole stack. */
  ownBiases: boolean;
  activation: ActivationName;
  /** Whether the activation's result multiplies a second projection. */
  gated: boolean;
  /** Whether hidden states are multiplied by 1 / √h before the output matrix. */
  scaledOutput: boolean;
  /** What decoding begins with. */
  decoderStartTokenId: number;
}

/** What the classes of transformers take where a file doesn't say it. */
const DEFAULTS = {
  t5: { feedForward: 'relu', tied: true, ownBiases: false },
  mt5: { feedForward: 'gated-gelu', tied: false, ownBiases: false },
  umt5: { feedForward: 'gated-gelu', tied: true, ownBiases: true },
} as const;

export type T5Type = keyof typeof DEFAULTS;

/**
 * The `config.json` of T5 1.0, 1.1 and Flan, mT5 and umT5. Dropout is for training only and stays off.
 *
 * Source: transformers 4.57 `configuration_t5.py`; for the files of transformers 5, 5.24.
 *
 * @param stored The tensors in the file of weights; without them what is usual is taken.
 * @throws {InputError} naming file and field.
 */
export function readT5Config(
  modelType: T5Type,
  raw: Readonly<Record<string, unknown>>,
  file?: string,
  stored?: StoredNames,
): T5Config {
  const fields = new FieldReader(raw, file);
  const defaults = DEFAULTS[modelType];
  // Where a file has both, transformers takes the general name's.
  const size = (own: string, general: string): number => fields.count(fields.has(general) ? general : own);
  if (fields.flag('tie_encoder_decoder', false)) throw fields.wrong('tie_encoder_decoder', true, 'false');
  const pruned = fields.inside('pruned_heads');
  if (pruned && Object.keys(raw['pruned_heads'] as object).length > 0)
    throw fields.wrong('pruned_heads', raw['pruned_heads'], 'none');
  const layers = size('num_layers', 'num_hidden_layers');
  const heads = size('num_heads', 'num_attention_heads');
  const buckets = fields.count('relative_attention_num_buckets', 32);
  if (buckets < 4) throw fields.wrong('relative_attention_num_buckets', buckets, '4 or more');
  const maxDistance = fields.count('relative_attention_max_distance', 128);
  const exact = Math.floor(buckets / 2);
  if (maxDistance <= exact) {
    throw fields.wrong(
      'relative_attention_max_distance',
      maxDistance,
      `more than half of relative_attention_num_buckets, ${exact}`,
    );
  }
  return {
    modelType,
    vocabularySize: fields.count('vocab_size'),
    hiddenSize: size('d_model', 'hidden_size'),
    layers,
    decoderLayers: fields.count('num_decoder_layers', layers),
    heads,
    keyValueHeads: heads,
    headSize: size('d_kv', 'head_dim'),
    intermediateSize: fields.count('d_ff'),
    // Positions have no end: it is the length that the published models were trained with.
    maxPositions: fields.count('n_positions', 512),
    normEpsilon: fields.number('layer_norm_epsilon', 1e-6),
    buckets,
    maxDistance,
    ownBiases: defaults.ownBiases,
    ...readFeedForward(fields, defaults.feedForward, file),
    ...readHead(fields, { fallback: defaults.tied, scales: modelType !== 'mt5', stored }),
    decoderStartTokenId: readStart(fields),
    raw,
  };
}

/** `relu`, `gated-gelu` and the like; `dense_act_fn` and `is_gated_act`, where a file has them, go before it. */
function readFeedForward(fields: FieldReader, fallback: string, file?: string): Pick<T5Config, 'activation' | 'gated'> {
  const found = fields.text('feed_forward_proj', fallback);
  const [, gate, name] = /^(gated-)?([a-z_]+)$/.exec(found) ?? [];
  if (name === undefined) throw fields.wrong('feed_forward_proj', found, 'an activation, or one behind "gated-"');
  const gated = fields.flag('is_gated_act', gate !== undefined);
  if (fields.has('dense_act_fn')) return { activation: readActivation(fields, 'dense_act_fn', 'relu'), gated };
  // The published 1.1 files say gelu and mean its tanh form.
  if (found === 'gated-gelu') return { activation: 'gelu_new', gated };
  const named = new FieldReader({ feed_forward_proj: name }, file);
  return { activation: readActivation(named, 'feed_forward_proj', 'relu'), gated };
}

/**
 * T5 1.0 has one matrix for embedding and output, and scaled states before it; the later ones have neither. Files of
 * transformers 5 say `tie_word_embeddings` of all: which have a matrix of their own is seen by their tensors, and states are scaled
 * where `scale_decoder_outputs` says it (mT5's never are).
 */
function readHead(
  fields: FieldReader,
  { fallback, scales, stored }: { fallback: boolean; scales: boolean; stored?: StoredNames },
): Pick<T5Config, 'tied' | 'scaledOutput'> {
  const tied = fields.flag('tie_word_embeddings', fallback);
  const isOfFive = Number.parseInt(fields.text('transformers_version', ''), 10) >= 5;
  const scaledOutput = fields.flag('scale_decoder_outputs', tied && (scales || !isOfFive));
  if (!tied && scaledOutput) throw fields.wrong('scale_decoder_outputs', true, 'false, since tie_word_embeddings is');
  const isLeftOpen = tied && (isOfFive || fields.has('scale_decoder_outputs'));
  return { tied: isLeftOpen && stored ? !stored.has(HEAD) : tied && scaledOutput, scaledOutput };
}

/** Without one T5 begins with its padding token, 0 in the published files. */
function readStart(fields: FieldReader): number {
  for (const key of ['decoder_start_token_id', 'pad_token_id']) if (fields.has(key)) return fields.wholeNumber(key);
  return 0;
}
