import type { GgufSource } from '../containers/gguf/gguf-source';
import type { GgufLayout } from './architecture';
import { GgufConfig } from './gguf/gguf-config';
import { fusedHeadByHead } from './gguf/gguf-fused-rows';
import { ggufNames } from './gguf/gguf-names';

/**
 * BLOOM in GGUF.
 *
 * Source: llama.cpp `convert_hf_to_gguf.py` (`BloomModel`), `gguf-py/gguf/tensor_mapping.py`.
 */
export const bloomGguf: GgufLayout = {
  rawConfig,
  nameOf: ggufNames(
    'transformer.h',
    {
      token_embd: 'transformer.word_embeddings',
      token_embd_norm: 'transformer.word_embeddings_layernorm',
      output_norm: 'transformer.ln_f',
      output: 'lm_head',
    },
    {
      attn_norm: 'input_layernorm',
      attn_qkv: 'self_attention.query_key_value',
      attn_output: 'self_attention.dense',
      ffn_norm: 'post_attention_layernorm',
      ffn_up: 'mlp.dense_h_to_4h',
      ffn_down: 'mlp.dense_4h_to_h',
    },
  ),
  rearranged: (name) => (name.includes('.query_key_value.') ? fusedHeadByHead : undefined),
};

function rawConfig(source: GgufSource): Record<string, unknown> {
  const config = new GgufConfig(source, 'bloom');
  return {
    ...config.general('BloomForCausalLM'),
    apply_residual_connection_post_layernorm: false,
    hidden_size: config.value('embedding_length'),
    layer_norm_epsilon: config.value('attention.layer_norm_epsilon'),
    model_type: 'bloom',
    n_head: config.value('attention.head_count'),
    n_layer: config.value('block_count'),
    seq_length: config.value('context_length'),
    tie_word_embeddings: config.isTied,
  };
}
