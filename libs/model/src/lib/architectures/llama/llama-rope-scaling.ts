import type { FieldReader, RopeScaling } from '../../model-config';

/**
 * `rope_scaling` (or v5's `rope_parameters`) of a LLaMA-type config, null where frequencies are not stretched.
 *
 * Source: transformers 4.57 `modeling_rope_utils.py`.
 *
 * @throws {InputError} for types that are not built, longrope among them, and for settings of single kinds of layers.
 */
export function readRopeScaling(fields: FieldReader | null, maxPositions: number): RopeScaling | null {
  if (!fields) return null;
  for (const kind of ['full_attention', 'sliding_attention']) {
    if (fields.has(kind)) throw fields.wrong(kind, 'settings of its own', 'the same settings for all layers');
  }
  const type = fields.text('rope_type', fields.text('type', 'default'));
  // Frequencies that are meant to be stretched, nobody knows how.
  if (fields.has('factor') && !fields.has('rope_type') && !fields.has('type'))
    throw fields.wrong('rope_type', undefined, 'a type beside factor');
  switch (type) {
    case 'default':
      return null;
    case 'linear':
      return { type, factor: fields.number('factor') };
    case 'dynamic':
      return { type, factor: fields.number('factor'), maxPositions };
    case 'yarn':
      return readYarn(fields, maxPositions);
    case 'llama3':
      return {
        type,
        factor: fields.number('factor'),
        lowFrequencyFactor: fields.number('low_freq_factor'),
        highFrequencyFactor: fields.number('high_freq_factor'),
        originalMaxPositions: fields.count('original_max_position_embeddings'),
      };
    default:
      throw fields.wrong('rope_type', type, 'default, linear, dynamic, llama3 or yarn');
  }
}

function readYarn(fields: FieldReader, maxPositions: number): RopeScaling {
  const factor = fields.number('factor');
  // Taken into account only where both are given; otherwise both are 1 and 0.
  const isWeighted = fields.has('mscale') && fields.has('mscale_all_dim');
  const numerator = isWeighted ? fields.number('mscale') : 1;
  const denominator = isWeighted ? fields.number('mscale_all_dim') : 0;
  return {
    type: 'yarn',
    factor,
    attentionFactor: fields.number('attention_factor', magnitude(factor, numerator) / magnitude(factor, denominator)),
    fastRotations: fields.number('beta_fast', 32),
    slowRotations: fields.number('beta_slow', 1),
    originalMaxPositions: fields.count('original_max_position_embeddings', maxPositions),
    truncate: fields.flag('truncate', true),
  };
}

function magnitude(factor: number, weight: number): number {
  return factor <= 1 ? 1 : 0.1 * weight * Math.log(factor) + 1;
}
