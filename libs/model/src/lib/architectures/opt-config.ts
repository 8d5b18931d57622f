import { FieldReader } from '../model-config';
import type { ModelConfig } from '../model-config';
import { readActivation } from '../parts/named-activations';
import type { ActivationName } from '../parts/named-activations';

/** What OPT has beside the sizes that all have. */
export interface OptConfig extends ModelConfig {
  activation: ActivationName;
  /** Width of the token embeddings and of the head; where it isn't h, a matrix leads in and one out. */
  embeddingSize: number;
  /** Norms before the parts of a block, or behind their sums (350m). */
  normFirst: boolean;
  /** Whether a norm follows the last block. */
  lastNorm: boolean;
  /** Whether the projections of the blocks have biases. */
  biases: boolean;
  /** Whether the norms have gains and biases. */
  normWeights: boolean;
}

/**
 * OPT's `config.json`. The epsilon of its norms is not in it: torch's default, 1e-5.
 *
 * @throws {InputError} naming file and field.
 */
export function readOptConfig(raw: Readonly<Record<string, unknown>>, file?: string): OptConfig {
  const fields = new FieldReader(raw, file);
  const hiddenSize = fields.count('hidden_size');
  const heads = fields.count('num_attention_heads');
  if (hiddenSize % heads !== 0)
    throw fields.wrong('num_attention_heads', heads, `a divisor of hidden_size, ${hiddenSize}`);
  const normFirst = fields.flag('do_layer_norm_before', true);
  return {
    modelType: 'opt',
    vocabularySize: fields.count('vocab_size'),
    hiddenSize,
    layers: fields.count('num_hidden_layers'),
    heads,
    keyValueHeads: heads,
    headSize: hiddenSize / heads,
    intermediateSize: fields.count('ffn_dim'),
    maxPositions: fields.count('max_position_embeddings', 2048),
    normEpsilon: 1e-5,
    activation: readActivation(fields, 'activation_function', 'relu'),
    embeddingSize: fields.count('word_embed_proj_dim', hiddenSize),
    normFirst,
    lastNorm: normFirst && !fields.flag('_remove_final_layer_norm', false),
    biases: fields.flag('enable_bias', true),
    normWeights: fields.flag('layer_norm_elementwise_affine', true),
    tied: fields.flag('tie_word_embeddings', true),
    raw,
  };
}
