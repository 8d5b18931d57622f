import { FieldReader } from '../../model-config';
import { llamaConfig } from './llama-config';
import type { LlamaConfig } from './llama-config';
import { llamaKin } from './llama';
import { llamaKinGguf } from './llama-gguf';
import { readWindow, readWindows } from './llama-layer-types';

/** What transformers' `Qwen2Config` and `Qwen3Config` take absent fields for. */
export const QWEN_DEFAULTS = {
  max_position_embeddings: 32_768,
  num_key_value_heads: 32,
  sliding_window: 4096,
  max_window_layers: 28,
};

/**
 * Qwen2 and Qwen2.5: LLaMA with biases of the query, key and value projections.
 *
 * Source: Yang et al. 2024 (arXiv 2407.10671); transformers `modeling_qwen2.py`.
 */
export const qwen2 = llamaKin({ readConfig, gguf: llamaKinGguf('qwen2', 'Qwen2ForCausalLM') });

function readConfig(raw: Readonly<Record<string, unknown>>, file?: string): LlamaConfig {
  const fields = new FieldReader({ ...QWEN_DEFAULTS, ...raw }, file);
  return llamaConfig('qwen2', fields, raw, { queryKeyValueBias: true, windows: qwenWindows(fields) });
}

/** With `use_sliding_window`, the blocks from `max_window_layers` on see the last `sliding_window` tokens. */
export function qwenWindows(fields: FieldReader): (number | null)[] {
  const window = fields.flag('use_sliding_window', false) ? readWindow(fields) : null;
  if (window === null) return readWindows(fields, null, () => false);
  const full = fields.wholeNumber('max_window_layers');
  return readWindows(fields, window, (layer) => layer >= full);
}
