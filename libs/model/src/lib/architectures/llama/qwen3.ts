import { FieldReader } from '../../model-config';
import { llamaConfig } from './llama-config';
import type { LlamaConfig } from './llama-config';
import { llamaKin } from './llama';
import { llamaKinGguf } from './llama-gguf';
import { QWEN_DEFAULTS, qwenWindows } from './qwen2';

/**
 * Qwen3: LLaMA with an RMSNorm of each head's query and key, and heads of a size of their own.
 *
 * Source: Yang et al. 2025 (arXiv 2505.09388); transformers `modeling_qwen3.py`.
 */
export const qwen3 = llamaKin({ readConfig, gguf: llamaKinGguf('qwen3', 'Qwen3ForCausalLM') });

function readConfig(raw: Readonly<Record<string, unknown>>, file?: string): LlamaConfig {
  const fields = new FieldReader({ ...QWEN_DEFAULTS, head_dim: 128, ...raw }, file);
  const bias = fields.flag('attention_bias', false);
  return llamaConfig('qwen3', fields, raw, {
    queryKeyValueBias: bias,
    outputBias: bias,
    headNorms: true,
    windows: qwenWindows(fields),
  });
}
