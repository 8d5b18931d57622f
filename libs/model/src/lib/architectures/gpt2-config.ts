import { FieldReader } from '../model-config';
import type { ModelConfig } from '../model-config';
import { readActivation } from '../parts/named-activations';
import type { ActivationName } from '../parts/named-activations';

/** What GPT-2 has beside the sizes that all have. */
export interface Gpt2Config extends ModelConfig {
  activation: ActivationName;
  /** Whether attention scores are divided by √d. */
  scaled: boolean;
  /** Whether the scores of block i are also divided by i + 1. */
  scaledByLayer: boolean;
}

/**
 * GPT-2's `config.json`, with its own names of the sizes or the general ones. `reorder_and_upcast_attn` asks for float32
 * scores, which they are anyhow.
 *
 * @throws {InputError} naming file and field.
 */
export function readGpt2Config(raw: Readonly<Record<string, unknown>>, file?: string): Gpt2Config {
  const fields = new FieldReader(raw, file);
  // Where a file has both, transformers takes the general one.
  const size = (own: string, general: string): number => fields.count((raw[general] ?? null) === null ? own : general);
  const hiddenSize = size('n_embd', 'hidden_size');
  const heads = size('n_head', 'num_attention_heads');
  if (hiddenSize % heads !== 0) throw fields.wrong('n_head', heads, `a divisor of n_embd, ${hiddenSize}`);
  if (fields.flag('add_cross_attention', false))
    throw fields.wrong('add_cross_attention', true, 'false, a decoder alone');
  fields.flag('reorder_and_upcast_attn', false);
  return {
    modelType: 'gpt2',
    vocabularySize: fields.count('vocab_size'),
    hiddenSize,
    layers: size('n_layer', 'num_hidden_layers'),
    heads,
    keyValueHeads: heads,
    headSize: hiddenSize / heads,
    intermediateSize: fields.count('n_inner', 4 * hiddenSize),
    maxPositions: size('n_positions', 'max_position_embeddings'),
    normEpsilon: fields.number('layer_norm_epsilon', 1e-5),
    activation: readActivation(fields, 'activation_function', 'gelu_new'),
    scaled: fields.flag('scale_attn_weights', true),
    scaledByLayer: fields.flag('scale_attn_by_inverse_layer_idx', false),
    tied: fields.flag('tie_word_embeddings', true),
    raw,
  };
}
