import { FieldReader } from '../model-config';
import { readActivation } from '../parts/named-activations';
import type { ActivationName } from '../parts/named-activations';
import type { ClassifierConfig } from '../sequence-classifier';
import { NO_PREFIXES, readLabelCount, readPadToken } from './classifier-config';

/** Sizes and constants of BERT and its kin. */
export interface BertConfig extends ClassifierConfig {
  /** h */
  hiddenSize: number;
  /** Width of the embeddings; where it isn't h, a projection leads to the blocks. */
  embeddingSize: number;
  layers: number;
  heads: number;
  intermediateSize: number;
  /** Rows of the position matrix. */
  maxPositions: number;
  /** Rows of the token type matrix. */
  tokenTypeCount: number;
  normEpsilon: number;
  activation: ActivationName;
  padTokenId: number;
}

/** Where the kin departs from BERT. */
export interface BertTraits {
  /** `pad_token_id` where the file has none. */
  padTokenId: number;
  /** Whether query and document have token types of their own. */
  tokenTypes: boolean;
}

/**
 * A `config.json` of BERT's kin. Positions must be absolute, as in every published cross-encoder.
 *
 * @throws {InputError} naming file and field.
 */
export function readBertConfig(raw: Readonly<Record<string, unknown>>, file: string, traits: BertTraits): BertConfig {
  const fields = new FieldReader(raw, file);
  const hiddenSize = fields.count('hidden_size');
  const heads = fields.count('num_attention_heads');
  if (hiddenSize % heads !== 0)
    throw fields.wrong('num_attention_heads', heads, `a divisor of hidden_size, ${hiddenSize}`);
  const positions = fields.text('position_embedding_type', 'absolute');
  if (positions !== 'absolute') throw fields.wrong('position_embedding_type', positions, 'absolute');
  for (const key of ['is_decoder', 'add_cross_attention'])
    if (fields.flag(key, false)) throw fields.wrong(key, true, 'false, an encoder');
  const tokenTypeCount = fields.count('type_vocab_size', 2);
  if (traits.tokenTypes && tokenTypeCount < 2)
    throw fields.wrong('type_vocab_size', tokenTypeCount, '2 or more, for query and document');
  const maxPositions = fields.count('max_position_embeddings', 512);
  return {
    modelType: fields.text('model_type'),
    vocabularySize: fields.count('vocab_size'),
    hiddenSize,
    embeddingSize: hiddenSize,
    layers: fields.count('num_hidden_layers'),
    heads,
    intermediateSize: fields.count('intermediate_size'),
    maxPositions,
    maxTokens: maxPositions,
    tokenTypeCount,
    normEpsilon: fields.number('layer_norm_eps', 1e-12),
    activation: readActivation(fields, 'hidden_act', 'gelu'),
    labels: readLabelCount(fields, raw),
    padTokenId: readPadToken(fields, traits.padTokenId),
    prefixes: NO_PREFIXES,
    raw,
  };
}
