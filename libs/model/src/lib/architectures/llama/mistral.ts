import { FieldReader } from '../../model-config';
import { llamaConfig } from './llama-config';
import type { LlamaConfig } from './llama-config';
import { llamaKin } from './llama';
import { readWindow, readWindows } from './llama-layer-types';

const DEFAULTS = { max_position_embeddings: 131_072, num_key_value_heads: 8, sliding_window: 4096 };

/**
 * Mistral: LLaMA in which every block sees the last `sliding_window` tokens (null: all of them).
 *
 * Source: Jiang et al. 2023 (arXiv 2310.06825); transformers `modeling_mistral.py`.
 */
export const mistral = llamaKin({ readConfig });

function readConfig(raw: Readonly<Record<string, unknown>>, file?: string): LlamaConfig {
  const fields = new FieldReader({ ...DEFAULTS, ...raw }, file);
  const window = readWindow(fields);
  const windows = readWindows(fields, window, () => window !== null);
  // Alternating layers belong to Ministral; transformers' Mistral would run them all alike.
  if (windows.some((each) => each !== window)) {
    throw fields.wrong(
      'layer_types',
      raw['layer_types'],
      `every layer ${window === null ? 'full' : 'sliding'}_attention, as sliding_window says`,
    );
  }
  return llamaConfig('mistral', fields, raw, { windows });
}
