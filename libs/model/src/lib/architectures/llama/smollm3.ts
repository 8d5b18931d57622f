import { FieldReader } from '../../model-config';
import { llamaConfig } from './llama-config';
import type { LlamaConfig } from './llama-config';
import { llamaKin } from './llama';
import { llamaKinGguf } from './llama-gguf';
import { readWindow, readWindows } from './llama-layer-types';

/** `tie_word_embeddings` is transformers' general default, and absent from files that keep it. */
const DEFAULTS = {
  max_position_embeddings: 32_768,
  num_key_value_heads: 4,
  no_rope_layer_interval: 4,
  rope_theta: 2_000_000,
  tie_word_embeddings: true,
};

/**
 * SmolLM3: LLaMA in which some blocks, by default every fourth, have no positions at all (NoPE).
 *
 * Source: transformers `modeling_smollm3.py`; Yang et al. 2025 (arXiv 2501.18795).
 */
export const smollm3 = llamaKin({ readConfig, gguf: llamaKinGguf('smollm3', 'SmolLM3ForCausalLM', true) });

function readConfig(raw: Readonly<Record<string, unknown>>, file?: string): LlamaConfig {
  const fields = new FieldReader({ ...DEFAULTS, ...raw }, file);
  const bias = fields.flag('attention_bias', false);
  const rotaryLayers = readRotaryLayers(fields);
  const window = readWindow(fields);
  // As transformers does: the flag decides only where the file names no `layer_types`.
  const slides = fields.flag('use_sliding_window', false) && window !== null;
  return llamaConfig('smollm3', fields, raw, {
    queryKeyValueBias: bias,
    outputBias: bias,
    feedForwardBias: fields.flag('mlp_bias', false),
    rotaryLayers,
    windows: readWindows(fields, window, (layer) => slides && !rotaryLayers[layer]),
  });
}

/** `no_rope_layers` holds 1 for a block with rotary positions, whatever its name says. */
function readRotaryLayers(fields: FieldReader): boolean[] {
  const layers = fields.count('num_hidden_layers');
  const interval = fields.count('no_rope_layer_interval');
  const marks =
    fields.list('no_rope_layers') ?? Array.from({ length: layers }, (_, layer) => Number((layer + 1) % interval !== 0));
  if (marks.length !== layers || !marks.every((mark) => mark === 0 || mark === 1)) {
    throw fields.wrong('no_rope_layers', marks, `${layers} entries 0 or 1, one a layer`);
  }
  return marks.map((mark) => mark === 1);
}
