import { FieldReader } from '../model-config';
import { readActivation } from '../parts/named-activations';
import type { ActivationName } from '../parts/named-activations';
import type { ClassifierConfig } from '../sequence-classifier';
import { NO_PREFIXES, readLabelCount, readPadToken } from './classifier-config';

/** Sizes of DistilBERT, whose file has names of its own for all of them. */
export interface DistilBertConfig extends ClassifierConfig {
  hiddenSize: number;
  layers: number;
  heads: number;
  intermediateSize: number;
  /** Rows of the position matrix; sinusoidal ones are stored as well. */
  maxPositions: number;
  activation: ActivationName;
}

/** @throws {InputError} naming file and field. */
export function readDistilBertConfig(raw: Readonly<Record<string, unknown>>, file: string): DistilBertConfig {
  const fields = new FieldReader(raw, file);
  const hiddenSize = fields.count('dim');
  const heads = fields.count('n_heads');
  if (hiddenSize % heads !== 0) throw fields.wrong('n_heads', heads, `a divisor of dim, ${hiddenSize}`);
  const maxPositions = fields.count('max_position_embeddings', 512);
  return {
    modelType: 'distilbert',
    vocabularySize: fields.count('vocab_size'),
    hiddenSize,
    layers: fields.count('n_layers'),
    heads,
    intermediateSize: fields.count('hidden_dim'),
    maxPositions,
    maxTokens: maxPositions,
    activation: readActivation(fields, 'activation', 'gelu'),
    labels: readLabelCount(fields, raw),
    padTokenId: readPadToken(fields, 0),
    prefixes: NO_PREFIXES,
    raw,
  };
}
