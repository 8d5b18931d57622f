import type { GgufSource } from '../containers/gguf/gguf-source';
import type { GgufLayout } from './architecture';
import { GgufConfig } from './gguf/gguf-config';
import { ggufNames } from './gguf/gguf-names';

/**
 * Qwen, the first, in GGUF. The file says nothing of dynamic NTK and log-n, which change scores beyond the trained length
 * only; as in llama.cpp, they are left out.
 *
 * Source: llama.cpp `convert_hf_to_gguf.py` (`QwenModel`), `gguf-py/gguf/tensor_mapping.py`.
 */
export const qwenGguf: GgufLayout = {
  rawConfig,
  nameOf: ggufNames(
    'transformer.h',
    { token_embd: 'transformer.wte', output_norm: 'transformer.ln_f', output: 'lm_head' },
    {
      attn_norm: 'ln_1',
      attn_qkv: 'attn.c_attn',
      attn_output: 'attn.c_proj',
      ffn_norm: 'ln_2',
      ffn_gate: 'mlp.w2',
      ffn_up: 'mlp.w1',
      ffn_down: 'mlp.c_proj',
    },
  ),
};

function rawConfig(source: GgufSource): Record<string, unknown> {
  const config = new GgufConfig(source, 'qwen');
  const { headSize } = config;
  return {
    ...config.general('QWenLMHeadModel'),
    hidden_size: config.value('embedding_length'),
    // Gate and values counted together, here too.
    intermediate_size: config.value('feed_forward_length'),
    kv_channels: headSize,
    layer_norm_epsilon: config.value('attention.layer_norm_rms_epsilon'),
    max_position_embeddings: config.value('context_length'),
    model_type: 'qwen',
    no_bias: !config.has('blk.0.attn_output.bias'),
    num_attention_heads: config.value('attention.head_count'),
    num_hidden_layers: config.value('block_count'),
    rotary_emb_base: config.value('rope.freq_base') ?? 10_000,
    rotary_pct: Number(config.value('rope.dimension_count') ?? headSize) / headSize,
    seq_length: config.value('context_length'),
    tie_word_embeddings: config.isTied,
    use_dynamic_ntk: false,
    use_logn_attn: false,
  };
}
