import { FieldReader } from '../model-config';
import type { ModelConfig } from '../model-config';

export interface BloomConfig extends ModelConfig {
  /** The residual is the normed input of a part, not the input. */
  residualAfterNorm: boolean;
}

/**
 * A BLOOM `config.json`, with the names of its newer and older files. There is no longest sequence; `seq_length` is that
 * of training.
 *
 * @throws {InputError} naming file and field.
 */
export function readBloomConfig(raw: Readonly<Record<string, unknown>>, file?: string): BloomConfig {
  const fields = new FieldReader(raw, file);
  // The older name wins, as in transformers.
  const hiddenSize = fields.count((raw['n_embed'] ?? null) === null ? 'hidden_size' : 'n_embed');
  const named = (names: string[]): string => names.find((name) => (raw[name] ?? null) !== null) ?? names[0]!;
  const headKey = named(['n_head', 'num_attention_heads']);
  const heads = fields.count(headKey);
  if (hiddenSize % heads !== 0) throw fields.wrong(headKey, heads, `a divisor of the hidden size ${hiddenSize}`);
  return {
    modelType: 'bloom',
    vocabularySize: fields.count('vocab_size'),
    hiddenSize,
    layers: fields.count(named(['n_layer', 'num_hidden_layers'])),
    heads,
    keyValueHeads: heads,
    headSize: hiddenSize / heads,
    intermediateSize: 4 * hiddenSize,
    maxPositions: fields.count('seq_length', 2048),
    normEpsilon: fields.number('layer_norm_epsilon', 1e-5),
    residualAfterNorm: fields.flag('apply_residual_connection_post_layernorm', false),
    tied: fields.flag('tie_word_embeddings', true),
    raw,
  };
}
