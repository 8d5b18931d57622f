import type { FieldReader } from '../model-config';
import type { PairPrefixes } from '../sequence-classifier';

/** Cross-encoders read the texts as they are. */
export const NO_PREFIXES: PairPrefixes = { query: '', document: '' };

/**
 * How many labels a classifier has: as many as `id2label` names, else `num_labels`, else 2.
 *
 * Source: transformers `PretrainedConfig`.
 */
export function readLabelCount(fields: FieldReader, raw: Readonly<Record<string, unknown>>): number {
  if (fields.inside('id2label') === null) return fields.count('num_labels', 2);
  const names = Object.keys(raw['id2label'] as Record<string, unknown>);
  if (names.length > 0) return names.length;
  throw fields.wrong('id2label', {}, 'a name for every label');
}

/** `pad_token_id`, or the fallback: what the class of transformers takes, null where that is none. */
export function readPadToken<F extends number | null>(fields: FieldReader, fallback: F): number | F {
  return fields.has('pad_token_id') ? fields.wholeNumber('pad_token_id') : fallback;
}
